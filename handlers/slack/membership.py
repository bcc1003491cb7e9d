"""`/actiongroup migration join`, `leave` and `chair`: taking part in an action group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community import groups, membership, requests
from community.membership import Came
from community.rights import Action, actor_of, require
from handlers.slack import words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form
from handlers.slack.requests import announced
from storage.vocabulary import RequestKind
from templates.messages import Message
from templates.slack import membership as said

WISHES = ("join", "leave", "chair")
"""The words after or before a group's name that are answered here."""


def register(desk: Desk) -> None:
    """Put the forms on the desk; the command is `/actiongroup`'s."""
    desk.form(Form(said.JOIN, open_join, ask_join))
    desk.form(Form(said.CHAIR, open_chair, ask_chair))


def wished(text: str) -> tuple[str, str] | None:
    """The group's name and the wish: "migration join", "join migration" and "join"; None for no wish."""
    name, _, last = text.rpartition(" ")
    first, _, rest = text.partition(" ")
    for word, named in ((last, name), (first, rest)):
        if (wish := words.meaning(word)) in WISHES:
            return named, wish
    return None


async def answer(ask: Ask, wish: str) -> Message:
    """Join or leave the group named, or learn how; or see whether it wants a chair. Unnamed, ask which."""
    if not ask.text:
        if wish != "leave":
            require(await ask.actor(), Action.TAKE_PART)
        return said.which(ask.templates, ask.voice, await groups.listing(ask.session, ask.today), wish)
    line = await membership.line(ask.session, ask.text, ask.today)
    if wish == "chair":
        require(await ask.actor(), Action.TAKE_PART)
        return said.chair(ask.templates, ask.voice, line)
    came = await _came(ask, wish, line.key)
    return said.came(ask.templates, ask.voice, line, came)


async def open_join(ask: Ask) -> Mapping[str, Any]:
    """The form to ask to join the group whose key was clicked."""
    require(await ask.actor(), Action.TAKE_PART)
    return said.join(ask.templates, ask.voice, await membership.line(ask.session, ask.text, ask.today))


async def ask_join(filled: Filled) -> Message:
    """Ask those who lead the group."""
    return await _asked(filled, RequestKind.JOIN)


async def open_chair(ask: Ask) -> Mapping[str, Any] | Message:
    """The form to offer to chair the group whose key was clicked, if nobody chairs it."""
    require(await ask.actor(), Action.TAKE_PART)
    line = await membership.line(ask.session, ask.text, ask.today)
    if line.chairs:
        return said.chair(ask.templates, ask.voice, line)
    return said.offer(ask.templates, ask.voice, line)


async def ask_chair(filled: Filled) -> Message:
    """Offer it to the secretariat."""
    return await _asked(filled, RequestKind.CHAIR)


async def _came(ask: Ask, wish: str, key: str) -> Came:
    async with ask.services.database.writing() as session:
        actor = await actor_of(session, ask.user, ask.day)
        change = membership.join if wish == "join" else membership.leave
        return await change(session, actor, key, ask.day, ask.voice.now)


async def _asked(filled: Filled, kind: RequestKind) -> Message:
    ask = filled.ask
    asked = await requests.ask(
        ask.session,
        await ask.actor(),
        kind,
        group_key=filled.metadata,
        note=filled.values["note"],
        now=ask.voice.now,
    )
    return await announced(ask, asked)
