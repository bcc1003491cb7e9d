"""What has a page of its own for everybody: places, groups, events and newsletters, by their keys and ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.editions import editions_sent
from storage.events import Event
from storage.groups import all_groups
from storage.pathfinders import pathfinder_places
from storage.sight import EVERYBODY

MOST_EVENTS, MOST_NEWSLETTERS = 5_000, 1_000
"""The latest ones: a sitemap holds 50,000 addresses, and each page has one in three languages."""


@dataclass(frozen=True)
class Published:
    """Keys of pathfinders and of groups; ids of public events and of newsletters that went out."""

    places: tuple[str, ...]
    groups: tuple[str, ...]
    events: tuple[int, ...]
    newsletters: tuple[int, ...]


async def published(session: AsyncSession, now: datetime) -> Published:
    """What everybody may read at an aware moment."""
    events = select(Event.id).where(Event.state.is_(None), EVERYBODY.condition(Event))
    numbers = await session.scalars(events.order_by(Event.id.desc()).limit(MOST_EVENTS))
    return Published(
        tuple(row.key for row in await pathfinder_places(session)),
        tuple(row.key for row in await all_groups(session)),
        tuple(numbers),
        tuple(row.id for row in await editions_sent(session, now, MOST_NEWSLETTERS)),
    )
