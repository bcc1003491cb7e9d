"""Slack at the start: what passes by itself is waited for, as long as Slack says; a wrong token is not."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from functools import partial

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot import waiting
from bot.connecting import PASSING, check_bot_token
from bot.settings import SettingsError
from bot.waiting import NotYet, come


class Slack:
    """Answers every call as it is told to, at first; then that all is well."""

    def __init__(self) -> None:
        self.says: list[tuple[str, dict[str, str]]] = []

    async def answer(self, _request: web.Request) -> web.Response:
        if not self.says:
            return web.json_response({"ok": True})
        word, headers = self.says.pop()
        return web.json_response({"ok": False, "error": word}, headers=headers)


@pytest.fixture
async def slack() -> AsyncIterator[tuple[Slack, AsyncWebClient]]:
    made, site = Slack(), web.Application()
    site.router.add_post("/api/{method}", made.answer)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    yield made, AsyncWebClient("xoxb-1", base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
    await runner.cleanup()


async def test_what_passes_by_itself_is_waited_for(slack: tuple[Slack, AsyncWebClient]) -> None:
    said, client = slack
    words = "ratelimited", "rate_limited", "org_login_required", "team_added_to_org", "accesslimited"
    for word in {*PASSING, *words}:
        said.says = [(word, {})]
        with pytest.raises(NotYet, match=word or "does not answer"):
            await check_bot_token(client)
    for word in ("invalid_auth", "account_inactive", "token_revoked"):
        said.says = [(word, {})]
        with pytest.raises(SettingsError, match=f"SLACK_BOT_TOKEN was refused by Slack .{word}"):
            await check_bot_token(client)


@pytest.mark.parametrize(("header", "seconds"), [("1", 1.0), ("soon", 1.0), (None, 1.0), ("90000", 3600.0)])
async def test_how_long_slack_says(
    slack: tuple[Slack, AsyncWebClient], header: str | None, seconds: float
) -> None:
    said, client = slack
    said.says = [("ratelimited", {"Retry-After": header} if header else {})]
    with pytest.raises(NotYet) as caught:
        await check_bot_token(client)
    assert caught.value.seconds == seconds


async def test_the_start_goes_on_when_that_time_is_over(
    slack: tuple[Slack, AsyncWebClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "LOOK_SECONDS", 0.01)
    said, client = slack
    said.says = [("rate_limited", {"Retry-After": "1"})]
    began = time.monotonic()
    await come(partial(check_bot_token, client))
    assert time.monotonic() - began >= 1
    assert said.says == []
