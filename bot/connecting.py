"""Connecting to Slack: a token that is wrong ends the start, a Slack that is silent is waited for."""

from __future__ import annotations

import asyncio

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.pace import TOO_FAST, seconds_of
from bot.settings import SettingsError
from bot.waiting import NotYet
from bot.worker import AWAY, UNDECIDED
from handlers.slack.people import UNANSWERED, code_of

CONNECT_SECONDS = 10
PASSING = UNDECIDED | TOO_FAST | AWAY
"""Slack's words for what passes by itself; empty is an answer that is none, as with a 5xx."""


async def check_bot_token(client: AsyncWebClient) -> AsyncSlackResponse:
    """Ask Slack once who we are. Raises `SettingsError` for a wrong token, `NotYet` without an answer."""
    try:
        return await client.auth_test()
    except UNANSWERED as error:
        raise _told(error, "SLACK_BOT_TOKEN", "install the app again and copy it") from error


async def connect(app: AsyncApp, token: str) -> AsyncSocketModeHandler:
    """A connection of Socket Mode. Raises `SettingsError` for a wrong token, `NotYet` without one."""
    try:
        opened = await app.client.apps_connections_open(app_token=token)
    except UNANSWERED as error:
        mend = "make one under Basic Information with connections:write"
        raise _told(error, "SLACK_APP_TOKEN", mend) from error
    slack = AsyncSocketModeHandler(app, token)
    slack.client.wss_uri = str(
        opened["url"]
    )  # left alone, the library asks until it gets one, and in silence
    try:
        await asyncio.wait_for(slack.connect_async(), CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except TimeoutError as error:
        await slack.close_async()  # type: ignore[no-untyped-call]
        raise NotYet("Slack opens no connection for Socket Mode; check the network") from error
    return slack


def _told(error: Exception, setting: str, mend: str) -> SettingsError | NotYet:
    code = code_of(error) if isinstance(error, SlackApiError) else ""
    if code not in PASSING:
        return SettingsError(f"{setting} was refused by Slack ({code}): {mend}")
    if isinstance(error, SlackApiError) and code:
        wait = seconds_of(error.response.headers.get("Retry-After"))
        return NotYet(f"Slack does not take {setting} yet ({code})", wait)
    return NotYet(
        f"SLACK_API_URL does not answer ({type(error).__name__}): check the network and the address"
    )
