"""Starting and stopping: one line for what is wrong, and nothing under way is lost."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import make_url, text

from bot.app import make_desk
from bot.cli import ask
from bot.log import set_up_logging
from bot.manifest import make_manifest
from bot.ready import SHARED_SECONDS
from bot.run import running
from bot.settings import SettingsError
from bot.smoke import walk
from bot.terminal import quiet
from bot.trying import ask_once, settings_for
from handlers.slack.busy import TURNS, Busy
from sandbox import Fault, Sandbox
from storage.database import Database, DatabaseRefused, open_database


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


@pytest.fixture
async def box() -> Any:
    sandbox = Sandbox(make_manifest(make_desk()))
    async with sandbox.serving():
        yield sandbox


async def test_a_wrong_token_stops_the_start(box: Sandbox, loaded: Database) -> None:
    settings = settings_for(box, slack_bot_token="xoxb-wrong", database_url=address(loaded))
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN was refused by Slack \(invalid_auth\)"):
        async with running(settings, loaded):
            pass


async def test_slack_is_asked_at_the_start_who_we_are_and_no_more(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box, database_url=address(loaded)), loaded):
        box.faults.add(Fault("server_error", method="auth.test", times=9))
        answered = await box.command("U0NEWMEMB", "general", "/pathfinder Nepal")
        assert "7 February 2019" in str(answered.ack)
        assert len([one for one in box.calls if one.kind == "auth.test"]) == 1


async def test_a_wrong_token_of_socket_mode_stops_the_start(box: Sandbox, loaded: Database) -> None:
    settings = settings_for(box, slack_app_token="xapp-wrong", database_url=address(loaded))
    with pytest.raises(SettingsError, match=r"SLACK_APP_TOKEN was refused by Slack \(invalid_auth\)"):
        async with running(settings, loaded):
            pass


async def test_a_database_that_a_later_version_has_rebuilt_stops_the_start(
    box: Sandbox, loaded: Database
) -> None:
    async with loaded.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '1000'"))
    with pytest.raises(DatabaseRefused, match="install the newer version"):
        async with running(settings_for(box), loaded):
            pass


async def test_a_database_that_knows_another_user_stops_the_start(box: Sandbox, databases: Any) -> None:
    url = make_url(await databases.fresh("postgresql", "migrated")).set(username="nobody-known")
    stranger = open_database(url.render_as_string(hide_password=False))
    with pytest.raises(DatabaseRefused, match="refuses the user or the password of DATABASE_URL"):
        async with running(settings_for(box), stranger):
            pass
    await stranger.close()


async def test_a_port_that_is_taken_stops_the_start(box: Sandbox, loaded: Database) -> None:
    port = int(box.url.rpartition(":")[2])
    with pytest.raises(SettingsError, match="choose another port"):
        async with running(settings_for(box, http_port=port), loaded):
            pass


async def test_health_tells_the_truth(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box), loaded) as going, httpx.AsyncClient() as client:
        healthy = await client.get(f"http://127.0.0.1:{going.port}/readyz")
        assert healthy.json()["ready"] is True
        async with loaded.writing() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = 'other'"))
        await asyncio.sleep(SHARED_SECONDS)
        ill = await client.get(f"http://127.0.0.1:{going.port}/readyz")
        assert ill.status_code == 503
        assert "pathfinder-bot load" in ill.json()["parts"]["database"]["fault"]
        assert (await client.get(f"http://127.0.0.1:{going.port}/healthz")).status_code == 200


@pytest.mark.parametrize("change", ["signature", "time", "body"])
async def test_an_unsigned_forged_or_old_request_is_refused(
    box: Sandbox, loaded: Database, change: str
) -> None:
    from benchmarks.load import signed_commands

    async with running(settings_for(box), loaded, http=True) as going, httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{going.port}/slack/events"
        two = signed_commands(going.port, box.signing_secret)
        (headers, body), (good_headers, good) = _parts(next(two)), _parts(next(two))
        assert (await client.post(url, content=good, headers=good_headers)).status_code == 200
        if change == "signature":
            headers["X-Slack-Signature"] = "v0=" + "0" * 64
        elif change == "time":
            headers["X-Slack-Request-Timestamp"] = str(int(headers["X-Slack-Request-Timestamp"]) - 600)
        else:
            body = body.replace("Nepal", "Chile")
        assert (await client.post(url, content=body, headers=headers)).status_code == 401


def _parts(request: bytes) -> tuple[dict[str, str], str]:
    head, _, body = request.decode().partition("\r\n\r\n")
    return dict(line.split(": ", 1) for line in head.split("\r\n")[1:]), body


async def test_a_request_too_large_is_refused(box: Sandbox, loaded: Database) -> None:
    headers = {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=" + "0" * 64}
    async with running(settings_for(box), loaded, http=True) as going, httpx.AsyncClient() as client:
        url = f"http://127.0.0.1:{going.port}/slack/events"
        assert (await client.post(url, content=b"x" * 1_000_001, headers=headers)).status_code == 413


async def test_if_profiles_cannot_be_read_the_bot_still_answers(box: Sandbox, loaded: Database) -> None:
    box.faults.add(Fault(method="users.list", kind="server_error"))
    async with running(settings_for(box), loaded) as going:
        await going.bot.busy.idle()
        outcome = await box.command("U0NEWMEMB", "general", "/pathfinder Nepal")
        assert outcome.failed is None
        assert "Nepal" in outcome.replies[-1]["text"]


async def test_after_the_socket_is_cut_the_bot_comes_back(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box), loaded):
        await box.cut_sockets()
        async with asyncio.timeout(30):
            outcome = await box.command("U0NEWMEMB", "general", "/pathfinder Nepal")
            while outcome.failed:
                await asyncio.sleep(0.1)
                outcome = await box.command("U0NEWMEMB", "general", "/pathfinder Nepal")
        assert "Nepal" in outcome.replies[-1]["text"]


async def test_the_smoke_walk_is_good_against_the_sandbox(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box), loaded) as going:
        steps = [step async for step in walk(going.bot, "C0GENERAL")]
        assert [step.fault for step in steps] == [None] * 6
        assert not [m for m in box.messages("C0GENERAL") if m["user"] == box.bot_user_id], "nothing is left"


async def test_the_smoke_walk_says_what_to_do(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box), loaded) as going:
        steps = [step async for step in walk(going.bot, "C0LOUNGEX")]
        assert "invite the bot to the channel" in (steps[-1].fault or "")


async def test_one_question_from_the_command_line() -> None:
    outcome = await ask_once("/pathfinder Népal", user=None, locale="fr")
    assert outcome.ack["text"].startswith("Népal")
    assert (await ask_once("/digest", user="U0GUESTXX", locale="es")).ack["text"] == "Boletín"
    with pytest.raises(ValueError, match="nobody in the sandbox is called U0NOBODY"):
        await ask_once("/pathfinder Nepal", user="U0NOBODY", locale=None)


@pytest.fixture
def loud() -> Iterator[None]:
    """What a command of the terminal hushed is heard again afterwards."""
    yield
    set_up_logging()


@pytest.mark.usefixtures("loud")
def test_a_form_is_shown_in_the_terminal_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    ask("/update", locale="fr")
    shown = capsys.readouterr().out
    assert "Publier une nouvelle" in shown
    assert "Opens" in shown
    assert "Sujet" in shown
    ask("/update mine")
    assert "Opens" not in capsys.readouterr().out


@pytest.mark.usefixtures("loud")
def test_the_payload_of_a_form_is_what_the_bot_sent_to_open_it(capsys: pytest.CaptureFixture[str]) -> None:
    ask("/update", as_json=True)
    sent = json.loads(capsys.readouterr().out)
    assert [one["view"]["callback_id"] for one in sent] == ["update_post", "update_post"]
    assert "headline" in [block.get("block_id") for block in sent[-1]["view"]["blocks"]]


@pytest.mark.usefixtures("loud")
@pytest.mark.parametrize("as_json", [False, True])
def test_who_asks_a_command_that_there_is_not_learns_where_they_stand(as_json: bool) -> None:
    with pytest.raises(ValueError, match=r'/roadmap.*there is no such command.*ask "/alliance help"'):
        ask("/roadmap", as_json=as_json)


@pytest.mark.parametrize("said", ["@pathfinder-bot Népal", "Népal"])
async def test_what_one_would_mention_is_asked_with_the_bot_s_name_or_without(said: str) -> None:
    (answer,) = (await ask_once(said, user=None, locale="fr")).replies
    assert "7 février 2019" in str(answer["blocks"])


async def test_what_comes_in_while_the_doors_are_being_shut_is_finished_too(
    box: Sandbox, loaded: Database
) -> None:
    """The socket is closed before the web side: what began with its last message has to come to its end."""
    done = False

    async def last(busy: Busy) -> None:
        nonlocal done
        while box.connected:  # noqa: ASYNC110 - what is looked at is far away
            await asyncio.sleep(0.001)
        async with busy:
            await asyncio.sleep(0.5)
            done = True

    async with running(settings_for(box), loaded) as going:
        await going.bot.busy.idle()
        work = asyncio.create_task(last(going.bot.busy))
    assert done
    await work


async def test_a_command_under_way_as_the_bot_stops_is_answered(box: Sandbox, loaded: Database) -> None:
    """Between its parts, and until Bolt looks for what was acknowledged, nobody works on it."""
    async with running(settings_for(box), loaded) as going:
        await going.bot.busy.idle()
        asked = asyncio.create_task(box.command("U0NEWMEMB", "general", "/pathfinder Nepal"))
        while going.bot.busy.is_idle:  # noqa: ASYNC110 - it is to stop in the very next turn
            await asyncio.sleep(0)
    outcome = await asked
    assert (outcome.failed, "7 February 2019" in str(outcome.ack)) == (None, True)


async def test_what_a_socket_has_read_is_in_flight_before_anybody_works_on_it() -> None:
    busy, done = Busy(), False

    async def handed_over() -> None:
        nonlocal done
        for _ in range(TURNS - 1):
            await asyncio.sleep(0)
        async with busy:
            await asyncio.sleep(0.05)
            done = True

    work = asyncio.create_task(handed_over())
    await busy.idle()
    assert done
    await work


async def test_the_process_stops_at_once_when_asked(box: Sandbox, loaded: Database) -> None:
    settings = settings_for(box, database_url=address(loaded))
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": box.bot_token,
        "SLACK_APP_TOKEN": box.app_token,
        "SLACK_API_URL": settings.slack_api_url,
        "DATABASE_URL": settings.database_url,
        "HTTP_PORT": "0",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stderr=asyncio.subprocess.PIPE
    )
    for _ in range(300):
        if box.connected:
            break
        await asyncio.sleep(0.1)
    assert (await box.command("U0NEWMEMB", "general", "/pathfinder Nepal")).failed is None
    process.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 0
    assert b"Traceback" not in log


@pytest.mark.parametrize(
    ("words", "environment", "says"),
    [
        (["run"], {}, "SLACK_BOT_TOKEN, SLACK_APP_TOKEN not set"),
        (["run"], {"DEFAULT_LOCALE": "tlh"}, "DEFAULT_LOCALE must be one of en, fr, es"),
        (["migrate"], {"DATABASE_URL": "postgresql://x@127.0.0.1:9/y"}, "does not answer"),
        (["load", "nowhere.yaml"], {}, "no tables yet; run: python -m bot load"),
    ],
)
async def test_the_command_line_says_what_is_wrong_in_a_line(
    tmp_path: Any, words: list[str], environment: dict[str, str], says: str
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), **environment},
        cwd=tmp_path, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, error = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert says in error.decode()
    assert "Traceback" not in error.decode()


def test_who_was_quiet_once_is_heard_again() -> None:
    written = io.StringIO()
    quiet()
    set_up_logging(written)
    structlog.get_logger().warning("home_not_published")
    set_up_logging()
    assert "home_not_published" in written.getvalue()
