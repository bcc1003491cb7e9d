"""Reading a file of facts, and saying where in it something is wrong: file, line, field, reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from storage.loading.shapes import File


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file. `line` counts from one; 0 where the whole file is meant."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.field}: {self.reason}"


class LoadRefusedError(Exception):
    """A file cannot be loaded. Nothing was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL, which PostgreSQL refuses, and halves of signs, which nothing can write down."""


class _Plain(yaml.SafeLoader):
    """Reads every date, number and `no` as the text that was written: `11:00` is no 660, `NO` is Norway."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as in the class above it


class _Fast(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same in C, twenty times as fast; but what is wrong in a file, the other says better."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as in the class above it


for _loader in (_Plain, _Fast):
    _loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:~|null|)$"), ["~", "n", ""])
    _loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])
    _loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("^(?:<<)$"), ["<"])


def _composed(text: str) -> yaml.Node | None:
    with suppress(yaml.YAMLError):
        return yaml.compose(text, Loader=_Fast)
    return yaml.compose(text, Loader=_Plain)


class Lines:
    """The line of every entry of a YAML text, by its path, such as `("groups", 3, "facts", 0, "text")`."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._lines: dict[tuple[str | int, ...], int] = {(): 1}
        self.wrong: list[tuple[int, str, str]] = []
        if root is not None:
            self._walk((), root)

    def of(self, path: Iterable[str | int]) -> int:
        """The line of the longest known beginning of a path: pydantic names parts that YAML has not."""
        known = tuple(path)
        while known not in self._lines:
            known = known[:-1]
        return self._lines[known]

    def _walk(self, path: tuple[str | int, ...], node: yaml.Node) -> None:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode) and NO_TEXT.search(node.value):
            self._note(node, path, "has a sign that no text has")
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if (*path, str(key.value)) in self._lines:  # YAML would silently keep the second one only
                    self._note(key, (*path, key.value), "stands here twice")
                self._lines[*path, str(key.value)] = key.start_mark.line + 1
                self._walk((*path, str(key.value)), value)
        elif isinstance(node, yaml.SequenceNode):
            for i, value in enumerate(node.value):
                self._walk((*path, i), value)

    def _note(self, node: yaml.Node, path: Iterable[object], reason: str) -> None:
        self.wrong.append((node.start_mark.line + 1, ".".join(str(part) for part in path), reason))


@dataclass(frozen=True)
class ReadFile:
    """A file that has the right shape, and where its entries stand."""

    name: str
    content: File
    lines: Lines


def read_file(path: Path) -> ReadFile:
    """Read and check one YAML file by itself. Raises `LoadRefusedError` with every problem found."""
    try:
        text = path.read_text(encoding="utf-8")
        root = _composed(text)
        lines = Lines(root)
        if lines.wrong:
            raise LoadRefusedError([Problem(path.name, *one) for one in lines.wrong])
        content = File.model_validate((_Plain("").construct_document(root) if root else None) or {})
    except (OSError, UnicodeDecodeError) as error:
        raise LoadRefusedError([Problem(path.name, 0, "file", f"cannot be read: {error}")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        reason = getattr(error, "problem", None) or "is no YAML"
        raise LoadRefusedError([Problem(path.name, line, "file", str(reason))]) from error
    except ValidationError as error:
        raise LoadRefusedError(
            [
                Problem(
                    path.name,
                    lines.of(fault["loc"]),
                    ".".join(str(part) for part in fault["loc"]) or "file",
                    fault["msg"].removeprefix("Value error, "),
                )
                for fault in error.errors()
            ]
        ) from error
    return ReadFile(path.name, content, lines)
