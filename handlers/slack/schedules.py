"""Schedules: where newsletters go and when, and the form in which they are given that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from community import groups, issues, pathfinders, reopening, schedules
from community.names import HOUSE_LANGUAGES
from community.rights import Action, may, require
from community.schedules import Plan
from handlers.slack import newsletters, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form
from storage.vocabulary import Cadence, Quiet
from templates.messages import Message
from templates.slack import schedules as said


def register(desk: Desk) -> None:
    """Put the form on the desk."""
    desk.form(Form(said.SCHEDULE, open_schedule, save_schedule))


async def overview(ask: Ask, what: str = "") -> Message:
    """Where newsletters go and when; for editors what waits, too. `what` was just done, or is asked."""
    actor = await ask.actor()
    plans = await schedules.plans(ask.session)
    waiting = await issues.waiting(ask.session, actor) if may(actor, Action.SEND_EDITION) else None
    services = ask.services
    mailed = services.by_mail and services.is_reachable and any(one.leaves_slack for one in plans)
    by_mail = services.links.subscribe(ask.voice.language) if mailed else ""
    return said.overview(ask.templates, ask.voice, plans, waiting, what=what, by_mail=by_mail)


async def end(ask: Ask, number: int) -> Message:
    """Send nothing more by a schedule."""
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        done = await schedules.end(session, await here.actor(), number, ask.voice.now)
        for issue in await reopening.ended(session, number, ask.voice.now) if done else ():
            await newsletters.tell(here, issue)
        return await overview(here, "ended" if done else "gone")


async def open_schedule(ask: Ask) -> Mapping[str, Any]:
    """The form for a new newsletter, or for the one of the id that is typed."""
    require(await ask.actor(), Action.MANAGE_SCHEDULES)
    number = words.number(ask.text)
    plan = await schedules.plan(ask.session, number) if number else None
    names, places = await groups.group_names(ask.session), await pathfinders.names_of_all(ask.session)
    return said.form(ask.voice, ask.reader.zone, plan, names, places)


async def save_schedule(filled: Filled) -> Message:
    """Save it."""
    ask, values = filled.ask, filled.values
    channels = [
        (channel, language)
        for language in HOUSE_LANGUAGES
        for channel in values.get(f"channels_{language}", "").split(",")
        if channel
    ]
    topics = [topic for name in ("groups", "places", "themes") for topic in values.get(name, "").split(",")]
    plan = Plan(
        channels=tuple(channels),
        cadence=Cadence(values["cadence"]),
        weekday=words.number(values["weekday"]),
        monthday=words.number(values["monthday"]),
        at=time.fromisoformat(values["at"]),
        zone=values["zone"],
        is_reviewed=values["reviewed"] == "yes",
        quiet=Quiet(values["quiet"]),
        topics=tuple(topic for topic in topics if topic),
        leaves_slack=values["leaves_slack"] == "yes",
        id=words.number(filled.metadata),
    )
    before = await schedules.plan(ask.session, plan.id) if plan.id else None
    saved = await schedules.save(ask.session, await ask.actor(), plan, ask.voice.now)
    if before is not None and saved.is_read_otherwise(before):
        for issue in await reopening.rescheduled(ask.session, plan.id, ask.voice.now):
            await newsletters.tell(ask, issue, "rescheduled")
    return await overview(ask, "saved")
