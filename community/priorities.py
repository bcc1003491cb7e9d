"""The priorities of the Chair of the Alliance, and the Chair's progress report: what was achieved.

Both are facts of the Alliance itself. Its Chair adds to them, changes them and ends what no longer holds, and
so does the secretariat; everything is kept among the changes of the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import Invalid, refuse
from community.facts import Statement, statement
from community.history import Act, row_called, write
from community.names import HOUSE_LANGUAGES
from community.record import new_key, say, seen_as, words
from community.rights import Action, Actor, Subject, may, require
from community.safeguards import looks_personal
from storage.base import Words
from storage.changes import columns_of
from storage.facts import Fact, facts_of
from storage.partial_dates import PartialDate
from storage.vocabulary import FactKind


class Which(StrEnum):
    """Which of the two: what the Chair wants, or what was achieved."""

    PRIORITIES = "priorities"
    PROGRESS = "progress"


Texts = Mapping[str, str]
"""What was typed, by language."""
KINDS: Mapping[Which, FactKind] = {
    Which.PRIORITIES: FactKind.PRIORITY,
    Which.PROGRESS: FactKind.ACHIEVEMENT,
}


@dataclass(frozen=True)
class Entry:
    """One entry; `seen` marks how it stands."""

    id: int
    seen: str
    what: Statement


@dataclass(frozen=True)
class Entries:
    """The entries in their order, and whether the reader may change them."""

    which: Which
    entries: tuple[Entry, ...]
    may_change: bool


async def entries(session: AsyncSession, actor: Actor, which: Which) -> Entries:
    """What stands: the record's own first, then what was added, oldest first."""
    rows = await facts_of(session, kinds=[KINDS[which]])
    found = tuple(Entry(row.id, seen_as(row), statement(row)) for row in rows)
    return Entries(which, found, may(actor, Action.REPORT_PROGRESS))


async def to_change(session: AsyncSession, actor: Actor, which: Which, number: int) -> Entry | None:
    """One entry for who may change it; None if it is gone. Raises `NotAllowed`."""
    require(actor, Action.REPORT_PROGRESS)
    found = await entries(session, actor, which)
    return next((one for one in found.entries if one.id == number), None)


async def add(
    session: AsyncSession, actor: Actor, which: Which, texts: Mapping[str, str], now: datetime
) -> int:
    """Add an entry; its id. Raises `NotAllowed`, `Invalid` for every text that is wrong."""
    require(actor, Action.REPORT_PROGRESS)
    text = _text(texts)
    of_the_alliance = Fact.place_id.is_(None), Fact.group_id.is_(None)
    last = await session.scalar(select(func.max(Fact.position)).where(*of_the_alliance))
    row = Fact(
        key=new_key(), kind=KINDS[which], text=text, position=(last or 0) + 1,
        when=PartialDate(), said_by_id=actor.member_id, said_at=now,
    )  # fmt: skip
    session.add(row)
    await write(session, actor, Act.ADDED, row, None, Subject(), now)
    return row.id


async def change(
    session: AsyncSession,
    actor: Actor,
    which: Which,
    number: int,
    seen: str,
    texts: Mapping[str, str],
    now: datetime,
) -> bool:
    """Let an entry say something else. False if it stands otherwise than it was `seen`. Raises as `add`."""
    row = await _standing(session, actor, which, number, seen)
    text = _text(texts)
    if row is None:
        return False
    before = columns_of(row)
    if text != row.text:
        row.value = row.note = None
    row.text = text
    await say(session, actor, row, before, Subject(), now)
    return True


async def end(
    session: AsyncSession, actor: Actor, which: Which, number: int, seen: str, now: datetime
) -> bool:
    """Say that an entry no longer holds; its row stays. False if it does not stand as it was `seen`."""
    row = await _standing(session, actor, which, number, seen)
    if row is None:
        return False
    before = columns_of(row)
    row.ended_at = now
    await write(session, actor, Act.ENDED, row, before, Subject(), now)
    return True


async def _standing(session: AsyncSession, actor: Actor, which: Which, number: int, seen: str) -> Fact | None:
    require(actor, Action.REPORT_PROGRESS)
    row = await row_called(session, f"fact:{number}")
    is_one = (
        isinstance(row, Fact)
        and row.place_id is None
        and row.group_id is None
        and row.kind is KINDS[which]
        and row.ended_at is None
        and seen_as(row) == seen
    )
    return row if is_one else None


def _text(texts: Texts) -> Words:
    """What was typed, by language. Raises `Invalid` for every text that is wrong."""
    found = {code: words(text, code) for code, text in texts.items() if code in HOUSE_LANGUAGES}
    text = {code: line[code] for code, line in found.items() if line}
    first = next(iter(texts), HOUSE_LANGUAGES[0])
    wrong = [] if text else [Invalid(f"text_{first}", "one_language")]
    wrong += [Invalid(f"text_{code}", "personal") for code, line in text.items() if looks_personal(line)]
    refuse(wrong)
    return text
