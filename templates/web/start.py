"""The first page: what this is, the latest newsletter, what is coming, pathfinders in figures, ways in."""

from __future__ import annotations

from dataclasses import dataclass

from community.start import Start
from templates.pictures import dots, world
from templates.voice import Voice
from templates.web import Around, Pages, brief, title_of


@dataclass(frozen=True)
class Introduction:
    """The beginning of a newsletter, and the language in which editors wrote it."""

    text: str
    language: str


def start(made: Pages, voice: Voice, around: Around, shown: Start) -> str:
    """The first page."""
    title = voice.say("Community of practice")
    about = voice.say(
        "What moves against child labour, forced labour, modern slavery and trafficking in persons, told by "
        "those who work on it."
    )
    issue = shown.newsletter
    texts = issue.texts_for(voice.language, "introduction") if issue else None
    return made.page(
        "start", voice, around, title, about=about, shown=shown,
        newsletter=title_of(voice, issue) if issue else "",
        drawing=world(voice, dots(voice, shown.pathfinders, lambda key: f"{around.start}/pathfinders/{key}"))
        if shown.pathfinders
        else None,
        introduction=Introduction(brief(texts.introduction), texts.language) if texts else None,
    )  # fmt: skip
