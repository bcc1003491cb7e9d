"""`/alliance requests`: what waits for a decision; `/pathfinder interest`; and who hears of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import deliveries, requests
from community.deliveries import Outgoing
from community.requests import Asked, Waiting
from community.rights import Action, require
from handlers.slack import hearing, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form, Lost
from handlers.slack.hearing import Destination
from storage.vocabulary import RequestKind, RequestState
from templates.messages import Message
from templates.slack import requests as said

TO_DECIDE, OUTCOME = "request", "outcome"
"""The kinds of delivery: to those who decide, and to whoever asked."""


def register(desk: Desk) -> None:
    """Put the forms on the desk; the commands are `/alliance`'s and `/pathfinder`'s."""
    desk.form(Form(said.INTEREST, open_interest, ask_interest))
    desk.form(Form(said.DECLINE, open_decline, decline))


async def answer(ask: Ask) -> Message:
    """What waits and the asker may decide; `accept 17` does so first."""
    word, _, number = ask.text.partition(" ")
    what = ""
    if word == "accept":
        async with ask.services.database.writing() as session:
            what = await _decided(replace(ask, session=session), words.number(number), accept=True)
    found = await requests.waiting(ask.session, await ask.actor())
    return said.listing(ask.templates, ask.voice, found, what=what, page=ask.page)


async def answer_interest(ask: Ask) -> Message:
    """Where no form can open, as after a mention: a button that opens it."""
    require(await ask.actor(), Action.TAKE_PART)
    return said.invitation(ask.templates, ask.voice, ask.text)


async def open_interest(ask: Ask) -> Mapping[str, Any]:
    """The form to say that a country is interested; what was typed after the command stands in it."""
    require(await ask.actor(), Action.TAKE_PART)
    return said.interest(ask.voice, ask.text)


async def ask_interest(filled: Filled) -> Message:
    """Ask the secretariat."""
    ask, values = filled.ask, filled.values
    asked = await requests.ask_interest(
        ask.session,
        await ask.actor(),
        ask.services.names,
        values["country"],
        ask.reader.locale,
        values["note"],
        ask.voice.now,
    )
    return await announced(ask, asked)


async def open_decline(ask: Ask) -> Mapping[str, Any] | Message:
    """The form for a friendly word, for the request whose number was clicked."""
    asked = await requests.to_decide(ask.session, await ask.actor(), words.number(ask.text))
    if asked.state is not RequestState.OPEN:
        return said.done(ask.templates, ask.voice, "faster")
    return said.decline(ask.templates, ask.voice, asked)


async def decline(filled: Filled) -> Message | Lost:
    """Decline, with or without a word."""
    ask = filled.ask
    what = await _decided(ask, words.number(filled.metadata), accept=False, word=filled.values["word"])
    page = said.done(ask.templates, ask.voice, what)
    return Lost(page) if what == "faster" else page


async def announced(ask: Ask, asked: Asked) -> Message:
    """Tell those who decide of a new request, in the transaction that made it; what the asker reads then."""
    if not asked.new:
        return said.done(ask.templates, ask.voice, "waits")
    request = await requests.one(ask.session, asked.id)
    for there in await _deciders(ask, request):
        payload = said.request(ask.templates, there.voice, request).payload()
        message = Outgoing(
            f"{request.about}:{there.channel}", request.about, TO_DECIDE, there.channel,
            there.voice.language, payload,
        )  # fmt: skip
        await deliveries.put(ask.session, message, ask.voice.now, due=there.due)
    return said.done(ask.templates, ask.voice, "asked")


async def _deciders(ask: Ask, request: Waiting) -> list[Destination]:
    match request.kind:
        case RequestKind.JOIN:
            return await hearing.leads_of(ask, group_id=request.group_id)
        case RequestKind.REPORT:
            return await hearing.editors(ask)
    return await hearing.secretariat(ask)


async def _decided(ask: Ask, number: int, *, accept: bool, word: str = "") -> str:
    """Decide; then the messages to those who decide say so, and whoever asked hears what came of it."""
    request = await requests.decide(ask.session, await ask.actor(), number, accept=accept, now=ask.voice.now)
    if request is None:
        return "faster"
    for row in await deliveries.call_off(ask.session, request.about, (TO_DECIDE,)):
        there = await hearing.at(ask, row.channel)
        payload = said.request(ask.templates, there.voice, request).payload()
        await deliveries.replace(ask.session, row, payload, ask.voice.now)
    asker = await hearing.at(ask, request.by)
    message = Outgoing(
        f"{request.about}:{OUTCOME}", request.about, OUTCOME, asker.channel, asker.voice.language,
        said.outcome(ask.templates, asker.voice, request, word).payload(),
    )  # fmt: skip
    await deliveries.put(ask.session, message, ask.voice.now, due=asker.due)
    return request.state.value
