"""The page's own sentences: the same in English, French and Spanish, with the same values in each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import needs_browser

pytestmark = needs_browser
PAGE = Path(__file__).parents[2] / "sandbox" / "page"
TABLE = re.compile(r"^const WORDS = (\{.*?^\});", re.MULTILINE | re.DOTALL)
VALUE = re.compile(r"\{(\w+)\}")
TABLES = {
    path.stem: found[0]
    for path in sorted(PAGE.glob("*.js"))
    if (found := TABLE.findall(path.read_text(encoding="utf-8")))
}


def forms(words: Any) -> list[str]:
    return list(words.values()) if isinstance(words, dict) else [words]


def test_most_modules_say_something() -> None:
    assert len(TABLES) > 10


@pytest.mark.parametrize("module", TABLES)
async def test_a_module_says_the_same_in_three_languages(browser: Browser, module: str) -> None:
    page = await browser.new_page()
    table: dict[str, dict[str, Any]] = await page.evaluate(f"() => ({TABLES[module]})")
    await page.close()
    assert list(table) == ["en", "fr", "es"]
    for key, words in table["en"].items():
        expected = {value for form in forms(words) for value in VALUE.findall(form)}
        for language in ("fr", "es"):
            said = table[language][key]
            assert all(form.strip() for form in forms(said)), f"{key} is empty in {language}"
            assert {value for form in forms(said) for value in VALUE.findall(form)} == expected, key
    assert table["fr"].keys() == table["es"].keys() == table["en"].keys()
