"""The page of the public record as data."""

from __future__ import annotations

from community.data import SETS
from templates.data import PACKAGE, README, TITLES, WRITTEN
from templates.voice import Voice
from templates.web import Around, Pages


def page(made: Pages, voice: Voice, around: Around, files: str, most: int) -> str:
    """What there is to take away; the files stand under `files`, of the newest rows so many as `most`."""
    title = voice.say("The public record as data")
    about = voice.say(
        "Everything that this site shows to everybody, for spreadsheets and programs. People are not named."
    )
    sets = [(name, voice.say(TITLES[name])) for name in SETS]
    return made.page(
        "data", voice, around, title, about=about, sets=sets, files=files, ends=list(WRITTEN),
        readme=f"{files}{README}", package=f"{files}{PACKAGE}", most=voice.number(most),
    )  # fmt: skip
