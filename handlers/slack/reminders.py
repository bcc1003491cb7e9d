"""Reminders: put down by the clock, put off, and switched off by who gets them."""

from __future__ import annotations

from dataclasses import replace

import structlog

from community import deliveries, reminders
from community.deliveries import Outgoing
from community.errors import NotFound
from community.reminders import REMINDER, Reminder
from handlers.slack import words
from handlers.slack.asking import Ask, Services
from storage.vocabulary import ReminderKind
from templates.messages import Message
from templates.slack import reminders as said
from templates.voice import Voice

SWITCH = {"on": True, "off": False}


async def send(services: Services) -> None:
    """Put down the reminders that are due within a day; what no longer holds is moved or called off.

    Each in a transaction of its own: one that breaks stops nobody else's.
    """
    now = services.clock()
    async with services.database.writing() as session:
        found = await reminders.due(session, now, services.default_reader)
    for one in found:
        try:
            async with services.database.writing() as session:
                await deliveries.put(session, _outgoing(services, one), now, due=one.due)
        except Exception as error:
            structlog.get_logger().error("reminder_failed", error=type(error).__name__, exc_info=error)


async def answer(ask: Ask) -> Message:
    """Which reminders one gets; `off step` and `on step` change it first."""
    switch, _, kind = ask.text.partition(" ")
    async with ask.services.database.writing() as session:
        actor = await replace(ask, session=session).actor()
        if switch in SWITCH:
            if kind not in set(ReminderKind):
                raise NotFound("command", ask.text)
            chosen = ReminderKind(kind)
            await reminders.choose(session, actor, chosen, ask.voice.now, wanted=SWITCH[switch])
        off = await reminders.off(session, actor)
    return said.page(ask.templates, ask.voice, off, what=switch if switch in SWITCH else "")


async def answer_later(ask: Ask) -> Message:
    """Put a reminder off until tomorrow, for the update of an id; the answer says when it comes."""
    services = ask.services
    async with services.database.writing() as session:
        actor = await replace(ask, session=session).actor()
        number = words.number(ask.text)
        one = await reminders.put_off(session, actor, number, ask.voice.now, services.default_reader)
        await deliveries.put(session, _outgoing(services, one), ask.voice.now, due=one.due)
    return said.put_off(ask.templates, ask.voice, one.item, one.due)


def _outgoing(services: Services, one: Reminder) -> Outgoing:
    voice = Voice.to(one.reader, one.due, services.names)
    message = said.step(services.templates, voice, one.item)
    return Outgoing(
        one.key, one.about, REMINDER, one.to, voice.language, message.payload(), promised=one.due,
        useless=one.useless,
    )  # fmt: skip
