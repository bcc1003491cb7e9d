"""The doctor: green where all is well; each thing that is broken is named with its mend, and nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot import doctor
from bot.app import make_desk
from bot.doctor import channels, clocks, database, kit, slack, trip, work
from bot.doctor.finding import Check, Finding, Patient, State, is_well, ok
from bot.manifest import make_manifest
from bot.run import running
from bot.settings import Settings, read_settings
from bot.trying import MONDAYS
from community import schedules
from community.rights import actor_of
from community.roles import bootstrap, grant
from sandbox import Channel, Fault, Sandbox
from sandbox.people import DEFAULT_CHANNELS
from storage.arrears import last_sent
from storage.beats import note_beats
from storage.database import Database, open_database
from storage.deliveries import Delivery
from storage.editions import Edition
from storage.groups import Group
from storage.keeping import note_backup
from storage.migrate import migrate
from storage.switches import SENDING, Stopped
from storage.vocabulary import Cadence, DeliveryState, EditionState, RoleName
from tests.conftest import LOADED, Databases

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OK, WATCH, MEND, UNSEEN = State.OK, State.WATCH, State.MEND, State.UNSEEN
QUICK = tuple(check for check in doctor.CHECKS if check not in kit.CHECKS)
"""What depends on settings and on others; what is installed is looked at once."""
OF_TOKEN = {"scopes", "commands", "secretariat", "channels", "channels of the record", "round trip"}
OF_TABLES = {
    "channels of the record", "round trip", "record", "roles", "replicas", "newsletters", "deliveries",
    "backup",
}  # fmt: skip
ROOMS = (*DEFAULT_CHANNELS, Channel("C0ARCHIVE", "old", is_archived=True))


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


@dataclass(frozen=True)
class Well:
    """An installation in which all is well: its sandbox, its settings, and what the doctor says of it."""

    box: Sandbox
    given: dict[str, Any]
    said: dict[str, State]
    database: Database


@pytest.fixture(scope="module")
async def well(databases: Databases) -> AsyncIterator[Well]:
    box = Sandbox(make_manifest(make_desk()), channels=ROOMS)
    address = await databases.fresh("sqlite", LOADED)
    opened = open_database(address)
    async with box.serving():
        port = free_port()
        given = {
            "_env_file": None,
            "slack_bot_token": box.bot_token,
            "slack_app_token": box.app_token,
            "slack_signing_secret": box.signing_secret,
            "slack_api_url": box.api_url,
            "database_url": address,
            "secretariat": ("U0SECRETA",),
            "secretariat_channel": "C0GENERAL",
            "editors_channel": "G0EDITORS",
            "public_url": f"http://127.0.0.1:{port}/",
            "http_port": port,
            "smtp_url": box.mailbox.url,
            "mail_from": "newsletter@example.org",
            "secret_key": secrets.token_hex(32),
        }
        async with running(read_settings(given), opened, http=True):
            await furnish(opened)
            await sent(opened)
            said = states(await doctor.examine(given, checks=QUICK))
            yield Well(box, given, said, opened)
    await opened.close()
    await databases.drop(address)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def furnish(opened: Database) -> None:
    """An editor, a backup, and a message that is to be posted."""
    now = datetime.now(UTC)
    async with opened.writing() as session:
        secretariat = await actor_of(session, "U0SECRETA", now.date())
        await grant(
            session, secretariat, "U0EDITORX", RoleName.EDITOR, "", is_deputy=False, today=now.date(), now=now
        )
        await note_backup(session, now, 1)
        session.add(delivery("first", now))


async def at_work(opened: Database, well: Well, now: datetime = NOW) -> tuple[Finding, ...]:
    """What is said at a moment of a database that no bot works on."""
    given = {**well.given, "database_url": address(opened)}
    return await doctor.examine(given, checks=(*database.CHECKS, *work.CHECKS), now=lambda: now)


async def sent(opened: Database) -> None:
    for _ in range(100):
        async with opened.reading() as session:
            if await last_sent(session):
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the message was not sent")


def delivery(key: str, due: datetime, **more: Any) -> Delivery:
    return Delivery(
        key=key, about="update:0", kind="news", channel="C0GENERAL", language="en",
        payload={"text": "Hello"}, due_at=due, **more,
    )  # fmt: skip


def states(findings: tuple[Finding, ...]) -> dict[str, State]:
    """The worst of what is said of each thing."""
    order = (OK, UNSEEN, WATCH, MEND)
    found: dict[str, State] = {}
    for one in findings:
        found[one.name] = max(found.get(one.name, OK), one.state, key=order.index)
    return found


def of(findings: tuple[Finding, ...], name: str) -> Finding:
    return next(one for one in findings if one.name == name and one.state is not OK)


def test_where_all_is_well_only_the_commands_are_not_seen(well: Well) -> None:
    assert {name for name, state in well.said.items() if state is not OK} == {"commands"}
    assert well.said["commands"] is UNSEEN
    assert len(well.said) == len(QUICK)


def test_no_check_may_take_long_and_each_has_its_own_name() -> None:
    assert max(check.seconds for check in (*doctor.CHECKS, *trip.BY_POSTING)) <= 30
    names = [check.name for check in doctor.CHECKS]
    assert len(set(names)) == len(names)
    for place, check in enumerate(doctor.CHECKS):
        assert {*check.needs, *check.after} <= set(names[:place]), check.name
        assert set(check.uses) <= set(Settings.model_fields)


BROKEN: list[tuple[dict[str, Any], dict[str, State], str, str]] = [
    # what is changed; what is said of what; the thing whose mend is asked for; what it says
    ({"slack_bot_token": "xoxb-wrong"}, {"bot token": MEND, **dict.fromkeys(OF_TOKEN, UNSEEN)},
     "bot token", "copy the Bot User OAuth Token"),
    ({"slack_bot_token": "xapp-wrong"}, {"SLACK_BOT_TOKEN": MEND, "bot token": UNSEEN, "clock": UNSEEN,
      **dict.fromkeys(OF_TOKEN, UNSEEN)}, "SLACK_BOT_TOKEN", "write it anew in .env"),
    ({"slack_bot_token": ""}, {"SLACK_BOT_TOKEN": MEND, "bot token": UNSEEN, "clock": UNSEEN,
      **dict.fromkeys(OF_TOKEN, UNSEEN)}, "SLACK_BOT_TOKEN", "OAuth & Permissions"),
    ({"slack_app_token": "xapp-wrong"}, {"Socket Mode": MEND}, "Socket Mode", "connections:write"),
    ({"slack_signing_secret": "0" * 32}, {"signed requests": MEND}, "signed requests", "Signing Secret"),
    ({"secretariat": ("U0SECRETA", "U0NOBODY")}, {"secretariat": MEND}, "secretariat", "Copy member ID"),
    ({"secretariat": ("U0OTHERBT",)}, {"secretariat": MEND}, "secretariat", "SECRETARIAT"),
    ({"secretariat": "U0SECRETA, Kim Stone"}, {"SECRETARIAT": MEND, "secretariat": UNSEEN},
     "SECRETARIAT", "write it anew"),
    ({"editors_channel": "C0LOUNGEX"}, {"channels": MEND}, "channels", "`/invite @pathfinder-bot`"),
    ({"editors_channel": "C0NOWHERE"}, {"channels": MEND}, "channels", "look whether the id is right"),
    ({"secretariat_channel": "C0ARCHIVE"}, {"channels": MEND}, "channels", "unarchive it"),
    ({"database_url": "sqlite:///nowhere.sqlite3"}, {"database": MEND, "database's clock": UNSEEN,
      "migrations": UNSEEN, "references": UNSEEN, **dict.fromkeys(OF_TABLES, UNSEEN)},
     "database", "pathfinder-bot load"),
    ({"database_url": "postgresql://who:hush-hush@127.0.0.1:9/none"}, {"database": MEND,
      "database's clock": UNSEEN, "migrations": UNSEEN, "references": UNSEEN,
      **dict.fromkeys(OF_TABLES, UNSEEN)}, "database", "DATABASE_URL"),
    ({"database_url": "mysql://who:hush-hush@there/none"}, {"DATABASE_URL": MEND, "database": UNSEEN,
      "disk": UNSEEN, "database's clock": UNSEEN, "migrations": UNSEEN, "references": UNSEEN,
      **dict.fromkeys(OF_TABLES, UNSEEN)}, "DATABASE_URL", "write it anew"),
    ({"smtp_url": "smtp://127.0.0.1:9"}, {"mail server": MEND}, "mail server", "check host and port"),
    ({"smtp_url": "smtps://127.0.0.1:9"}, {"mail server": MEND}, "mail server", "check host and port"),
    ({"smtp_url": "smtp://who:hush#hush@there"}, {"SMTP_URL": MEND, "mail server": UNSEEN},
     "SMTP_URL", "write it anew"),
    ({"mail_from": None}, {"MAIL_FROM": MEND, "mail server": UNSEEN}, "MAIL_FROM", "set it"),
    ({"smtp_url": None}, {"MAIL_FROM": WATCH}, "MAIL_FROM", "set SMTP_URL"),
    ({"public_url": "http://127.0.0.1:9/"}, {"web address": MEND, "signed requests": UNSEEN},
     "web address", "set up the web server (docs/administrator.md)"),
    ({"public_url": "http://doctor.invalid/"}, {"https": MEND, "web address": MEND,
      "signed requests": UNSEEN}, "https", "https://"),
    ({"secret_key": "k" * 40}, {"SECRET_KEY": MEND}, "SECRET_KEY", "openssl rand -hex 32"),
    ({"secret_key": "please change me, this is an example"}, {"SECRET_KEY": MEND}, "SECRET_KEY", "openssl"),
    ({"secret_key": None, "smtp_url": None, "mail_from": None}, {"SECRET_KEY": WATCH},
     "SECRET_KEY", "openssl rand -hex 32"),
    ({"secret_key": None}, {"SECRET_KEY": MEND}, "SECRET_KEY", "set it, or empty SMTP_URL"),
    ({"default_locale": "tlh"}, {"DEFAULT_LOCALE": MEND}, "DEFAULT_LOCALE", "write it anew"),
    ({"default_timezone": "Moon/Base"}, {"DEFAULT_TIMEZONE": MEND, "time zones": UNSEEN},
     "DEFAULT_TIMEZONE", "write it anew"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected", "name", "mend"), BROKEN)
async def test_what_is_broken_is_named_with_its_mend_and_nothing_else(
    well: Well, change: dict[str, Any], expected: dict[str, State], name: str, mend: str
) -> None:
    findings = await doctor.examine({**well.given, **change}, checks=QUICK)
    before = {one: state for one, state in well.said.items() if one != "settings"}
    said = {one: state for one, state in states(findings).items() if state is not OK}
    others = {one: state for one, state in before.items() if state is not OK and one not in expected}
    assert said == {**others, **expected}
    assert mend in of(findings, name).mend
    assert is_well(findings) is (MEND not in expected.values())
    told = json.dumps([(one.what, one.mend) for one in findings])
    for word in (
        "hush",
        "Kim",
        "Stone",
        well.box.bot_token,
        well.box.signing_secret,
        well.given["secret_key"],
    ):
        assert word not in told


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("://bot:pa[ss2Wor@db.example/path", "pa[ss2Wor"),
        ("://bot:geh/eim#Wort9@db.example/path", "geh/eim#Wort9"),
        ("://bot:geheim%2FWort@db.example/path", "geheim/Wort"),
        ("://bot@db.example/path?ssl=prefer&password=geheim+Wort", "geheim Wort"),
    ],
)
async def test_no_password_of_the_database_is_said_however_it_is_written(typed: str, read: str) -> None:
    address = f"postgresql{typed}"

    async def leaks(patient: Patient) -> list[Finding]:
        return ok("leaks", f"{patient.settings.database_url} {read}")

    given = {"_env_file": None, "database_url": address}
    (said,) = await doctor.examine(given, checks=(Check("leaks", leaks),))
    assert "db.example" in said.what
    assert read not in said.what
    assert not re.search("(?i)wor(?!d)", said.what), said.what


async def test_a_web_server_that_is_not_set_up_is_told_from_a_bot_that_does_not_run(well: Well) -> None:
    port = well.given["http_port"]
    away = {**well.given, "public_url": "http://127.0.0.1:9/", "http_port": free_port()}
    findings = await doctor.examine(away, checks=(*database.CHECKS, *doctor.web.CHECKS))
    found = of(findings, "web address")
    assert found.what.startswith("the bot answers on this machine; PUBLIC_URL does not lead to it yet")
    assert f"http://127.0.0.1:{port}/" in found.mend, "by what the replica says of itself"
    assert states(findings)["running"] is OK
    elsewhere = {**away, "database_url": "sqlite:///nowhere.sqlite3"}
    findings = await doctor.examine(elsewhere, checks=doctor.web.CHECKS)
    assert "pathfinder-bot run" in of(findings, "web address").mend
    assert states(findings)["running"] is UNSEEN
    alone = {**well.given, "public_url": None, "http_port": free_port()}
    findings = await doctor.examine(alone, checks=(*database.CHECKS, *doctor.web.CHECKS))
    assert (states(findings)["web address"], states(findings)["running"]) == (OK, OK)


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_user_and_a_database_that_postgresql_does_not_know_are_told_apart(
    bare: Database, well: Well
) -> None:
    for change, says, mend in (
        ({"username": "nobody-known"}, "refuses the user or the password", "write the right ones"),
        ({"database": "none_here"}, "no database called none_here", "createdb --owner postgres none_here"),
    ):
        wrong = bare.engine.url.set(**change).render_as_string(hide_password=False)
        findings = await doctor.examine({**well.given, "database_url": wrong}, checks=database.CHECKS)
        found = of(findings, "database")
        assert says in found.what
        assert mend in found.mend


async def test_two_replicas_on_sqlite_are_one_too_many(loaded: Database, well: Well) -> None:
    long, ago = NOW - timedelta(hours=5), timedelta(seconds=40)
    async with loaded.writing() as session:
        await note_beats(session, "here-3001-a", [("clock", long, NOW - ago)])
        await note_beats(session, "here-3001-b", [("clock", NOW - ago, NOW)])
    assert states(await at_work(loaded, well))["replicas"] is OK, "started anew, it is still one"
    async with loaded.writing() as session:
        await note_beats(session, "here-3002-c", [("clock", long, NOW)])
    findings = await at_work(loaded, well)
    if loaded.engine.dialect.name != "sqlite":
        assert states(findings)["replicas"] is OK
        return
    assert of(findings, "replicas").state is MEND
    assert of(findings, "replicas").what.startswith("2 replicas run on SQLite")
    assert "DATABASE_URL" in of(findings, "replicas").mend


async def test_somebody_elses_address_is_told_from_ours(well: Well) -> None:
    findings = await doctor.examine({**well.given, "public_url": f"{well.box.url}/"}, checks=QUICK)
    assert "somebody else answers" in of(findings, "web address").what
    assert states(findings)["signed requests"] is UNSEEN


HEALTHY = {"ok": True, "version": version("pathfinder-bot")}


@pytest.mark.parametrize(
    ("healthz", "readyz", "expected", "word"),
    [
        (
            (200, {**HEALTHY, "version": "0.0.9"}),
            (200, {"parts": {}}),
            {"web address": WATCH},
            "another version",
        ),
        ((302, {}), (200, {}), {"web address": MEND}, "leads on"),
        ((200, {"ok": True}), (404, {}), {"web address": WATCH, "running": OK}, "another version"),
        ((200, HEALTHY), (404, {}), {"web address": OK, "running": OK}, ""),
        (
            (200, HEALTHY),
            (503, {"parts": {"clock": {"ok": False, "fault": "did not tick"}}}),
            {"web address": OK, "running": MEND},
            "the bot's clock: did not tick",
        ),
    ],
    ids=["older", "redirect", "no version", "hidden", "ill"],
)
async def test_what_a_bot_says_of_itself_is_told(
    well: Well,
    healthz: tuple[int, Any],
    readyz: tuple[int, Any],
    expected: dict[str, State],
    word: str,
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).decode()
        status, said = healthz if "healthz" in asked else readyz if "readyz" in asked else (404, {})
        body = json.dumps(said).encode()
        head = f"HTTP/1.1 {status} -\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        given = {**well.given, "public_url": f"http://127.0.0.1:{port}/"}
        findings = await doctor.examine(given, checks=doctor.web.CHECKS)
    assert {name: states(findings)[name] for name in expected} == expected
    assert word in "".join(one.what for one in findings if one.state is not OK)


async def test_without_a_public_address_the_bot_is_looked_for_on_this_machine(well: Well) -> None:
    findings = await doctor.examine({**well.given, "public_url": None, "smtp_url": None}, checks=QUICK)
    said = states(findings)
    assert (said["https"], said["web address"], said["signed requests"]) == (WATCH, OK, OK)


@pytest.mark.parametrize(("seconds", "state"), [(2, OK), (30, WATCH), (120, MEND), (-120, MEND)], ids=str)
async def test_a_clock_that_is_wrong_is_found_by_slacks(well: Well, seconds: int, state: State) -> None:
    findings = await doctor.examine(
        well.given, checks=QUICK, now=lambda: datetime.now(UTC) + timedelta(seconds=seconds)
    )
    assert states(findings)["clock"] is state
    if state is MEND:
        assert "timedatectl" in of(findings, "clock").mend
        assert ("ahead of" if seconds > 0 else "behind") in of(findings, "clock").what


@pytest.mark.parametrize("kind", ["server_error", "nonsense", "rate_limited", "cut_before"])
async def test_a_slack_that_answers_nonsense_is_a_finding(well: Well, kind: str) -> None:
    well.box.faults.add(Fault(kind, method="auth.test"))
    findings = await doctor.examine(well.given, checks=QUICK)
    said = states(findings)
    assert said["bot token"] is MEND
    assert {name: said[name] for name in OF_TOKEN} == dict.fromkeys(OF_TOKEN, UNSEEN)
    assert said["Socket Mode"] is said["web address"] is said["mail server"] is said["deliveries"] is OK


async def test_a_missing_scope_is_named_and_an_unneeded_one_is_watched(well: Well) -> None:
    manifest = make_manifest(make_desk())
    granted = manifest["oauth_config"]["scopes"]["bot"]
    for changed, state, word in (
        ([one for one in granted if one != "groups:history"], MEND, "lacks the scope groups:history"),
        ([*granted, "channels:manage"], WATCH, "channels:manage"),
    ):
        scopes = {"oauth_config": {"scopes": {"bot": changed}}}
        async with Sandbox({**manifest, **scopes}).serving() as box:
            given = {**well.given, "slack_bot_token": box.bot_token, "slack_api_url": box.api_url}
            findings = await doctor.examine(given, checks=slack.CHECKS)
        assert states(findings)["scopes"] is state
        assert word in of(findings, "scopes").what
        assert "pathfinder-bot manifest" in of(findings, "scopes").mend


async def test_an_app_token_without_its_scope_is_told_from_a_wrong_one(well: Well) -> None:
    async with Sandbox(make_manifest(make_desk()), app_scopes=()).serving() as box:
        given = {**well.given, "slack_app_token": box.app_token, "slack_api_url": box.api_url}
        findings = await doctor.examine(given, checks=slack.CHECKS)
    assert "lacks the scope connections:write" in of(findings, "Socket Mode").what


async def test_a_group_whose_channel_the_bot_left_is_named(loaded: Database, well: Well) -> None:
    async with loaded.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(channel="C0LOUNGEX"))
    checks = (*database.CHECKS, *slack.CHECKS, *channels.CHECKS)
    findings = await doctor.examine({**well.given, "database_url": address(loaded)}, checks=checks)
    found = of(findings, "channels of the record")
    assert found.state is MEND
    assert "the group migration" in found.what
    assert "/invite" in found.mend
    assert states(findings)["channels"] is OK


def address(opened: Database) -> str:
    return opened.engine.url.render_as_string(hide_password=False)


async def test_a_database_without_tables_says_how_to_make_them(bare: Database, well: Well) -> None:
    checks = (*database.CHECKS, *work.CHECKS)
    findings = await doctor.examine({**well.given, "database_url": address(bare)}, checks=checks)
    said = states(findings)
    if bare.engine.url.get_backend_name() == "sqlite":
        assert "pathfinder-bot load" in of(findings, "database").mend
    else:
        assert said["database"] is OK
        assert of(findings, "migrations").mend == "run: pathfinder-bot load"
    assert said["deliveries"] is UNSEEN
    await migrate(bare)
    said = states(await doctor.examine({**well.given, "database_url": address(bare)}, checks=checks))
    assert {name for name, state in said.items() if state is MEND} == set()
    assert said["record"] is said["replicas"] is said["backup"] is said["roles"] is WATCH


@pytest.mark.parametrize("kind", ["sqlite"])  # PostgreSQL keeps them itself
async def test_a_reference_to_nothing_is_found(loaded: Database, well: Well) -> None:
    with closing(sqlite3.connect(loaded.engine.url.database or "")) as past_us:  # nobody watches there
        past_us.execute("UPDATE groups SET merged_into_id = 999999 WHERE key = 'migration'")
        past_us.commit()
    findings = await doctor.examine({**well.given, "database_url": address(loaded)}, checks=database.CHECKS)
    assert states(findings) == {
        "database": OK, "migrations": OK, "disk": OK, "references": MEND,
    }  # fmt: skip
    assert "pathfinder-bot restore" in of(findings, "references").mend


async def test_what_waits_is_told_with_its_reason_and_what_does_not_is_not(
    loaded: Database, well: Well
) -> None:
    async def said() -> Finding:
        return next(one for one in await at_work(loaded, well) if one.name == "deliveries")

    async with loaded.writing() as session:
        session.add(delivery("fresh", NOW - timedelta(minutes=14)))
        session.add(delivery("later", NOW + timedelta(days=1)))
        held = NOW + timedelta(minutes=1)
        session.add(
            delivery("held", NOW - timedelta(hours=1), state=DeliveryState.CLAIMED, leased_until=held)
        )
        old = delivery("old", NOW - timedelta(days=9), state=DeliveryState.FAILED, reason="is_archived")
        old.reported_at = NOW
        session.add(old)
    assert (await said()).state is OK
    async with loaded.writing() as session:
        session.add(delivery("due", NOW - timedelta(minutes=16)))
        refused = {"reason": "missing_scope", "tried_at": NOW - timedelta(hours=2), "attempts": 1}
        session.add(delivery("refused", NOW + timedelta(minutes=4), **refused))
    stuck = await said()
    assert (stuck.state, "2, since 2026-11-22 07:00 UTC" in stuck.what) == (MEND, True)
    assert "missing_scope: 1" in stuck.what
    assert "not tried: 1" in stuck.what
    async with loaded.writing() as session:
        session.add(Stopped(what=SENDING, at=NOW - timedelta(hours=3)))
    stopped = await said()
    assert (stopped.state, "2026-11-22 06:00 UTC" in stopped.what) == (WATCH, True)
    assert "/alliance start" in stopped.mend


async def test_what_failed_is_counted_by_its_reason(loaded: Database, well: Well) -> None:
    async with loaded.writing() as session:
        for number in range(3):
            gone = {"state": DeliveryState.FAILED, "reason": "not_in_channel"}
            session.add(delivery(f"gone {number}", NOW - timedelta(days=1), **gone))
    findings = await at_work(loaded, well)
    found = of(findings, "deliveries")
    assert found.state is WATCH
    assert "(not_in_channel: 3); nobody was told yet of 3" in found.what


async def test_a_newsletter_that_was_not_made_is_found_and_one_that_was_is_not(
    loaded: Database, well: Well
) -> None:
    began = NOW - timedelta(days=30)
    async with loaded.writing() as session:
        await bootstrap(session, ["U0SECRETA"], began)
        await schedules.save(session, await actor_of(session, "U0SECRETA", began.date()), MONDAYS, began)
    findings = await at_work(loaded, well)
    assert "the edition of 2026-11-16 09:00 UTC was not made" in of(findings, "newsletters").what
    # Within the hour of its time nobody worries.
    monday = datetime(2026, 10, 26, 9, 30, tzinfo=UTC)
    assert states(await at_work(loaded, well, monday))["newsletters"] is OK


async def test_a_newsletter_that_waits_for_editors_past_its_hour_is_watched(
    loaded: Database, well: Well
) -> None:
    async with loaded.writing() as session:
        for period, hours in (("2026-W46", -2), ("2026-W47", 2)):
            session.add(
                Edition(
                    reader="schedule:1", cadence=Cadence.WEEKLY, period=period, state=EditionState.IN_REVIEW,
                    at=NOW - timedelta(days=1), sends_at=NOW + timedelta(hours=hours),
                )
            )  # fmt: skip
    found = of(await at_work(loaded, well), "newsletters")
    assert (found.state, found.what[-3:]) == (WATCH, ": 1")
    assert "/digest" in found.mend


async def test_a_newsletter_went_out_when_something_of_it_arrived(loaded: Database, well: Well) -> None:
    began, at = NOW - timedelta(days=30), NOW - timedelta(days=6, hours=1)
    async with loaded.writing() as session:
        await bootstrap(session, ["U0SECRETA"], began)
        actor = await actor_of(session, "U0SECRETA", began.date())
        number = (await schedules.save(session, actor, MONDAYS, began)).id
        for days, approved in ((7, at - timedelta(days=7)), (0, at)):
            edition = Edition(
                reader=f"schedule:{number}", cadence=Cadence.WEEKLY, period=f"2026-W4{7 - days // 7}",
                state=EditionState.APPROVED, at=approved, sends_at=approved, decided_at=approved,
            )  # fmt: skip
            session.add(edition)
            await session.flush()
            if days:
                arrived = delivery("part 1", approved, state=DeliveryState.SENT, sent_at=approved)
                arrived.about, arrived.kind = f"edition:{edition.id}", "newsletter"
                session.add(arrived)
        about = f"edition:{edition.id}"
    found = of(await at_work(loaded, well), "newsletters")
    assert found.what == f"newsletter {number}: nothing of the edition of 2026-11-16 08:00 UTC arrived yet"
    assert (found.state, "nobody gets it" in found.mend) == (WATCH, True)
    within = await at_work(loaded, well, at + timedelta(minutes=10))
    [said] = [one.what for one in within if one.name == "newsletters"]
    assert said == f"newsletter {number} went out last at 2026-11-09 08:00 UTC"
    async with loaded.writing() as session:
        for key, kind in (("part 2", "newsletter"), ("a draft", "draft")):
            sent_at = NOW - timedelta(days=1) if kind == "draft" else None
            gone = delivery(key, at, state=DeliveryState.FAILED, sent_at=sent_at)
            gone.about, gone.kind = about, kind
            session.add(gone)
    found = of(await at_work(loaded, well), "newsletters")
    assert "the line of deliveries" in found.mend
    async with loaded.writing() as session:
        late = {"state": DeliveryState.SENT, "sent_at": at + timedelta(hours=3)}
        await session.execute(update(Delivery).where(Delivery.key == "part 2").values(late))
    [said] = [one.what for one in await at_work(loaded, well) if one.name == "newsletters"]
    assert said == f"newsletter {number} went out last at 2026-11-16 11:00 UTC"


async def test_a_dead_replica_and_an_old_backup_are_watched(loaded: Database, well: Well) -> None:
    async with loaded.writing() as session:
        long = NOW - timedelta(hours=5)
        hung, died = NOW - timedelta(hours=1), NOW - timedelta(hours=2)
        await note_beats(session, "alive-1", [("clock", long, NOW), ("worker", long, hung)])
        await note_beats(session, "dead-2", [("clock", long, died)])
        await note_backup(session, NOW - timedelta(days=3), 1)
    findings = await at_work(loaded, well)
    told = {(one.state, one.what) for one in findings if one.name == "replicas"}
    assert told == {
        (MEND, "the worker of alive-1 stands still since 2026-11-22 08:00 UTC"),
        (WATCH, "dead-2 was last heard at 2026-11-22 07:00 UTC"),
    }
    assert of(findings, "backup").what == "the last backup is of 2026-11-19 09:00 UTC"


async def test_old_zone_data_and_a_full_disk_are_found(well: Well, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = (*database.CHECKS, *clocks.CHECKS)
    later = datetime(2040, 1, 1, tzinfo=UTC)
    assert states(await doctor.examine(well.given, checks=checks, now=lambda: later))["time zones"] is WATCH
    for free, state in ((100_000_000, MEND), (500_000_000, WATCH), (5_000_000_000, OK)):
        left = shutil.disk_usage("/")._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder, left=left: left)
        assert states(await doctor.examine(well.given, checks=checks))["disk"] is state


async def test_a_sentence_and_a_font_that_are_missing_are_found(
    well: Well, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = states(await doctor.examine(well.given, checks=kit.CHECKS))
    assert said == {"languages": OK, "pictures": OK}
    shutil.copytree(kit.LOCALES, tmp_path / "locales")
    spanish = tmp_path / "locales" / "es" / "LC_MESSAGES" / "messages.po"
    sentences = re.sub(r'\nmsgid "Cancel"\nmsgstr ".+"', '\nmsgid "Cancel"\nmsgstr ""', spanish.read_text())
    spanish.write_text(sentences)
    monkeypatch.setattr(kit, "LOCALES", tmp_path / "locales")
    png = import_module("templates.pictures.png")
    monkeypatch.setattr(png, "_fonts", list)
    png._rendered.cache_clear()
    findings = await doctor.examine(well.given, checks=kit.CHECKS)
    png._rendered.cache_clear()
    assert of(findings, "languages").what == "sentences are missing (es: 1)"
    assert states(findings)["pictures"] is MEND


async def test_a_message_is_posted_only_when_asked_for_and_nothing_is_left(well: Well) -> None:
    checks = (*database.CHECKS, *slack.CHECKS, *trip.QUIETLY)
    before, calls = well.box.messages("C0GENERAL"), len(well.box.calls)
    assert states(await doctor.examine(well.given, checks=checks))["round trip"] is OK
    assert not [call for call in well.box.calls[calls:] if call.kind.startswith("chat.")]
    findings = await doctor.examine(well.given, checks=checks, post=True)
    assert states(findings)["round trip"] is OK
    kinds = [call.kind for call in well.box.calls[calls:] if call.kind.startswith("chat.")]
    assert kinds == ["chat.postMessage", "chat.delete"]
    assert well.box.messages("C0GENERAL") == before
    direct = {**well.given, "secretariat_channel": None}
    assert states(await doctor.examine(direct, checks=checks, post=True))["round trip"] is OK
    elsewhere = {**well.given, "secretariat_channel": "C0LOUNGEX"}
    found = of(await doctor.examine(elsewhere, checks=checks, post=True), "round trip")
    assert (found.state, "/invite @pathfinder-bot" in found.mend) == (MEND, True)


async def test_what_cannot_be_found_by_its_key_is_not_looked_for(loaded: Database) -> None:
    async def last() -> str | None:
        async with loaded.reading() as session:
            found = await last_sent(session)
            return found[0] if found else None

    there = {"state": DeliveryState.SENT, "room": "C0GENERAL", "ts": "1.2"}
    async with loaded.writing() as session:
        session.add(delivery("card", NOW, **there))
        session.add(delivery("reply", NOW, **there, tried_at=NOW))
        session.add(delivery("long ago", NOW, **there, tried_at=NOW, is_emptied=True))
        replied = {"payload": {"text": "Hello", "thread_ts": "1.1"}}
        await session.flush()
        await session.execute(update(Delivery).where(Delivery.key == "reply").values(**replied))
    assert await last() is None
    async with loaded.writing() as session:
        posted = delivery("posted", NOW, **there, tried_at=NOW)
        session.add_all([posted, delivery("shared", NOW, **there)])
    assert await last() == "posted"
    async with loaded.writing() as session:  # drawn anew, it has our mark
        await session.execute(update(Delivery).where(Delivery.key == "shared").values(tried_at=NOW))
    assert await last() == "shared"


async def test_nobody_who_says_nothing_makes_it_wait(well: Well) -> None:
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _reader, writer: held.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    silent = {
        "slack_api_url": f"http://127.0.0.1:{port}/api/",
        "public_url": f"http://127.0.0.1:{port}/",
        "smtp_url": f"smtp://127.0.0.1:{port}",
        "database_url": f"postgresql://who:hush@127.0.0.1:{port}/none",
    }
    began = time.monotonic()
    findings = await doctor.examine({**well.given, **silent}, checks=QUICK, most_seconds=0.5)
    assert time.monotonic() - began < 6
    said = states(findings)
    for name in ("bot token", "Socket Mode", "web address", "mail server", "database"):
        assert said[name] is MEND
        assert of(findings, name).mend
    assert said["deliveries"] is said["channels"] is UNSEEN
    server.close()
    for writer in held:
        writer.close()


async def test_a_check_that_breaks_hides_no_other(well: Well) -> None:
    async def breaks(_patient: Patient) -> list[Finding]:
        raise KeyError("xoxb-hush-hush")

    async def looks(_patient: Patient) -> list[Finding]:
        return ok("after", f"never says {well.given['secret_key']}")

    checks = (Check("breaks", breaks), Check("needing", looks, needs=("breaks",)), Check("after", looks))
    findings = await doctor.examine(well.given, checks=checks)
    assert [(one.name, one.state) for one in findings] == [
        ("breaks", MEND), ("needing", UNSEEN), ("after", OK),
    ]  # fmt: skip
    assert "hush" not in findings[0].what
    assert findings[2].what == "never says …"


def written(folder: Path, content: bytes) -> Path:
    """A .env that belongs to nobody else."""
    file = folder / ".env"
    file.write_bytes(content)
    file.chmod(0o600)
    return file


@pytest.mark.parametrize(("rights", "state"), [(0o644, MEND), (0o640, OK)], ids=str)
async def test_a_file_of_secrets_is_not_for_everybody(tmp_path: Path, rights: int, state: State) -> None:
    file = written(tmp_path, b"DEFAULT_LOCALE=fr")
    file.chmod(rights)
    findings = await doctor.examine({"_env_file": file}, checks=doctor.values.CHECKS)
    assert states(findings)[".env"] is state
    if state is MEND:
        assert of(findings, ".env").mend == f"run: chmod o-rwx {file}"


async def test_a_name_that_is_nearly_a_settings_is_found_and_no_other_is_shown(tmp_path: Path) -> None:
    file = written(tmp_path, b"SLACK_BOT_TOKN=xoxb-hush\nPOSTGRES_PASSWORD=hush\nxoxb-hush-hush\n")
    findings = await doctor.examine({"_env_file": file}, checks=doctor.values.CHECKS)
    assert of(findings, "SLACK_BOT_TOKN").mend.startswith("write SLACK_BOT_TOKEN for it")
    assert "hush" not in str(findings)
    assert "POSTGRES_PASSWORD" not in str(findings)


async def test_a_file_that_is_no_text_hides_nothing(tmp_path: Path, well: Well) -> None:
    file = written(tmp_path, b"\xff\xfe\x00DEFAULT_LOCALE=fr")
    findings = await doctor.examine({**well.given, "_env_file": file}, checks=QUICK)
    assert "cannot be read" in of(findings, ".env").what
    assert states(findings)["bot token"] is OK


async def ran(folder: Path, given: dict[str, Any], *arguments: str) -> tuple[int, str, str]:
    """The command line as an administrator runs it: its status, and what it prints."""
    told = {name.upper(): value for name, value in given.items() if value is not None and name != "_env_file"}
    said = {name: ",".join(one) if isinstance(one, tuple) else str(one) for name, one in told.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", *arguments,
        cwd=folder, env={"PATH": os.environ["PATH"], **said}, stdout=-1, stderr=-1,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_command_line_says_all_and_its_status_is_for_scripts(well: Well, tmp_path: Path) -> None:
    status, out, err = await ran(tmp_path, well.given, "--json")
    said = json.loads(out)
    wrong = [one for one in said["findings"] if one["state"] in ("mend", "watch")]
    assert (status, said["ok"], wrong, err) == (0, True, [], "")
    assert [one["name"] for one in said["findings"]] == [check.name for check in doctor.CHECKS]
    hushed = {
        "slack_bot_token": "xoxb-hush-1", "slack_app_token": "hush-2", "slack_signing_secret": "hush-3",
        "slack_api_url": "http://127.0.0.1:9/", "database_url": "postgresql://who:hush-4@127.0.0.1:9/none",
        "smtp_url": "smtp://who:hush-5@127.0.0.1:9", "secret_key": "hush-6", "http_port": "hush-7",
        "secretariat": "hush-8",
    }  # fmt: skip
    status, out, err = await ran(tmp_path, hushed)
    assert (status, err) == (1, "")
    assert "hush" not in out
    assert "Traceback" not in out
    for name in ("SLACK_APP_TOKEN", "SECRET_KEY", "HTTP_PORT", "SECRETARIAT", "bot token", "database"):
        assert f"mend  {name} " in out
    assert out.rstrip().endswith("all right.")
