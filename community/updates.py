"""Updates: posted by members, published by whose subject it is, reviewed by editors, changed, withdrawn.

What looks like a person's details or a case is never published by whoever wrote it: an editor decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from rapidfuzz import fuzz
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, refuse
from community.folding import fold
from community.posted import Posted, about, one, posted, row_of
from community.rights import Action, Actor, Subject, may, require
from community.safeguards import Detail, looks_personal
from storage.changes import columns_of, read_columns
from storage.groups import Group
from storage.pathfinders import Place
from storage.translations import follow_revision
from storage.updates import REST, Update, UpdateRevision, change_state, last_published, recent_on
from storage.vocabulary import Theme, UpdateState, Visibility

STILL_ALIKE = timedelta(days=120)
"""How far back an update is looked at as the same news."""
ALIKE = 80
"""Of 100, from rapidfuzz's `token_set_ratio`: the same words in another order score 100."""


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
CHANGEABLE = (UpdateState.IN_REVIEW, UpdateState.CHANGE_ASKED, UpdateState.PUBLISHED)


@dataclass(frozen=True)
class Draft:
    """What somebody filled in. `subject` is `group:KEY` or `place:KEY`; `files` have `id`, `name`, `url`."""

    subject: str
    headline: str
    body: str
    language: str
    visibility: Visibility
    theme: Theme | None = None
    link: str = ""
    files: tuple[dict[str, str], ...] = ()
    next_step: str = ""
    next_owner: str = ""
    next_due: date | None = None


@dataclass(frozen=True)
class Doubts:
    """What somebody is to look at before they post: news that is much alike, and what looks personal."""

    alike: tuple[Posted, ...]
    details: tuple[Detail, ...]


async def doubts(
    session: AsyncSession, actor: Actor, draft: Draft, now: datetime, *, number: int = 0
) -> Doubts:
    """What there is to look at first. `number` is the update that is being changed.

    Raises `NotAllowed`, or `Invalid` for every field that is wrong.
    """
    require(actor, Action.POST_UPDATE)
    subject = await _subject(session, draft)
    rows = await recent_on(session, subject.group_id, subject.place_id, now - STILL_ALIKE)
    shown = [
        row for row in rows
        if row.id != number
        and (row.author_id == actor.member_id or row.state is UpdateState.PUBLISHED)
        and (row.visibility is not Visibility.GROUP or actor.leads(subject))
    ]  # fmt: skip
    headline = fold(draft.headline)
    alike = [row for row in shown if fuzz.token_set_ratio(headline, fold(row.headline)) >= ALIKE]
    return Doubts(tuple(posted(row) for row in alike[:3]), _personal(draft))


async def post(session: AsyncSession, actor: Actor, draft: Draft, now: datetime) -> Posted:
    """Post an update: published at once by those whose subject it is, else waiting for review.

    Raises `NotAllowed` for guests and who was stopped, `Invalid` for every field that is wrong.
    """
    require(actor, Action.POST_UPDATE)
    subject = await _subject(session, draft)
    direct = may(actor, Action.PUBLISH_UPDATE, subject) and not _personal(draft)
    row = Update(
        author_id=actor.member_id,
        group_id=subject.group_id,
        place_id=subject.place_id,
        state=UpdateState.PUBLISHED if direct else UpdateState.IN_REVIEW,
        posted_at=now,
        published_at=now if direct else None,
        released_at=now if direct else None,
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
    row = await row_of(session, number)
    require(actor, Action.WITHDRAW_UPDATE, about(row))
    subject = await _subject(session, draft)
    direct = may(actor, Action.PUBLISH_UPDATE, subject) and not _personal(draft)
    if row.state not in CHANGEABLE:
        return None
    before = _kept(row, now)
    done = await change_state(
        session,
        number,
        revision,
        (row.state,),  # approved in this very moment, it would be kept as what was never published
        group_id=subject.group_id,
        place_id=subject.place_id,
        state=UpdateState.PUBLISHED if direct else UpdateState.IN_REVIEW,
        revision=revision + 1,
        published_at=(row.published_at or now) if direct else row.published_at,
        released_at=now if direct else row.released_at,
        corrected_at=now if row.published_at else None,
        reason=None,
        decided_by_id=None,
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
) -> Posted | None:
    """Approve, send back, or decline an update that waits, in the very revision that was looked at.

    A declined correction of what was published lets the earlier text stand again, as a revision of its own.
    None if it was changed or decided meanwhile: two editors at once publish once. Raises `NotAllowed`,
    `NotFound`, or `Invalid` for approving one's own that looks like a person's details.
    """
    require(actor, Action.REVIEW_UPDATE)
    row = await row_of(session, number)
    if decision is Decision.APPROVE and row.is_flagged and row.author_id == actor.member_id:
        raise Invalid("update", "own_flagged")
    values: dict[str, object] = {
        "state": DECIDED[decision],
        "decided_by_id": actor.member_id,
        "decided_at": now,
        "reason": reason or None,
    }
    if decision is Decision.APPROVE:
        values |= {"published_at": row.published_at or now, "released_at": now}
    earlier = None
    if decision is Decision.DECLINE and row.published_at:
        earlier = await last_published(session, number)
    if earlier:
        values |= await _again(session, earlier)
        values |= {"reason": reason, "released_at": now, "revision": revision + 1}
    declined = _kept(row, now)
    if not await change_state(session, number, revision, (UpdateState.IN_REVIEW,), **values):
        return None
    if earlier:
        session.add(declined)
        await follow_revision(session, number, earlier.revision, revision + 1)
    note(session, actor, f"update_{DECIDED[decision].value}", f"update:{number}", now)
    return await one(session, number)


async def withdraw(session: AsyncSession, actor: Actor, number: int, now: datetime) -> Posted | None:
    """Take an update back: it is shown nowhere any more, its row stays. None if that was done already."""
    row = await row_of(session, number)
    require(actor, Action.WITHDRAW_UPDATE, about(row))
    open_states = tuple(state for state in UpdateState if state is not UpdateState.WITHDRAWN)
    withdrawn = {"state": UpdateState.WITHDRAWN, "withdrawn_at": now}
    if not await change_state(session, number, row.revision, open_states, **withdrawn):
        return None
    note(session, actor, "update_withdrawn", f"update:{number}", now)
    return await one(session, number)


def _kept(row: Update, now: datetime) -> UpdateRevision:
    """How it reads now, before it is changed; all of it if it is published."""
    rest = {name: value for name, value in columns_of(row).items() if name in REST}
    return UpdateRevision(
        update_id=row.id,
        revision=row.revision,
        headline=row.headline,
        body=row.body,
        rest=rest if row.state is UpdateState.PUBLISHED else None,
        at=now,
    )


async def _again(session: AsyncSession, earlier: UpdateRevision) -> dict[str, object]:
    """The columns by which an earlier text is published again, on what its subject went into meanwhile."""
    values = read_columns(Update, earlier.rest or {})
    for name, table in (("group_id", Group), ("place_id", Place)):
        standing = select(func.coalesce(table.merged_into_id, table.id)).where(table.id == values[name])
        values[name] = await session.scalar(standing)
    return {
        **values, "headline": earlier.headline, "body": earlier.body, "state": UpdateState.PUBLISHED,
    }  # fmt: skip


def _personal(draft: Draft) -> tuple[Detail, ...]:
    return looks_personal(draft.headline, draft.body, draft.next_step, draft.next_owner)


async def _subject(session: AsyncSession, draft: Draft) -> Subject:
    """What it is about. Raises `Invalid` with every field that is wrong."""
    kind, _, key = draft.subject.partition(":")
    query = select(Group.id).where(Group.key == key, Group.merged_into_id.is_(None))
    if kind == "place":
        query = select(Place.id).where(Place.key == key, Place.merged_into_id.is_(None))
    found = (await session.scalars(query)).one_or_none() if kind in ("group", "place") else None
    wrong = []
    if found is None:
        wrong.append(Invalid("subject", "gone", draft.subject))
    if draft.visibility is Visibility.GROUP and kind != "group":
        wrong.append(Invalid("visibility", "no_group", draft.subject))
    if draft.link and not draft.link.startswith(("https://", "http://")):
        wrong.append(Invalid("link", "no_address", draft.link))
    if (draft.next_owner or draft.next_due) and not draft.next_step:
        wrong.append(Invalid("next_step", "step_missing"))
    refuse(wrong)
    return Subject(group_id=found) if kind == "group" else Subject(place_id=found)


def _text_of(draft: Draft) -> dict[str, object]:
    return {
        "headline": draft.headline,
        "body": draft.body,
        "language": draft.language,
        "visibility": draft.visibility,
        "theme": draft.theme,
        "link": draft.link or None,
        "files": list(draft.files),
        "next_step": draft.next_step or None,
        "next_owner": draft.next_owner or None,
        "next_due": draft.next_due,
        "is_flagged": bool(_personal(draft)),
    }
