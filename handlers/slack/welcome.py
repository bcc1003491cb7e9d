"""Welcoming who joins, `/alliance welcome`, and the form in which the common principles are accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community import deliveries, welcome
from community.deliveries import Outgoing
from community.members import awake_at, reader_of
from community.welcome import PRINCIPLES_VERSION, Progress, Step
from handlers.slack.asking import Ask, Services
from handlers.slack.desk import Desk, Filled, Form
from handlers.slack.people import Greet
from templates import forms
from templates.messages import Message
from templates.slack import welcome as said
from templates.voice import Voice


def register(desk: Desk) -> None:
    """Put the form on the desk; the command is `/alliance`'s."""

    async def accept(filled: Filled) -> Mapping[str, Any]:
        return await accepted(desk, filled)

    desk.form(Form(said.PRINCIPLES, open_principles, accept))


async def answer(desk: Desk, ask: Ask) -> Message:
    """What this place is, and the steps of the welcome."""
    return said.page(ask.templates, ask.voice, await progress(desk, ask))


async def progress(desk: Desk, ask: Ask) -> Progress:
    """How far the asker has come, in the steps whose forms stand on the desk."""
    return await welcome.progress(ask.session, ask.user, offered(desk))


def offered(desk: Desk) -> list[Step]:
    """The steps that there are: those whose forms stand on the desk."""
    return [step for step in Step if said.FORMS[step] in desk.forms]


async def open_principles(ask: Ask) -> Mapping[str, Any] | Message:
    """The common principles with a box to tick; whoever accepted them reads them, and since when."""
    reached = await welcome.progress(ask.session, ask.user, [Step.PRINCIPLES])
    if reached.accepted_at is not None:
        return said.principles(ask.templates, ask.voice, reached.accepted_at)
    return said.accept(ask.templates, ask.voice, PRINCIPLES_VERSION)


async def accepted(desk: Desk, filled: Filled) -> Mapping[str, Any]:
    """Accept the principles, and show what comes next."""
    ask = filled.ask
    ticked = filled.values["accept"] == "yes"
    await welcome.accept_principles(ask.session, ask.user, filled.metadata, ask.voice.now, ticked=ticked)
    return forms.answer(ask.voice, said.thanks(ask.templates, ask.voice, await progress(desk, ask)))


def greeter(desk: Desk, services: Services) -> Greet:
    """What welcomes somebody who joined, with one message, however often Slack tells of it."""

    async def greet(slack_id: str, event_id: str) -> None:
        now = services.clock()
        async with services.database.writing() as session:
            reached = await welcome.greeted(session, slack_id, event_id, offered(desk), now)
            if reached is None:
                return
            reader = await reader_of(session, slack_id, services.default_reader)
            voice = Voice.to(reader, now, services.names)
            message = Outgoing(
                f"welcome:{slack_id}:{event_id}", welcome.about(slack_id), welcome.WELCOME, slack_id,
                reader.language, said.page(services.templates, voice, reached).payload(),
            )  # fmt: skip
            await deliveries.put(session, message, now, due=awake_at(reader, now))

    return greet
