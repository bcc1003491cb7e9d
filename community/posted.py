"""Updates as they are shown: on cards, in lists, to those who review them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import NotFound
from community.facts import Said, Statement
from community.names import PlaceName
from community.rights import Action, Actor, Subject, may, require
from storage.base import Words
from storage.partial_dates import PartialDate, Precision
from storage.roles import insiders
from storage.updates import Update, latest_published, published_lately, steps_on, updates_by, updates_in
from storage.vocabulary import FactKind, Theme, UpdateState, Visibility

SHOWN_ON_A_CARD = 3
OWN_SHOWN = 10
LOOKED_THROUGH = 200
"""Of the latest published, for what somebody may change."""


@dataclass(frozen=True)
class Translated:
    """An update in another language. `is_current` is False where the update was changed since."""

    language: str
    headline: str
    body: str
    by: str
    is_current: bool


@dataclass(frozen=True)
class Posted:
    """An update as it is shown. Moments are aware; `author`, `decided_by` are Slack ids."""

    id: int
    revision: int
    state: UpdateState
    subject: str
    group: Words | None
    place: PlaceName | None
    headline: str
    body: str
    language: str
    theme: Theme | None
    link: str | None
    files: tuple[dict[str, str], ...]
    next_step: str | None
    next_owner: str | None
    next_due: date | None
    visibility: Visibility
    is_flagged: bool
    author: str
    reason: str | None
    decided_by: str | None
    published_at: datetime | None
    corrected_at: datetime | None
    withdrawn_at: datetime | None
    translations: tuple[Translated, ...]
    decided_at: datetime | None = None
    may_translate: bool = False
    """Whether whoever asked for a list may; False wherever nobody asked."""

    @property
    def about(self) -> str:
        """What deliveries that tell of it are about."""
        return f"update:{self.id}"

    @property
    def is_restored(self) -> bool:
        """Whether its correction was declined, for `reason`, and so the earlier text is published again."""
        return self.state is UpdateState.PUBLISHED and self.reason is not None

    @property
    def is_being_corrected(self) -> bool:
        """Whether it was published, and stands nowhere until an editor takes or declines its correction."""
        waits = self.state in (UpdateState.IN_REVIEW, UpdateState.CHANGE_ASKED)
        return waits and self.published_at is not None


async def waiting(session: AsyncSession, actor: Actor) -> tuple[Posted, ...]:
    """What waits for review, longest first. Raises `NotAllowed` for all but editors."""
    require(actor, Action.REVIEW_UPDATE)
    return tuple(posted(row) for row in await updates_in(session, UpdateState.IN_REVIEW))


async def own(session: AsyncSession, actor: Actor) -> tuple[Posted, ...]:
    """What somebody posted themselves, newest first."""
    if actor.member_id is None:
        return ()
    return tuple(_listed(actor, row) for row in await updates_by(session, actor.member_id, OWN_SHOWN))


async def changeable(session: AsyncSession, actor: Actor) -> tuple[Posted, ...]:
    """What is published and somebody may change: their own, their group's, their country's; editors all."""
    rows = await published_lately(session, LOOKED_THROUGH)
    return tuple(_listed(actor, row) for row in rows if may(actor, Action.WITHDRAW_UPDATE, about(row)))


async def visible(
    session: AsyncSession, *, group_id: int | None = None, to_guests: bool, member_id: int | None, day: date
) -> tuple[Visibility, ...]:
    """What somebody may see: guests what is public; of a group's own, those who belong to it on `day`."""
    if to_guests:
        return (Visibility.PUBLIC,)
    if group_id is not None and member_id in await insiders(session, group_id, day):
        return tuple(Visibility)
    return (Visibility.PUBLIC, Visibility.MEMBERS)


async def latest(
    session: AsyncSession,
    seen: tuple[Visibility, ...],
    *,
    group_id: int | None = None,
    place_id: int | None = None,
    most: int = SHOWN_ON_A_CARD,
) -> tuple[Posted, ...]:
    """What was published last on a group or a place, of what may be `seen`."""
    rows = await latest_published(session, seen, most, group_id=group_id, place_id=place_id)
    return tuple(posted(row) for row in rows)


async def steps(
    session: AsyncSession,
    seen: tuple[Visibility, ...],
    *,
    group_id: int | None = None,
    place_id: int | None = None,
) -> tuple[Statement, ...]:
    """The next steps that published updates name, as statements of their authors: withdrawn with them."""
    return tuple(_step(row) for row in await steps_on(session, seen, group_id, place_id))


async def one(session: AsyncSession, number: int) -> Posted:
    """One update. Raises `NotFound`."""
    return posted(await row_of(session, number))


async def to_change(session: AsyncSession, actor: Actor, number: int) -> Posted:
    """An update for somebody who may change it. Raises `NotAllowed` or `NotFound`."""
    row = await row_of(session, number)
    require(actor, Action.WITHDRAW_UPDATE, about(row))
    return posted(row)


async def row_of(session: AsyncSession, number: int) -> Update:
    """The row as it stands now. Raises `NotFound`."""
    query = select(Update).where(Update.id == number).execution_options(populate_existing=True)
    row = (await session.scalars(query)).unique().one_or_none()
    if row is None:
        raise NotFound("command", str(number))
    return row


def about(row: Update) -> Subject:
    """What rights are asked about."""
    return Subject(row.group_id, row.place_id, row.author_id)


def posted(row: Update) -> Posted:
    """An update's row as it is shown."""
    return Posted(
        id=row.id,
        revision=row.revision,
        state=row.state,
        subject=f"group:{row.group.key}" if row.group else f"place:{row.place.key}" if row.place else "",
        group=row.group.name if row.group else None,
        place=PlaceName(row.place.key, row.place.names) if row.place else None,
        headline=row.headline,
        body=row.body,
        language=row.language,
        theme=row.theme,
        link=row.link,
        files=tuple(row.files),
        next_step=row.next_step,
        next_owner=row.next_owner,
        next_due=row.next_due,
        visibility=row.visibility,
        is_flagged=row.is_flagged,
        author=row.author.slack_id,
        reason=row.reason,
        decided_by=row.decided_by.slack_id if row.decided_by else None,
        published_at=row.published_at,
        corrected_at=row.corrected_at,
        decided_at=row.decided_at,
        withdrawn_at=row.withdrawn_at,
        translations=tuple(
            Translated(one.language, one.headline, one.body, one.by.slack_id, one.revision == row.revision)
            for one in row.translations
        ),
    )


def _listed(actor: Actor, row: Update) -> Posted:
    return replace(posted(row), may_translate=may(actor, Action.TRANSLATE_UPDATE, about(row)))


def _step(row: Update) -> Statement:
    when = PartialDate()
    if row.next_due:
        when = PartialDate(Precision.DEADLINE, None, row.next_due)
    return Statement(
        kind=FactKind.NEXT_STEP,
        text={row.language: row.next_step or ""},
        theme=row.theme,
        state=None,
        value=None,
        owner={row.language: row.next_owner} if row.next_owner else None,
        when=when,
        note=None,
        citation=None,
        said=Said(row.author.slack_id, row.corrected_at or row.published_at or row.posted_at),
    )
