"""Following groups, countries and themes: by a member or for a channel, at once, daily or weekly."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Ambiguous, Invalid, NotFound
from community.groups import find_group, group_names
from community.names import Names, PlaceName
from community.news import MARGIN, since
from community.pathfinders import find_place
from community.rights import Action, Actor, require
from community.welcome import Step, finish
from storage.base import Words
from storage.following import Subscription, of_channels, of_member, subscription, to_tell
from storage.groups import Group, group_by_key
from storage.members import Member, member_by_slack_id
from storage.pathfinders import Place, place_by_key
from storage.roles import insiders
from storage.updates import Update
from storage.vocabulary import Cadence, Theme, Visibility


@dataclass(frozen=True)
class Followed:
    """One thing that is followed: `topic` is `group:KEY`, `place:KEY` or `theme:WORD`."""

    topic: str
    cadence: Cadence
    group: Words | None
    place: PlaceName | None
    theme: Theme | None
    channel: str | None


@dataclass(frozen=True)
class Choice:
    """What somebody wants to follow, and how often; with None each stays so, and a new one is at once."""

    topics: tuple[str, ...]
    cadence: Cadence | None


@dataclass(frozen=True)
class Follower:
    """Who hears of an update at once, a member or a channel by its Slack id, and why: what they follow."""

    to: str
    topics: tuple[Followed, ...]


async def topic_called(session: AsyncSession, names: Names, query: str, locale: str) -> str:
    """The group or the place of the record called so, as a topic. Raises `Ambiguous` or `NotFound`."""
    with suppress(NotFound, Ambiguous):
        return f"group:{find_group(await group_names(session), query)}"
    key = await find_place(session, names, query, locale)
    if await place_by_key(session, key) is None:
        raise NotFound("place", query)
    return f"place:{key}"


async def follow(
    session: AsyncSession,
    actor: Actor,
    topic: str,
    cadence: Cadence | None,
    now: datetime,
    *,
    channel: str = "",
) -> Followed:
    """Follow a topic oneself, or let a channel follow it; again changes how often; what waits still comes.

    With None what is followed stays as often as it is, and what is new comes at once. Raises `NotAllowed`,
    or `NotFound` for a topic that is not there.
    """
    require(actor, Action.FOLLOW_FOR_CHANNEL if channel else Action.FOLLOW)
    key = await _key(session, actor, topic, channel)
    row = await subscription(session, key)
    if row is None:
        kind, _, name = topic.partition(":")
        row = Subscription(
            key=key,
            member_id=None if channel else actor.member_id,
            channel=channel or None,
            group_id=await _id(session, topic) if kind == "group" else None,
            place_id=await _id(session, topic) if kind == "place" else None,
            theme=Theme(name) if kind == "theme" else None,
        )
        session.add(row)
    is_new = row.since is None or row.ended_at is not None
    cadence = cadence or (Cadence.AT_ONCE if is_new else row.cadence)
    if is_new:
        row.since, row.waits_from = now, None
    elif row.cadence is not cadence:
        row.since, row.waits_from = now, await waits_from(session, row, now)
    row.cadence, row.ended_at = cadence, None
    await session.flush()
    await session.refresh(row, ["group", "place"])
    if channel:
        note(session, actor, "channel_follows", f"subscription:{row.id}", now)
    return _followed(row)


async def waits_from(session: AsyncSession, row: Subscription, now: datetime) -> datetime | None:
    """From when on what was published may not have reached whoever follows; None for a channel.

    What has reached them nevertheless is known by its item, or by its delivery (`storage.following.told_of`).
    """
    if row.waits_from is not None or row.member_id is None:
        return row.waits_from
    if row.cadence is Cadence.AT_ONCE:
        return max(row.since, now - MARGIN)
    return await since(session, f"member:{row.member_id}", row.cadence, row.since)


async def let_follow(
    session: AsyncSession, actor: Actor, channel: str, topics: Collection[str], now: datetime
) -> None:
    """Let a channel follow topics, at once, besides what it follows already.

    Raises as `follow`, or `Invalid` for none.
    """
    require(actor, Action.FOLLOW_FOR_CHANNEL)
    if not topics:
        raise Invalid("groups", "nothing_to_follow")
    for topic in topics:
        await follow(session, actor, topic, Cadence.AT_ONCE, now, channel=channel)


async def choose(session: AsyncSession, actor: Actor, choice: Choice, now: datetime) -> None:
    """Follow exactly the topics chosen, that often, and nothing besides. Raises as `follow`."""
    require(actor, Action.FOLLOW)
    if actor.member_id is not None:
        await of_member(session, actor.member_id, lock=True)  # in the order in which the clock locks them
    for one in await followed(session, actor):
        if one.topic not in choice.topics:
            await unfollow(session, actor, one.topic, now)
    for topic in choice.topics:
        await follow(session, actor, topic, choice.cadence, now)
    if actor.member_id is not None:  # choosing nothing is a choice too
        finish(await session.get_one(Member, actor.member_id), Step.FOLLOW)


async def unfollow(
    session: AsyncSession, actor: Actor, topic: str, now: datetime, *, channel: str = ""
) -> bool:
    """Follow it no more. Returns whether it was followed still. Raises `NotAllowed`."""
    require(actor, Action.FOLLOW_FOR_CHANNEL if channel else Action.FOLLOW)
    row = await subscription(session, _name(actor, topic, channel))
    if row is None or row.ended_at is not None:
        return False
    row.ended_at = now
    if channel:
        note(session, actor, "channel_follows_no_more", f"subscription:{row.id}", now)
    return True


async def followed(session: AsyncSession, actor: Actor) -> tuple[Followed, ...]:
    """What somebody follows."""
    if actor.member_id is None:
        return ()
    return tuple(_followed(row) for row in await of_member(session, actor.member_id))


async def followed_by_channels(session: AsyncSession, actor: Actor) -> tuple[Followed, ...]:
    """What channels follow. Raises `NotAllowed` for those who may not change it."""
    require(actor, Action.FOLLOW_FOR_CHANNEL)
    return tuple(_followed(row) for row in await of_channels(session))


async def followers(session: AsyncSession, update_id: int, today: date) -> tuple[Follower, ...]:
    """Who hears of a published update at once. Nobody hears what they may not see, and nobody twice.

    A channel, where guests may read, hears what is public only; a group's own channel its group's too.
    """
    row = await session.get_one(Update, update_id)
    found = await to_tell(session, row.group_id, row.place_id, row.theme, Cadence.AT_ONCE)
    inside = await insiders(session, row.group_id, today) if row.group_id else set()
    seen = [one for one in found if _sees(one.member, row.visibility, inside)]
    told = [
        Follower(to, tuple(_followed(one) for one in ones))
        for to, ones in groupby(sorted(seen, key=_to), key=_to)
        if to != row.author.slack_id
    ]
    own = row.group.channel if row.group else None
    if own and row.visibility is not Visibility.MEMBERS and own not in {one.to for one in told}:
        told.append(Follower(own, ()))
    return tuple(told)


async def may_see(session: AsyncSession, update_id: int, to: str, today: date) -> bool:
    """Whether an update may go on standing before a member or in a channel, by its Slack id."""
    row = await session.get_one(Update, update_id)
    if not to.startswith(("U", "W")):
        own = row.visibility is Visibility.GROUP and row.group is not None and row.group.channel == to
        return own or row.visibility is Visibility.PUBLIC
    inside = await insiders(session, row.group_id, today) if row.group_id else set()
    member = await member_by_slack_id(session, to)
    return member is not None and _sees(member, row.visibility, inside)


async def seen_by(session: AsyncSession, update_ids: Collection[int], to: str, today: date) -> set[int]:
    """Of these updates those that a member, by their Slack id, may see; few queries, however many."""
    member = await member_by_slack_id(session, to)
    if member is None:
        return set()
    query = select(Update.id, Update.visibility, Update.group_id).where(Update.id.in_(update_ids))
    rows = (await session.execute(query)).all()
    groups = {row.group_id for row in rows if row.group_id and row.visibility is Visibility.GROUP}
    inside = {number: await insiders(session, number, today) for number in groups}
    return {row.id for row in rows if _sees(member, row.visibility, inside.get(row.group_id or 0, set()))}


def _sees(member: Member | None, visibility: Visibility, inside: set[int]) -> bool:
    """Whether a member, or (None) a channel, may see it."""
    if member is None:
        return visibility is Visibility.PUBLIC
    if visibility is Visibility.GROUP:
        return member.is_active and member.id in inside
    return member.is_active and (visibility is Visibility.PUBLIC or not member.is_guest)


def _to(one: Subscription) -> str:
    return one.member.slack_id if one.member else str(one.channel)


async def _key(session: AsyncSession, actor: Actor, topic: str, channel: str) -> str:
    """The subscription's key. Raises `NotFound` for a topic that is not there."""
    kind, _, name = topic.partition(":")
    if kind == "theme" and name in set(Theme):
        return _name(actor, topic, channel)
    if await _id(session, topic) is None:
        raise NotFound("command", topic)
    if not channel and actor.member_id is None:
        raise Invalid("topic", "not_met_yet", topic)
    return _name(actor, topic, channel)


async def _id(session: AsyncSession, topic: str) -> int | None:
    kind, _, name = topic.partition(":")
    if kind == "group":
        row: Group | Place | None = await group_by_key(session, name)
    else:
        row = await place_by_key(session, name) if kind == "place" else None
    return row.id if row else None


def _name(actor: Actor, topic: str, channel: str) -> str:
    return f"{channel or actor.member_id}>{topic}"


def _followed(row: Subscription) -> Followed:
    topic = f"theme:{row.theme.value}" if row.theme else ""
    if row.group:
        topic = f"group:{row.group.key}"
    elif row.place:
        topic = f"place:{row.place.key}"
    return Followed(
        topic,
        row.cadence,
        row.group.name if row.group else None,
        PlaceName(row.place.key, row.place.names) if row.place else None,
        row.theme,
        row.channel,
    )
