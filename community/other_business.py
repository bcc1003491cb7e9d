"""Any other business: what those who belong to a group ask beforehand to be taken up at its meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from community import events
from community.agendas import Item, item_of
from community.audit import note
from community.coming import is_coming
from community.errors import Invalid, NotFound, refuse
from community.events import Happening, happening
from community.record import new_key, words
from community.rights import Action, Actor, may, require
from community.safeguards import looks_personal
from community.sight import sight_of
from storage.agendas import AgendaItem, items_of
from storage.events import Event
from storage.partial_dates import Precision
from storage.roles import insiders
from storage.vocabulary import EventKind

EXACT = (Precision.DAY, Precision.RANGE, Precision.PART_OF_DAY)


class Closed(StrEnum):
    """Why somebody cannot propose anything: it is no meeting, it has begun, or they are not of its group."""

    NO_MEETING = "no_meeting"
    BEGUN = "begun"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Draft:
    """What somebody proposes, in one language; `about` may be empty."""

    title: str
    about: str
    language: str


@dataclass(frozen=True)
class Proposal:
    """One item, who proposed it by Slack id, and whether the reader may take it back."""

    item: Item
    by: str | None
    may_withdraw: bool


@dataclass(frozen=True)
class Business:
    """What was proposed for a meeting; `closed` says why nothing can be proposed, by the reader or at all."""

    event: Happening
    proposals: tuple[Proposal, ...]
    closed: Closed | None
    may_propose: bool


def is_open(event: Happening, now: datetime) -> bool:
    """Whether any other business is collected for an event: it is a meeting, and still to begin."""
    today = now.astimezone(UTC).date()
    if event.kind is not EventKind.MEETING or event.is_proposed or not is_coming(event, today):
        return False
    if start := event.when.instant():
        return now < start
    return event.when.precision not in EXACT or event.when.start is None or today < event.when.start


async def business(
    session: AsyncSession, actor: Actor, number: int, now: datetime, today: date, *, to_guests: bool
) -> Business:
    """What was proposed for a meeting, for who may see it. Raises `NotFound`."""
    row = await _seen(session, actor, number, now, to_guests=to_guests)
    event = happening(row, today)
    closed = await _closed(session, actor, row, now)
    manages = not to_guests and may(actor, Action.MANAGE_EVENT, events.about(row))
    return Business(
        event,
        tuple(
            Proposal(
                item_of(one, row),
                one.proposed_by.slack_id if one.proposed_by else None,
                is_open(event, now) and (manages or _is_own(one, actor)),
            )
            for one in await items_of(session, row.id)
            if one.is_other_business
        ),
        closed,
        closed is None and not to_guests and may(actor, Action.TAKE_PART),
    )


async def propose(
    session: AsyncSession, actor: Actor, number: int, draft: Draft, now: datetime
) -> Item | Closed:
    """Ask that something be taken up; or why it cannot be.

    Raises `NotAllowed` for guests and who was stopped, `NotFound`, `Invalid` for every field that is wrong.
    """
    require(actor, Action.TAKE_PART)
    await events.row_of(session, number, lock=True)
    row = await _seen(session, actor, number, now, to_guests=False)
    if closed := await _closed(session, actor, row, now):
        return closed
    wrong = [] if draft.title.strip() else [Invalid("title", "empty")]
    wrong += [
        Invalid(field, "personal")
        for field, text in (("title", draft.title), ("about", draft.about))
        if looks_personal(text)
    ]
    refuse(wrong)
    items = await items_of(session, row.id)
    item = AgendaItem(
        key=new_key(), event_id=row.id, position=max((one.position for one in items), default=-1) + 1,
        title=words(draft.title, draft.language), note=words(draft.about, draft.language),
        is_other_business=True, proposed_by_id=actor.member_id, said_by_id=actor.member_id, said_at=now,
    )  # fmt: skip
    session.add(item)
    await session.flush()
    note(session, actor, "business_proposed", f"agenda_item:{item.id}", now)
    return next(item_of(one, row) for one in await items_of(session, row.id) if one.id == item.id)


async def withdraw(session: AsyncSession, actor: Actor, number: int, item: int, now: datetime) -> bool:
    """Take a proposal back: who made it, or an organiser. False if it is gone, or the meeting has begun.

    Raises `NotAllowed`, `NotFound`.
    """
    row = await events.row_of(session, number, lock=True)
    one = next((one for one in await items_of(session, row.id) if one.id == item), None)
    if one is None or not one.is_other_business:
        require(actor, Action.TAKE_PART)
        return False
    if not (_is_own(one, actor) and may(actor, Action.TAKE_PART)):
        require(actor, Action.MANAGE_EVENT, events.about(row))
    if not is_open(happening(row, now.astimezone(UTC).date()), now):
        return False
    await session.execute(delete(AgendaItem).where(AgendaItem.id == item))
    note(session, actor, "business_withdrawn", f"agenda_item:{item}", now)
    return True


async def _seen(session: AsyncSession, actor: Actor, number: int, now: datetime, *, to_guests: bool) -> Event:
    row = await events.row_of(session, number)
    manages = not to_guests and may(actor, Action.MANAGE_EVENT, events.about(row))
    sight = await sight_of(session, actor, now.astimezone(UTC).date(), to_guests=to_guests)
    if row.state is not None or not (manages or sight.sees(row)):
        raise NotFound("event", str(number))
    return row


async def _closed(session: AsyncSession, actor: Actor, row: Event, now: datetime) -> Closed | None:
    today = now.astimezone(UTC).date()
    if row.kind is not EventKind.MEETING:
        return Closed.NO_MEETING
    if not is_open(happening(row, today), now):
        return Closed.BEGUN
    if row.group_id is None or may(actor, Action.MANAGE_EVENT, events.about(row)):
        return None
    inside = actor.member_id in await insiders(session, row.group_id, today)
    return None if inside else Closed.OUTSIDE


def _is_own(row: AgendaItem, actor: Actor) -> bool:
    return row.proposed_by_id is not None and row.proposed_by_id == actor.member_id
