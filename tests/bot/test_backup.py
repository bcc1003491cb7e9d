"""The drill: a backup is made, the world goes on, the database is lost, and nothing is repeated."""

from __future__ import annotations

import asyncio
import itertools
import os
import resource
import sqlite3
import sys
import zipfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import make_desk
from bot.backup import back_up
from bot.manifest import make_manifest
from bot.pace import Pace
from bot.run import running
from bot.settings import read_settings
from bot.ticking import send_due
from bot.trying import EDITORS, _cast, settings_for
from community.deliveries import Outgoing, put
from sandbox import Fault, Sandbox
from storage.archive.restoring import restore_archive
from storage.archive.writing import write_archive
from storage.database import Database, DatabaseUnusable, open_database
from storage.migrate import check_schema, migrate
from storage.tables import AuditEntry, Delivery, Restoration, Update
from storage.vocabulary import DeliveryState
from tests.bot.test_worker import CHANGE, GENERAL, POST, ROBIN, Post, post
from tests.conftest import KINDS, Databases
from tests.handlers.talk import ENGLISH, FRENCH, NEPAL_FOCAL_POINT, Talk, modal

__all__ = ["post"]
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""When the newsletter of the sandbox goes out, and a weekly digest to whoever reads in London or Dakar."""
TAKEN = MONDAY - timedelta(hours=13)
LOST = MONDAY + timedelta(hours=3)
ROOT = Path(__file__).parents[2]
ENTRIES = 30_000
"""Rows that take a moment to restore."""


@asynccontextmanager
async def at_work(box: Sandbox, address: str) -> AsyncIterator[Talk]:
    """A bot on a database, in a workspace that outlives it."""
    database = open_database(address)
    settings = settings_for(
        box, database_url=address, editors_channel=EDITORS, smtp_url=box.mailbox.url,
        mail_from="news@bot.example.org", secret_key="s" * 32,
    )  # fmt: skip
    async with running(settings, database) as going:
        seconds = itertools.count(step=10)
        going.bot.worker._pace = Pace(lambda: float(next(seconds)))
        await going.bot.busy.idle()
        yield Talk(box, going, database)
        await going.bot.busy.idle()
    await database.close()


async def go_on(talk: Talk, moment: datetime) -> None:
    """It is that moment: what is due is made and sent."""
    talk.box.clock.at(moment)
    await talk.box.settle()
    for _ in range(2):
        await send_due(talk.going.bot)
        await talk.going.bot.busy.idle()


async def update(talk: Talk, headline: str) -> None:
    """The focal point posts on Nepal."""
    opened = await talk.box.command(NEPAL_FOCAL_POINT, GENERAL, "/update Nepal")
    values = {"headline": {"value": headline}, "body": {"value": f"{headline}: twelve districts took part."}}
    sent = await talk.box.submit(NEPAL_FOCAL_POINT, modal(opened)["id"], values)
    if sent.views and modal(sent).get("submit"):  # it asks whether it is the same as before
        sent = await talk.box.submit(NEPAL_FOCAL_POINT, modal(sent)["id"], values)
    assert not sent.errors, sent.errors
    await talk.going.bot.busy.idle()


def standing(box: Sandbox) -> list[tuple[str, str, str]]:
    """Every message of the bot's that arrived: where, when and what it says."""
    rooms = {one["id"] for one in box.state()["channels"]} | {
        box.dm(who["id"]) for who in box.state()["people"]
    }
    return sorted(
        (room, str(message["ts"]), str(message["text"]))
        for room in rooms
        for message in box.messages(room)
        if message.get("metadata")
    )


def letters(box: Sandbox) -> list[tuple[tuple[str, ...], str]]:
    """Every letter that came, to whom, by its Message-ID."""
    return [(one.to, str(message_from_bytes(one.content)["Message-ID"])) for one in box.mailbox.letters]


@pytest.mark.parametrize(("before", "after"), [KINDS, KINDS[::-1]])
async def test_after_a_loss_the_bot_goes_on_and_repeats_nothing(
    databases: Databases, tmp_path: Path, before: str, after: str
) -> None:
    first, second = await databases.fresh(before, "loaded"), await databases.fresh(after, "bare")
    file, box = tmp_path / "backup.zip", Sandbox(make_manifest(make_desk()))
    async with box.serving():
        box.clock.freeze(MONDAY - timedelta(days=3))
        async with at_work(box, first) as talk:
            await _cast(talk.database, talk.going.bot.services.names, talk.going.bot.clock.now())
            await talk.ask("/alliance suivre place:NP hebdomadaire", FRENCH)
            await talk.ask("/alliance follow place:NP", ENGLISH)
            await update(talk, "A roadmap was agreed")
            await go_on(talk, TAKEN - timedelta(minutes=1))
        database = open_database(first)
        async with database.writing() as session:  # promised, and not yet sent when the backup is made
            for number, channel in enumerate((GENERAL, ROBIN)):
                promise = Outgoing(
                    f"k{number}", "update:1", "notice", channel, "en", {"text": f"Promise {number}"}
                )
                await put(session, promise, TAKEN)
            later = Outgoing("k2", "update:1", "notice", GENERAL, "en", {"text": "For later"})
            await put(session, later, TAKEN, due=LOST + timedelta(hours=1))
        await write_archive(database, file, TAKEN, "0.1.0")
        await database.close()
        async with at_work(box, first) as talk:
            await go_on(talk, TAKEN + timedelta(minutes=5))
            await update(talk, "Lost by the disaster")
            await go_on(talk, MONDAY + timedelta(minutes=35))
            lost = await _newest(talk.database)
        told, posted = standing(box), letters(box)
        assert [text for _, _, text in told if "Promise" in text] == ["Promise 0", "Promise 1"]
        assert "Lost by the disaster" in str(box.messages(box.dm(ENGLISH)))
        assert len(posted) == 3

        await restore_archive(second, file, LOST)
        async with at_work(box, second) as talk:
            await go_on(talk, LOST + timedelta(minutes=5))
            assert standing(box) == told
            assert set(letters(box)) == set(posted), "again at most under the same Message-ID"
            assert await _newest(talk.database) < lost
            await update(talk, "Made after the restore")
            assert await _newest(talk.database) > 1_000_000
            new = [one for one in standing(box) if one not in told]
            assert [room for room, _, _ in new] == [box.dm(ENGLISH)]
            assert [one for one in told if one not in standing(box)] == []
            await go_on(talk, LOST + timedelta(hours=2))
            assert [text for _, _, text in standing(box)].count("For later") == 1
            await go_on(talk, MONDAY + timedelta(days=7, minutes=35))
            async with talk.database.reading() as session:
                waiting = sa.select(Delivery).where(Delivery.state != DeliveryState.SENT)
                assert [(row.key, row.state, row.reason) for row in await session.scalars(waiting)] == []
            assert (
                len([room for room, *_ in standing(box) if room == GENERAL])
                == len([room for room, *_ in told if room == GENERAL]) + 4
            ), "one was for later, and the next newsletter comes in three languages"
    await databases.drop(first)
    await databases.drop(second)


async def _newest(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(sa.select(sa.func.max(Update.id))) or 0


async def forgotten(post: Post, **promised: Any) -> list[Delivery]:
    """A message that arrived, then a restore that knows nothing of it, and the same promised anew."""
    await post.promise("As it was")
    await post.send()
    before, now = await post.rows(), post.now()
    async with post.database.writing() as session:
        await session.execute(sa.delete(Delivery))
        session.add(Restoration(taken_at=now - timedelta(hours=13), restored_at=now))
        again = {"kind": "notice", "promised": None, **promised}
        message = Outgoing(
            "k", "update:17", again["kind"], GENERAL, "en", {"text": "As it is"}, promised=again["promised"]
        )
        await put(session, message, now)
    return before


@pytest.mark.parametrize(
    ("kind", "says"), [("notice", "As it is"), ("newsletter", "As it was"), ("digest", "As it was")]
)
async def test_what_stands_there_already_is_made_right_or_left_but_never_repeated(
    post: Post, kind: str, says: str
) -> None:
    [before] = await forgotten(post, kind=kind)
    await post.send(after=3_600)
    assert post.shown() == [says]
    [row] = await post.rows()
    assert (row.state, row.ts) == (DeliveryState.SENT, before.ts)


async def test_it_is_looked_for_until_slack_answers(post: Post) -> None:
    await forgotten(post)
    post.box.faults.add(Fault("server_error", method="conversations.history", times=2))
    for _ in range(4):
        await post.send(after=300)
    assert post.shown() == ["As it is"]
    assert post.calls() == [POST, CHANGE]


async def test_what_cannot_have_been_sent_before_the_restore_is_not_looked_for(post: Post) -> None:
    await forgotten(post, promised=post.now() + timedelta(minutes=1), kind="reminder")
    await post.send(after=120)
    assert post.calls("conversations.history") == []
    assert post.shown() == ["As it was", "As it is"]


async def test_after_forty_days_nothing_is_looked_for_any_more(post: Post) -> None:
    async with post.database.writing() as session:
        session.add(Restoration(taken_at=post.now(), restored_at=post.now()))
    await post.promise()
    await post.send(after=41 * 86_400)
    assert (post.calls("conversations.history"), post.shown()) == ([], ["Hello"])


async def test_a_restore_that_is_killed_leaves_nothing_or_all(
    databases: Databases, kind: str, tmp_path: Path
) -> None:
    source = open_database(await databases.fresh("sqlite", "loaded"))
    async with source.writing() as session:
        rows = [{"action": "begun", "subject": f"member:{number}", "at": TAKEN} for number in range(ENTRIES)]
        await session.execute(sa.insert(AuditEntry), rows)
    file = tmp_path / "backup.zip"
    await write_archive(source, file, TAKEN, "0.1.0")
    await source.close()
    where = await databases.fresh(kind, "migrated")
    target = open_database(where)
    child = await _begin("restore", file, where)
    while not await _is_begun(target, where):
        assert child.returncode is None, child.stderr and await child.stderr.read()
        await asyncio.sleep(0.005)
    child.kill()
    await child.wait()
    assert await _entries(target) in (0, ENTRIES), "on a slow machine it may have come to its end"
    done = await _begin("restore", file, where, "--replace", "--yes")
    said, wrong = await done.communicate()
    assert done.returncode == 0, wrong
    assert b"What happened since is lost" in said
    assert await _entries(target) == ENTRIES
    await check_schema(target)
    await target.close()
    await databases.drop(where)


async def _begin(
    command: str, file: Path, address: str, *options: str, largest: int = -1
) -> asyncio.subprocess.Process:
    """The command line in a process of its own, which may write files of so many bytes (-1: any)."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command, str(file), *options,
        cwd=ROOT, env={**os.environ, "DATABASE_URL": address}, stdout=PIPE, stderr=PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
    )  # fmt: skip


async def _is_begun(database: Database, address: str) -> bool:
    """Whether a restore is writing rows just now."""
    if address.startswith("sqlite"):
        return _size(Path(address.removeprefix("sqlite:///") + "-wal")) > 500_000
    async with database.reading() as session:
        query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO audit_entries%'"
        return bool(await session.scalar(sa.text(query)))


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


async def _entries(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(sa.select(sa.func.count(AuditEntry.id))) or 0


async def test_a_full_disk_leaves_one_sentence_and_no_file(databases: Databases, tmp_path: Path) -> None:
    where = await databases.fresh("sqlite", "loaded")
    done = await _begin("backup", tmp_path / "backup.zip", where, largest=50_000)
    _, wrong = await done.communicate()
    assert done.returncode == 1
    assert b"there is no room for the backup" in wrong
    assert b"Traceback" not in wrong
    assert await asyncio.to_thread(os.listdir, tmp_path) == []
    await databases.drop(where)


async def test_a_backup_that_could_not_be_noted_stands_there_and_that_is_said(tmp_path: Path) -> None:
    address, file = f"sqlite:///{tmp_path}/b.sqlite3", tmp_path / "b.zip"
    database = open_database(address)
    await migrate(database)
    await database.close()
    with closing(sqlite3.connect(tmp_path / "b.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # somebody writes for long
        with pytest.raises(DatabaseUnusable, match=r"stands whole in .*b\.zip, but .* before it was noted"):
            await back_up(read_settings({"_env_file": None, "database_url": address}), file, overwrites=False)
    assert zipfile.is_zipfile(file)
