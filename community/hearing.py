"""Who hears of what waits for a decision: those who hold the role, in person or for an organisation."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from community.rights import OF_A_GROUP, OF_A_PLACE
from storage.roles import holders
from storage.vocabulary import RoleName


async def secretariat(session: AsyncSession, today: date) -> list[str]:
    """The Slack ids of the secretariat."""
    return await holders(session, today, [RoleName.SECRETARIAT])


async def editors(session: AsyncSession, today: date) -> list[str]:
    """The Slack ids of the editors and the secretariat."""
    return await holders(session, today, [RoleName.EDITOR, RoleName.SECRETARIAT])


async def leads(
    session: AsyncSession, today: date, *, group_id: int | None = None, place_id: int | None = None
) -> list[str]:
    """The Slack ids of a group's chairs and leads, or of a place's focal points; there may be none."""
    names = OF_A_GROUP if group_id is not None else OF_A_PLACE
    return await holders(session, today, names, group_id=group_id, place_id=place_id)
