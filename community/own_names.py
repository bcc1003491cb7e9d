"""How an installation calls countries, and its note on boundaries: a file that goes before what is shipped.

It has the shape of `un_names.yaml` (`names` by ISO 3166-1 code and language, `aliases` by code) and, under
`boundaries`, the note that stands with each map, by language. Any of the three may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HOUSE_LANGUAGES = ("en", "fr", "es")
LONGEST_NAME, LONGEST_NOTE = 120, 2_000
"""Characters: a name stands in headings on phones, a note below a map."""
_CODE = re.compile("[A-Z]{2}")


@dataclass(frozen=True)
class OwnNames:
    """What an installation says instead. `names` are by code and language, `boundaries` by language."""

    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    boundaries: Mapping[str, str] = field(default_factory=dict)

    def spellings(self) -> Iterator[tuple[str, str]]:
        """Each code with each name and each further spelling it answers to."""
        for code, names in self.names.items():
            yield from ((code, name) for name in names.values())
        for code, others in self.aliases.items():
            yield from ((code, name) for name in others)


def read_own_names(file: Path) -> OwnNames:
    """What a file says. Raises `ValueError` with the one thing that is wrong in it, and where."""
    try:
        loaded = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise ValueError(f"{file} is no YAML file in UTF-8{where}") from error
    parts = _mapping(file, "the file", loaded)
    if unknown := sorted(set(parts) - {"names", "aliases", "boundaries"}):
        raise ValueError(f"{file} has {unknown[0]!r}; it may have names, aliases and boundaries")
    names = {
        _code(file, code): _by_language(file, f"names of {code}", said, LONGEST_NAME)
        for code, said in _mapping(file, "names", parts.get("names")).items()
    }
    aliases = {
        _code(file, code): _texts(file, f"aliases of {code}", said)
        for code, said in _mapping(file, "aliases", parts.get("aliases")).items()
    }
    boundaries = _by_language(file, "boundaries", parts.get("boundaries"), LONGEST_NOTE)
    return OwnNames(names, aliases, boundaries)


def _mapping(file: Path, what: str, value: Any) -> dict[Any, Any]:
    match value:
        case None:
            return {}
        case dict():
            return value
    raise ValueError(f"{file}: {what} must be keys with values, such as in .env.example")


def _code(file: Path, code: Any) -> str:
    # YAML 1.1 reads the code of Norway as "false", unless it stands in quotation marks.
    if code is False:
        raise ValueError(f'{file}: write the code of Norway in quotation marks: "NO"')
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise ValueError(f"{file}: {code!r} is no ISO 3166-1 code of two capital letters")
    return code


def _by_language(file: Path, what: str, value: Any, longest: int) -> dict[str, str]:
    said = _mapping(file, what, value)
    if unknown := [language for language in said if language not in HOUSE_LANGUAGES]:
        raise ValueError(f"{file}: {what} has {unknown[0]!r}; the languages are en, fr and es")
    return {language: _text(file, what, text, longest) for language, text in said.items()}


def _texts(file: Path, what: str, value: Any) -> list[str]:
    match value:
        case list():
            return [_text(file, what, text, LONGEST_NAME) for text in value]
    raise ValueError(f"{file}: {what} must be a list")


def _text(file: Path, what: str, value: Any, longest: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise ValueError(f"{file}: {what} must be text of at most {longest} characters")
    return " ".join(value.split())
