"""`/alliance privacy`: what is stored about oneself, all of it, and its end; what the clock lets go."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from community import contributions, deliveries, erasure, privacy, retention
from community.deliveries import Outgoing
from community.erasure import Erased
from community.errors import Invalid
from community.rights import Action, require
from handlers.links import OWN_DATA
from handlers.slack import cards, contributing, digests, hearing, newsletters, words
from handlers.slack.asking import Ask, Services
from handlers.slack.desk import Desk, Filled, Form
from handlers.slack.registrations import tell_moved
from storage.deliveries import deliveries_about
from storage.personal import after_commit
from templates.messages import Message
from templates.slack import privacy as said
from templates.voice import Voice

VACANT = "seats_vacant"
"""The kind of delivery that tells the secretariat of seats without a holder."""
SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
MOST_BATCHES = 20
"""Batches of a rule an hour: what is more waits for the next one."""


def register(desk: Desk) -> None:
    """Put the forms on the desk; the commands are `/alliance`'s."""
    desk.form(Form(said.ERASE, open_erase, erase))
    desk.form(Form(said.ERASE_MEMBER, open_erase_member, erase_member))


async def answer(ask: Ask) -> Message:
    """What is stored about the asker; `get` for all of it at an address, `show` for all of it in Slack."""
    ask.voice.made_of.leaves_nothing = True
    word, links = words.meaning(ask.text), ask.services.links
    found = await privacy.stored(ask.session, ask.user, ask.day)
    address = ""
    if word in ("get", "show") and found.counts and not ask.voice.to_channel:
        if word == "show" or not (links.signs and ask.services.is_reachable):
            whole = await privacy.own(ask.session, ask.user, ask.voice.now)
            return said.data(ask.templates, ask.voice, whole, page=ask.page)
        async with ask.services.database.writing() as session:
            actor = await replace(ask, session=session).actor()
            if link := await privacy.new_link(session, actor, ask.voice.now):
                address = links.signed(OWN_DATA, link.member_id, link.made)
    return said.page(
        ask.templates, ask.voice, found, address=address, holds=privacy.LINK_HOLDS, page=ask.page
    )


async def open_erase(ask: Ask) -> Mapping[str, Any] | Message:
    """What will happen, before anything does; the last of the secretariat is told who has to come first."""
    found = await privacy.stored(ask.session, ask.user, ask.day)
    if found.is_last:
        return said.last(ask.templates, ask.voice)
    return said.erase(ask.templates, ask.voice, found)


async def erase(filled: Filled) -> Message:
    """Erase whoever sent the form."""
    ask = filled.ask
    erased = await erasure.erase_oneself(
        ask.session, await ask.actor(), said.called(ask.voice), ask.voice.now
    )
    if erased is not None:
        await carry_out(ask, erased, ask.user)
    return said.done(ask.templates, ask.voice, "erased" if erased else "nothing")


async def open_erase_member(ask: Ask) -> Mapping[str, Any]:
    """The secretariat's form."""
    require(await ask.actor(), Action.ERASE_MEMBER)
    return said.erase_member(ask.templates, ask.voice)


async def erase_member(filled: Filled) -> Message:
    """Erase whoever was chosen, or whose Slack id was typed."""
    ask, typed = filled.ask, filled.values["slack_id"].upper()
    person = filled.values["person"] or typed
    if (filled.values["person"] and typed) or not SLACK_ID.fullmatch(person):
        raise Invalid("slack_id" if typed else "person", "erase_whom", person)
    actor = await ask.actor()
    erased = await erasure.erase_member(ask.session, actor, person, said.called(ask.voice), ask.voice.now)
    if erased is not None:
        await carry_out(ask, erased, person)
    return said.done(ask.templates, ask.voice, "erased_member" if erased else "nothing")


async def carry_out(ask: Ask, erased: Erased, slack_id: str) -> None:
    """What follows for others, in the same transaction: cards, seats, and what waited for a decision."""
    for number in erased.contributions:
        await contributing.announce(ask, await contributions.one(ask.session, number))
    for number, moved in erased.moved:
        await tell_moved(ask, number, moved)
    for about in erased.ended:
        await _take_back(ask, about)
    if erased.ended:
        await newsletters.redraw_ahead(ask)
    for scope in erased.scopes:
        await cards.redraw(ask, scope)
    if erased.seats:
        await _tell_of_seats(ask, erased)
    links = ask.services.links
    told = {"mark": links.mark(slack_id), "of_key": links.fingerprint}
    after_commit(ask.session, lambda: structlog.get_logger().info("person_erased", **told))


async def tidy(services: Services) -> None:
    """What is kept long enough goes, batch by batch; a rule that breaks holds up none of the others."""
    now = services.clock()
    for rule in retention.RULES:
        await _guarded(services, rule.name, lambda rule=rule: _run(services, rule))  # type: ignore[misc]
    async with services.database.writing() as session:
        gone = await retention.who_left(session, now)
    await _guarded(services, "erased_lately", lambda: _look_again(services))
    for slack_id in gone:
        await _guarded(services, "who_left", lambda slack_id=slack_id: erase_by_rule(services, slack_id))  # type: ignore[misc]


async def _look_again(services: Services) -> None:
    now, reader = services.clock(), services.default_reader
    async with services.database.writing() as session:
        await erasure.look_again(session, said.called(Voice.to(reader, now, services.names)), now)


async def erase_by_rule(services: Services, slack_id: str) -> bool:
    """Erase somebody in the installation's name. False if nothing is stored about them."""
    now, reader = services.clock(), services.default_reader
    async with services.database.writing() as session:
        ask = Ask(services, session, reader, Voice.to(reader, now, services.names), "", "")
        erased = await erasure.erase_by_rule(session, slack_id, said.called(ask.voice), now)
        if erased is not None:
            await carry_out(ask, erased, slack_id)
    return erased is not None


async def _run(services: Services, rule: retention.Rule) -> None:
    for _ in range(MOST_BATCHES):
        async with services.database.writing() as session:
            if not await retention.run(session, rule, services.clock()):
                return


async def _guarded(services: Services, name: str, work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except Exception as error:
        services.broke("retention_failed", error, rule=name)


async def _take_back(ask: Ask, about: str) -> None:
    """What waited for somebody says that it does no more; what was not sent yet is not sent."""
    for row in await deliveries_about(ask.session, about):
        if row.letter_id is None and not deliveries.cancelled(row):
            there = await hearing.at(ask, row.channel)
            message = said.taken_back(ask.templates, there.voice)
            await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)
    kind, _, number = about.partition(":")
    if kind == "update":
        await digests.redraw(ask, int(number))
        await newsletters.redraw(ask, int(number))


async def _tell_of_seats(ask: Ask, erased: Erased) -> None:
    once = f"{VACANT}:{ask.voice.now.isoformat()}"
    for there in await hearing.secretariat(ask):
        payload = said.vacant(ask.templates, there.voice, erased.seats).payload()
        message = Outgoing(
            f"{once}:{there.channel}", VACANT, VACANT, there.channel, there.voice.language, payload
        )
        await deliveries.put(ask.session, message, ask.voice.now, due=there.due)
