"""Reminders: put down by the clock, put off, and switched off by who gets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import deliveries, reminders
from community.deliveries import Outgoing
from community.errors import NotFound
from community.reminding import REMINDER, Reminder
from handlers.slack import words
from handlers.slack.asking import Ask, Services
from handlers.slack.desk import Desk, Filled, Form
from storage.vocabulary import ReminderKind
from templates.messages import Message
from templates.slack import reminders as said
from templates.voice import Voice

SWITCH = {"on": True, "off": False}
AT_ONCE = 100
"""Reminders that are put down in one transaction."""


def register(desk: Desk) -> None:
    """Put the form on the desk."""
    desk.form(Form(said.HOURS, open_hours, save_hours))


async def send(services: Services) -> None:
    """Put down the reminders that are due within a day; what no longer holds is moved or called off.

    One that breaks stops nobody else's. So many at once that thousands take no minute, and no click waits.
    """
    now = services.clock()
    async with services.database.writing() as session:
        found = await reminders.due(session, now, services.default_reader)
    for first in range(0, len(found), AT_ONCE):
        written = []
        for one in found[first : first + AT_ONCE]:
            try:
                written.append((_outgoing(services, one), one.due))
            except Exception as error:
                services.broke("reminder_failed", error)
        async with services.database.writing() as session:
            await deliveries.put_all(session, written, now)


async def answer(ask: Ask) -> Message:
    """Which reminders one gets; `off step` and `on step` change it first."""
    switch, _, kind = ask.text.partition(" ")
    async with ask.services.database.writing() as session:
        actor = await replace(ask, session=session).actor()
        if switch in SWITCH:
            wanted = SWITCH[switch]
            await reminders.choose(session, actor, _kind(kind), ask.voice.now, wanted=wanted)
        chosen = await reminders.chosen(session, actor)
    return said.page(ask.templates, ask.voice, chosen, what=switch if switch in SWITCH else "")


async def answer_later(ask: Ask) -> Message:
    """Put a reminder off, such as `event 17`; the answer says when it comes."""
    services = ask.services
    kind, _, number = ask.text.partition(" ")
    async with services.database.writing() as session:
        actor = await replace(ask, session=session).actor()
        one = await reminders.put_off(
            session, actor, _kind(kind), words.number(number), ask.voice.now, services.default_reader
        )
        await deliveries.put(session, _outgoing(services, one), ask.voice.now, due=one.due)
    return said.put_off(ask.templates, ask.voice, one)


async def open_hours(ask: Ask) -> Mapping[str, Any]:
    """The form for how long before an event one wants to hear of it."""
    return said.form(ask.voice, await reminders.chosen(ask.session, await ask.actor()))


async def save_hours(filled: Filled) -> Message:
    """Save it."""
    ask = filled.ask
    actor = await ask.actor()
    hours = [words.number(one) for one in filled.values["hours"].split(",")]
    await reminders.choose_hours(ask.session, actor, hours, ask.voice.now)
    chosen = await reminders.chosen(ask.session, actor)
    return said.page(ask.templates, ask.voice, chosen, what="on")


def _kind(typed: str) -> ReminderKind:
    if typed not in set(ReminderKind):
        raise NotFound("command", typed)
    return ReminderKind(typed)


def _outgoing(services: Services, one: Reminder) -> Outgoing:
    voice = Voice.to(one.reader, one.due, services.names)
    message = said.message(services.templates, voice, one)
    return Outgoing(
        one.key, one.about, REMINDER, one.to, voice.language, message.payload(), promised=one.due,
        useless=one.useless,
    )  # fmt: skip
