"""`/digest`: the newsletter of channels: previewed, scheduled, reviewed, approved, looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import structlog

from community import deliveries, editions, events, schedules
from community.deliveries import Outgoing
from community.editions import Issue
from community.events import Happening, Wanted
from community.members import Reader
from community.rights import Action, Actor, may, require
from community.schedules import Plan
from handlers.slack import following, hearing, words
from handlers.slack.asking import Ask, Services
from handlers.slack.desk import Command, Desk, Filled, Form
from storage.deliveries import deliveries_about
from storage.vocabulary import Cadence, EditionState, Quiet
from templates.messages import Message
from templates.slack import editions as said
from templates.terms import N_
from templates.voice import Voice

DRAFT, PART = "draft", "newsletter"
"""The kinds of delivery about an edition: before the editors, and in its channel."""
LOOK_AHEAD = timedelta(days=14)
"""Coming events within this time are named in the newsletter, at most three."""
DECISIONS = {"approve": EditionState.APPROVED, "hold": EditionState.HELD}


def register(desk: Desk) -> None:
    """Put `/digest` and its forms on the desk."""
    desk.command(
        Command(
            "/digest",
            N_("[preview, follow, past]"),
            N_("The newsletter: what the next one holds, what reaches you directly, what went out"),
        ),
        answer,
    )
    desk.form(Form(said.SCHEDULE, open_schedule, save_schedule))
    desk.form(Form(said.EDIT, open_edit, edit))


async def answer(ask: Ask) -> Message:
    """Where the newsletter goes; `preview 3`, `past`, `look 17`; for editors `approve 17 2` and its like."""
    word, _, rest = ask.text.partition(" ")
    meant, number, revision = words.meaning(word) or word, *[*map(words.number, rest.split()), 0, 0][:2]
    match meant:
        case "follow":
            return await following.answer(ask.rest(rest))
        case "past":
            return said.past(ask.templates, ask.voice, await editions.past(ask.session, ask.voice.now))
        case "preview" if number:
            issue = await editions.preview(ask.session, number, ask.voice.now)
            return await _part(ask, issue, f"/digest preview {number}")
        case "look":
            return await _look(ask, number)
        case "review":
            return await _reviewed(ask, number)
        case "approve" | "hold":
            return await _decided(ask, number, revision, DECISIONS[meant])
        case "end":
            return await _ended(ask, number)
    return await _overview(ask)


async def open_schedule(ask: Ask) -> Mapping[str, Any]:
    """The form to give a channel its newsletter."""
    require(await ask.actor(), Action.MANAGE_SCHEDULES)
    return said.schedule(ask.voice, ask.reader.zone)


async def save_schedule(filled: Filled) -> Message:
    """Give it."""
    ask, values = filled.ask, filled.values
    plan = Plan(
        channel=values["channel"],
        cadence=Cadence(values["cadence"]),
        weekday=words.number(values["weekday"]),
        at=time.fromisoformat(values["at"]),
        zone=values["zone"],
        language=values["language"],
        is_reviewed=values["reviewed"] == "yes",
        quiet=Quiet(values["quiet"]),
    )
    await schedules.save(ask.session, await ask.actor(), plan, ask.voice.now)
    return await _overview(ask, "saved")


async def open_edit(ask: Ask) -> Mapping[str, Any]:
    """The form to introduce an edition, for `17 2`."""
    require(await ask.actor(), Action.SEND_EDITION)
    return said.edit(ask.voice, await editions.one(ask.session, words.number(ask.text.partition(" ")[0])))


async def edit(filled: Filled) -> Message:
    """Change it; it waits for approval anew."""
    ask, values = filled.ask, filled.values
    number, revision = map(words.number, filled.metadata.split())
    hidden = frozenset(map(words.number, (values.get("hidden") or "0").split(",")))
    issue = await editions.edit(
        ask.session, await ask.actor(), number, revision, values["introduction"], hidden, ask.voice.now
    )
    if issue is None:
        now = await editions.one(ask.session, number)
        return said.draft(ask.templates, ask.voice, now, "faster")
    await _tell(ask, issue)
    return said.draft(ask.templates, ask.voice, issue)


async def send(services: Services) -> None:
    """Draft or send what is due, each edition in a transaction of its own; one that breaks stops no other."""
    now, reader = services.clock(), services.default_reader
    async with services.database.reading() as session:
        waiting = await editions.due(session, now)
    for number in waiting:
        try:
            async with services.database.writing() as session:
                ask = Ask(services, session, reader, Voice.to(reader, now, services.names), "", "")
                issue = await editions.draft(session, number, now)
                if issue is not None:
                    await _tell(ask, issue)
        except Exception as error:
            structlog.get_logger().error("edition_failed", error=type(error).__name__, exc_info=error)


async def redraw(ask: Ask, update_id: int) -> None:
    """Let the newsletters that hold an update say what it says now; what is not sent yet waits anew."""
    for issue in await editions.touched_by(ask.session, update_id, ask.voice.now):
        if issue.state is EditionState.APPROVED:
            for row, message in zip(
                await deliveries_about(ask.session, issue.about, (PART,)),
                await _parts(ask, issue),
                strict=False,
            ):
                await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)
        else:
            await _tell(ask, issue, "touched")


async def _tell(ask: Ask, issue: Issue, what: str = "") -> None:
    """Put down what follows from an edition's state: its parts for the channel, its draft for the editors."""
    session, now = ask.session, ask.voice.now
    if issue.state is not EditionState.APPROVED:
        await deliveries.call_off(session, issue.about, (PART,))
    silent = issue.state is EditionState.EMPTY and issue.plan.quiet is Quiet.SKIP
    if issue.state in (EditionState.APPROVED, EditionState.EMPTY) and not silent:
        for number, message in enumerate(await _parts(ask, issue), start=1):
            key = f"{issue.about}:{issue.revision}:{number}"
            part = Outgoing(
                key, issue.about, PART, issue.plan.channel, issue.plan.language, message.payload()
            )
            await deliveries.put(session, part, now, due=max(issue.sends_at, now))
    for row in await deliveries.call_off(session, issue.about, (DRAFT,)):
        there = await hearing.at(ask, row.channel)
        same = row.key.startswith(f"{issue.about}:{DRAFT}:{issue.revision}:")
        message = (
            said.draft(ask.templates, there.voice, issue, what)
            if same
            else said.superseded(ask.templates, there.voice, issue)
        )
        await deliveries.replace(session, row, message.payload(), now)
    if issue.plan.is_reviewed or issue.state is EditionState.EMPTY:
        for there in await hearing.editors(ask):
            key = f"{issue.about}:{DRAFT}:{issue.revision}:{there.channel}"
            message = said.draft(ask.templates, there.voice, issue, what)
            told = Outgoing(key, issue.about, DRAFT, there.channel, there.voice.language, message.payload())
            await deliveries.put(session, told, now, due=there.due)


async def _parts(ask: Ask, issue: Issue) -> Sequence[Message]:
    """The messages of an edition in its channel's language and zone."""
    reader = Reader(issue.plan.language, issue.plan.language, issue.plan.zone)
    voice = Voice.to(reader, ask.voice.now, ask.services.names, to_channel=True)
    return said.parts(ask.templates, voice, issue, await _coming(ask, issue, reader))


async def _coming(ask: Ask, issue: Issue, reader: Reader) -> list[Happening]:
    today = reader.today(issue.sends_at)
    found = await events.calendar(ask.session, Wanted(), today)
    soon = [one for one in found if one.when.start and one.when.start <= today + LOOK_AHEAD]
    return soon[:3]


async def _look(ask: Ask, number: int) -> Message:
    """An edition as it is sent; one that was not yet, for the editors alone."""
    issue = await editions.one(ask.session, number)
    if issue.state is not EditionState.APPROVED or issue.sends_at > ask.voice.now:
        require(await ask.actor(), Action.SEND_EDITION)
    return await _part(ask, issue, f"/digest look {number}")


async def _part(ask: Ask, issue: Issue, command: str) -> Message:
    """The part of an edition that is asked for, as it is sent, and the way to the next one."""
    found = await _parts(ask, issue)
    number = min(max(ask.page, 1), len(found))
    if number == len(found):
        return found[number - 1]
    return said.with_next(ask.voice, found[number - 1], f"{command} page {number + 1}")


async def _reviewed(ask: Ask, number: int) -> Message:
    require(await ask.actor(), Action.SEND_EDITION)
    return said.draft(ask.templates, ask.voice, await editions.one(ask.session, number))


async def _decided(ask: Ask, number: int, revision: int, state: EditionState) -> Message:
    """Approve or hold it; whoever is too late sees how it stands."""
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        issue = await editions.decide(session, await here.actor(), number, revision, state, ask.voice.now)
        if issue is not None:
            await _tell(here, issue)
            return said.draft(ask.templates, ask.voice, issue)
        return said.draft(ask.templates, ask.voice, await editions.one(session, number), "faster")


async def _ended(ask: Ask, number: int) -> Message:
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        done = await schedules.end(session, await here.actor(), number, ask.voice.now)
        return await _overview(here, "ended" if done else "gone")


async def _overview(ask: Ask, what: str = "") -> Message:
    actor: Actor = await ask.actor()
    plans = await schedules.plans(ask.session)
    mine = may(actor, Action.SEND_EDITION)
    waiting = await editions.waiting(ask.session, actor) if mine else None
    return said.overview(ask.templates, ask.voice, plans, waiting, what=what)
