"""What of the database is about a person: one table of every column that names one, and what becomes of it.

A column that names a member and does not stand here fails a test: whoever adds one decides on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    String,
    Table,
    cast,
    event,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.members import FORMER, Member
from storage.tables import metadata


class Kind(StrEnum):
    """Kinds of what is stored about somebody, as they are shown to them."""

    PROFILE = "profile"
    ROLES = "roles"
    TAKING_PART = "taking_part"
    FOLLOWING = "following"
    UPDATES = "updates"
    QUESTIONS = "questions"
    COMMITMENTS = "commitments"
    EVENTS = "events"
    CONTRIBUTIONS = "contributions"
    REQUESTS = "requests"
    MAIL = "mail"
    MESSAGES = "messages"
    ACTS = "acts"


class Fate(StrEnum):
    """What becomes of a row when its person is erased; `community.erasure` may first do more."""

    GONE = "gone"
    """The row goes."""
    FORMER = "former"
    """It stays as the community's record, of "a former member"."""


@dataclass(frozen=True)
class Trace:
    """A column that names somebody. `own`: the row is theirs, and they get all of it.

    Else they get but which row it is, for the rest is somebody else's. `only` are the columns that they get.
    """

    place: str
    kind: Kind
    fate: Fate
    own: bool = True
    only: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        """The table."""
        return metadata.tables[self.place.partition(".")[0]]

    @property
    def column(self) -> Column[Any]:
        """The column: a member's id; of messages, the Slack id or `mail:` and their address's id."""
        return self.table.c[self.place.partition(".")[2]]


def _acts(*places: str) -> tuple[Trace, ...]:
    return tuple(Trace(place, Kind.ACTS, Fate.FORMER, own=False) for place in places)


MESSAGES = Trace(
    "deliveries.channel", Kind.MESSAGES, Fate.GONE,
    only=("kind", "about", "state", "promised_at", "due_at", "sent_at"),
)  # fmt: skip
TRACES: tuple[Trace, ...] = (
    Trace("members.id", Kind.PROFILE, Fate.GONE),
    Trace("roles.member_id", Kind.ROLES, Fate.FORMER),
    Trace("representatives.member_id", Kind.ROLES, Fate.FORMER),
    Trace("memberships.member_id", Kind.TAKING_PART, Fate.GONE),
    Trace("registrations.member_id", Kind.TAKING_PART, Fate.GONE),
    Trace("subscriptions.member_id", Kind.FOLLOWING, Fate.GONE),
    Trace("editions.member_id", Kind.FOLLOWING, Fate.GONE),
    Trace("updates.author_id", Kind.UPDATES, Fate.FORMER),
    Trace("update_translations.by_id", Kind.UPDATES, Fate.FORMER),
    Trace("translation_offers.by_id", Kind.UPDATES, Fate.GONE),
    Trace("questions.asker_id", Kind.QUESTIONS, Fate.FORMER),
    Trace("askers.member_id", Kind.QUESTIONS, Fate.GONE),
    Trace("answers.by_id", Kind.QUESTIONS, Fate.FORMER),
    Trace("commitments.member_id", Kind.COMMITMENTS, Fate.FORMER),
    Trace("commitments.by_id", Kind.COMMITMENTS, Fate.FORMER),
    Trace("events.owner_id", Kind.EVENTS, Fate.FORMER),
    Trace("agenda_items.proposed_by_id", Kind.EVENTS, Fate.FORMER),
    Trace("speakers.member_id", Kind.EVENTS, Fate.FORMER),
    Trace("meeting_notes.by_id", Kind.EVENTS, Fate.FORMER),
    Trace("reports.by_id", Kind.EVENTS, Fate.FORMER),
    Trace("contributions.by_id", Kind.CONTRIBUTIONS, Fate.FORMER),
    Trace("contributions.member_id", Kind.CONTRIBUTIONS, Fate.FORMER),
    Trace("requests.member_id", Kind.REQUESTS, Fate.GONE),
    Trace("mail_readers.member_id", Kind.MAIL, Fate.GONE),
    MESSAGES,
    Trace("audit_entries.actor_id", Kind.ACTS, Fate.FORMER, only=("at", "action", "subject")),
    Trace("changes.by_id", Kind.ACTS, Fate.FORMER, only=("at", "act", "row", "after")),
    *_acts(
        "changes.taken_back_by_id", "stopped.by_id", "help_lines.entered_by_id", "attendances.by_id",
        "roles.granted_by_id", "representatives.confirmed_by_id", "editions.decided_by_id",
        "updates.decided_by_id", "translation_offers.decided_by_id", "contributions.decided_by_id",
        "requests.decided_by_id", "reports.decided_by_id", "commitments.ended_by_id",
        "answers.said_by_id", "groups.said_by_id", "organisations.said_by_id", "pathfinders.said_by_id",
        "events.said_by_id", "facts.said_by_id", "roles.said_by_id", "stage_changes.said_by_id",
        "agenda_items.said_by_id", "commitments.said_by_id", "questions.said_by_id",
        "meeting_notes.said_by_id",
    ),
)  # fmt: skip
"""Every column that names somebody. A Slack id may stand in texts besides: all of those are searched."""


def of(trace: Trace, member: Member) -> ColumnElement[bool]:
    """The condition that a row is about a member in that way; messages go to their own address too."""
    if trace is not MESSAGES:
        return trace.column == member.id
    readers = metadata.tables["mail_readers"].c
    own = select("mail:" + cast(readers.id, String)).where(readers.member_id == member.id)
    return or_(trace.column == member.slack_id, trace.column.in_(own))


async def count_rows(session: AsyncSession, member: Member) -> dict[Kind, int]:
    """How many rows of each kind name a member, by one query; kinds without any are left out."""
    counts = union_all(
        *(
            select(literal(kind.value).label("kind"), func.count().label("n"))
            .select_from(table)
            .where(or_(*(of(trace, member) for trace in traces)))
            for (kind, table), traces in by_table().items()
        )
    ).subquery()
    query = select(counts.c.kind, func.sum(counts.c.n)).group_by(counts.c.kind)
    found: dict[Kind, int] = {kind: int(n) for kind, n in await session.execute(query)}
    return {kind: found[kind] for kind in Kind if found.get(kind)}


def by_table() -> dict[tuple[Kind, Table], list[Trace]]:
    """The columns of each kind and table: a row that names somebody twice is one row."""
    found: dict[tuple[Kind, Table], list[Trace]] = {}
    for trace in TRACES:
        found.setdefault((trace.kind, trace.table), []).append(trace)
    return found


def after_commit(session: AsyncSession, tell: Callable[[], None]) -> None:
    """Call once this transaction is committed, and never if it is rolled back."""
    event.listen(session.sync_session, "after_commit", lambda _session: tell(), once=True)


async def former_member(session: AsyncSession) -> int:
    """The id of the one row that stands for everybody who was erased, made if need be."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = insert(Member).values(slack_id=FORMER, is_guest=True, is_bot=False, is_active=False)
    await session.execute(made.on_conflict_do_nothing(index_elements=[Member.slack_id]))
    return (await session.scalars(select(Member.id).where(Member.slack_id == FORMER))).one()
