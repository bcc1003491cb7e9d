"""Changes of the record by those whose country or group it is: facts here, how far it has come in `progress`.

What somebody changes, they say from then on: the document no longer stands beside it. What they confirm keeps
its document. Everything can be taken back (`community.history`). All these raise `NotAllowed` for others.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import Invalid, refuse
from community.history import Act, row_called, write
from community.rights import Action, Actor, Subject, require
from community.safeguards import looks_personal
from storage.base import Base, Words
from storage.changes import columns_of
from storage.events import Event
from storage.facts import Fact
from storage.groups import Group
from storage.loading.upsert import fingerprint
from storage.partial_dates import PartialDate, Status
from storage.pathfinders import Pathfinder, Place
from storage.vocabulary import EventKind, FactKind, FactState, Theme

OF_A_PLACE = (
    FactKind.PRIORITY, FactKind.PLAN, FactKind.LAW, FactKind.CHALLENGE, FactKind.NEXT_STEP, FactKind.RESULT,
    FactKind.AREA, FactKind.SUPPLY_CHAIN, FactKind.RATIFICATION,
)  # fmt: skip
OF_A_GROUP = (FactKind.WORK_AREA, FactKind.DELIVERABLE, FactKind.NEXT_STEP)
YEARS = range(1900, 2201)
"""Years that a date may have; what lies beyond is a slip of the finger."""


@dataclass(frozen=True)
class FactDraft:
    """A fact as somebody fills it in. `language` is that of `text` and of `owner`, which may be empty."""

    kind: FactKind
    text: str
    language: str
    theme: Theme | None
    state: FactState | None
    owner: str
    when: PartialDate


def read_when(text: str, status: Status | None = None) -> PartialDate:
    """A date in the compact form, such as `2027-03` or `by 2027-06`; nothing is an unknown one.

    Raises `Invalid` for the field `when`.
    """
    try:
        when = PartialDate.parse(text, status=status)
    except ValueError as error:
        raise Invalid("when", "no_date", text) from error
    if any(day and day.year not in YEARS for day in (when.start, when.end)):
        raise Invalid("when", "no_date", text)
    return when


async def subject_of(session: AsyncSession, scope: str) -> Subject:
    """What `group:KEY` or `place:KEY` names; the place must be a pathfinder. Raises `Invalid`."""
    kind, _, key = scope.partition(":")
    found: int | None
    if kind == "group":
        found = await session.scalar(select(Group.id).where(Group.key == key, Group.merged_into_id.is_(None)))
    else:
        journeys = select(Place.id).join(Pathfinder, Pathfinder.place_id == Place.id)
        journeys = journeys.where(Place.key == key, Place.merged_into_id.is_(None))
        found = await session.scalar(journeys) if kind == "place" else None
    if found is None:
        raise Invalid("scope", "gone", scope)
    return Subject(group_id=found) if kind == "group" else Subject(place_id=found)


async def add_fact(session: AsyncSession, actor: Actor, scope: str, draft: FactDraft, now: datetime) -> int:
    """Add a fact to the record of `group:KEY` or `place:KEY`; its id. Raises `NotAllowed`, `Invalid`."""
    subject = await subject_of(session, scope)
    require(actor, Action.CHANGE_RECORD, subject)
    _check(draft, subject)
    same = (Fact.place_id == subject.place_id, Fact.group_id == subject.group_id)
    last = await session.scalar(select(func.max(Fact.position)).where(*same))
    row = Fact(
        key=new_key(), place_id=subject.place_id, group_id=subject.group_id, position=(last or 0) + 1,
        kind=draft.kind, theme=draft.theme, state=draft.state, text=words(draft.text, draft.language),
        owner=words(draft.owner, draft.language), when=draft.when, said_by_id=actor.member_id, said_at=now,
    )  # fmt: skip
    session.add(row)
    await write(session, actor, Act.ADDED, row, None, subject, now)
    return row.id


async def change_fact(
    session: AsyncSession, actor: Actor, fact_id: int, draft: FactDraft, now: datetime, *, seen: str = ""
) -> bool:
    """Let a fact say something else. A text that stays as it is keeps its translations and its figure.

    With `seen` (see `seen_as`), only if it stands as it was looked at. False if it was changed or ended
    meanwhile. Nothing changed is the same as confirmed. Raises `NotAllowed`, `Invalid`.
    """
    row, subject = await standing_row(session, actor, f"fact:{fact_id}", seen)
    if row is None:
        return False
    _check(draft, subject)
    before = columns_of(row)
    text = kept(row.text, draft.text, draft.language)
    if text != row.text:
        row.value = row.note = None
    row.kind, row.theme, row.state, row.text = draft.kind, draft.theme, draft.state, text
    row.owner = kept(row.owner, draft.owner, draft.language)
    if row.when.compact() != draft.when.compact():
        row.when = draft.when
    await say(session, actor, row, before, subject, now)
    return True


async def confirm_fact(
    session: AsyncSession, actor: Actor, fact_id: int, now: datetime, *, seen: str = ""
) -> bool:
    """Say that a fact is still true; who said so earlier on the same day is not written down twice."""
    row, subject = await standing_row(session, actor, f"fact:{fact_id}", seen)
    if row is None:
        return False
    today = now.astimezone(UTC).date()
    if row.said_by_id != actor.member_id or row.said_at is None or row.said_at.date() != today:
        await say(session, actor, row, columns_of(row), subject, now)
    return True


async def end_fact(
    session: AsyncSession, actor: Actor, fact_id: int, now: datetime, *, seen: str = ""
) -> bool:
    """Say that a fact is no longer true: it is shown no more, its row stays. False if it was ended before."""
    row, subject = await standing_row(session, actor, f"fact:{fact_id}", seen)
    if row is None:
        return False
    before = columns_of(row)
    row.ended_at = now
    await write(session, actor, Act.ENDED, row, before, subject, now)
    return True


def is_changeable(row: object) -> bool:
    """Whether those whose record it is may change this row here."""
    if isinstance(row, Fact):
        kinds = OF_A_GROUP if row.group_id is not None else OF_A_PLACE if row.place_id is not None else ()
        return row.kind in kinds and row.ended_at is None
    return isinstance(row, Group) or (
        isinstance(row, Event) and row.kind is EventKind.PATHFINDER_WORKSHOP and row.place_id is not None
    )


def seen_as(row: Base | None) -> str:
    """A mark of how a row stands, by which it is known later whether it was changed."""
    return fingerprint(row)[:16] if row is not None else "none"


async def standing_row(session: AsyncSession, actor: Actor, name: str, seen: str) -> tuple[Any, Subject]:
    """The entry called `name`, such as `fact:17`, and whose it is. Raises `NotAllowed`.

    None if it is gone, is not one that is changed here, or stands otherwise than it was `seen`.
    """
    row = await row_called(session, name)
    if not is_changeable(row):
        return None, Subject()
    subject = Subject(row.id) if isinstance(row, Group) else Subject(row.group_id, row.place_id)
    require(actor, Action.CHANGE_RECORD, subject)
    return (row if seen in ("", seen_as(row)) else None), subject


async def say(
    session: AsyncSession,
    actor: Actor,
    row: Any,
    before: dict[str, Any],
    subject: Subject,
    now: datetime,
) -> None:
    """Write down that `actor` says so now; what they changed no longer rests on a document."""
    act = Act.CONFIRMED if columns_of(row) == before else Act.CHANGED
    if act is Act.CHANGED:
        row.source_id, row.locator, row.derived = None, None, False
    row.said_by_id, row.said_at = actor.member_id, now
    await write(session, actor, act, row, before, subject, now)


def _check(draft: FactDraft, subject: Subject) -> None:
    wrong = []
    if draft.kind not in (OF_A_GROUP if subject.group_id is not None else OF_A_PLACE):
        wrong.append(Invalid("kind", "kind_does_not_fit", draft.kind.value))
    if not draft.text.strip():
        wrong.append(Invalid("text", "empty"))
    if looks_personal(draft.text):
        wrong.append(Invalid("text", "personal"))
    if looks_personal(draft.owner):
        wrong.append(Invalid("owner", "personal"))
    refuse(wrong)


def words(text: str, language: str) -> Words | None:
    """A text on one line in its language; None for an empty one. The no-break spaces of French stay."""
    line = re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
    return {language: line} if line else None


def kept(stands: Words | None, text: str, language: str) -> Words | None:
    """What stands, translations and all, if `text` is what it says in that language; else the new text."""
    new = words(text, language)
    return stands if stands and new and stands.get(language) == new[language] else new


def new_key() -> str:
    """A key for a row that a member adds."""
    return f"member/{secrets.token_hex(8)}"
