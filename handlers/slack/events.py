"""`/events`: what is coming and what has been, by month, region, group and country."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from community import events, groups, pathfinders
from community.errors import Ambiguous, NotFound
from community.events import Wanted
from handlers.slack import words
from handlers.slack.asking import Ask
from handlers.slack.desk import Command, Desk
from templates.messages import Message
from templates.slack import events as said
from templates.terms import N_


def register(desk: Desk) -> None:
    """Put `/events` on the desk."""
    desk.command(
        Command(
            "/events",
            N_("[month, region, group, country, past]"),
            N_("What is coming, in your own time zone; what has been with `past`"),
        ),
        answer,
    )


async def answer(ask: Ask) -> Message:
    """The events that fit every word of the question."""
    wanted, name = await read(ask)
    found = await events.calendar(ask.session, wanted, ask.today)
    return said.listing(
        ask.templates,
        ask.voice,
        found,
        wanted,
        asked=f"/events {ask.text}".strip(),
        name=name,
        shared=ask.shared,
        page=ask.page,
    )


async def read(ask: Ask) -> tuple[Wanted, str]:
    """What is wanted, and the name of a place or group in it, as typed. Raises `Ambiguous` or `NotFound`."""
    wanted = Wanted()
    names: list[str] = []
    for word in ask.text.split():
        if words.meaning(word) == "past":
            wanted = replace(wanted, past=True)
        elif words.meaning(word) == "more":
            continue
        elif (number := words.year(word)) is not None:
            wanted = replace(wanted, year=number)
        elif (number := words.month(word)) is not None:
            wanted = replace(wanted, month=number)
        else:
            names.append(word)
    name = " ".join(names)
    if not name:
        return wanted, ""
    if region := words.region(name):
        return replace(wanted, region=region), ""
    return await _of_a_group_or_place(ask, wanted, name), name


async def _of_a_group_or_place(ask: Ask, wanted: Wanted, name: str) -> Wanted:
    with contextlib.suppress(NotFound, Ambiguous):
        return replace(wanted, group=groups.find_group(await groups.group_names(ask.session), name))
    try:
        key = await pathfinders.find_place(ask.session, ask.services.names, name, ask.reader.locale)
    except NotFound as nothing:
        raise NotFound("event", name, nothing.nearest) from nothing
    return replace(wanted, place=key)
