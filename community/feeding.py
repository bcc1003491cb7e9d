"""What comes of one event goes into a later one: a consultation into a review, a meeting into a forum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community import events
from community.audit import note
from community.errors import NotFound
from community.events import Happening
from community.rights import Action, Actor, require
from community.sight import sight_of
from storage.events import Event, FeedsInto, links_between
from storage.sight import Sight


class Fed(StrEnum):
    """What came of the wish to link two events, or to end their link."""

    LINKED = "linked"
    LINKED_ALREADY = "linked_already"
    UNLINKED = "unlinked"
    NOT_LINKED = "not_linked"
    ITSELF = "itself"
    LOOP = "loop"
    EARLIER = "earlier"


@dataclass(frozen=True)
class Links:
    """Where the results of an event go, and whose results it takes up, as far as the reader may see them."""

    into: tuple[Happening, ...] = ()
    takes_up: tuple[Happening, ...] = ()


async def feed(
    session: AsyncSession, actor: Actor, number: int, into: int, now: datetime, day: date, *, link: bool
) -> tuple[Fed, Happening, Happening]:
    """Say that the results of an event go `into` another, or (`link` is False) that they do not.

    Gives what came of it, and the two. Raises `NotAllowed` for all but the first one's organisers, `NotFound`
    for one that is not there or that they may not see.
    """
    rows = {one: await events.row_of(session, one, lock=True) for one in sorted({number, into})}
    row, later = rows[number], rows[into]
    sight = await sight_of(session, actor, day)
    for one in (row, later):
        if one.state is not None or not (sight.sees(one) or one is row):
            raise NotFound("event", str(one.id))
    require(actor, Action.MANAGE_EVENT, events.about(row))
    came = await _feed(session, row, later, link=link)
    if came in (Fed.LINKED, Fed.UNLINKED):
        subject = f"event:{row.id}>event:{later.id}"
        note(session, actor, "event_linked" if link else "event_unlinked", subject, now)
    await session.flush()
    return came, events.happening(row, day), events.happening(later, day)


async def links(session: AsyncSession, number: int, sight: Sight, today: date) -> Links:
    """The events linked to one, of those that may be seen."""
    into: list[Happening] = []
    takes_up: list[Happening] = []
    for link in await links_between(session, number):
        other = await events.row_of(session, link.into_id if link.event_id == number else link.event_id)
        if other.state is None and sight.sees(other):
            (into if link.event_id == number else takes_up).append(events.happening(other, today))
    return Links(tuple(into), tuple(takes_up))


async def _feed(session: AsyncSession, row: Event, later: Event, *, link: bool) -> Fed:
    same = select(FeedsInto).where(FeedsInto.event_id == row.id, FeedsInto.into_id == later.id)
    stands = (await session.scalars(same)).one_or_none()
    if not link:
        if stands is None:
            return Fed.NOT_LINKED
        await session.delete(stands)
        return Fed.UNLINKED
    if stands is not None:
        return Fed.LINKED_ALREADY
    if row.id == later.id:
        return Fed.ITSELF
    begins, ended = row.when.start or row.when.end, later.when.end
    if begins and ended and ended < begins and later.recurrence is None:
        return Fed.EARLIER
    if await _leads_to(session, later.id, row.id):
        return Fed.LOOP
    session.add(FeedsInto(event_id=row.id, into_id=later.id))
    return Fed.LINKED


async def _leads_to(session: AsyncSession, first: int, wanted: int) -> bool:
    """Whether the results of one event go into another, over whatever others."""
    seen, ahead = {first}, [first]
    while ahead:
        query = select(FeedsInto.into_id).where(FeedsInto.event_id.in_(ahead))
        ahead = [one for one in await session.scalars(query) if one not in seen]
        seen.update(ahead)
    return wanted in seen
