"""The record of who did what: grants, publications, refusals. Never what was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community.rights import Action, Actor, require
from storage.audit import AuditEntry, latest_entries

MOST_ENTRIES = 100
"""How many of the latest acts are looked at; the rest is in the database."""


@dataclass(frozen=True)
class Act:
    """One act as it is shown. `slack_id` is None for the installation itself."""

    at: datetime
    slack_id: str | None
    action: str
    subject: str


def note(session: AsyncSession, actor: Actor | None, action: str, subject: str, now: datetime) -> None:
    """Write an act down, in the transaction of the act itself. `subject` names a row, such as `role:17`."""
    actor_id = actor.member_id if actor else None
    session.add(AuditEntry(at=now, actor_id=actor_id, action=action, subject=subject))


async def latest(session: AsyncSession, actor: Actor) -> tuple[Act, ...]:
    """The latest acts, newest first. Raises `NotAllowed` for all but the secretariat."""
    require(actor, Action.SEE_AUDIT)
    return tuple(
        Act(row.at, row.actor.slack_id if row.actor else None, row.action, row.subject)
        for row in await latest_entries(session, MOST_ENTRIES)
    )
