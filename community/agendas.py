"""Agendas: the items of an event in their order, and who presents them, those who were replaced included.

Items that members ask for beforehand, any other business, are shown last. Organisers change an agenda in
`community.programmes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community import events
from community.errors import NotFound
from community.events import Happening
from community.facts import Citation, citation
from community.rights import Action, Actor, may, require
from community.sight import sight_of
from storage.agendas import AgendaItem, Speaker, items_of, presented_by_members
from storage.base import Words
from storage.events import Event, events_on
from storage.members import Member
from storage.partial_dates import PartialDate, Precision, Status
from storage.vocabulary import SessionFormat


@dataclass(frozen=True)
class Presenter:
    """Who presents: a member by Slack id, an organisation, or a name as it was typed.

    `instead_of` are those whom they replaced, the latest first.
    """

    id: int
    slack_id: str | None
    organisation: Words | None
    organisation_key: str | None
    short: Words | None
    name: Words | None
    instead_of: tuple[Presenter, ...] = ()


@dataclass(frozen=True)
class Item:
    """An item of an agenda. `when` is its day with its hours, where its day and its zone are known.

    `day` is None where it was not said; `starts_at` and `ends_at` are local, wherever the event takes place.
    """

    id: int
    title: Words
    format: SessionFormat | None
    day: date | None
    starts_at: time | None
    ends_at: time | None
    when: PartialDate
    speakers: tuple[Presenter, ...]
    is_other_business: bool
    note: Words | None
    citation: Citation | None


@dataclass(frozen=True)
class Agenda:
    """The agenda of an event, for one reader. `may_change` says that they are one of its organisers."""

    event: Happening
    items: tuple[Item, ...]
    other_business: tuple[Item, ...]
    may_change: bool

    def item(self, number: int) -> Item:
        """One of its items. Raises `NotFound`."""
        for one in self.items:
            if one.id == number:
                return one
        raise NotFound("command", str(number))


@dataclass(frozen=True)
class Presentation:
    """An item that a member presents. `starts` is its own hour, else the event's; None where none is known.

    `day` is the item's, else the event's first. `key` is another one for each speaker of each item.
    """

    key: str
    member: Member
    event: Happening
    item: Item
    day: date
    starts: datetime | None


async def agenda(
    session: AsyncSession,
    actor: Actor,
    number: int,
    day: date,
    *,
    to_guests: bool,
    now: datetime | None = None,
) -> Agenda:
    """The agenda of an event, for who asks, or where guests may read too; `now` as in `events.happening`.

    Raises `NotFound`.
    """
    row = await events.row_of(session, number)
    manages = not to_guests and may(actor, Action.MANAGE_EVENT, events.about(row))
    sight = await sight_of(session, actor, day, to_guests=to_guests)
    if row.state is not None or not (manages or sight.sees(row)):
        raise NotFound("event", str(number))
    shown = [item_of(one, row) for one in await items_of(session, row.id)]
    return Agenda(
        events.happening(row, day, now=now),
        tuple(one for one in shown if not one.is_other_business),
        tuple(one for one in shown if one.is_other_business),
        manages,
    )


async def to_change(session: AsyncSession, actor: Actor, number: int, day: date) -> Agenda:
    """The agenda of an event for one of its organisers. Raises `NotAllowed` or `NotFound`."""
    found = await agenda(session, actor, number, day, to_guests=actor.is_guest)
    require(actor, Action.MANAGE_EVENT, events.about(await events.row_of(session, number)))
    return found


async def there(session: AsyncSession, event_id: int) -> bool:
    """Whether anything stands on an event's agenda."""
    query = select(AgendaItem.id).where(AgendaItem.event_id == event_id).limit(1)
    return (await session.scalars(query)).first() is not None


async def speakers_of(session: AsyncSession, event_id: int) -> list[str]:
    """The Slack ids of the members who present something at an event; who was replaced does not."""
    speakers = [one for item in await presented_by_members(session, [event_id]) for one in item.speakers]
    return [one.member.slack_id for one in speakers if one.member and one.replaced_by_id is None]


async def presentations(session: AsyncSession, first: date, last: date) -> list[Presentation]:
    """What members present from `first` to `last`, of events whose days are confirmed and not cancelled.

    Who was replaced or has left Slack presents nothing.
    """
    rows = {row.id: row for row in await events_on(session, first, last) if row.when.status is Status.PLANNED}
    found = []
    for item in await presented_by_members(session, list(rows)):
        row = rows[item.event_id]
        shown, day = item_of(item, row), item.day or row.when.start
        if day is None or not first <= day <= last:
            continue
        starts = shown.when.instant() or (row.when.instant() if day == row.when.start else None)
        event = events.happening(row, day)
        for one in item.speakers:
            if one.member is not None and one.member.is_active and one.replaced_by_id is None:
                key = f"agenda_item:{item.id}:{one.id}"
                found.append(Presentation(key, one.member, event, shown, day, starts))
    return found


def item_of(row: AgendaItem, event: Event) -> Item:
    """An item's row as it is shown."""
    day = row.day or (event.when.start if event.when.start == event.when.end else None)
    speakers = {one.id: one for one in row.speakers}
    return Item(
        row.id,
        row.title,
        row.format,
        row.day,
        row.starts_at,
        row.ends_at,
        _when(row, day, event.when.zone),
        tuple(_presenter(one, speakers) for one in row.speakers if one.replaced_by_id is None),
        row.is_other_business,
        row.note,
        citation(row),
    )


def _when(row: AgendaItem, day: date | None, zone: str | None) -> PartialDate:
    if day is None:
        return PartialDate()
    hours = (row.starts_at, row.ends_at) if zone else (None, None)
    return PartialDate(Precision.DAY, day, day, None, None, *hours, zone)


def _presenter(row: Speaker, speakers: Mapping[int, Speaker]) -> Presenter:
    chain = [row]
    for one in chain:  # grows as it goes
        chain += [other for other in speakers.values() if other.replaced_by_id == one.id]
    return replace(_alone(row), instead_of=tuple(_alone(one) for one in chain[1:]))


def _alone(row: Speaker) -> Presenter:
    organisation = row.organisation
    return Presenter(
        row.id,
        row.member.slack_id if row.member else None,
        organisation.name if organisation else None,
        organisation.key if organisation else None,
        organisation.short if organisation else None,
        row.name,
    )
