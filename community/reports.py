"""Recording a meeting, and its report on its way: from a draft through review to everybody who may see it.

Organisers record points and decisions and send the report for review; the secretariat and the editors publish
it or send it back. Every change raises its revision: what was looked at in an earlier one is not decided on,
and what waited for review is a draft again. Once it is published it stays so: a change then is a correction,
and takes no text out of any of the three languages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from community import events
from community.audit import note
from community.errors import Invalid, NotFound, refuse
from community.minutes import lacking, ref
from community.names import HOUSE_LANGUAGES
from community.record import new_key, seen_as, words
from community.rights import Action, Actor, require
from community.safeguards import looks_personal
from community.timing import has_begun
from storage.agendas import AgendaItem
from storage.base import Words
from storage.events import Event
from storage.meetings import MeetingNote, Report, change_report, notes_of, report_of
from storage.members import Member
from storage.partial_dates import Status
from storage.vocabulary import EventKind, NoteKind, ReportState

OPEN = (ReportState.DRAFT, ReportState.IN_REVIEW)


class Came(StrEnum):
    """What came of an act: it was done, and took the report back from review, or not; or why it was not done.

    Somebody was faster; nothing is recorded; texts lack a language.
    """

    DONE = "done"
    VOIDED = "voided"
    FASTER = "faster"
    EMPTY = "empty"
    LACKING = "lacking"


@dataclass(frozen=True)
class NoteDraft:
    """A point or a decision as somebody filled it in: a text by language, and the item it stands under."""

    kind: NoteKind
    texts: Mapping[str, str]
    item: int | None


async def to_record(session: AsyncSession, actor: Actor, number: int, now: datetime) -> Event:
    """A meeting's row for one of its organisers, locked until the transaction ends.

    Raises `NotAllowed`, `NotFound`, or `Invalid` for what is no meeting, has not begun, or was cancelled.
    """
    row = await events.row_of(session, number, lock=True)
    if row.state is not None:
        raise NotFound("event", str(number))
    require(actor, Action.MANAGE_EVENT, events.about(row))
    if row.kind is not EventKind.MEETING:
        raise Invalid("event", "no_meeting")
    if row.when.status is Status.CANCELLED:
        raise Invalid("event", "event_cancelled")
    if row.when.status is not Status.HELD and not has_begun(row.when, now):
        raise Invalid("event", "event_not_begun")
    return row


async def save_note(
    session: AsyncSession, actor: Actor, number: int, note_id: int, seen: str, draft: NoteDraft, now: datetime
) -> Came:
    """Record something (`note_id` is 0), or change it if it stands as it was `seen`. Raises as `to_record`.

    And `Invalid` for every text that is wrong.
    """
    row = await to_record(session, actor, number, now)
    report = await report_of(session, row.id)
    texts = _texts(draft.texts, report)
    if draft.item is not None and await _item(session, row.id, draft.item) is None:
        raise Invalid("item", "gone", str(draft.item))
    if note_id == 0:
        last = select(func.max(MeetingNote.position)).where(MeetingNote.event_id == row.id)
        one = MeetingNote(
            key=new_key(), event_id=row.id, position=(await session.scalar(last) or 0) + 1, at=now,
            by_id=actor.member_id,
        )  # fmt: skip
        session.add(one)
    else:
        found = next((one for one in await notes_of(session, row.id) if one.id == note_id), None)
        if found is None or seen_as(found) != seen:
            return Came.FASTER
        one = found
    one.kind, one.text, one.item_id = draft.kind, texts, draft.item
    one.said_by_id, one.said_at = actor.member_id, now
    await session.flush()
    note(
        session,
        actor,
        "meeting_note_changed" if note_id else "meeting_note_added",
        f"meeting_note:{one.id}",
        now,
    )
    _, came = await _changed(session, actor, row, report, now)
    return came


async def remove_note(
    session: AsyncSession, actor: Actor, number: int, note_id: int, seen: str, now: datetime
) -> Came:
    """Take out what was recorded, if it stands as it was `seen`. Raises as `to_record`."""
    row = await to_record(session, actor, number, now)
    found = next((one for one in await notes_of(session, row.id) if one.id == note_id), None)
    if found is None or seen_as(found) != seen:
        return Came.FASTER
    await session.execute(delete(MeetingNote).where(MeetingNote.id == note_id))
    note(session, actor, "meeting_note_removed", f"meeting_note:{note_id}", now)
    _, came = await _changed(session, actor, row, await report_of(session, row.id), now)
    return came


async def introduce(
    session: AsyncSession, actor: Actor, number: int, seen: str, texts: Mapping[str, str], now: datetime
) -> Came:
    """Let the report begin with these words, if it begins as it was `seen` (`mark`); with none, without any.

    Raises as `save_note`.
    """
    row = await to_record(session, actor, number, now)
    report = await report_of(session, row.id)
    if mark(report.introduction if report else None) != seen:
        return Came.FASTER
    introduction = _texts(texts, report) if any(text.strip() for text in texts.values()) else None
    report, came = await _changed(session, actor, row, report, now)
    report.introduction = introduction
    note(session, actor, "report_introduced", ref(row.id), now)
    await session.flush()
    return came


async def send(session: AsyncSession, actor: Actor, number: int, revision: int, now: datetime) -> Came:
    """Send the report for review, in the very revision that was looked at. Raises as `to_record`."""
    row = await to_record(session, actor, number, now)
    report = await report_of(session, row.id)
    if report is None or not (report.introduction or await notes_of(session, row.id)):
        return Came.EMPTY
    values = {"state": ReportState.IN_REVIEW, "by_id": actor.member_id}
    if not await change_report(session, row.id, revision, (ReportState.DRAFT,), **values):
        return Came.FASTER
    note(session, actor, "report_sent", ref(row.id), now)
    return Came.DONE


async def publish(session: AsyncSession, actor: Actor, number: int, revision: int, now: datetime) -> Came:
    """Publish the report, in the very revision that was looked at: two reviewers at once publish once.

    Not while a text of it lacks a language of the house. Raises `NotAllowed`, `NotFound`, `Invalid`.
    """
    require(actor, Action.REVIEW_REPORT)
    row = await to_record(session, actor, number, now)
    report = await report_of(session, row.id)
    notes = await notes_of(session, row.id)
    if report is None or not (report.introduction or notes):
        return Came.EMPTY
    if report.revision != revision or report.state not in OPEN:
        return Came.FASTER
    if any(lacking(text) for text in (*(one.text for one in notes), report.introduction) if text):
        return Came.LACKING
    values = {"state": ReportState.PUBLISHED, "decided_by_id": actor.member_id, "published_at": now}
    if not await change_report(session, row.id, revision, OPEN, **values):
        return Came.FASTER
    note(session, actor, "report_published", ref(row.id), now)
    return Came.DONE


async def send_back(session: AsyncSession, actor: Actor, number: int, revision: int, now: datetime) -> Came:
    """Let a report that waits be a draft again, in its next revision. Raises as `publish`."""
    require(actor, Action.REVIEW_REPORT)
    row = await to_record(session, actor, number, now)
    values = {
        "state": ReportState.DRAFT, "decided_by_id": actor.member_id, "revision": revision + 1,
    }  # fmt: skip
    if not await change_report(session, row.id, revision, (ReportState.IN_REVIEW,), **values):
        return Came.FASTER
    note(session, actor, "report_sent_back", ref(row.id), now)
    return Came.DONE


async def sender(session: AsyncSession, number: int) -> str | None:
    """The Slack id of who sent the report of a meeting for review last."""
    query = select(Member.slack_id).join(Report, Report.by_id == Member.id).where(Report.event_id == number)
    return (await session.scalars(query)).one_or_none()


def mark(text: Words | None) -> str:
    """A mark of how a text stands, by which it is known later whether it was changed."""
    return hashlib.sha256(json.dumps(text, sort_keys=True).encode()).hexdigest()[:16]


def _texts(typed: Mapping[str, str], report: Report | None) -> Words:
    """What was typed, by language. Raises `Invalid` for every field that is wrong."""
    texts = {code: line for code in HOUSE_LANGUAGES for line in [words(typed.get(code, ""), code)] if line}
    said: Words = {code: line[code] for code, line in texts.items()}
    wrong = [Invalid(f"text_{code}", "personal") for code, text in said.items() if looks_personal(text)]
    if not said:
        wrong.append(Invalid(f"text_{next(iter(typed), HOUSE_LANGUAGES[0])}", "one_language"))
    elif report is not None and report.state is ReportState.PUBLISHED:
        wrong += [Invalid(f"text_{code}", "language_published") for code in lacking(said)]
    refuse(wrong)
    return said


async def _item(session: AsyncSession, event_id: int, item: int) -> AgendaItem | None:
    query = select(AgendaItem).where(AgendaItem.id == item, AgendaItem.event_id == event_id)
    return (await session.scalars(query)).unique().one_or_none()


async def _changed(
    session: AsyncSession, actor: Actor, row: Event, report: Report | None, now: datetime
) -> tuple[Report, Came]:
    """The report, begun or in its next revision; what waited for review is a draft again."""
    if report is None:
        report = Report(event_id=row.id, state=ReportState.DRAFT, revision=0, by_id=actor.member_id)
        session.add(report)
    was_in_review = report.state is ReportState.IN_REVIEW
    report.revision += 1
    if was_in_review:
        report.state = ReportState.DRAFT
    if report.state is ReportState.PUBLISHED:
        report.corrected_at = now
        note(session, actor, "report_corrected", ref(row.id), now)
    await session.flush()
    return report, Came.VOIDED if was_in_review else Came.DONE
