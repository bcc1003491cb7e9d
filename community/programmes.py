"""Agendas as organisers make them: items and their order, who presents them, and who does in whose place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from community import events
from community.agendas import Item, Presenter, item_of
from community.audit import note
from community.errors import Invalid, NotFound, refuse
from community.events import Happening
from community.members import ensure_member
from community.organisations import find_organisation
from community.record import kept, new_key, words
from community.rights import Action, Actor, require
from community.safeguards import looks_personal
from community.timing import skipped
from storage.agendas import AgendaItem, Speaker, items_of
from storage.events import Event
from storage.meetings import MeetingNote
from storage.organisations import Organisation
from storage.vocabulary import SessionFormat

MOST_MEMBERS = 3
"""How many members are put on one item at once."""


@dataclass(frozen=True)
class Draft:
    """What somebody filled in for an item. `people` are Slack ids; `organisations` and `name` as typed.

    Organisations are parted by semicolons or lines.
    """

    title: str
    language: str
    format: SessionFormat | None = None
    day: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    people: tuple[str, ...] = ()
    organisations: str = ""
    name: str = ""


@dataclass(frozen=True)
class Changed:
    """An item that was saved; the speakers who are new on it, who were replaced, and who are gone, by id."""

    event: Happening
    item: Item
    new: tuple[Presenter, ...] = ()
    replaced: tuple[Presenter, ...] = ()
    gone: tuple[int, ...] = ()


async def save(
    session: AsyncSession, actor: Actor, number: int, item: int, draft: Draft, now: datetime
) -> Changed:
    """Add an item to an agenda (`item` is 0), or change one and who presents it.

    A new one with an hour stands before what begins later that day. Raises `NotAllowed`, `NotFound`, or
    `Invalid` with every field that is wrong.
    """
    row, items = await _locked(session, actor, number)
    stands = _of(items, item) if item else None
    wrong = _wrong(draft, row)
    organisations = await _organisations(session, draft.organisations, wrong)
    refuse(wrong)
    one = stands or AgendaItem(key=new_key(), event_id=row.id, said_by_id=actor.member_id, said_at=now)
    one.title = kept(one.title if stands else None, draft.title, draft.language) or one.title
    one.format, one.day = draft.format, draft.day
    one.starts_at, one.ends_at = draft.starts_at, draft.ends_at
    if stands is None:
        session.add(one)
        items.insert(_place(items, one), one)
        _number(items)
    await session.flush()
    new, gone = await _speakers(session, one, draft, organisations)
    subject = f"agenda_item:{one.id}"
    note(session, actor, "agenda_item_changed" if stands else "agenda_item_added", subject, now)
    changed = await _changed(session, row, one.id, now)
    arrived = tuple(speaker for speaker in changed.item.speakers if speaker.id in new)
    return replace(changed, new=arrived, gone=gone)


async def remove(
    session: AsyncSession, actor: Actor, number: int, item: int, now: datetime
) -> tuple[int, ...] | None:
    """Take an item off an agenda; gives the ids of its speakers. None if it was gone. Raises `NotAllowed`."""
    _, items = await _locked(session, actor, number)
    one = next((one for one in items if one.id == item), None)
    if one is None:
        return None
    gone = await _remove(session, one.speakers)
    said = update(MeetingNote).where(MeetingNote.item_id == item)  # what was said of it stays
    await session.execute(said.values(item_id=None))
    await session.execute(delete(AgendaItem).where(AgendaItem.id == item))
    note(session, actor, "agenda_item_removed", f"agenda_item:{item}", now)
    return gone


async def move_up(session: AsyncSession, actor: Actor, number: int, item: int, now: datetime) -> bool:
    """Let an item change places with the one before it. False if it is the first, or gone."""
    _, items = await _locked(session, actor, number)
    at = next((at for at, one in enumerate(items) if one.id == item), 0)
    if at == 0:
        return False
    items[at - 1], items[at] = items[at], items[at - 1]
    _number(items)
    note(session, actor, "agenda_item_moved", f"agenda_item:{item}", now)
    await session.flush()
    return True


async def replace_speaker(
    session: AsyncSession, actor: Actor, number: int, speaker: int, draft: Draft, now: datetime
) -> Changed:
    """Let somebody else present in a speaker's place: of `draft`, the one member, organisation or name.

    Whoever is replaced stays on record. Raises `NotAllowed`, `NotFound`, or `Invalid` for `speaker` where
    they present no longer, and for `people` where not exactly one is named.
    """
    row, items = await _locked(session, actor, number)
    found = ((item, one) for item in items for one in item.speakers if one.id == speaker)
    item, old = next(found, (None, None))
    wrong: list[Invalid] = []
    if item is None or old is None or old.replaced_by_id is not None:
        wrong.append(Invalid("speaker", "gone", str(speaker)))
    organisations = await _organisations(session, draft.organisations, wrong)
    wrong += _personal(draft)
    if not wrong and len(draft.people) + len(organisations) + bool(draft.name.strip()) != 1:
        wrong.append(Invalid("people", "one_speaker"))
    refuse(wrong)
    assert item is not None and old is not None  # noqa: S101, PT018 - else it was refused
    (new,) = await _named(session, item, draft, organisations)
    session.add(new)
    await session.flush()
    old.replaced_by_id, old.replaced_at = new.id, now
    note(session, actor, "speaker_replaced", f"agenda_item:{item.id}", now)
    changed = await _changed(session, row, item.id, now)
    arrived = next(one for one in changed.item.speakers if one.id == new.id)
    return replace(changed, new=(arrived,), replaced=arrived.instead_of[:1])


async def _locked(session: AsyncSession, actor: Actor, number: int) -> tuple[Event, list[AgendaItem]]:
    """An event and the items of its agenda, to be changed by one of its organisers."""
    row = await events.row_of(session, number, lock=True)
    if row.state is not None:
        raise NotFound("event", str(number))
    require(actor, Action.MANAGE_EVENT, events.about(row))
    return row, [one for one in await items_of(session, row.id) if not one.is_other_business]


def _of(items: Sequence[AgendaItem], number: int) -> AgendaItem:
    for one in items:
        if one.id == number:
            return one
    raise NotFound("command", str(number))


def _place(items: Sequence[AgendaItem], new: AgendaItem) -> int:
    """Where a new item goes: before the first that begins later, else at the end."""
    begins = new.day or date.min, new.starts_at
    for at, one in enumerate(items):
        if new.starts_at and one.starts_at and (one.day or date.min, one.starts_at) > begins:
            return at
    return len(items)


def _number(items: Sequence[AgendaItem]) -> None:
    for position, one in enumerate(items):
        one.position = position


def _wrong(draft: Draft, row: Event) -> list[Invalid]:
    wrong = [] if draft.title.strip() else [Invalid("title", "empty")]
    if looks_personal(draft.title):
        wrong.append(Invalid("title", "personal"))
    wrong += _personal(draft)
    first, last, zone = row.when.start, row.when.end, row.when.zone
    if draft.day and first and last and not first <= draft.day <= last:
        wrong.append(Invalid("day", "not_its_day"))
    day = draft.day or (first if first == last else None)
    if draft.starts_at and day and zone and skipped(day, draft.starts_at, zone):
        wrong.append(Invalid("starts_at", "hour_skipped"))
    if draft.ends_at and not draft.starts_at:
        wrong.append(Invalid("ends_at", "end_needs_start"))
    elif draft.ends_at and draft.starts_at and draft.ends_at <= draft.starts_at:
        wrong.append(Invalid("ends_at", "end_before_start"))
    elif draft.ends_at and day and zone and skipped(day, draft.ends_at, zone):
        wrong.append(Invalid("ends_at", "hour_skipped"))
    if len(draft.people) > MOST_MEMBERS:
        wrong.append(Invalid("people", "too_many_speakers"))
    return wrong


def _personal(draft: Draft) -> list[Invalid]:
    return [Invalid("name", "personal")] if looks_personal(draft.name) else []


async def _organisations(session: AsyncSession, typed: str, wrong: list[Invalid]) -> list[int]:
    """The ids of the organisations that were typed; one more in `wrong` for one that is not clear."""
    found = []
    for one in typed.replace("\n", ";").split(";"):
        if not one.strip():
            continue
        try:
            key = await find_organisation(session, one.strip(), "organisations")
        except Invalid as unclear:
            wrong.append(unclear)
            break
        found.append((await session.scalars(select(Organisation.id).where(Organisation.key == key))).one())
    return list(dict.fromkeys(found))


async def _speakers(
    session: AsyncSession, item: AgendaItem, draft: Draft, organisations: Sequence[int]
) -> tuple[set[int], tuple[int, ...]]:
    """Bring the speakers in line with what was filled in; the ids of those who are new, and who are gone.

    Whoever goes takes along those whom they had replaced.
    """
    await session.refresh(item, ["speakers"])
    wanted = await _named(session, item, draft, organisations)
    stand = {_who(one): one for one in item.speakers if one.replaced_by_id is None}
    asked = {_who(one): one for one in wanted}
    named = next((one for one in stand.values() if one.name), None)
    if named is not None and draft.name.strip():  # its translations stay if it says the same still
        name = kept(named.name, draft.name, draft.language)
        if name == named.name:
            asked = {who: one for who, one in asked.items() if not one.name} | {_who(named): named}
    new = [one for who, one in asked.items() if who not in stand]
    left = [one for who, one in stand.items() if who not in asked]
    gone = await _remove(session, _with_replaced(item.speakers, left))
    session.add_all(new)
    await session.flush()
    return {one.id for one in new}, gone


async def _named(
    session: AsyncSession, item: AgendaItem, draft: Draft, organisations: Sequence[int]
) -> list[Speaker]:
    """A speaker for everybody whom somebody named."""
    members = [await ensure_member(session, one) for one in dict.fromkeys(draft.people)]
    made = [Speaker(key=new_key(), item_id=item.id, member_id=member.id) for member in members]
    made += [Speaker(key=new_key(), item_id=item.id, organisation_id=number) for number in organisations]
    if name := words(draft.name, draft.language):
        made.append(Speaker(key=new_key(), item_id=item.id, name=name))
    return made


def _who(speaker: Speaker) -> tuple[object, ...]:
    return speaker.member_id, speaker.organisation_id, tuple(sorted((speaker.name or {}).items()))


def _with_replaced(speakers: Sequence[Speaker], left: Sequence[Speaker]) -> list[Speaker]:
    """Those and whom they replaced."""
    found = list(left)
    for one in found:  # grows as it goes
        found += [other for other in speakers if other.replaced_by_id == one.id and other not in found]
    return found


async def _remove(session: AsyncSession, speakers: Sequence[Speaker]) -> tuple[int, ...]:
    gone = tuple(one.id for one in speakers)
    await session.execute(delete(Speaker).where(Speaker.id.in_(gone)))
    return gone


async def _changed(session: AsyncSession, row: Event, number: int, now: datetime) -> Changed:
    fresh = await events.row_of(session, row.id)
    item = _of(await items_of(session, fresh.id), number)
    return Changed(events.happening(fresh, now.astimezone(UTC).date()), item_of(item, fresh))
