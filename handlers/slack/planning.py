"""Planning an event: its forms, its confirmation, a move, a cancellation. Who hears of it: `notices`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from community import events, groups, meetings, pathfinders, planning, registrations
from community.event_drafts import Details, Draft
from community.events import Happening
from community.rights import Action, require
from community.timing import Exact, Timing, repeated
from handlers.slack import cards, notices, showing, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form, Lost
from handlers.slack.registrations import tell_moved
from storage.partial_dates import Status
from storage.vocabulary import EventKind, Mode, Theme, Visibility
from templates import forms as modal
from templates.messages import Message
from templates.slack import agendas
from templates.slack import events as said
from templates.slack import meetings as minutes
from templates.slack import registrations as seats
from templates.slack.events import forms, later


def register(desk: Desk) -> None:
    """Put the forms on the desk."""
    desk.form(Form(forms.EVENT, open_plan, save_plan))
    desk.form(Form(forms.DETAILS, open_details, save_details))
    desk.form(Form(later.MOVE, open_move, save_move))
    desk.form(Form(later.CANCEL, open_cancel, save_cancel))
    desk.form(Form(later.RESULT, open_result, save_result))


async def manage(ask: Ask, what: str = "") -> Message:
    """What may be done with an event, by who may."""
    event = await _event(ask, words.number(ask.text))
    further = [
        *agendas.buttons(ask.voice, event, there=True),
        *seats.managing(ask.voice, event),
        *minutes.managing(ask.voice, event),
    ]
    return said.manage(ask.templates, ask.voice, event, further=further, what=what)


async def confirm(ask: Ask) -> Message:
    """Say that an event takes place on its day: `17 3`, its id and the revision that was looked at."""
    number, _, revision = ask.text.partition(" ")
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        actor = await here.actor()
        event = await planning.confirm(
            session, actor, words.number(number), words.number(revision), ask.voice.now
        )
        if event is not None:
            await cards.redraw(here, event.ref)
        shown = event or await planning.shown(session, words.number(number), ask.voice.now)
        return await _card(here, shown, "confirmed" if event else "faster")


async def open_plan(ask: Ask) -> Mapping[str, Any]:
    """The form for a new event, or for the one of the id that is typed."""
    number, names = words.number(ask.text), await groups.group_names(ask.session)
    if number:
        return forms.plan(ask.voice, ask.reader.zone, names, old=await _event(ask, number))
    actor = await ask.actor()
    require(actor, Action.ADD_EVENT)
    own = await groups.led_by(ask.session, actor)
    return forms.plan(ask.voice, ask.reader.zone, names, group=own)


async def save_plan(filled: Filled) -> Lost | Mapping[str, Any]:
    """Add an event, or change the one that the form was opened for."""
    ask, draft = filled.ask, _draft(filled)
    actor, names, locale = await ask.actor(), ask.services.names, ask.reader.locale
    number, revision = _seen(filled)
    if not number:
        event = await planning.add(ask.session, actor, draft, names, locale, ask.voice.now)
        await notices.tell_deciders(ask, event)
        return await _closing(ask, event, "added")
    before = await planning.shown(ask.session, number, ask.voice.now)
    changed = await planning.change(ask.session, actor, number, revision, draft, names, locale, ask.voice.now)
    return await _after(ask, before, changed, "changed")


async def open_details(ask: Ask) -> Mapping[str, Any]:
    """The form for the rest that is said of an event."""
    event = await _event(ask, words.number(ask.text))
    row = await events.row_of(ask.session, event.id)
    names, places = await groups.group_names(ask.session), await pathfinders.names_of_all(ask.session)
    free = await meetings.free_number(ask.session, event)
    return forms.details(ask.voice, event, row.link or "", names, places, number=free)


async def save_details(filled: Filled) -> Lost | Mapping[str, Any]:
    """Save it."""
    ask, values = filled.ask, filled.values
    details = Details(
        language=ask.voice.language,
        about=values["about"],
        organiser=values["organiser"],
        link=values["link"],
        themes=tuple(Theme(one) for one in _several(values, "themes")),
        languages=_several(values, "languages"),
        subjects=(*_several(values, "groups"), *_several(values, "places")),
        zones=values["zones"],
        number=values.get("number"),
    )

    async def save(number: int, revision: int) -> Happening | None:
        return await planning.detail(ask.session, await ask.actor(), number, revision, details, ask.voice.now)

    return await _saved(filled, save, "changed")


async def open_move(ask: Ask) -> Mapping[str, Any]:
    """The form to move an event."""
    return later.move(ask.voice, ask.reader.zone, await _event(ask, words.number(ask.text)))


async def save_move(filled: Filled) -> Lost | Mapping[str, Any]:
    """Move it, and tell those who are registered."""
    ask, typed, timing = filled.ask, filled.values["words"], _timing(filled)

    async def save(number: int, revision: int) -> Happening | None:
        return await planning.postpone(
            ask.session, await ask.actor(), number, revision, timing, typed, ask.voice.language, ask.voice.now
        )

    return await _saved(filled, save, "moved")


async def open_cancel(ask: Ask) -> Mapping[str, Any]:
    """The form to cancel an event."""
    return later.cancel(ask.voice, await _event(ask, words.number(ask.text)))


async def save_cancel(filled: Filled) -> Lost | Mapping[str, Any]:
    """Cancel it, and tell those who are registered."""
    ask, typed = filled.ask, filled.values["words"]

    async def save(number: int, revision: int) -> Happening | None:
        return await planning.cancel(
            ask.session, await ask.actor(), number, revision, typed, ask.voice.language, ask.voice.now
        )

    return await _saved(filled, save, "cancelled")


async def open_result(ask: Ask) -> Mapping[str, Any]:
    """The form to say that an event was held, and what came of it."""
    return later.result(ask.voice, await _event(ask, words.number(ask.text)))


async def save_result(filled: Filled) -> Lost | Mapping[str, Any]:
    """Record it."""
    ask, typed = filled.ask, filled.values["outcome"]

    async def save(number: int, revision: int) -> Happening | None:
        return await planning.record(
            ask.session, await ask.actor(), number, revision, typed, ask.voice.language, ask.voice.now
        )

    return await _saved(filled, save, "held")


async def _saved(
    filled: Filled, save: Callable[[int, int], Awaitable[Happening | None]], what: str
) -> Lost | Mapping[str, Any]:
    ask, (number, revision) = filled.ask, _seen(filled)
    before = await planning.shown(ask.session, number, ask.voice.now)
    return await _after(ask, before, await save(number, revision), what)


async def _after(ask: Ask, before: Happening, event: Happening | None, what: str) -> Lost | Mapping[str, Any]:
    """Tell who is to hear of a change, and say what came of it; None: somebody else was faster."""
    if event is None:
        return Lost(said.lost(ask.templates, ask.voice))
    await notices.tell_change(ask, before, event)
    if event.is_proposed:
        await notices.tell_deciders(ask, event)
    row = await events.row_of(ask.session, event.id, lock=True)
    moved_up = await registrations.capacity_changed(ask.session, row, ask.voice.now)
    await tell_moved(ask, event.id, moved_up)
    await cards.redraw(ask, event.ref)
    return await _closing(ask, event, what)


async def _closing(ask: Ask, event: Happening, what: str) -> Mapping[str, Any]:
    """The last page of a form: the card, with its buttons; of a proposal, how it stands."""
    message = await _card(ask, event, "twice" if _twice(event) else what)
    if event.is_proposed:
        return modal.closing(ask.voice, forms.EVENT, message)
    return modal.answer(ask.voice, message)


async def _card(ask: Ask, event: Happening, what: str) -> Message:
    if event.is_proposed:
        return said.card(ask.templates, ask.voice, event, said.Shown(), shared=True, what=what)
    return await showing.card(ask, event.id, what)


async def _event(ask: Ask, number: int) -> Happening:
    """An event for who may change it, proposed ones too. Raises `NotAllowed`, `NotFound`."""
    row = await planning.to_change(ask.session, await ask.actor(), number)
    return events.happening(row, ask.today)


def _draft(filled: Filled) -> Draft:
    values = filled.values
    return Draft(
        name=values["name"],
        language=filled.ask.voice.language,
        kind=EventKind(values["kind"]),
        timing=_timing(filled),
        status=Status(values["status"]),
        mode=Mode(values["mode"]) if values["mode"] else None,
        venue=values["venue"],
        place=values["place"],
        group="" if values["group"] == forms.NOWHERE else values["group"],
        visibility=Visibility(values["visibility"]),
        takes_registrations=values["registers"] == "yes",
        capacity=values["capacity"],
    )


def _timing(filled: Filled) -> Timing:
    return Timing(
        exact=Exact(filled.values["exact"]),
        first=filled.day("first"),
        last=filled.day("last"),
        starts_at=filled.hour("starts_at"),
        ends_at=filled.hour("ends_at"),
        zone=filled.values["zone"],
    )


def _twice(event: Happening) -> bool:
    """Whether its hour comes twice on its day, so that it is to be said which one is meant."""
    when = event.when
    if when.start is None or when.starts_at is None or when.zone is None:
        return False
    return repeated(when.start, when.starts_at, when.zone)


def _several(values: Mapping[str, str], field: str) -> tuple[str, ...]:
    return tuple(one for one in values.get(field, "").split(",") if one)


def _seen(filled: Filled) -> tuple[int, int]:
    number, _, revision = filled.metadata.partition(" ")
    return words.number(number), words.number(revision)
