"""Help, settings, glossary, and what the Alliance is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale

from community.alliance import About
from community.facts import Statement
from community.members import Reader
from community.names import HOUSE_LANGUAGES
from community.priorities import Which
from community.profile import AboutMe
from storage.vocabulary import FactKind
from templates.messages import Button, Message, Templates
from templates.slack import priorities
from templates.slack.sections import sections
from templates.slack.welcome import PROFILE
from templates.voice import Voice

ABOUT_FIRST = (FactKind.DUTY, FactKind.DEADLINE, FactKind.AIM, FactKind.FIGURE)
ABOUT_ALL = (
    *ABOUT_FIRST,
    FactKind.GOAL,
    FactKind.PRIORITY,
    FactKind.ACHIEVEMENT,
    FactKind.LESSON,
    FactKind.DELIVERABLE,
    FactKind.REMARK,
)


@dataclass(frozen=True)
class CommandHelp:
    """One line of the help: a command, what may follow it, and what it is for; phrases of the catalogue."""

    name: str
    hint: str
    purpose: str


def help_page(
    templates: Templates, voice: Voice, commands: Sequence[CommandHelp], *, page: int = 1
) -> Message:
    """What can be asked."""
    buttons = [
        Button(voice.say("All pathfinders"), "/pathfinder", first=True),
        Button(voice.say("All action groups"), "/actiongroup"),
        Button(voice.say("What is coming"), "/events"),
        Button(voice.say("My settings"), "/alliance settings"),
    ]
    return templates.message(
        "alliance/help", voice, buttons=buttons, command="/alliance help", page=page, commands=commands
    )


def about(templates: Templates, voice: Voice, found: About, *, full: bool = False, page: int = 1) -> Message:
    """The target, the Alliance, its offices and figures."""
    command = "/alliance about more" if full else "/alliance about"
    buttons = [] if full else [Button(voice.say("Show more"), "/alliance about more")]
    buttons += [Button(priorities.title(voice, one), f"/alliance {one.value}") for one in Which]
    return templates.message(
        "alliance/about",
        voice,
        buttons=buttons,
        command=command,
        page=page,
        seats=found.seats,
        sections=sections(found.statements, ABOUT_ALL if full else ABOUT_FIRST, full=full, themes=False),
    )


def glossary(templates: Templates, voice: Voice, terms: Sequence[Statement], *, page: int = 1) -> Message:
    """Terms and abbreviations, spelled out."""
    return templates.message("alliance/glossary", voice, command="/alliance glossary", page=page, terms=terms)


def settings(
    templates: Templates, voice: Voice, reader: Reader, me: AboutMe, *, changed: bool = False
) -> Message:
    """What the bot uses for this reader, and how to change it."""
    names = {code: Locale.parse(code).get_display_name(code) or code for code in HOUSE_LANGUAGES}
    buttons = [
        Button(voice.say("About me"), "", opens=PROFILE, first=True),
        Button(voice.say("Reminders"), "/alliance reminders"),
    ]
    buttons += [
        Button(names[code].capitalize(), f"/alliance settings language {code}")
        for code in HOUSE_LANGUAGES
        if code != reader.language or not reader.language_chosen
    ]
    if reader.language_chosen:
        buttons.append(Button(voice.say("Language as in Slack"), "/alliance settings language slack"))
    if reader.zone_chosen:
        buttons.append(Button(voice.say("Time zone as in Slack"), "/alliance settings zone slack"))
    return templates.message(
        "alliance/settings",
        voice,
        buttons=buttons,
        reader=reader,
        me=me,
        language=names[reader.language],
        personal=True,
        changed=changed,
    )
