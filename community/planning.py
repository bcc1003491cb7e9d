"""Events as people plan them: added or proposed, changed, confirmed, moved, cancelled, and what came of them.

Who leads the group that holds an event, or is focal point of the country where it takes place, and editors,
put it into the calendar; what other members add waits for an editor. Every change raises the revision, and
is made only to the revision that was looked at: None means that somebody was faster.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, NotFound, refuse
from community.event_drafts import Details, Draft, audience, columns, number_of, when_of, zone_of
from community.events import Happening, about, happening, row_of, touch
from community.names import Names
from community.record import kept, new_key, words
from community.rights import Action, Actor, Subject, may, require
from community.safeguards import looks_personal
from community.timing import Exact, Timing, has_begun, over
from storage.events import Event, proposed_events
from storage.partial_dates import PartialDate, Precision, Status
from storage.vocabulary import EventKind, EventState, Theme


async def add(
    session: AsyncSession, actor: Actor, draft: Draft, names: Names, locale: str, now: datetime
) -> Happening:
    """Put an event into the calendar, or propose it. Raises `NotAllowed`, `Invalid` for every wrong field."""
    require(actor, Action.ADD_EVENT)
    values = await columns(session, draft, names, locale, now)
    direct = may(actor, Action.LIST_EVENT, Subject(values["group_id"], values["place_id"]))
    row = Event(
        key=new_key(), owner_id=actor.member_id, state=None if direct else EventState.PROPOSED, added_at=now,
        changed_at=now, said_by_id=actor.member_id, said_at=now, themes=[], zones=[], languages=[],
        audiences=[], revision=0, **values,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    note(session, actor, "event_added" if direct else "event_proposed", f"event:{row.id}", now)
    return await shown(session, row.id, now)


async def change(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    draft: Draft,
    names: Names,
    locale: str,
    now: datetime,
) -> Happening | None:
    """Let an event say something else; another date is one to which it was moved. Raises as `add`."""
    row = await _to_change(session, actor, number, revision)
    if row is None:
        return None
    values = await columns(session, draft, names, locale, now, row)
    if not may(actor, Action.LIST_EVENT, Subject(values["group_id"], values["place_id"])) and (
        (values["group_id"], values["place_id"]) != (row.group_id, row.place_id)
    ):
        raise Invalid("group", "not_yours")
    _move(row, values.pop("when"))
    if values["group_id"] != row.group_id or values["kind"] is not EventKind.MEETING:
        row.number = None  # it counts the meetings of one group
    for name, value in values.items():
        setattr(row, name, value)
    row.source_id, row.locator, row.derived = None, None, False
    return await _changed(session, actor, row, "changed", now)


async def detail(
    session: AsyncSession, actor: Actor, number: int, revision: int, details: Details, now: datetime
) -> Happening | None:
    """Say more of an event. Raises `NotAllowed`, `NotFound`, `Invalid` for every field that is wrong."""
    row = await _to_change(session, actor, number, revision)
    if row is None:
        return None
    wrong = []
    if details.link and not details.link.startswith(("https://", "http://")):
        wrong.append(Invalid("link", "no_address", details.link))
    if looks_personal(details.about):
        wrong.append(Invalid("about", "personal"))
    if looks_personal(details.organiser):
        wrong.append(Invalid("organiser", "personal"))
    zones = [zone_of(one.strip(), "zones", wrong) for one in details.zones.split(",") if one.strip()]
    audiences = [await audience(session, one, wrong) for one in dict.fromkeys(details.subjects)]
    counted = row.number if details.number is None else await number_of(session, details.number, row, wrong)
    refuse(wrong)
    row.number = counted
    row.about = kept(row.about, details.about, details.language)
    row.organiser = kept(row.organiser, details.organiser, details.language)
    row.link = details.link or None
    row.themes = [theme.value for theme in Theme if theme in details.themes]
    row.languages = list(dict.fromkeys(details.languages))
    row.zones = list(dict.fromkeys(zone for zone in zones if zone != row.when.zone))
    row.audiences = audiences
    return await _changed(session, actor, row, "changed", now)


async def confirm(
    session: AsyncSession, actor: Actor, number: int, revision: int, now: datetime
) -> Happening | None:
    """Say that it takes place on its day. Raises `Invalid` where no day is named, or it is over."""
    row = await _to_change(session, actor, number, revision)
    if row is None:
        return None
    if row.when.precision in (Precision.UNKNOWN, Precision.MONTH, Precision.YEAR, Precision.DEADLINE):
        raise Invalid("first", "day_needed")
    if row.when.status in (Status.CANCELLED, Status.HELD) or over(row.when, now):
        raise Invalid("first", "event_over")
    row.when = replace(row.when, status=Status.PLANNED)
    return await _changed(session, actor, row, "confirmed", now)


async def postpone(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    timing: Timing,
    words_of_it: str,
    language: str,
    now: datetime,
) -> Happening | None:
    """Move an event: to another date, or (unknown) to one that is not known yet. Raises as `change`."""
    row = await _to_change(session, actor, number, revision)
    if row is None:
        return None
    if row.when.status is Status.HELD or row.recurrence:
        raise Invalid("first", "event_over")
    status = Status.TO_BE_CONFIRMED if timing.exact is Exact.UNKNOWN else Status.PLANNED
    when = when_of(timing, status)
    refuse([Invalid("first", "event_past")] if over(when, now) else [])
    _note_of(row, words_of_it, language)
    _move(row, when)
    return await _changed(session, actor, row, "moved", now)


async def cancel(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    words_of_it: str,
    language: str,
    now: datetime,
) -> Happening | None:
    """Say that it does not take place. Raises `Invalid` for one that was cancelled or held before."""
    row = await _to_change(session, actor, number, revision)
    if row is None:
        return None
    if row.when.status in (Status.CANCELLED, Status.HELD):
        raise Invalid("words", "event_over")
    _note_of(row, words_of_it, language)
    row.when = replace(row.when, status=Status.CANCELLED)
    return await _changed(session, actor, row, "cancelled", now)


async def record(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    outcome: str,
    language: str,
    now: datetime,
) -> Happening | None:
    """Say that it was held, and what came of it. Raises `Invalid` for one that is still to come."""
    row = await _to_change(session, actor, number, revision)
    if row is None:
        return None
    wrong = [Invalid("outcome", "personal")] if looks_personal(outcome) else []
    if row.recurrence or not has_begun(row.when, now):
        wrong.append(Invalid("outcome", "not_yet"))
    refuse(wrong)
    row.when = replace(row.when, status=Status.HELD)
    row.outcome = kept(row.outcome, outcome, language)
    return await _changed(session, actor, row, "held", now)


async def decide(
    session: AsyncSession, actor: Actor, number: int, now: datetime, *, accept: bool
) -> Happening | None:
    """Put what was proposed into the calendar, or not. None if that was decided. Raises `NotAllowed`."""
    row = await row_of(session, number, lock=True)
    require(actor, Action.LIST_EVENT, about(row))
    if row.state is not EventState.PROPOSED:
        return None
    row.state = None if accept else EventState.DECLINED
    row.changed_at = now
    note(session, actor, "event_listed" if accept else "event_declined", f"event:{row.id}", now)
    return await shown(session, number, now)


async def proposed(session: AsyncSession, actor: Actor, now: datetime) -> tuple[Happening, ...]:
    """What waits for the actor's decision, longest first, and what they proposed themselves."""
    rows = await proposed_events(session)
    return tuple(
        happening(row, now.astimezone(UTC).date())
        for row in rows
        if may(actor, Action.LIST_EVENT, about(row)) or row.owner_id == actor.member_id is not None
    )


async def to_change(session: AsyncSession, actor: Actor, number: int) -> Event:
    """An event's row for whoever may change it, proposed ones too. Raises `NotAllowed`, `NotFound`."""
    row = await row_of(session, number)
    require(actor, Action.MANAGE_EVENT, about(row))
    return row


async def shown(session: AsyncSession, number: int, now: datetime) -> Happening:
    """An event as it stands after it was written, whatever its state. Raises `NotFound`."""
    return happening(await row_of(session, number), now.astimezone(UTC).date())


async def _to_change(session: AsyncSession, actor: Actor, number: int, revision: int) -> Event | None:
    row = await row_of(session, number, lock=True)
    require(actor, Action.MANAGE_EVENT, about(row))
    if row.state is EventState.DECLINED:
        raise NotFound("event", str(number))
    return row if row.revision == revision else None


async def _changed(session: AsyncSession, actor: Actor, row: Event, what: str, now: datetime) -> Happening:
    touch(row, now)
    row.said_at, row.said_by_id = now, actor.member_id
    note(session, actor, f"event_{what}", f"event:{row.id}", now)
    await session.flush()
    return await shown(session, row.id, now)


def _note_of(row: Event, text: str, language: str) -> None:
    if looks_personal(text):
        raise Invalid("words", "personal")
    if text.strip():
        row.note = words(text, language)


def _move(row: Event, when: PartialDate) -> None:
    """Another date; the one it had is kept in sight as long as it is another one."""
    before = row.when.compact()
    if when.compact() != before:
        row.was = before or row.was
    if row.was == when.compact():
        row.was = None
    row.when = when
