"""`/alliance`: help, settings, glossary, and what the Alliance is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from community import alliance, members, profile
from community.errors import NotFound
from handlers.slack import (
    following,
    helplines,
    priorities,
    privacy,
    reminders,
    requests,
    roles,
    sending,
    welcome,
    words,
)
from handlers.slack.asking import Answer, Ask
from handlers.slack.desk import Command, Desk
from handlers.slack.register import answer as answer_manage
from templates.messages import Message
from templates.slack import alliance as said
from templates.slack.alliance import CommandHelp
from templates.slack.welcome import PROFILE
from templates.terms import N_
from templates.voice import Voice


def register(desk: Desk) -> None:
    """Put `/alliance` on the desk; its help lists whatever else stands there."""
    command = Command(
        "/alliance",
        N_("[help, about, glossary, settings, privacy, concern]"),
        N_("Help, what the Alliance is, the glossary, and your language and time zone"),
        forms={"profile": PROFILE},
    )

    async def help_page(ask: Ask) -> Message:
        return said.help_page(ask.templates, ask.voice, _help(desk), page=ask.page)

    answers: Mapping[str, Answer] = {
        "": help_page,
        "help": help_page,
        "about": _about,
        "glossary": _glossary,
        "settings": _settings,
        "profile": _settings,
        "welcome": partial(welcome.answer, desk),
        "concern": helplines.answer,
        "follow": following.answer,
        "unfollow": following.answer_unfollow,
        "requests": requests.answer,
        "roles": roles.answer,
        "manage": answer_manage,
        "audit": roles.answer_audit,
        "privacy": privacy.answer,
        "reminders": reminders.answer,
        "priorities": priorities.answer_priorities,
        "progress": priorities.answer_progress,
        "later": reminders.answer_later,
        "stop": sending.answer_stop,
        "start": sending.answer_start,
    }

    async def answer(ask: Ask) -> Message:
        first, rest = words.leading(ask.text)
        meant = answers.get(first)
        if meant is None:
            raise NotFound("command", ask.text)
        return await meant(ask.rest(rest))

    desk.command(command, answer)
    priorities.register(desk)
    privacy.register(desk)


async def _about(ask: Ask) -> Message:
    """The target, the Alliance, its offices and figures."""
    found = await alliance.about(ask.session, ask.today)
    return said.about(ask.templates, ask.voice, found, full=ask.full, page=ask.page)


async def _glossary(ask: Ask) -> Message:
    """Every term, or the one that is named."""
    terms = await alliance.glossary(ask.session, ask.text)
    return said.glossary(ask.templates, ask.voice, terms, page=ask.page)


async def _settings(ask: Ask) -> Message:
    """Show the settings, or change one first: `language fr`, `zone Asia/Kathmandu`, either with `slack`."""
    what, _, value = ask.text.partition(" ")
    choice = None if words.meaning(value) == "slack" else value.strip()
    reader = ask.reader
    if changes := (words.meaning(what) in ("language", "zone") and bool(value.strip())):
        async with ask.services.database.writing() as session:
            if words.meaning(what) == "language":
                language = choice and (words.language(choice) or choice)
                await members.choose_language(session, ask.user, language)
            else:
                await members.choose_zone(session, ask.user, choice)
            reader = await members.reader_of(session, ask.user, ask.services.default_reader)
    voice = Voice.to(reader, ask.voice.now, ask.services.names)
    me = await profile.about_me(ask.session, ask.user)
    return said.settings(ask.templates, voice, reader, me, changed=changes)


def _help(desk: Desk) -> list[CommandHelp]:
    return [CommandHelp(command.name, command.hint, command.purpose) for command in desk.commands]
