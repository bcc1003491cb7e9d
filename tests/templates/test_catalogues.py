"""The catalogues: every sentence in French and Spanish, with the same placeholders, none forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from handlers.slack import words
from storage import vocabulary
from templates.catalogues import LOCALES
from templates.terms import PHRASES

ROOT = Path(__file__).parents[2]
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "say": None, "say_many": (1, 2),
    "marked": None, "marked_many": (1, 2),
}  # fmt: skip
SAME_IN_ALL = {"Alliance 8.7", "programme"}
"""Sentences that may read the same in another language."""


@cache
def extracted() -> frozenset[str | tuple[str, ...]]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return frozenset(message for _, _, message, _, _ in found)


def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def pairs(language: str) -> Iterator[tuple[str, str]]:
    for message in catalogue(language):
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else message.id
            strings = (message.string,) if isinstance(message.string, str) else message.string
            yield from ((ids[min(i, len(ids) - 1)], string) for i, string in enumerate(strings))


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_sentence_is_there_and_no_other(language: str) -> None:
    said = {message.id for message in catalogue(language) if message.id}
    assert said == extracted()
    assert len(said) > 200


@pytest.mark.parametrize("language", ["fr", "es"])
def test_none_is_empty_or_doubtful(language: str) -> None:
    assert not [message.id for message in catalogue(language) if message.fuzzy and message.id]
    assert not [source for source, string in pairs(language) if not string.strip()]


@pytest.mark.parametrize("language", ["fr", "es"])
def test_placeholders_markup_and_commands_are_kept(language: str) -> None:
    for source, string in pairs(language):
        names = sorted(re.findall(r"%\((\w+)\)s", source))
        assert sorted(re.findall(r"%\((\w+)\)s", string)) == names or _singular(source, string), source
        assert string.count("*") == source.count("*"), source
        assert sorted(re.findall(r"`(/\w+)", string)) == sorted(re.findall(r"`(/\w+)", source)), source


@pytest.mark.parametrize("language", ["fr", "es"])
def test_a_command_is_named_in_the_reader_s_words_as_its_help_lists_them(language: str) -> None:
    listed: dict[str, set[str]] = {}
    for source, string in pairs(language):
        if source.startswith("[") and source.endswith("]"):  # a command's hint: [help, about, glossary]
            for word, own in zip(source[1:-1].split(", "), string[1:-1].split(", "), strict=True):
                listed.setdefault(word, set()).add(own)
    assert {"mine", "past", "privacy", "concern"} <= listed.keys()
    seen = 0
    for source, string in pairs(language):
        commands = re.findall(r"`/\w+ ([^`]+)`", string)
        meant = [[words.meaning(word) for word in command.split()] for command in commands]
        asked = re.findall(r"`/\w+ ([^`]+)`", source)
        assert meant == [[words.meaning(word) for word in command.split()] for command in asked], string
        for word in " ".join(commands).split():
            if meaning := words.meaning(word):
                assert word != meaning, (word, string)
                assert word in listed.get(meaning, {word}), (word, string)
                seen += 1
    assert seen > 20


def _singular(source: str, string: str) -> bool:
    """A singular may write its number as a word."""
    return "%(num)s" in source + string or "%(n)s" in source + string


def test_french_has_its_no_break_spaces() -> None:
    for _, string in pairs("fr"):
        assert not re.search(r" [:;?!»]|« ", string), string


@pytest.mark.parametrize("language", ["fr", "es"])
def test_sentences_are_translated(language: str) -> None:
    same = {source for source, string in pairs(language) if source == string and len(source.split()) > 2}
    assert same <= SAME_IN_ALL


def test_every_term_of_the_vocabulary_has_a_phrase() -> None:
    shown = {
        vocabulary.Region, vocabulary.Stage, vocabulary.Theme, vocabulary.FactKind, vocabulary.FactState,
        vocabulary.GroupStatus, vocabulary.RoleName, vocabulary.Constituency, vocabulary.EventKind,
        vocabulary.Mode, vocabulary.SessionFormat,
    }  # fmt: skip
    for terms in shown:
        assert issubclass(terms, StrEnum)
        for word in terms:
            assert (type(word), word.value) in PHRASES, word
