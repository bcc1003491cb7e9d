"""What is installed with the bot: its sentences in each language, and the fonts of its pictures."""

from __future__ import annotations

import asyncio
from pathlib import Path

from babel.messages.pofile import read_po

from bot.doctor.finding import Check, Finding, Patient, broken, ok
from templates.catalogues import LANGUAGES, LOCALES
from templates.pictures.png import shows_words

AGAIN = "install pathfinder-bot again: its files are not whole"


async def catalogues(_patient: Patient) -> list[Finding]:
    """Whether each language has every sentence."""
    try:
        said = {language: await asyncio.to_thread(_sentences, language) for language in LANGUAGES[1:]}
    except (OSError, ValueError) as error:
        return broken("languages", f"the sentences cannot be read ({type(error).__name__})", AGAIN)
    every = set().union(*said.values())
    lacking = {language: len(every - there) for language, there in said.items() if every - there}
    if lacking or not every:
        told = ", ".join(f"{language}: {count}" for language, count in lacking.items()) or "all"
        return broken("languages", f"sentences are missing ({told})", AGAIN)
    return ok("languages", f"{len(every)} sentences in each of {', '.join(LANGUAGES)}")


def _sentences(language: str) -> set[str]:
    """The English of every sentence that has been put into a language."""
    path = Path(LOCALES) / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(one.id) for one in catalogue if one.id and one.string and not one.fuzzy and all(one.string)}


async def fonts(_patient: Patient) -> list[Finding]:
    """Whether a picture with words can be drawn."""
    try:
        drawn = await asyncio.to_thread(shows_words)
    except Exception as error:  # the renderer has exceptions of its own, which it does not name
        return broken("pictures", f"no picture can be drawn ({type(error).__name__})", AGAIN)
    if not drawn:
        return broken("pictures", "the fonts of pictures are missing: pictures have no words", AGAIN)
    return ok("pictures", "pictures can be drawn, with their words")


CHECKS = (Check("languages", catalogues), Check("pictures", fonts))
