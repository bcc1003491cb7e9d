"""Translations of updates, by those who may publish them: nobody goes round the review that way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, refuse
from community.posted import Posted, about, one, posted, row_of
from community.rights import Action, Actor, require
from community.safeguards import looks_personal
from storage.updates import Update, UpdateTranslation, translation
from storage.vocabulary import UpdateState


async def to_translate(session: AsyncSession, actor: Actor, number: int) -> Posted:
    """An update for somebody who may translate it. Raises `NotAllowed` or `NotFound`."""
    row = await row_of(session, number)
    require(actor, Action.TRANSLATE_UPDATE, about(row))
    return posted(row)


async def translate(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    language: str,
    headline: str,
    body: str,
    now: datetime,
) -> Posted | None:
    """Give an update in another language, or give it anew. `revision` is the one that was translated.

    None if it was changed meanwhile, or is published no more. Raises `NotAllowed`, `NotFound`, or `Invalid`
    for its own language, and for details of a person that the update itself does not have.
    """
    await session.execute(select(Update.id).where(Update.id == number).with_for_update())
    row = await row_of(session, number)
    require(actor, Action.TRANSLATE_UPDATE, about(row))
    if row.revision != revision or row.state is not UpdateState.PUBLISHED:
        return None
    added = set(looks_personal(headline, body)) - set(looks_personal(row.headline, row.body))
    refuse(
        [Invalid("language", "own_language", language)] * (language == row.language)
        + [Invalid("body", "personal")] * bool(added)
    )
    given = await translation(session, number, language)
    if given is None:
        given = UpdateTranslation(update_id=number, language=language)
        session.add(given)
    given.revision, given.headline, given.body, given.by_id, given.at = (
        revision, headline, body, actor.member_id or 0, now,
    )  # fmt: skip
    await session.flush()
    note(session, actor, "update_translated", f"update:{number}:{language}", now)
    return await one(session, number)
