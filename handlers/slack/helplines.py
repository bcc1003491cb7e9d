"""`/alliance concern`: where to turn. It asks for nothing, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community import helplines
from community.helplines import NewHelp
from community.rights import Action, actor_of, require
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form
from templates.messages import Message
from templates.slack import helplines as said


def register(desk: Desk) -> None:
    """Put the form on the desk; the command is `/alliance`'s."""
    desk.form(Form(said.ADD, open_add, add))


async def answer(ask: Ask) -> Message:
    """Whom to turn to in the country named; with `remove 3`, the secretariat takes one away first."""
    word, _, number = ask.text.partition(" ")
    removed = None
    if word == "remove" and number.isdigit():
        async with ask.services.database.writing() as session:
            actor = await actor_of(session, ask.user, ask.day)
            removed = await helplines.remove(session, actor, int(number), ask.voice.now)
    query = "" if removed is not None else ask.text
    names, locale = ask.services.names, ask.reader.locale
    found = await helplines.concern(ask.session, names, query, locale, ask.user, ask.day)
    return said.concern(ask.templates, ask.voice, found, removed=removed, page=ask.page)


async def open_add(ask: Ask) -> Mapping[str, Any]:
    """The form to enter a help line; the country it was asked in stands in it already."""
    require(await ask.actor(), Action.MANAGE_HELP_LINES)
    country = ask.services.names.of(ask.text, ask.voice.language) if ask.text else ""
    return said.add(ask.voice, country)


async def add(filled: Filled) -> Message:
    """Enter it."""
    ask, values = filled.ask, filled.values
    actor = await ask.actor()
    new = NewHelp(values["country"], values["name"], values["contact"], values["note"])
    await helplines.add(ask.session, actor, ask.services.names, new, ask.reader.locale, ask.voice.now)
    return said.added(ask.templates, ask.voice)
