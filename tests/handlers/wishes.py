"""Asking for something, and what is known of it afterwards: for the tests of requests and of memberships."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from community import roles
from community.rights import actor_of
from sandbox import Outcome
from storage.tables import AuditEntry, Membership, Request
from storage.vocabulary import RoleName
from tests.handlers.talk import ENGLISH, Talk, labels, texts

SECRETARIAT = "U0SECRETA"
MIGRATION = "migration"


async def chaired_by(talk: Talk, user: str) -> None:
    """Make somebody the chair of Migration."""
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(
            session, secretariat, user, RoleName.CHAIR, f"group:{MIGRATION}",
            is_deputy=False, today=now.date(), now=now,
        )  # fmt: skip


async def asked_to_join(talk: Talk, user: str = ENGLISH, note: str = "") -> Outcome:
    answered = await talk.command(f"/actiongroup {MIGRATION} join", user)
    form = await talk.click(labels(answered)[0], answered, user)
    return await talk.box.submit(user, form.views[-1]["id"], {"note": {"value": note}})


async def offered(talk: Talk, user: str = ENGLISH, note: str = "") -> Outcome:
    answered = await talk.command("/actiongroup conflict chair", user)
    form = await talk.click(labels(answered)[0], answered, user)
    return await talk.box.submit(user, form.views[-1]["id"], {"note": {"value": note}})


async def heard(talk: Talk, user: str) -> list[dict[str, Any]]:
    """The direct messages of somebody, oldest first."""
    await talk.going.bot.busy.idle()
    return talk.box.messages(talk.box.dm(user), as_user=user)


async def told(talk: Talk, user: str) -> str:
    return "\n".join(text for message in await heard(talk, user) for text in texts(message["blocks"]))


async def stored(talk: Talk) -> list[Request]:
    async with talk.database.reading() as session:
        return list((await session.scalars(select(Request).order_by(Request.id))).unique().all())


async def memberships(talk: Talk) -> list[Membership]:
    async with talk.database.reading() as session:
        return list((await session.scalars(select(Membership).order_by(Membership.id))).all())


async def actions(talk: Talk) -> list[str]:
    async with talk.database.reading() as session:
        rows = await session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [row.action for row in rows.unique()]
