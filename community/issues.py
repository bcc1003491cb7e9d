"""Editions of a newsletter as they are shown: to their readers, and to the editors before.

What is changed of them, and by whom, stands in `community.editions` and `community.reopening`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community import news
from community.errors import NotFound
from community.news import Advance, News, Outlook, Partner
from community.posted import Posted
from community.rights import Action, Actor, require
from community.schedules import Plan, coming, plan_of
from storage.deliveries import has_begun
from storage.editions import (
    Edition,
    Schedule,
    approved_since,
    edition_by_id,
    edition_of,
    editions_of_schedules,
    editions_sent,
)
from storage.vocabulary import EditionState

UNSENT = (EditionState.IN_REVIEW, EditionState.HELD, EditionState.APPROVED)
PART = "newsletter"
"""The kind of delivery that is a part of an edition, in Slack or by e-mail."""


@dataclass(frozen=True)
class Texts:
    """What editors wrote, in one language: any of it may be empty.

    `report` is the Chair's on progress, `thanks` say who did well; `heading` and `section` are their own.
    """

    language: str
    introduction: str = ""
    report: str = ""
    thanks: str = ""
    heading: str = ""
    section: str = ""

    def has(self, part: str) -> bool:
        """Whether a part, such as `report`, was written."""
        return bool(getattr(self, part) or (part == "section" and self.heading))


@dataclass(frozen=True)
class Issue:
    """An edition as it is shown. `sends_at` is the aware instant at which it goes out, or went."""

    id: int
    revision: int
    state: EditionState
    period: str
    plan: Plan
    sends_at: datetime
    texts: Mapping[str, Texts] = field(default_factory=dict)
    items: tuple[Posted, ...] = ()
    advances: tuple[Advance, ...] = ()
    partners: tuple[Partner, ...] = ()
    decided_by: str | None = None
    decided_at: datetime | None = None
    has_begun: bool = False
    """Whether a part of it is under way: by its worker's clock its hour has come."""

    @property
    def occurrence(self) -> str:
        """What makes it one, for whoever and however often it is made: the same after a restore."""
        return f"newsletter:{self.plan.id}:{self.plan.cadence.value}:{self.period}"

    @property
    def about(self) -> str:
        """What its deliveries are about."""
        return f"edition:{self.id}"

    @property
    def is_told(self) -> bool:
        """Whether there is anything new in it."""
        return bool(self.items or self.advances or self.partners)

    def texts_for(self, language: str, part: str) -> Texts | None:
        """The texts that have a part, such as `report`: in a language, or else in one that there is.

        A heading without its text is a `section` too. None if nobody wrote that part.
        """
        ordered = sorted(self.texts.values(), key=lambda texts: texts.language != language)
        return next((texts for texts in ordered if texts.has(part)), None)

    @property
    def out_at(self) -> datetime:
        """The aware moment from which people read it: its hour, or the approval that came after it."""
        return max(self.sends_at, self.decided_at or self.sends_at)

    def is_open(self, now: datetime) -> bool:
        """Whether it may be changed still."""
        return self.state in UNSENT and not self.is_out(now)

    def is_out(self, now: datetime) -> bool:
        """Whether it went out, or is just about to."""
        return self.state is EditionState.APPROVED and (self.has_begun or self.sends_at <= now)


async def preview(session: AsyncSession, schedule_id: int, now: datetime) -> Issue:
    """What the next edition would hold by now, a draft's pieces first; nothing changes by looking.

    What editors wrote is theirs until it is sent. Raises `NotFound`.
    """
    schedule = await session.get(Schedule, schedule_id)
    if schedule is None or schedule.ended_at is not None:
        raise NotFound("command", str(schedule_id))
    reader, plan = reader_of(schedule), plan_of(schedule)
    period, sends_at = coming(plan, now)
    made = await edition_of(session, reader, period)
    drafted, hidden = (made.id, made.hidden) if made else (0, [])
    begun = await news.since(session, reader, None, schedule.since, before=drafted)
    topics = await news.topics_of(session, plan.topics)
    found = await news.to_come(session, reader, begun, topics, hidden, edition=drafted)
    return _with(Issue(0, 0, EditionState.IN_REVIEW, period, plan, sends_at), found)


async def one(session: AsyncSession, number: int) -> Issue:
    """An edition with all that it holds now. Raises `NotFound`."""
    row = await edition_by_id(session, number)
    if row is None or row.schedule is None:
        raise NotFound("command", str(number))
    begun = row.state is EditionState.APPROVED and await has_begun(session, f"edition:{number}", PART)
    return _with(replace(_issue(row), has_begun=begun), await news.held(session, number))


async def past(session: AsyncSession, now: datetime) -> tuple[Issue, ...]:
    """The latest editions that went out, newest first; without their items."""
    rows = await editions_of_schedules(session, (EditionState.APPROVED,))
    return tuple(_issue(row) for row in rows if row.sends_at <= now)


async def published(session: AsyncSession, now: datetime, most: int, first: int = 0) -> tuple[Issue, ...]:
    """Of those that left Slack, `most` from the `first` on, newest first; without their items."""
    return tuple(_issue(row) for row in await editions_sent(session, now, most, first))


async def published_one(session: AsyncSession, number: int, now: datetime) -> Issue:
    """One that left Slack, with all that it holds now. Raises `NotFound` for any other."""
    issue = await one(session, number)
    if not (issue.plan.leaves_slack and issue.is_out(now)):
        raise NotFound("command", str(number))
    return issue


async def outlook(session: AsyncSession, issue: Issue, zone: str) -> Outlook:
    """What lies ahead on the day on which an edition goes out, in a zone."""
    return await news.outlook(session, issue.plan.cadence, issue.sends_at, zone)


async def waiting(session: AsyncSession, actor: Actor) -> tuple[Issue, ...]:
    """The editions that wait for the editors, or are held. Raises `NotAllowed`."""
    require(actor, Action.SEND_EDITION)
    rows = await editions_of_schedules(session, (EditionState.IN_REVIEW, EditionState.HELD))
    return tuple(_issue(row) for row in rows)


async def leaving(session: AsyncSession, now: datetime) -> tuple[Issue, ...]:
    """The newsletters that are approved, leave Slack, and have not gone out yet."""
    found = [await one(session, number) for number in await approved_since(session, now)]
    return tuple(issue for issue in found if issue.plan.leaves_slack and not issue.is_out(now))


def reader_of(schedule: Schedule) -> str:
    """How the items of a newsletter name it."""
    return f"schedule:{schedule.id}"


def _issue(row: Edition) -> Issue:
    assert row.schedule is not None  # noqa: S101 - a newsletter's edition has one
    plan = replace(plan_of(row.schedule), cadence=row.cadence)
    if row.state is EditionState.APPROVED:  # where it went stays so, whatever its schedule does later
        plan = replace(plan, leaves_slack=row.leaves_slack)
    return Issue(
        row.id,
        row.revision,
        row.state,
        row.period,
        plan,
        row.sends_at,
        {language: Texts(language, **parts) for language, parts in row.texts.items()},
        decided_by=row.decided_by.slack_id if row.decided_by else None,
        decided_at=row.decided_at,
    )


def _with(issue: Issue, found: News) -> Issue:
    return replace(issue, items=found.items, advances=found.advances, partners=found.partners)
