"""Calendars: the dated events that stand in one, read in pieces."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from storage.events import Event, EventAudience
from storage.registrations import Registration
from storage.sight import Sight
from storage.vocabulary import RegistrationState

Ids = Collection[int] | Select[Any]
"""Ids, or a query for them."""
IN_A_PIECE = 200
"""Events that are read at once: between two pieces others get their turn."""


def everything() -> ColumnElement[bool]:
    """The condition that holds for every event."""
    return true()


def of_groups(group_ids: Ids) -> ColumnElement[bool]:
    """Events that one of these groups holds, or that concern it."""
    further = select(EventAudience.event_id).where(EventAudience.group_id.in_(group_ids))
    return or_(Event.group_id.in_(group_ids), Event.id.in_(further))


def of_places(place_ids: Ids) -> ColumnElement[bool]:
    """Events that take place in one of these places, or concern it."""
    further = select(EventAudience.event_id).where(EventAudience.place_id.in_(place_ids))
    return or_(Event.place_id.in_(place_ids), Event.id.in_(further))


def of_registered(member_id: int) -> ColumnElement[bool]:
    """Events at which a member has a place."""
    registered = select(Registration.event_id).where(
        Registration.member_id == member_id, Registration.state == RegistrationState.REGISTERED
    )
    return Event.id.in_(registered)


async def dated_events(
    session: AsyncSession, wanted: ColumnElement[bool], sight: Sight, since: date
) -> AsyncIterator[list[Event]]:
    """Of the events `wanted` those that may be seen and end on `since` or later, or come every year.

    In the order in which they were added, in pieces; all that is shown comes with the row, by one query a
    piece.
    """
    dated = or_(Event.when_end >= since, Event.recurrence.is_not(None))  # type: ignore[attr-defined]
    listed = and_(Event.state.is_(None), sight.condition(Event), dated, wanted)
    last = 0
    while True:
        query = select(Event).where(listed, Event.id > last).order_by(Event.id).limit(IN_A_PIECE)
        rows = list((await session.scalars(query)).unique().all())
        if rows:
            yield rows
        if len(rows) < IN_A_PIECE:
            return
        last = rows[-1].id
