"""Updates: posted by members, published by whose subject it is, reviewed by editors, changed, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, NotFound
from community.names import PlaceName
from community.rights import Action, Actor, Subject, may, require
from storage.base import Words
from storage.groups import Group
from storage.pathfinders import Place
from storage.updates import (
    Update,
    UpdateRevision,
    change_state,
    latest_published,
    updates_by,
    updates_in,
)
from storage.vocabulary import Theme, UpdateState, Visibility

SHOWN_ON_A_CARD = 3
OWN_SHOWN = 10


class Decision(StrEnum):
    """What an editor says to an update that waits."""

    APPROVE = "approve"
    ASK_CHANGE = "ask_change"
    DECLINE = "decline"


DECIDED = {
    Decision.APPROVE: UpdateState.PUBLISHED,
    Decision.ASK_CHANGE: UpdateState.CHANGE_ASKED,
    Decision.DECLINE: UpdateState.DECLINED,
}


@dataclass(frozen=True)
class Draft:
    """What somebody filled in. `subject` is `group:KEY` or `place:KEY`."""

    subject: str
    headline: str
    body: str
    language: str
    visibility: Visibility
    theme: Theme | None = None
    link: str = ""


@dataclass(frozen=True)
class Posted:
    """An update as it is shown."""

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
    visibility: Visibility
    author: str
    reason: str | None
    decided_by: str | None
    published_at: datetime | None


async def post(session: AsyncSession, actor: Actor, draft: Draft, now: datetime) -> Posted:
    """Post an update: published at once by those whose subject it is, else waiting for review.

    Raises `NotAllowed` for guests and who was stopped, `Invalid` for a field that is wrong.
    """
    require(actor, Action.POST_UPDATE)
    subject = await _subject(session, draft)
    direct = may(actor, Action.PUBLISH_UPDATE, subject)
    row = Update(
        author_id=actor.member_id,
        group_id=subject.group_id,
        place_id=subject.place_id,
        state=UpdateState.PUBLISHED if direct else UpdateState.IN_REVIEW,
        posted_at=now,
        published_at=now if direct else None,
        **_text_of(draft),
    )
    session.add(row)
    await session.flush()
    note(session, actor, "update_published" if direct else "update_posted", f"update:{row.id}", now)
    return await one(session, row.id)


async def revise(
    session: AsyncSession, actor: Actor, number: int, revision: int, draft: Draft, now: datetime
) -> Posted | None:
    """Change an update's text; the earlier one is kept. What waited, or was sent back, waits again.

    None if it was changed or decided meanwhile. Raises `NotAllowed`, `NotFound`, `Invalid`.
    """
    row = await _row(session, number)
    require(actor, Action.WITHDRAW_UPDATE, _about(row))
    subject = await _subject(session, draft)
    direct = may(actor, Action.PUBLISH_UPDATE, subject)
    before = UpdateRevision(
        update_id=row.id, revision=row.revision, headline=row.headline, body=row.body, at=now
    )
    open_states = (UpdateState.IN_REVIEW, UpdateState.CHANGE_ASKED, UpdateState.PUBLISHED)
    done = await change_state(
        session,
        number,
        revision,
        open_states,
        group_id=subject.group_id,
        place_id=subject.place_id,
        state=UpdateState.PUBLISHED if direct else UpdateState.IN_REVIEW,
        revision=revision + 1,
        published_at=(row.published_at or now) if direct else None,
        reason=None,
        **_text_of(draft),
    )
    if not done:
        return None
    session.add(before)
    note(session, actor, "update_revised", f"update:{number}", now)
    return await one(session, number)


async def decide(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    decision: Decision,
    reason: str,
    now: datetime,
) -> bool:
    """Approve, send back, or decline an update that waits, in the very revision that was looked at.

    False if it was changed or decided meanwhile: two editors at once publish once. Raises `NotAllowed`.
    """
    require(actor, Action.REVIEW_UPDATE)
    done = await change_state(
        session,
        number,
        revision,
        (UpdateState.IN_REVIEW,),
        state=DECIDED[decision],
        decided_by_id=actor.member_id,
        reason=reason or None,
        published_at=now if decision is Decision.APPROVE else None,
    )
    if done:
        note(session, actor, f"update_{DECIDED[decision].value}", f"update:{number}", now)
    return done


async def withdraw(session: AsyncSession, actor: Actor, number: int, now: datetime) -> bool:
    """Take an update back: it is shown nowhere any more, its row stays. False if that was done already."""
    row = await _row(session, number)
    require(actor, Action.WITHDRAW_UPDATE, _about(row))
    open_states = tuple(state for state in UpdateState if state is not UpdateState.WITHDRAWN)
    done = await change_state(session, number, row.revision, open_states, state=UpdateState.WITHDRAWN)
    if done:
        note(session, actor, "update_withdrawn", f"update:{number}", now)
    return done


async def waiting(session: AsyncSession, actor: Actor) -> tuple[Posted, ...]:
    """What waits for review, longest first. Raises `NotAllowed` for all but editors."""
    require(actor, Action.REVIEW_UPDATE)
    return tuple(_posted(row) for row in await updates_in(session, UpdateState.IN_REVIEW))


async def own(session: AsyncSession, actor: Actor) -> tuple[Posted, ...]:
    """What somebody posted themselves, newest first."""
    if actor.member_id is None:
        return ()
    return tuple(_posted(row) for row in await updates_by(session, actor.member_id, OWN_SHOWN))


async def latest(
    session: AsyncSession, *, group_id: int | None = None, place_id: int | None = None, to_guests: bool
) -> tuple[Posted, ...]:
    """What was published last on a group or a place; guests see what is public."""
    visible = (Visibility.PUBLIC,) if to_guests else tuple(Visibility)
    rows = await latest_published(session, visible, SHOWN_ON_A_CARD, group_id=group_id, place_id=place_id)
    return tuple(_posted(row) for row in rows)


async def to_change(session: AsyncSession, actor: Actor, number: int) -> Posted:
    """An update for somebody who may change it. Raises `NotAllowed` or `NotFound`."""
    row = await _row(session, number)
    require(actor, Action.WITHDRAW_UPDATE, _about(row))
    return _posted(row)


async def one(session: AsyncSession, number: int) -> Posted:
    """One update. Raises `NotFound`."""
    return _posted(await _row(session, number))


async def _row(session: AsyncSession, number: int) -> Update:
    query = select(Update).where(Update.id == number).execution_options(populate_existing=True)
    row = (await session.scalars(query)).unique().one_or_none()
    if row is None:
        raise NotFound("command", str(number))
    return row


async def _subject(session: AsyncSession, draft: Draft) -> Subject:
    if draft.link and not draft.link.startswith(("https://", "http://")):
        raise Invalid("link", "no_address", draft.link)
    kind, _, key = draft.subject.partition(":")
    query = select(Group.id).where(Group.key == key)
    if kind == "place":
        query = select(Place.id).where(Place.key == key)
    found = (await session.scalars(query)).one_or_none() if kind in ("group", "place") else None
    if found is None:
        raise Invalid("subject", "gone", draft.subject)
    return Subject(group_id=found) if kind == "group" else Subject(place_id=found)


def _about(row: Update) -> Subject:
    return Subject(row.group_id, row.place_id, row.author_id)


def _text_of(draft: Draft) -> dict[str, object]:
    return {
        "headline": draft.headline,
        "body": draft.body,
        "language": draft.language,
        "visibility": draft.visibility,
        "theme": draft.theme,
        "link": draft.link or None,
    }


def _posted(row: Update) -> Posted:
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
        visibility=row.visibility,
        author=row.author.slack_id,
        reason=row.reason,
        decided_by=row.decided_by.slack_id if row.decided_by else None,
        published_at=row.published_at,
    )
