"""Welcoming somebody: who is welcomed, the steps of the welcome, and the common principles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid
from community.members import claim, ensure_member
from community.rights import Actor
from storage.deliveries import deliveries_about
from storage.following import Subscription
from storage.members import Member, member_by_slack_id

# The founding note calls for agreed common principles (000 L58-68) but does not give their text: those of
# this version are the community's own, until the partners' text is entered.
PRINCIPLES_VERSION = "2026-11"
"""Whoever accepted another version is asked again."""

WELCOME = "welcome"
"""The kind of delivery that welcomes somebody."""


class Step(StrEnum):
    """The steps of the welcome, in order."""

    PRINCIPLES = "principles"
    PROFILE = "profile"
    FOLLOW = "follow"


@dataclass(frozen=True)
class Progress:
    """How far somebody has come: the steps that there are, each with whether it is done.

    `accepted_at` is when they accepted the principles as they stand now; `again`: they were welcomed before.
    """

    steps: tuple[tuple[Step, bool], ...]
    accepted_at: datetime | None = None
    again: bool = False

    @property
    def next(self) -> Step | None:
        """The first step that is not done; None where all are."""
        return next((step for step, done in self.steps if not done), None)


async def progress(session: AsyncSession, slack_id: str, offered: Iterable[Step]) -> Progress:
    """How far a member has come in the steps `offered`; whoever is not met yet has done none."""
    member = await member_by_slack_id(session, slack_id)
    if member is None:
        return Progress(tuple((step, False) for step in offered))
    done = {Step(step) for step in member.welcome_steps}
    follows = select(Subscription.id).where(
        Subscription.member_id == member.id, Subscription.ended_at.is_(None)
    )
    if (await session.scalars(follows.limit(1))).first() is not None:
        done.add(Step.FOLLOW)
    accepted_at = member.principles_at if member.principles_version == PRINCIPLES_VERSION else None
    if accepted_at is None:
        done.discard(Step.PRINCIPLES)
    return Progress(tuple((step, step in done) for step in offered), accepted_at)


async def greeted(
    session: AsyncSession, slack_id: str, event_id: str, offered: Iterable[Step], now: datetime
) -> Progress | None:
    """How far somebody who joined has come, if they are to be welcomed: people, not bots, once an event."""
    member = await member_by_slack_id(session, slack_id)
    if member is None or member.is_bot or not member.is_active:
        return None
    if not await claim(session, f"welcome:{slack_id}:{event_id}", now):
        return None
    earlier = await deliveries_about(session, about(slack_id), (WELCOME,))
    return replace(await progress(session, slack_id, offered), again=bool(earlier))


async def accept_principles(
    session: AsyncSession, slack_id: str, version: str, now: datetime, *, ticked: bool
) -> None:
    """Accept the common principles, in the version that was shown. Accepted twice, the first time counts.

    Raises `Invalid` in field `accept`: `tick_needed`, or `principles_changed` for another version.
    """
    if not ticked:
        raise Invalid("accept", "tick_needed")
    if version != PRINCIPLES_VERSION:
        raise Invalid("accept", "principles_changed", version)
    member = await ensure_member(session, slack_id)
    if member.principles_version == version:
        return
    member.principles_version, member.principles_at = version, now
    finish(member, Step.PRINCIPLES)
    note(session, own(member), "principles_accepted", f"member:{member.id}", now)


def finish(member: Member, step: Step) -> None:
    """Note that a member has finished a step; twice is once."""
    if step not in member.welcome_steps:
        member.welcome_steps = [*member.welcome_steps, step.value]


def own(member: Member) -> Actor:
    """A member acting on what is their own: for that no right is asked, for it is theirs."""
    return Actor(member.id, member.is_guest, member.is_stopped, frozenset())


def about(slack_id: str) -> str:
    """What the messages that welcome somebody are filed under."""
    return f"{WELCOME}:{slack_id}"
