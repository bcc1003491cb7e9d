"""`/pathfinder Nepal change`, `/actiongroup migration change`: who is responsible keeps the record true."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from community import groups, history, pathfinders, planning, progress, record, staleness
from community import standing as standings
from community.deliveries import Outgoing, put
from community.errors import Invalid
from community.members import awake_at, reader_of
from community.record import FactDraft
from community.rights import Subject, actor_of
from handlers.slack import cards, digests, newsletters, notices, words
from handlers.slack.asking import Ask, Services
from handlers.slack.desk import Desk, Filled, Form, Lost
from storage.partial_dates import Status
from storage.vocabulary import FactKind, FactState, GroupStatus, Stage, Theme
from templates import forms
from templates.messages import Message
from templates.slack import record as said
from templates.voice import Voice

Save = Callable[[Filled], Awaitable[Message | Lost]]


def register(desk: Desk) -> None:
    """Put the forms on the desk; the commands are `/pathfinder`'s and `/actiongroup`'s."""
    desk.form(Form(said.FACT, open_fact, _and_redraw(save_fact)))
    desk.form(Form(said.WORKSHOP, open_workshop, _and_redraw(save_workshop)))
    desk.form(Form(said.STAGE, open_stage, _and_redraw(save_stage)))
    desk.form(Form(said.STATUS, open_status, _and_redraw(save_status)))


def asked(text: str) -> tuple[str, str] | None:
    """Whose record is to be changed, and what follows: "Nepal change earlier" → ("Nepal", "earlier")."""
    parts = text.split()
    at = next((i for i, part in enumerate(parts) if i and words.meaning(part) == "change"), 0)
    return (" ".join(parts[:at]), " ".join(parts[at + 1 :])) if at else None


def _and_redraw(save: Save) -> Save:
    """The same, and shared cards of what was changed are drawn anew; its scope stands first in metadata."""

    async def saved(filled: Filled) -> Message | Lost:
        message = await save(filled)
        await cards.redraw(filled.ask, filled.metadata.partition(" ")[0])
        return message

    return saved


async def of_place(ask: Ask, name: str, rest: str) -> Message | None:
    """What stands of a pathfinder, to be changed; None for a place that is none."""
    key = await pathfinders.find_place(ask.session, ask.services.names, name, ask.reader.locale)
    try:
        return await _page(ask, f"place:{key}", rest)
    except Invalid:
        return None


async def of_group(ask: Ask, name: str, rest: str) -> Message:
    """What stands of a group, to be changed."""
    key = groups.find_group(await groups.group_names(ask.session), name)
    return await _page(ask, f"group:{key}", rest)


async def _page(ask: Ask, scope: str, rest: str) -> Message:
    """What stands; after `earlier` what it said before. `confirm 17` and `back 5` act first."""
    word, _, which = rest.partition(" ")
    meant, what, number = words.meaning(word), "", words.number(which)
    if meant in ("confirm", "back") and number:
        async with ask.services.database.writing() as session:
            actor = await actor_of(session, ask.user, ask.day)
            if meant == "back":
                what = (await history.take_back(session, actor, number, ask.voice.now)).value
                await newsletters.redraw_change(replace(ask, session=session), number)
                await digests.redraw_change(replace(ask, session=session), number)
            else:
                done = await record.confirm_fact(session, actor, number, ask.voice.now)
                what = "confirmed" if done else "gone"
            await cards.redraw(replace(ask, session=session), scope)
    actor = await ask.actor()
    found = await standings.standing(ask.session, actor, scope, ask.today)
    if meant in ("earlier", "back"):
        subject = await record.subject_of(ask.session, scope)
        changes = await history.earlier(ask.session, actor, subject, ask.today)
        return said.earlier(ask.templates, ask.voice, found, changes, what=what, page=ask.page)
    return said.page(
        ask.templates, ask.voice, found, stale_after=ask.services.stale_after, what=what, page=ask.page
    )


async def open_fact(ask: Ask) -> Mapping[str, Any]:
    """The form to add a fact to `place:NP`, or, for `place:NP fact:17`, to change one."""
    scope, _, name = ask.text.partition(" ")
    found = await standings.standing(ask.session, await ask.actor(), scope, ask.today)
    if not name:
        return said.fact_form(ask.voice, scope, found)
    entry = await standings.entry(ask.session, await ask.actor(), name, ask.today)
    if entry is None:
        return _gone(ask, said.FACT)
    return said.fact_form(ask.voice, scope, found, entry)


async def save_fact(filled: Filled) -> Message | Lost:
    """Add it, change it, say that it is still true, or that it is no longer."""
    ask, values = filled.ask, filled.values
    scope, name, seen = (*filled.metadata.split(), "", "")[:3]
    actor, now, number = await ask.actor(), ask.voice.now, words.number(name.partition(":")[2])
    if name and values["act"] == "confirm":
        done = await record.confirm_fact(ask.session, actor, number, now, seen=seen)
        return said.done(ask.templates, ask.voice, "confirmed" if done else "gone")
    if name and values["act"] == "end":
        done = await record.end_fact(ask.session, actor, number, now, seen=seen)
        return said.done(ask.templates, ask.voice, "ended" if done else "gone")
    draft = FactDraft(
        kind=FactKind(values["kind"]),
        text=values["text"],
        language=values["language"],
        theme=Theme(values["theme"]) if values["theme"] in set(Theme) else None,
        state=FactState(values["state"]) if values["state"] in set(FactState) else None,
        owner=values["owner"],
        when=record.read_when(words.deadline(values["when"])),
    )
    if not name:
        await record.add_fact(ask.session, actor, scope, draft, now)
        return said.done(ask.templates, ask.voice, "added")
    done = await record.change_fact(ask.session, actor, number, draft, now, seen=seen)
    return _changed(ask, done)


async def open_workshop(ask: Ask) -> Mapping[str, Any]:
    """The form for what became of a workshop, for `place:NP event:5`."""
    scope, _, name = ask.text.partition(" ")
    entry = await standings.entry(ask.session, await ask.actor(), name, ask.today)
    return said.workshop_form(ask.voice, scope, entry) if entry else _gone(ask, said.WORKSHOP)


async def save_workshop(filled: Filled) -> Message | Lost:
    """Say what became of it."""
    ask, values = filled.ask, filled.values
    _, name, seen = filled.metadata.split()
    when = record.read_when(words.deadline(values["when"]), Status(values["status"]))
    result = progress.Result(when, values["note"], values["language"])
    number = words.number(name.partition(":")[2])
    before = await planning.shown(ask.session, number, ask.voice.now)
    done = await progress.change_workshop(
        ask.session, await ask.actor(), number, result, ask.voice.now, seen=seen
    )
    if done:
        await notices.tell_change(ask, before, await planning.shown(ask.session, number, ask.voice.now))
    return _changed(ask, done)


async def open_stage(ask: Ask) -> Mapping[str, Any]:
    """The form for the stage that a pathfinder has reached."""
    found = await standings.standing(ask.session, await ask.actor(), ask.text, ask.today)
    return said.stage_form(ask.voice, found)


async def save_stage(filled: Filled) -> Message | Lost:
    """Let it have reached that stage."""
    ask, values = filled.ask, filled.values
    scope, seen = filled.metadata.split()
    stage, when = Stage(values["stage"]), record.read_when(words.deadline(values["when"]))
    actor, now = await ask.actor(), ask.voice.now
    done = await progress.set_stage(ask.session, actor, scope, stage, when, now, seen=seen)
    return _changed(ask, done)


async def open_status(ask: Ask) -> Mapping[str, Any]:
    """The form for whether a group is at work."""
    found = await standings.standing(ask.session, await ask.actor(), ask.text, ask.today)
    return said.status_form(ask.voice, found)


async def save_status(filled: Filled) -> Message | Lost:
    """Say whether it is."""
    ask, status = filled.ask, GroupStatus(filled.values["status"])
    scope, seen = filled.metadata.split()
    done = await progress.set_status(ask.session, await ask.actor(), scope, status, ask.voice.now, seen=seen)
    return _changed(ask, done)


def _changed(ask: Ask, done: object) -> Message | Lost:
    page = said.done(ask.templates, ask.voice, "changed" if done else "gone")
    return page if done else Lost(page)


async def nudge(services: Services) -> None:
    """Ask once, in a direct message, whether what nobody confirmed for long is still true.

    Each group and place in a transaction of its own: one that breaks stops no other.
    """
    now = services.clock()
    async with services.database.reading() as session:
        stale = await staleness.stale(session, now, services.stale_after)
    for subject in stale:
        try:
            async with services.database.writing() as session:
                await _nudge(services, session, subject, now)
        except Exception as error:
            services.broke("nudge_failed", error)


async def _nudge(services: Services, session: AsyncSession, subject: Subject, now: datetime) -> None:
    for one in await staleness.to_nudge(session, subject, now, services.stale_after):
        reader = await reader_of(session, one.slack_id, services.default_reader)
        voice = Voice.to(reader, now, services.names)
        message = said.nudge(services.templates, voice, one, stale_after=services.stale_after)
        promised = Outgoing(
            one.key, one.scope, "nudge", one.slack_id, voice.language, payload=message.payload()
        )
        await put(session, promised, now, due=awake_at(reader, now))


def _gone(ask: Ask, name: str) -> Mapping[str, Any]:
    """A page that says so, in place of the form."""
    return forms.closing(ask.voice, name, said.done(ask.templates, ask.voice, "gone"))
