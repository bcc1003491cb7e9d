"""Keeping members in step with their Slack profiles: language and zone come in no command's payload."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import ClientError
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from community.members import Profile, Reader, as_told, remember
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.kept import Answered

EVENTS = ("team_join", "user_change")
Greet = Callable[[str, str], Awaitable[None]]
"""Welcomes somebody, by their Slack id and the id of the event that they joined with."""
SCOPES = ("users:read",)
UNANSWERED = (SlackApiError, ClientError, OSError, TimeoutError)
"""What a call to Slack raises that came to nothing; a connection cut in mid-answer is no `OSError`."""
GLANCE_SECONDS = 1.0
"""How long an answer waits to learn the language of somebody not met yet."""
PAGE_SIZE = 200
"""Members a page of `users.list`; Slack asks for no more than 200."""


@dataclass(frozen=True)
class People:
    """Who Slack knows, as far as the bot needs to know."""

    client: AsyncWebClient
    services: Services

    async def meet(self, reader: Reader, slack_id: str) -> None:
        """Look up somebody who is not met yet, and remember them."""
        if not reader.known:
            await self.look_up(slack_id)

    async def meet_again(self, answered: Answered, slack_id: str) -> None:
        """The same after an answer, unless what was asked is no reason to remember anybody."""
        if answered.meets:
            await self.meet(answered.reader, slack_id)

    async def look_up(self, slack_id: str, told: Mapping[str, Any] | None = None) -> None:
        """Fetch one profile and remember it. A failure is logged; what Slack `told` already serves then."""
        user = told
        try:
            user = (await self.client.users_info(user=slack_id, include_locale=True))["user"]
        except UNANSWERED as error:
            structlog.get_logger().warning("profile_not_read", error=type(error).__name__)
        if user is not None:
            async with self.services.database.writing() as session:
                await remember(session, [profile_of(user)])

    async def read_all(self) -> int:
        """Read every profile of the workspace, at start. Returns how many there were."""
        cursor, count = "", 0
        while True:
            page = await self.client.users_list(include_locale=True, limit=PAGE_SIZE, cursor=cursor or None)
            profiles = [profile_of(user) for user in page["members"]]
            async with self.services.database.writing() as session:
                await remember(session, profiles)
            count += len(profiles)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return count


def register(app: AsyncApp, people: People, greet: Greet, busy: Busy) -> None:
    """Follow who changes their profile, and greet who joins.

    An event's own profile may lack the locale: it is looked up, and stands in where Slack does not answer.
    """

    async def on_change(event: dict[str, Any]) -> None:
        async with busy:
            await people.look_up(event["user"]["id"], event["user"])

    async def on_join(event: dict[str, Any], body: dict[str, Any]) -> None:
        async with busy:
            await people.look_up(event["user"]["id"], event["user"])
            await greet(event["user"]["id"], body["event_id"])

    app.event("user_change")(on_change)
    app.event("team_join")(on_join)


async def glance(client: AsyncWebClient, reader: Reader, slack_id: str) -> Reader:
    """How somebody not met yet reads, by their profile, storing nothing; `reader` where it cannot be had."""
    try:
        async with asyncio.timeout(GLANCE_SECONDS):
            user = (await client.users_info(user=slack_id, include_locale=True))["user"]
    except UNANSWERED as error:
        structlog.get_logger().warning("profile_not_read", error=type(error).__name__)
        return reader
    return as_told(reader, profile_of(user))


def code_of(error: SlackApiError) -> str:
    """Slack's word for what was wrong; empty where the answer was no JSON, as with a 5xx (seen)."""
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error") or "") if isinstance(answer, Mapping) else ""


def profile_of(user: Mapping[str, Any]) -> Profile:
    """A profile from Slack's user object; any field may be absent there."""
    return Profile(
        slack_id=user["id"],
        locale=user.get("locale"),
        zone=user.get("tz"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_bot=bool(user.get("is_bot")),
        is_active=not user.get("deleted"),
    )
