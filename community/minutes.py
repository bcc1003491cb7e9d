"""The minutes of a meeting: all that was recorded there, in the order in which its report says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community import attendance, commitments, events, inquiries
from community.agendas import Item, item_of
from community.attendance import Came
from community.errors import Invalid, NotFound
from community.events import Happening, happening
from community.inquiries import Inquiry
from community.meetings import Readable, to_read
from community.names import HOUSE_LANGUAGES
from community.promised import Promised
from community.record import seen_as
from community.rights import Action, Actor, may
from community.sight import sight_of
from community.sought import Wanted
from storage.agendas import items_of
from storage.base import Words
from storage.events import Event
from storage.meetings import MeetingNote, meetings_of, notes_of, on_record, report_of
from storage.partial_dates import Status
from storage.questions import Question
from storage.vocabulary import EventKind, NoteKind

MOST_PROMISED = 100
"""Commitments of one meeting that are shown, open and ended ones each."""


@dataclass(frozen=True)
class Noted:
    """A point or a decision. `n` counts all of the meeting's, `decision` its decisions alone (0 for a point).

    `seen` marks how it stands.
    """

    id: int
    n: int
    kind: NoteKind
    text: Words
    item_id: int | None
    seen: str
    decision: int = 0


@dataclass(frozen=True)
class Under:
    """What was recorded under an item of the agenda; without one, under none."""

    item: Item | None
    notes: tuple[Noted, ...]


@dataclass(frozen=True)
class Lacking:
    """A text of a report that is wanting in some languages: the note of number `n`, or the introduction."""

    n: int
    note: int
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Minutes:
    """What may be read of one meeting. `readable` is None where there is nothing to read yet.

    `may_record` and `may_review` are said of the reader. `follows` is the group's next meeting, if known.
    """

    event: Happening
    readable: Readable | None
    may_record: bool
    may_review: bool
    revision: int = 0
    introduction: Words | None = None
    published_at: datetime | None = None
    corrected_at: datetime | None = None
    came: Came | None = None
    agenda: tuple[Under, ...] = ()
    other_business: tuple[Under, ...] = ()
    further: Under = Under(None, ())
    questions: tuple[Inquiry, ...] = ()
    commitments: tuple[Promised, ...] = ()
    follows: Happening | None = None

    @property
    def ref(self) -> str:
        """What deliveries and audits that tell of the report are about."""
        return ref(self.event.id)

    @property
    def parts(self) -> tuple[Under, ...]:
        """The agenda, any other business, and what stands under no item, in the order of the report."""
        return (*self.agenda, *self.other_business, *([self.further] if self.further.notes else []))

    @property
    def notes(self) -> tuple[Noted, ...]:
        """Every point and decision, in the order of the report."""
        return tuple(note for part in self.parts for note in part.notes)

    @property
    def lacks(self) -> tuple[Lacking, ...]:
        """The texts that are wanting in a language of the house."""
        found = [Lacking(0, 0, lacking(self.introduction))] if self.introduction else []
        found += [Lacking(one.n, one.id, lacking(one.text)) for one in self.notes]
        return tuple(one for one in found if one.languages)


def ref(event_id: int) -> str:
    """What deliveries and audits that tell of the report of a meeting are about."""
    return f"report:{event_id}"


def lacking(words: Words | None) -> tuple[str, ...]:
    """The languages of the house in which a text is wanting."""
    return tuple(code for code in HOUSE_LANGUAGES if code not in (words or {}))


async def minutes(
    session: AsyncSession,
    actor: Actor,
    number: int,
    now: datetime,
    today: date,
    day: date,
    *,
    to_guests: bool,
) -> Minutes:
    """What somebody may read of a meeting on their own `today`; rights and roles count on `day`.

    Raises `NotFound` for what may not be seen, `Invalid` for what is no meeting.
    """
    row = await events.row_of(session, number)
    manages = not to_guests and may(actor, Action.MANAGE_EVENT, events.about(row))
    sight = await sight_of(session, actor, day, to_guests=to_guests)
    if row.state is not None or not (manages or sight.sees(row)):
        raise NotFound("event", str(number))
    if row.kind is not EventKind.MEETING:
        raise Invalid("event", "no_meeting")
    report = await report_of(session, row.id)
    kept = await on_record(session, [row.id])
    what = to_read(row, report.state if report else None, now, manages=manages, is_on_record=bool(kept))
    found = Minutes(happening(row, today), what, manages, not to_guests and may(actor, Action.REVIEW_REPORT))
    if what is None:
        return found
    is_report = report is not None and what is not Readable.FROM_RECORD
    notes = await notes_of(session, row.id) if is_report else []
    agenda, other, further = await _parts(session, row, notes)
    follows = None
    if row.group_id is not None:
        follows = _following(row, await meetings_of(session, row.group_id, sight))
    return Minutes(
        found.event,
        what,
        found.may_record,
        found.may_review,
        revision=report.revision if report else 0,
        introduction=report.introduction if report and is_report else None,
        published_at=report.published_at if report else None,
        corrected_at=report.corrected_at if report else None,
        came=await attendance.of_event(session, row.id),
        agenda=agenda,
        other_business=other,
        further=further,
        questions=await inquiries.seen(session, actor, day, Question.event_id == row.id, to_guests=to_guests),
        commitments=await _promised(session, actor, row.id, today, day, to_guests=to_guests),
        follows=happening(follows, today) if follows else None,
    )


async def _parts(
    session: AsyncSession, row: Event, notes: Sequence[MeetingNote]
) -> tuple[tuple[Under, ...], tuple[Under, ...], Under]:
    """The agenda, any other business and what stands under neither, each with what was recorded."""
    items = [item_of(one, row) for one in await items_of(session, row.id)]
    ordered = [one for one in items if not one.is_other_business]
    ordered += [one for one in items if one.is_other_business]
    known = {one.id for one in ordered}
    n = decisions = 0
    parts = []
    for item in (*ordered, None):
        noted = []
        for note in notes:
            if (note.item_id if note.item_id in known else None) != (item.id if item else None):
                continue
            n += 1
            is_decision = note.kind is NoteKind.DECISION
            decisions += is_decision
            count = decisions if is_decision else 0
            noted.append(Noted(note.id, n, note.kind, note.text, note.item_id, seen_as(note), count))
        parts.append(Under(item, tuple(noted)))
    *under, further = parts
    return (
        tuple(one for one in under if one.item and not one.item.is_other_business),
        tuple(one for one in under if one.item and one.item.is_other_business),
        further,
    )


async def _promised(
    session: AsyncSession, actor: Actor, event: int, today: date, day: date, *, to_guests: bool
) -> tuple[Promised, ...]:
    """What was promised at a meeting, what is open first."""
    found: list[Promised] = []
    for done in (False, True):
        wanted = Wanted(done=done, event=event)
        page = await commitments.listing(
            session, actor, wanted, today, day, to_guests=to_guests, page=1, most=MOST_PROMISED
        )
        found += page.lines
    return tuple(found)


def _following(row: Event, others: Sequence[Event]) -> Event | None:
    """The first meeting of the series after this one, by number, or by date where either has none."""
    later = [one for one in others if one.id != row.id and one.when.status is not Status.CANCELLED]
    if row.number is not None and (numbered := [one for one in later if one.number]):
        after = [one for one in numbered if (one.number or 0) > row.number]
        return min(after, key=lambda one: one.number or 0, default=None)
    end = row.when.end
    dated = [one for one in later if end and one.when.end and one.when.end > end]
    return min(dated, key=lambda one: one.when.end or date.max, default=None)
