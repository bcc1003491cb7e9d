"""Updates in other languages: given by those who may publish them, wanted by those who read.

Whoever may publish an update translates it at once: nobody goes round the review that way. Everybody else
offers a translation (`community.offers`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community import offers, requests
from community.audit import note
from community.errors import Invalid, refuse
from community.following import may_see
from community.offers import Offer, Offered
from community.paging import Listed, page_with, turned
from community.posted import Posted, about, one, posted, row_of
from community.rights import Action, Actor, may, require
from community.safeguards import looks_personal
from storage.requests import close_request
from storage.translations import (
    TranslationOffer,
    asked_for,
    count_untranslated,
    lock_update,
    open_offers,
    untranslated,
)
from storage.vocabulary import RequestKind, RequestState, UpdateState

LISTED = 7
"""Updates a page: with up to two buttons each, within Slack's 25."""


@dataclass(frozen=True)
class Wanted:
    """An update that waits for a translation, and how many `asked` for it.

    `lags`: there is a translation of an earlier text. `offer` is the one that is open, if one is: the asker's
    own (`is_own`), or somebody's that waits for review, on which the asker may decide or not (`may_decide`).
    """

    item: Posted
    asked: int
    lags: bool
    offer: Offer | None
    is_own: bool
    may_decide: bool


async def to_translate(session: AsyncSession, actor: Actor, number: int) -> Posted:
    """An update for somebody who may translate it. Raises `NotAllowed` or `NotFound`."""
    row = await row_of(session, number)
    require(actor, Action.TRANSLATE_UPDATE, about(row))
    return posted(row)


async def translate(
    session: AsyncSession, actor: Actor, number: int, given: Offered, now: datetime
) -> Posted | None:
    """Give an update in another language, or give it anew.

    None if it was changed meanwhile, or is published no more. Raises `NotAllowed`, `NotFound`, or `Invalid`
    for its own language, and for details of a person that the update itself does not have.
    """
    await lock_update(session, number)
    row = await row_of(session, number)
    require(actor, Action.TRANSLATE_UPDATE, about(row))
    if row.revision != given.revision or row.state is not UpdateState.PUBLISHED:
        return None
    added = set(looks_personal(given.headline, given.body)) - set(looks_personal(row.headline, row.body))
    refuse(
        [Invalid("language", "own_language", given.language)] * (given.language == row.language)
        + [Invalid("body", "personal")] * bool(added)
    )
    await offers.give(session, number, given, actor.member_id or 0, now)
    note(session, actor, "update_translated", f"update:{number}:{given.language}", now)
    return await one(session, number)


async def count(session: AsyncSession, actor: Actor, language: str, today: date) -> int:
    """How many updates wait for a translation into a language that the actor could offer; 0 for guests."""
    if actor.member_id is None or not may(actor, Action.OFFER_TRANSLATION):
        return 0
    return await count_untranslated(session, language, actor.member_id, _groups(actor), today)


async def queue(session: AsyncSession, actor: Actor, language: str, page: int, today: date) -> Listed[Wanted]:
    """What a member may see and is not in that language, asked ones first, then newest: one page of it.

    Raises `NotAllowed`.
    """
    require(actor, Action.OFFER_TRANSLATION)
    total = await count(session, actor, language, today)
    turn = turned(total, page, LISTED)
    rows = await untranslated(
        session, language, actor.member_id or 0, _groups(actor), today, most=LISTED, skip=turn.before
    )
    opened = await open_offers(session, [row.id for row, _ in rows])
    entries = []
    for row, asked in rows:
        item = replace(posted(row), may_translate=may(actor, Action.TRANSLATE_UPDATE, about(row)))
        lags = any(given.language == language for given in row.translations)
        offer = _the_open_one(actor, [o for o in opened if (o.update_id, o.language) == (row.id, language)])
        entries.append(
            Wanted(
                item,
                asked,
                lags,
                offers.shown(offer) if offer else None,
                is_own=offer is not None and offer.by_id == actor.member_id,
                may_decide=offer is not None and may(actor, Action.REVIEW_TRANSLATION, offers.about(offer)),
            )
        )
    return page_with(entries, turn, total)


async def ask(
    session: AsyncSession, actor: Actor, number: int, language: str, today: date, now: datetime
) -> bool:
    """Ask for an update in a language. False if it is there already.

    Asking twice is asking once. Raises `NotAllowed`, `NotFound`.
    """
    item = await offers.to_offer(session, actor, number, today)
    there = [given.language for given in item.translations if given.is_current]
    if language in (item.language, *there):
        return False
    await requests.ask(session, actor, RequestKind.TRANSLATION, update_id=number, about=language, now=now)
    return True


async def answered(
    session: AsyncSession, actor: Actor, item: Posted, today: date, now: datetime
) -> tuple[str, ...]:
    """Close what was asked for and is there now; the Slack ids of who asked and may see it."""
    there = {given.language for given in item.translations if given.is_current}
    told = []
    for row in await asked_for(session, item.id):
        if row.about not in there or item.state is not UpdateState.PUBLISHED:
            continue
        if not await close_request(session, row.id, RequestState.ACCEPTED, actor.member_id, now):
            continue
        note(session, actor, "translation_accepted", f"request:{row.id}", now)
        if await may_see(session, item.id, row.member.slack_id, today):
            told.append(row.member.slack_id)
    return tuple(told)


def _the_open_one(actor: Actor, found: list[TranslationOffer]) -> TranslationOffer | None:
    """Of the open offers the actor's own, else the one that waits."""
    own = [row for row in found if row.by_id == actor.member_id]
    return next((row for row in (*own, *found) if row in own or row.state is UpdateState.IN_REVIEW), None)


def _groups(actor: Actor) -> set[int]:
    return {held.group_id for held in actor.held if held.group_id is not None}
