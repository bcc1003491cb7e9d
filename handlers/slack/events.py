"""`/events`: what is coming and what has been; one event; and the words with which one plans it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace

from community import coming, groups, pathfinders
from community.coming import Wanted
from community.errors import Ambiguous, NotFound
from community.paging import listed
from community.rights import Action, may
from handlers.slack import (
    agendas,
    calendars,
    meetings,
    observances,
    planning,
    proposals,
    registrations,
    showing,
    words,
)
from handlers.slack.asking import Answer, Ask
from handlers.slack.desk import Command, Desk
from templates.messages import Message
from templates.slack import events as said
from templates.slack.events import forms
from templates.slack.meetings.forms import BUSINESS
from templates.slack.registrations import ATTENDANCE
from templates.terms import N_


def register(desk: Desk) -> None:
    """Put `/events` and its forms on the desk."""
    desk.command(
        Command(
            "/events",
            N_("[month, region, group, country, past, add]"),
            N_("What is coming, in your own time zone; what has been with `past`"),
            forms={"add": forms.EVENT, "attendance": ATTENDANCE, "aob": BUSINESS},
        ),
        answer,
    )
    planning.register(desk)
    registrations.register(desk)
    agendas.register(desk)
    meetings.register(desk)
    observances.register(desk)


async def show(ask: Ask) -> Message:
    """One event, by its id."""
    return await showing.card(ask, words.number(ask.text))


ANSWERS: Mapping[str, Answer] = {
    "show": show,
    "subscribe": calendars.answer,
    "manage": planning.manage,
    "confirm": planning.confirm,
    "proposed": proposals.proposed,
    "accept": proposals.accept,
    "decline": proposals.decline,
    **registrations.ANSWERS,
    **agendas.ANSWERS,
    **meetings.ANSWERS,
    "day": observances.answer,
}
"""Who answers what, by the word after `/events`; without one of these it is the list."""


async def answer(ask: Ask) -> Message:
    """One event, what is to be done with it, or the events that fit every word of the question."""
    first, _, rest = ask.text.partition(" ")
    if meant := ANSWERS.get(words.meaning(first) or first.lower()):
        return await meant(ask.rest(rest.strip()))
    wanted, name = await read(ask)
    actor = await ask.actor()
    sight = await showing.sight(ask, actor)
    found = await coming.lines(ask.session, wanted, ask.today, sight, now=ask.voice.now)
    page = listed(found, ask.page, said.LISTED)
    lines = [line for _, line in page.entries]
    events = await coming.shown(ask.session, lines, wanted, ask.today, now=ask.voice.now)
    return said.listing(
        ask.templates,
        ask.voice,
        page.showing(events),
        wanted,
        count=len(found),
        asked=f"/events {ask.text}".strip(),
        name=name,
        shared=ask.shared,
        may_add=may(actor, Action.ADD_EVENT),
    )


async def read(ask: Ask) -> tuple[Wanted, str]:
    """What is wanted, and the name of a place or group in it, as typed. Raises `Ambiguous` or `NotFound`."""
    past, names = False, list[str]()
    period: dict[str, int] = {}
    for word in ask.text.split():
        if words.meaning(word) == "past":
            past = True
        elif words.meaning(word) == "more":
            continue
        elif named := words.period(word):
            period |= named
        else:
            names.append(word)
    wanted = Wanted(past, period.get("month"), period.get("year"))
    wanted = replace(wanted, past=past or wanted.is_over(ask.today))
    typed, name = " ".join(names), " ".join(words.unconnected(names, ask.text))
    name = name or ("" if period else typed)  # "de" alone is Germany
    if not name:
        return wanted, ""
    if region := words.region(name):
        return replace(wanted, region=region), ""
    try:
        return await _of_a_group_or_place(ask, wanted, name), name
    except NotFound:
        if typed != name:
            with contextlib.suppress(NotFound):  # "The Hague Union" may be called just so
                return await _of_a_group_or_place(ask, wanted, typed), typed
        raise


async def _of_a_group_or_place(ask: Ask, wanted: Wanted, name: str) -> Wanted:
    with contextlib.suppress(NotFound, Ambiguous):
        return replace(wanted, group=groups.find_group(await groups.group_names(ask.session), name))
    try:
        key = await pathfinders.find_place(ask.session, ask.services.names, name, ask.reader.locale)
    except NotFound as nothing:
        raise NotFound("event", name, nothing.nearest) from nothing
    return replace(wanted, place=key)
