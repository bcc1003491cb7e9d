"""One commitment as it is shown: who promised what, where, by when, and what became of it.

What only an old document says is on record without being anybody's duty here: it is never late, reminds
nobody, and stands in no newsletter, until somebody takes it up by changing it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import false
from sqlalchemy.ext.asyncio import AsyncSession

from community.facts import Citation, citation
from community.names import PlaceName
from community.rights import OF_A_GROUP, OF_A_PLACE, Action, Actor, Subject, may
from storage.base import Words
from storage.commitments import Commitment, CommitmentRow, RoleHeld, commitments, is_live, seats
from storage.partial_dates import PartialDate
from storage.sight import Sight
from storage.vocabulary import CommitmentOutcome, RoleName, Visibility

ON_A_CARD = 3
"""Commitments on the card of what they concern; `/commitments` has them all."""
NOBODY = Actor(None, is_guest=True, is_stopped=False, held=frozenset())
"""For what is shown to many at once."""


@dataclass(frozen=True)
class Holder:
    """Who holds a role: a member by Slack id, or an organisation."""

    slack_id: str | None
    organisation: Words | None


@dataclass(frozen=True)
class Promised:
    """A commitment as it is shown. People are Slack ids, moments are aware.

    `when` is the last possible date, `due_words` what is said of it beside or instead. `owner` is in the
    record's own words; else it is a `person`, an `organisation`, or a `role` with its `holders`. `subject`
    is what it concerns, as `group:KEY` or `place:KEY`. `meeting` is where it was made, if the reader may see
    that event. `is_live`: people made it or took it up.
    """

    id: int
    revision: int
    text: Words
    when: PartialDate
    due_words: Words | None
    owner: Words | None
    person: str | None
    organisation: Words | None
    role: RoleName | None
    holders: tuple[Holder, ...]
    subject: str
    group: Words | None
    place: PlaceName | None
    meeting_id: int | None
    meeting: Words | None
    link: str | None
    visibility: Visibility
    outcome: CommitmentOutcome | None
    reason: str | None
    ended_at: datetime | None
    ended_by: str | None
    by: str | None
    added_at: datetime | None
    is_live: bool
    may_manage: bool
    note: Words | None
    citation: Citation | None

    @property
    def about(self) -> str:
        """What deliveries that tell of it are about."""
        return f"commitment:{self.id}"

    def late_since(self, today: date) -> date | None:
        """The first day on which it was late, on the reader's `today`; None for what is not late."""
        if self.is_live and self.outcome is None and self.when.end and self.when.end < today:
            return self.when.end + timedelta(days=1)
        return None

    def has_passed(self, today: date) -> bool:
        """Whether its date passed and nobody here is asked about it: the record gives no result."""
        return not self.is_live and self.outcome is None and bool(self.when.end and self.when.end < today)


Holders = Mapping[RoleHeld, tuple[Holder, ...]]
"""Who holds roles, by role."""


def about(row: Commitment, actor: Actor, *, is_own: bool) -> Subject:
    """What rights are asked about: whoever owns it, or recorded it, is its author."""
    author = actor.member_id if is_own else row.by_id
    return Subject(row.group_id, row.place_id, author)


def role_held(row: Commitment) -> RoleHeld | None:
    """The role that owns a commitment: of the group or the place that it concerns, or of the Alliance."""
    if row.role is None:
        return None
    return (
        row.role,
        row.group_id if row.role in OF_A_GROUP else None,
        row.place_id if row.role in OF_A_PLACE else None,
    )


async def holders_of(session: AsyncSession, rows: Sequence[CommitmentRow], day: date) -> Holders:
    """Who holds the roles that own these, by role."""
    wanted = {held for one in rows if one.row.owner is None and (held := role_held(one.row))}
    if not wanted:
        return {}
    found: dict[RoleHeld, tuple[Holder, ...]] = dict.fromkeys(wanted, ())
    for seat in await seats(session, {name for name, _, _ in wanted}, day):
        held = seat.name, seat.group_id, seat.place_id
        if held in found:
            member = seat.member.slack_id if seat.member else None
            organisation = seat.organisation.name if seat.organisation else None
            found[held] += (Holder(member, organisation),)
    return found


def promised(one: CommitmentRow, actor: Actor, sight: Sight, held: Holders) -> Promised:
    """A commitment's row as `actor` is shown it. `held` is who holds the roles, where that is told."""
    row = one.row
    role = role_held(row)
    is_meeting_seen = one.meeting_visibility in (None, Visibility.PUBLIC) or (
        sight.members
        if one.meeting_visibility is Visibility.MEMBERS
        else one.meeting_group_id in sight.groups
    )
    subject = f"group:{row.group.key}" if row.group else f"place:{row.place.key}" if row.place else ""
    return Promised(
        id=row.id,
        revision=row.revision,
        text=row.text,
        when=row.when,
        due_words=row.due_words,
        owner=row.owner,
        person=row.member.slack_id if row.member else None,
        organisation=row.organisation.name if row.organisation else None,
        role=row.role,
        holders=held.get(role, ()) if role else (),
        subject=subject,
        group=row.group.name if row.group else None,
        place=PlaceName(row.place.key, row.place.names) if row.place else None,
        meeting_id=row.event_id if is_meeting_seen else None,
        meeting=one.meeting if is_meeting_seen else None,
        link=row.link,
        visibility=row.visibility or Visibility.PUBLIC,
        outcome=row.outcome,
        reason=row.reason,
        ended_at=row.ended_at,
        ended_by=row.ended_by.slack_id if row.ended_by else None,
        by=row.by.slack_id if row.by else None,
        added_at=row.added_at,
        is_live=row.added_at is not None or row.said_by_id is not None,
        may_manage=may(actor, Action.MANAGE_COMMITMENT, about(row, actor, is_own=one.is_own)),
        note=row.note,
        citation=citation(row),
    )


async def concerning(
    session: AsyncSession,
    sight: Sight,
    today: date,
    *,
    group_id: int | None = None,
    place_id: int | None = None,
    most: int = ON_A_CARD,
) -> tuple[Promised, ...]:
    """The first of the open commitments on a group or a place, for its card, and one more if there are more.

    Only what people made here: what the record says stands among its next steps.
    """
    subject = Commitment.group_id == group_id if group_id is not None else Commitment.place_id == place_id
    conditions = [is_live(), Commitment.outcome.is_(None), subject, sight.condition(Commitment)]
    rows = await commitments(session, conditions, false(), today, most=most + 1)
    return tuple(promised(one, NOBODY, sight, {}) for one in rows)
