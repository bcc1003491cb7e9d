"""Two forms in which the secretariat lets one entry of the register go into another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community import merging
from community.merging import Kind
from community.rights import Action, require
from handlers.slack import cards
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form
from templates.messages import Message
from templates.slack import merging as said


def register(desk: Desk) -> None:
    """Put the forms on the desk; they are opened from the page of the register."""
    desk.form(Form(said.MERGE, open_merge, plan))
    desk.form(Form(said.MERGE_SURE, open_merge, merge))


async def open_merge(ask: Ask) -> Mapping[str, Any]:
    """The form that asks which goes into which."""
    require(await ask.actor(), Action.MANAGE_REGISTER)
    return said.ask(ask.voice)


async def plan(filled: Filled) -> Mapping[str, Any]:
    """The next form: what will move, and whether it may."""
    ask, values = filled.ask, filled.values
    merger = await merging.plan(
        ask.session,
        await ask.actor(),
        ask.services.names,
        Kind(values["kind"]),
        values["this"],
        values["into"],
        ask.reader.locale,
    )
    return said.sure(ask.voice, merger)


async def merge(filled: Filled) -> Message:
    """Let the one go into the other."""
    ask = filled.ask
    kind, source, target = filled.metadata.split()
    merger = await merging.merge(
        ask.session, await ask.actor(), Kind(kind), int(source), int(target), ask.day, ask.voice.now
    )
    await cards.redraw(ask, f"{merger.kind.value}:{merger.target.key}")
    return said.done(ask.templates, ask.voice, merger)
