"""Translations that volunteers offer: sent, looked at by whose subject it is or an editor, taken or not.

What was sent never changes: sent once more it is another offer, and the earlier one is withdrawn. So whoever
decides decides on what they saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, NotFound, refuse
from community.following import may_see
from community.posted import Posted, posted, row_of, visible
from community.rights import Action, Actor, Subject, may, require
from community.safeguards import Detail, looks_personal
from community.updates import DECIDED, Decision
from storage.translations import (
    OPEN,
    TranslationOffer,
    change_offer,
    lock_update,
    offer_by_id,
    offers_in,
    open_offers,
)
from storage.updates import Update, UpdateTranslation, translation
from storage.vocabulary import UpdateState

OVER = (UpdateState.WITHDRAWN, UpdateState.DECLINED)
"""Of an update in these states nothing is shown any more."""


@dataclass(frozen=True)
class Offered:
    """What a volunteer typed: the text in `language`, and the `revision` of the update that it translates."""

    language: str
    headline: str
    body: str
    revision: int


@dataclass(frozen=True)
class Offer:
    """An offered translation of `item` as it is shown. `by`, `decided_by` are Slack ids; `at` is aware.

    `is_current` is False where the update was changed since; `is_flagged`: it may hold a person's details
    that the update does not have.
    """

    id: int
    item: Posted
    language: str
    headline: str
    body: str
    state: UpdateState
    by: str
    at: datetime
    reason: str | None
    decided_by: str | None
    is_current: bool
    is_flagged: bool

    @property
    def about(self) -> str:
        """What deliveries that tell of it are about."""
        return f"offer:{self.id}"


@dataclass(frozen=True)
class Settled:
    """An open offer after its update was changed, and why it was closed, if it was.

    `gone`: there is nothing to translate any more; `taken`: a translation stands there.
    """

    offer: Offer
    closed: Literal["", "gone", "taken"]


async def to_offer(session: AsyncSession, actor: Actor, number: int, today: date) -> Posted:
    """An update for a member who may offer a translation of it.

    Raises `NotAllowed`, and `NotFound` for what is not published or what they may not see.
    """
    require(actor, Action.OFFER_TRANSLATION)
    row = await row_of(session, number)
    if not await _shown_to(session, actor, row, today):
        raise NotFound("command", str(number))
    return posted(row)


async def own(session: AsyncSession, actor: Actor, number: int) -> Offer:
    """One's own offer. Raises `NotAllowed`, and `NotFound` for what is somebody else's."""
    require(actor, Action.OFFER_TRANSLATION)
    row = await offer_by_id(session, number)
    if row is None or row.by_id != actor.member_id:
        raise NotFound("command", str(number))
    return shown(row)


async def doubts(session: AsyncSession, actor: Actor, number: int, given: Offered) -> tuple[Detail, ...]:
    """What looks like a person's details that the update does not have. Raises `NotAllowed`, `NotFound`."""
    require(actor, Action.OFFER_TRANSLATION)
    return _added(await row_of(session, number), given.headline, given.body)


async def offer(
    session: AsyncSession, actor: Actor, number: int, given: Offered, today: date, now: datetime
) -> tuple[Offer, tuple[Offer, ...]] | None:
    """Offer a translation, in place of one's own that is still open; those come second, withdrawn.

    None if the update was changed meanwhile, or is not shown any more. Raises `NotAllowed`, `NotFound`, or
    `Invalid` in field `headline`: `own_language`, `translated_already`, `offer_waits` for somebody else's.
    """
    require(actor, Action.OFFER_TRANSLATION)
    await lock_update(session, number)
    row = await row_of(session, number)
    if row.revision != given.revision or not await _shown_to(session, actor, row, today):
        return None
    opened = [one for one in await open_offers(session, [number]) if one.language == given.language]
    others = [one for one in opened if one.by_id != actor.member_id and one.state is UpdateState.IN_REVIEW]
    refuse(
        [Invalid("headline", "own_language", given.language)] * (given.language == row.language)
        + [Invalid("headline", "translated_already")] * _is_translated(row, given.language)
        + [Invalid("headline", "offer_waits")] * bool(others)
    )
    replaced = [one.id for one in opened if one.by_id == actor.member_id]
    for old in replaced:
        await change_offer(session, old, OPEN, state=UpdateState.WITHDRAWN)
    made = TranslationOffer(
        update_id=number, language=given.language, revision=given.revision, headline=given.headline,
        body=given.body, by_id=actor.member_id, state=UpdateState.IN_REVIEW, at=now,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    note(session, actor, "translation_offered", f"offer:{made.id}", now)
    return await one(session, made.id), tuple([await one(session, old) for old in replaced])


async def withdraw(session: AsyncSession, actor: Actor, number: int, now: datetime) -> Offer | None:
    """Take one's own offer back. None if it was decided already. Raises `NotAllowed`, `NotFound`."""
    await own(session, actor, number)
    if not await change_offer(session, number, OPEN, state=UpdateState.WITHDRAWN):
        return None
    note(session, actor, "offer_withdrawn", f"offer:{number}", now)
    return await one(session, number)


async def to_decide(session: AsyncSession, actor: Actor, number: int) -> Offer:
    """An offer for somebody who may decide on it, decided already or not. Raises `NotAllowed`, `NotFound`."""
    row = await _row(session, number)
    require(actor, Action.REVIEW_TRANSLATION, about(row))
    return shown(row)


async def decide(
    session: AsyncSession, actor: Actor, number: int, decision: Decision, reason: str, now: datetime
) -> Offer | None:
    """Take an offer that waits, send it back, or decline it. None if somebody was faster.

    Taken, it is the update's translation from now on. Raises `NotAllowed`, also for one's own; `NotFound`;
    or `Invalid("translation", "outdated")` for taking one of a text that was changed since.
    """
    row = await _row(session, number)
    require(actor, Action.REVIEW_TRANSLATION, about(row))
    await lock_update(session, row.update_id)
    row = await _row(session, number)
    approved = decision is Decision.APPROVE
    if approved and row.state is UpdateState.IN_REVIEW and not shown(row).is_current:
        raise Invalid("translation", "outdated")
    values = {"state": DECIDED[decision], "decided_by_id": actor.member_id, "reason": reason or None}
    if not await change_offer(session, number, (UpdateState.IN_REVIEW,), only_current=approved, **values):
        return None
    if approved:
        given = Offered(row.language, row.headline, row.body, row.revision)
        await give(session, row.update_id, given, row.by_id, now)
    note(session, actor, f"offer_{DECIDED[decision].value}", f"offer:{number}", now)
    return await one(session, number)


async def waiting(session: AsyncSession, actor: Actor) -> tuple[Offer, ...]:
    """What waits and the actor may decide on, longest first: never their own."""
    rows = await offers_in(session, UpdateState.IN_REVIEW)
    return tuple(shown(row) for row in rows if may(actor, Action.REVIEW_TRANSLATION, about(row)))


async def sent_back(session: AsyncSession, actor: Actor) -> tuple[Offer, ...]:
    """Of one's own offers, those of which a change is asked for."""
    rows = await offers_in(session, UpdateState.CHANGE_ASKED)
    return tuple(shown(row) for row in rows if row.by_id == actor.member_id)


async def settle(
    session: AsyncSession, actor: Actor, number: int, today: date, now: datetime
) -> tuple[Settled, ...]:
    """What becomes of the open offers for an update that was changed just now: some of them are closed."""
    found = []
    for row in await open_offers(session, [number]):
        closed: Literal["", "gone", "taken"] = ""
        if row.update.state in OVER or not await may_see(session, number, row.by.slack_id, today):
            closed = "gone"
        elif _is_translated(row.update, row.language):
            closed = "taken"
        if closed and await change_offer(session, row.id, OPEN, state=UpdateState.WITHDRAWN):
            note(session, actor, "offer_withdrawn", f"offer:{row.id}", now)
        found.append(Settled(await one(session, row.id), closed))
    return tuple(found)


async def give(session: AsyncSession, number: int, given: Offered, by_id: int, now: datetime) -> None:
    """Make it the update's translation into that language, in place of an earlier one."""
    row = await translation(session, number, given.language)
    if row is None:
        row = UpdateTranslation(update_id=number, language=given.language)
        session.add(row)
    row.revision, row.headline, row.body, row.by_id, row.at = (
        given.revision, given.headline, given.body, by_id, now,
    )  # fmt: skip
    await session.flush()


async def one(session: AsyncSession, number: int) -> Offer:
    """One offer as it stands now, for whoever tells of it. Raises `NotFound`."""
    return shown(await _row(session, number))


def about(row: TranslationOffer) -> Subject:
    """What rights are asked about: the update's subject, and who offered it."""
    return Subject(row.update.group_id, row.update.place_id, row.by_id)


def shown(row: TranslationOffer) -> Offer:
    """An offer's row as it is shown."""
    item = posted(row.update)
    return Offer(
        id=row.id,
        item=item,
        language=row.language,
        headline=row.headline,
        body=row.body,
        state=row.state,
        by=row.by.slack_id,
        at=row.at,
        reason=row.reason,
        decided_by=row.decided_by.slack_id if row.decided_by else None,
        is_current=row.revision == item.revision and item.state is UpdateState.PUBLISHED,
        is_flagged=bool(_added(row.update, row.headline, row.body)),
    )


async def _row(session: AsyncSession, number: int) -> TranslationOffer:
    row = await offer_by_id(session, number)
    if row is None:
        raise NotFound("command", str(number))
    return row


async def _shown_to(session: AsyncSession, actor: Actor, row: Update, today: date) -> bool:
    seen = await visible(
        session, group_id=row.group_id, to_guests=actor.is_guest, member_id=actor.member_id, day=today
    )
    return row.state is UpdateState.PUBLISHED and row.visibility in seen


def _is_translated(row: Update, language: str) -> bool:
    return any(one.language == language and one.revision == row.revision for one in row.translations)


def _added(row: Update, headline: str, body: str) -> tuple[Detail, ...]:
    known = looks_personal(row.headline, row.body)
    return tuple(one for one in looks_personal(headline, body) if one not in known)
