"""`pathfinder-bot mail`: what waits is sent, it goes on where it was, and one line says what is wrong."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from bot.mailing import report, send_letters
from bot.settings import Settings, SettingsError, read_settings
from storage.switches import SENDING, Stopped
from tests.bot.test_post import ANA, BO, CY, SENDER, Mail, post

__all__ = ["post"]


@pytest.fixture(autouse=True)
def _now(post: Mail) -> None:
    post.moment = datetime.now(UTC) - timedelta(seconds=1)


async def test_stopped_in_the_middle_it_finishes_the_letter_under_way(post: Mail) -> None:
    async def interrupted(*_given: Any) -> str:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.1)
        return "250 OK"

    taken = post.office.handle_RCPT
    post.office.handle_RCPT = interrupted  # type: ignore[method-assign]
    await post.promise(ANA, BO, CY)
    assert (await sent(post)).endswith("2 wait still: run this again to go on.")
    post.office.handle_RCPT = taken  # type: ignore[method-assign]
    assert (await sent(post)).startswith("2 sent")


def settings(post: Mail, **changes: Any) -> Settings:
    given = {
        "_env_file": None, "smtp_url": f"smtp://127.0.0.1:{post.server.port}", "mail_from": SENDER,
        "public_url": "https://bot.example.org/", "secret_key": "s" * 32,
    }  # fmt: skip
    return read_settings({**given, **changes})


async def sent(post: Mail, **changes: Any) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    done = await send_letters(settings(post, **changes), post.database, console)
    return report(done)


async def test_what_waits_is_sent_and_counted(post: Mail) -> None:
    post.office.answers[BO] = ["550 5.1.1 unknown"]
    post.office.answers[CY] = ["451 later"]
    await post.promise(ANA, BO, CY)
    assert await sent(post) == "1 sent, 1 put off, 1 not wanted or refused for good."
    assert await sent(post) == "0 sent, 0 put off, 0 not wanted or refused for good."
    assert post.to() == [ANA]


async def test_it_goes_on_where_it_was(post: Mail) -> None:
    await post.promise(ANA, BO, CY)
    with pytest.raises(ValueError, match=r"takes nothing now .*; 3 letters wait still, and nothing is lost"):
        await sent(post, smtp_url="smtp://127.0.0.1:1")
    assert (await sent(post)).startswith("3 sent")
    assert post.to() == [ANA, BO, CY]


async def test_the_switch_holds_here_too(post: Mail) -> None:
    await post.promise(ANA)
    async with post.database.writing() as session:
        session.add(Stopped(what=SENDING, at=post.moment))
    with pytest.raises(ValueError, match="all sending is stopped"):
        await sent(post)
    assert post.to() == []


async def test_without_a_mail_server_one_line_says_what_to_set(post: Mail) -> None:
    with pytest.raises(SettingsError, match=r"^SMTP_URL not set: write it in \.env"):
        await sent(post, smtp_url="")
