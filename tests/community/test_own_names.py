"""An installation's own names of countries: a file that goes before the shipped ones, or is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import SettingsError, read_settings
from community.names import load_names
from community.own_names import OwnNames, read_own_names


def written(folder: Path, text: str) -> Path:
    file = folder / "names.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_names_and_spellings_go_before_what_is_shipped_and_the_rest_stays(tmp_path: Path) -> None:
    names = load_names(written(tmp_path, "names: {NL: {fr: Pays-Bas}}\naliases: {NL: [Lowlands]}\n"))
    assert names.of("NL", "fr") == "Pays-Bas"
    assert names.of("NL", "en") == load_names().of("NL", "en") == "Netherlands (Kingdom of the)"
    assert names.of("NP", "fr") == "Népal"
    for typed in ("lowlands", "lowland", "pays bas", "Holland"):
        assert names.find(typed, "en") == "NL", typed
    assert names.boundaries == {}


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert read_own_names(written(tmp_path, "")) == OwnNames()
    assert load_names(written(tmp_path, "")) == load_names()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("names: [", "is no YAML file in UTF-8 near line"),
        ("- NP", "the file must be keys with values"),
        ("name: {NP: {en: Nepal}}", "has 'name'; it may have names, aliases and boundaries"),
        ("names: {Nepal: {en: Nepal}}", "'Nepal' is no ISO 3166-1 code of two capital letters"),
        ("names: {no: {en: Norway}}", 'write the code of Norway in quotation marks: "NO"'),
        ("names: {NP: Nepal}", "names of NP must be keys with values"),
        ("names: {NP: {de: Nepal}}", "names of NP has 'de'; the languages are en, fr and es"),
        ("names: {NP: {en: ''}}", "names of NP must be text of at most 120 characters"),
        ("names: {NP: {en: 7}}", "names of NP must be text"),
        ("aliases: {NP: Yaks}", "aliases of NP must be a list"),
        ("boundaries: {en: [x]}", "boundaries must be text of at most 2000 characters"),
    ],
)
def test_a_wrong_file_stops_the_start_with_one_line_that_names_it(
    tmp_path: Path, text: str, says: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError) as refusal:
        read_settings({"_env_file": None, "country_names": str(file)})
    assert str(refusal.value).startswith("COUNTRY_NAMES ")
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"COUNTRY_NAMES .*nowhere\.yaml cannot be read"):
        read_settings({"_env_file": None, "country_names": str(tmp_path / "nowhere.yaml")})
    assert read_settings({"_env_file": None, "country_names": ""}).country_names is None
