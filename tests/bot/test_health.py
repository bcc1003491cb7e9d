"""`/healthz`, `/readyz`, `/metrics` while the database, Slack or the clock is away, and afterwards."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from sqlalchemy import event, make_url, select

from bot.app import make_desk
from bot.beat import Heart, Pulse
from bot.figures import Figures
from bot.manifest import make_manifest
from bot.ready import Ready
from bot.run import Running, running
from bot.trying import settings_for
from bot.watched import named
from community.deliveries import Outgoing, put
from community.watching import Part, Still, Stuck, take
from handlers.slack import digests
from sandbox import Fault, Sandbox
from storage.beats import Beat, all_beats, note_beats
from storage.database import Database, open_database
from storage.deliveries import deliveries_by_key
from storage.migrate import newest_revision
from storage.vocabulary import DeliveryState
from tests.conftest import Databases

TOKEN = "a-token-of-at-least-32-characters-0"
PERSON = "U0NEWMEMB"


class Line:
    """The way to a PostgreSQL server: it can be cut, and it can fall silent."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._open: set[asyncio.StreamWriter] = set()
        self.is_cut = self.is_silent = False
        self.port = 0

    @contextlib.asynccontextmanager
    async def laid(self) -> AsyncIterator[Line]:
        listener = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = int(listener.sockets[0].getsockname()[1])
        try:
            yield self
        finally:
            listener.close()
            self.hang_up()

    def hang_up(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    def cut(self) -> None:
        self.is_cut = True
        self.hang_up()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_unix_connection(self._server)
        self._open |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer), return_exceptions=True)

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            while self.is_silent:  # noqa: ASYNC110 - a flag is enough for a line
                await asyncio.sleep(0.02)
            target.write(data)
            await target.drain()
        target.close()


@pytest.fixture
async def line(databases: Databases) -> AsyncIterator[tuple[Line, Database]]:
    url = make_url(await databases.fresh("postgresql", "loaded"))
    road = Line(str(Path(str(url.query["host"])) / ".s.PGSQL.5432"))
    async with road.laid():
        direct = url.set(host="127.0.0.1", port=road.port, query={})
        database = open_database(direct.render_as_string(hide_password=False))
        yield road, database
        await database.close()
    await databases.drop(url.render_as_string(hide_password=False))


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(make_manifest(make_desk()))
    async with sandbox.serving():
        yield sandbox


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look is shared for a tenth of a second, and the database has one to answer."""
    monkeypatch.setattr("bot.ready.SHARED_SECONDS", 0.1)
    monkeypatch.setattr("bot.ready.PATIENCE", 1.0)
    monkeypatch.setattr("bot.figures.SHARED_SECONDS", 0.0)


async def get(going: Running, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"http://127.0.0.1:{going.port}{path}", headers=headers)


async def ill(going: Running) -> dict[str, str]:
    """The parts that do not work, and why."""
    answer = await get(going, "/readyz")
    said = answer.json()
    assert answer.status_code == (200 if said["ready"] else 503)
    found = {name: part["fault"] for name, part in said["parts"].items() if not part["ok"]}
    for name in found:
        since = datetime.fromisoformat(said["parts"][name]["since"])
        assert abs(datetime.now(UTC) - since) < timedelta(minutes=1)
    assert said["ready"] is (not found)
    return found


async def until(true: Callable[[dict[str, str]], bool], going: Running) -> dict[str, str]:
    async with asyncio.timeout(15):
        while not true(found := await ill(going)):  # noqa: ASYNC110 - what is looked at is far away
            await asyncio.sleep(0.1)
    return found


async def test_a_database_that_is_cut_off_is_named_and_comes_back_without_a_restart(
    box: Sandbox, line: tuple[Line, Database]
) -> None:
    road, database = line
    async with running(settings_for(box), database) as going:
        await going.bot.busy.idle()
        assert await ill(going) == {}
        road.cut()
        found = await until(bool, going)
        assert list(found) == ["database"]
        assert "does not answer" in found["database"]
        assert "postgres" not in found["database"], "no address"
        parts = ("process", "database", "nothing")
        said = [(await get(going, f"/readyz/{part}")).status_code for part in parts]
        assert said == [200, 503, 404], "a web server in front sends people on: each replica says it kindly"
        page = await get(going, "/fr/pathfinders")
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert "Veuillez réessayer dans un instant." in page.text
        assert (await get(going, "/healthz")).status_code == 200
        road.is_cut = False
        await until(lambda it: not it, going)
        assert (await box.command(PERSON, "C0GENERAL", "/pathfinder Nepal")).failed is None


async def test_a_database_that_says_nothing_holds_up_nobody_who_asks(
    box: Sandbox, line: tuple[Line, Database]
) -> None:
    road, database = line
    async with running(settings_for(box), database) as going:
        await going.bot.busy.idle()
        road.is_silent = True
        async with asyncio.timeout(8):
            assert "within" in (await until(bool, going))["database"]
            assert (await get(going, "/healthz")).json()["ok"] is True
        road.is_silent = False
        await until(lambda it: not it, going)


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_hundred_questions_cost_one_look(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box), loaded) as going:
        await going.bot.busy.idle()
        looks: list[str] = []

        def note(*args: Any) -> None:
            looks.append(args[2]) if "alembic_version" in args[2] else None

        event.listen(loaded.engine.sync_engine, "before_cursor_execute", note)
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"http://127.0.0.1:{going.port}/readyz"
            answers = await asyncio.gather(*(client.get(url) for _ in range(100)))
        event.remove(loaded.engine.sync_engine, "before_cursor_execute", note)
        assert {answer.status_code for answer in answers} == {200}
        assert len(looks) < 20, "ten a second, as far as this test lets it"


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_socket_that_is_cut_is_named_until_it_is_open_again(
    box: Sandbox, loaded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = partial(AsyncSocketModeHandler, ping_interval=1)  # the library's own pause between two tries
    monkeypatch.setattr("bot.connecting.AsyncSocketModeHandler", quick)
    async with running(settings_for(box), loaded) as going:
        assert await ill(going) == {}
        box.faults.add(Fault("server_error", method="apps.connections.open", times=None))
        await box.cut_sockets()
        found = await until(bool, going)
        assert found == {"socket": "the connection to Slack (Socket Mode) is down"}
        assert (await get(going, "/healthz")).status_code == 200
        box.faults.clear()
        await until(lambda it: not it, going)


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_over_http_no_socket_is_asked_for(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box), loaded, http=True) as going:
        parts = (await get(going, "/readyz")).json()["parts"]
        assert set(parts) == {"process", "database", "clock", "worker", "writing"}
        assert await ill(going) == {}


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_clock_that_hangs_is_named_told_and_told_of_again_once_it_goes_on(
    box: Sandbox, loaded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, hanging = asyncio.Event(), asyncio.Event()

    async def hang(*_: Any) -> None:
        hanging.set()
        await go_on.wait()

    monkeypatch.setattr("bot.ticking.MINUTE", 0.1)
    monkeypatch.setattr("bot.ready.QUIET_SECONDS", 2.0)
    monkeypatch.setattr("bot.beat.EACH_SECONDS", 0.1)
    monkeypatch.setattr("bot.beat.STOOD_STILL", timedelta(seconds=4.5))
    monkeypatch.setattr("community.watching.STOOD_STILL", timedelta(seconds=4.5))
    # Four rounds of the worker: it waits for the beats, which write ten times a second, and for other tests.
    monkeypatch.setattr("community.watching.SILENT", timedelta(seconds=4))
    monkeypatch.setattr("community.watching.SETTLED", timedelta(seconds=0.3))
    settings = settings_for(box, sandbox_url=None, secretariat_channel="G0EDITORS")

    def told() -> list[str]:
        return [str(one["text"]) for one in box.messages("G0EDITORS")]

    async def hears(words: str) -> None:
        async with asyncio.timeout(10):
            while words not in told():  # noqa: ASYNC110 - what is looked at is far away
                await asyncio.sleep(0.05)

    async with running(settings, loaded) as going:
        await until(lambda it: not it, going)
        with monkeypatch.context() as patch:
            patch.setattr(digests, "send", hang)
            await hanging.wait()
            found = await until(lambda it: "clock" in it, going)
            assert found["clock"] == "the clock has not ticked"
            await hears("A part of me hangs")
            await asyncio.sleep(1.5)
            assert told() == ["A part of me hangs"], f"once, however long: {box.messages('G0EDITORS')}"
        go_on.set()
        await until(lambda it: not it, going)
        await hears("I stood still, and go on again")
        await asyncio.sleep(0.5)
        assert told() == ["A part of me hangs", "I stood still, and go on again"]
    async with loaded.reading() as session:
        left = (await session.scalars(select(Beat.replica).distinct())).all()
    assert len(left) <= 1, "who stops properly takes its beats along; the time before the standstill stays"


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_in_a_trial_nobody_is_told_and_who_stops_leaves_no_beats(
    box: Sandbox, loaded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.beat.EACH_SECONDS", 0.05)
    monkeypatch.setattr("community.watching.SILENT", timedelta(0))
    async with running(settings_for(box), loaded) as going:
        await asyncio.sleep(0.3)
        async with loaded.reading() as session:
            beats = list(await session.scalars(select(Beat)))
        assert {beat.part for beat in beats} == {"clock", "worker", "socket"}
        assert len({beat.replica for beat in beats}) == 1
        assert box.messages(box.dm("U0SECRETA")) == []
        assert await ill(going) == {}
    async with loaded.reading() as session:
        assert list(await session.scalars(select(Beat))) == []


async def test_a_database_that_was_away_for_long_leaves_a_hole_that_can_be_seen(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    pulse = Pulse()
    pulse.beat(Part.CLOCK)
    pulse.beat(Part.WORKER)
    heart = Heart(pulse, database, now=lambda: now)
    await heart.round()
    before = heart.replica
    now += timedelta(minutes=30)
    pulse.beat(Part.CLOCK)
    await heart.round()
    assert heart.replica != before
    async with database.reading() as session:
        rows = {(beat.replica, beat.part) for beat in await session.scalars(select(Beat))}
    assert rows == {(before, "clock"), (heart.replica, "clock"), (heart.replica, "worker")}


@pytest.mark.parametrize("hours", [2, 25, 72])
async def test_a_standstill_is_told_however_long_it_was(database: Database, hours: int) -> None:
    now, found = datetime(2026, 11, 23, 9, tzinfo=UTC), []
    died = now - timedelta(hours=hours)
    async with database.writing() as session:
        await note_beats(session, "old", [("clock", died - timedelta(hours=9), died)])

    async def look(at: datetime) -> None:
        async with database.writing() as session:
            found.extend(await take(session, at, {}, at))

    async def lives(heart: Heart, minutes: int) -> None:
        nonlocal now
        for _ in range(minutes):
            pulse.beat(Part.CLOCK)
            await heart.round()
            now += timedelta(minutes=1)

    pulse = Pulse()
    stops_early = Heart(pulse, database, look=look, now=lambda: now)
    await lives(stops_early, 2)
    stops_early.stop()
    await stops_early.run()
    assert found == []
    heart = Heart(pulse, database, look=look, now=lambda: now)
    await lives(heart, 5)
    [told] = found
    assert isinstance(told, Still)
    assert told.since == died
    now += timedelta(days=2)  # and the same where the machine itself slept
    await lives(heart, 5)
    assert [type(one) for one in found] == [Still, Still]
    async with database.reading() as session:
        assert len(await all_beats(session)) == 1, "who is dead for a day is forgotten"


async def test_a_part_that_hangs_is_told_once_though_the_machine_s_clock_is_set(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, moved, found = 0.0, 0.0, []
    monkeypatch.setattr("time.monotonic", lambda: passed)

    def now() -> datetime:
        return datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(seconds=passed + moved)

    async def look(at: datetime) -> None:
        async with database.writing() as session:
            found.extend(await take(session, at, {}, at))

    pulse = Pulse()
    heart = Heart(pulse, database, look=look, now=now)
    pulse.beat(Part.CLOCK)
    for _ in range(15):
        passed, moved = passed + 60, moved + 1.5
        pulse.beat(Part.WORKER)
        await heart.round()
    assert [one.part for one in found if isinstance(one, Stuck)] == [Part.CLOCK]
    moved += 3_600
    pulse.beat(Part.CLOCK)
    passed += 30  # the clock goes on, and its next tick is not due
    await heart.round()
    assert [one.key for one in found if isinstance(one, Stuck) and one.part != Part.CLOCK] == []


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_worker_that_fails_each_time_is_named_until_it_works_again(
    box: Sandbox, loaded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails() -> None:
        raise ValueError("no such word")

    async def away() -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr("bot.ready.QUIET_SECONDS", 2.0)
    monkeypatch.setattr("bot.rounds.TICK_SECONDS", 0.1)
    monkeypatch.setattr("bot.ticking.MINUTE", 0.1)
    monkeypatch.setattr("bot.beat.EACH_SECONDS", 0.1)
    async with running(settings_for(box), loaded) as going:
        await until(lambda it: not it, going)
        with monkeypatch.context() as patch:
            patch.setattr(going.bot.worker, "drain", fails)
            assert await until(bool, going) == {"worker": "the delivery worker has not gone round"}
            patch.setattr(going.bot.worker, "drain", away)
            await until(lambda it: not it, going)
            await asyncio.sleep(2.5)
            assert await ill(going) == {}, "a database that is away is a part of its own"
        assert await ill(going) == {}


async def test_a_disk_that_is_full_is_named(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    where = await databases.fresh("sqlite", "migrated")
    database, pulse = open_database(where), Pulse()
    heart, ready = Heart(pulse, database), Ready(pulse, database)
    ready.started()

    async def faults() -> dict[str, str]:
        await asyncio.sleep(0.2)
        pulse.beat(Part.CLOCK)
        await heart.round()
        return {part.name: part.fault for part in await ready.look() if part.fault}

    monkeypatch.setattr("bot.ready.QUIET_SECONDS", 0.1)
    assert await faults() == {}

    def fill(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA query_only = 1")

    event.listen(database.engine.sync_engine, "begin", fill)
    assert await faults() == {
        "writing": "nothing could be written to the database; look whether its disk is full"
    }
    event.remove(database.engine.sync_engine, "begin", fill)
    await database.engine.dispose()
    assert await faults() == {}
    await database.close()
    await databases.drop(where)


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_figures_are_for_whoever_has_the_token(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box), loaded) as going:
        assert (await get(going, "/metrics")).status_code == 404
        assert (await get(going, "/metrics", Authorization=f"Bearer {TOKEN}")).status_code == 404
    async with running(settings_for(box, metrics_token=TOKEN), loaded) as going:
        for wrong in (
            {},
            {"Authorization": "Bearer x"},
            {"Authorization": TOKEN},
            {"Authorization": "Bearer"},
        ):
            answer = await get(going, "/metrics", **wrong)
            assert (answer.status_code, answer.text) == (401, "")
        assert (await get(going, "/metrics", Authorization=f"Bearer {TOKEN}")).status_code == 200


def figure(text: str, name: str, /, **labels: str) -> float:
    """One figure, by its name and all its labels."""
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]
    (value,) = [one.value for one in samples if one.name == name and one.labels == labels]
    return float(value)


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_the_figures_count_what_was_done_and_name_nobody(box: Sandbox, loaded: Database) -> None:
    async with running(settings_for(box, metrics_token=TOKEN), loaded) as going:
        await box.command(PERSON, "C0GENERAL", "/alliance about")  # the very first takes longer
        for text in ("/pathfinder Nepal", "/pathfinder Nepal", "/pathfinder Xyzzyplugh"):
            assert (await box.command(PERSON, "C0GENERAL", text)).failed is None
        await box.message(PERSON, "C0GENERAL", f"<@{box.bot_user_id}> Nepal")
        await get(going, "/en/pathfinders")
        await get(going, "/en/xyzzyplugh")
        await going.bot.busy.idle()
        text = (await get(going, "/metrics", Authorization=f"Bearer {TOKEN}")).text
    requests, command = partial(figure, text, "pathfinder_requests_total"), "/pathfinder"
    assert requests(kind="command", name=command, outcome="answered") == 2
    assert requests(kind="command", name=command, outcome="refused") == 1
    assert requests(kind="event", name="app_mention", outcome="answered") == 1
    assert requests(kind="web", name="pathfinders", outcome="answered") == 1
    assert requests(kind="web", name="other", outcome="refused") == 1
    assert figure(text, "pathfinder_request_seconds_count", kind="command", name=command) == 3
    assert figure(text, "pathfinder_slack_calls_total", method="chat.postMessage", outcome="ok") == 1
    assert figure(text, "pathfinder_deliveries", road="slack", state="pending") == 0
    assert figure(text, "pathfinder_deliveries", road="any", state="failed") == 0
    assert figure(text, "pathfinder_oldest_due_seconds", road="mail") == 0
    assert figure(text, "pathfinder_sending_stopped") == 0
    assert figure(text, "pathfinder_database_up") == 1
    assert figure(text, "pathfinder_beat_age_seconds", part="worker") < 60
    assert figure(text, "process_resident_memory_bytes") > 1e7
    assert f'schema="{newest_revision()}"' in text
    for private in (PERSON, "C0GENERAL", "yzzyplugh", "Nepal", box.bot_token, box.app_token):
        assert private not in text


async def test_what_waits_and_what_failed_is_counted_and_a_database_that_is_away_is_a_figure_too(
    database: Database,
) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    async with database.writing() as session:
        for key, due in (("a", now - timedelta(minutes=5)), ("b", now + timedelta(days=1))):
            await put(session, Outgoing(key, "x", "x", "C1", "en", {}), now, due=due)
        await put(session, Outgoing("c", "x", "x", "C1", "en", {}), now)
        (row,) = (await deliveries_by_key(session, ["c"])).values()
        row.state, row.reason = DeliveryState.FAILED, "is_archived"
    figures = Figures(Pulse(), "1", "0010")
    text = (await figures.text(database, now)).decode()
    assert figure(text, "pathfinder_deliveries", road="slack", state="pending") == 2
    assert figure(text, "pathfinder_deliveries", road="any", state="failed") == 1
    assert figure(text, "pathfinder_oldest_due_seconds", road="slack") == 300
    away = open_database("postgresql://127.0.0.1:9/nothing")
    text = (await figures.text(away, now)).decode()
    await away.close()
    assert figure(text, "pathfinder_database_up") == 0


@pytest.mark.parametrize(
    "body",
    [
        [], {}, {"command": "/somebodys"}, {"command": ["x"]}, {"type": "event_callback", "event": "x"},
        {"type": "event_callback", "event": {"type": "somebodys"}}, {"type": "view_submission", "view": None},
        {"type": "view_submission", "view": {"callback_id": "somebodys"}}, {"type": "block_actions"},
        {"type": "block_actions", "actions": [{"value": "somebodys words"}]},
        {"type": "block_actions", "actions": [{"value": 7}]}, {"type": "shortcut", "callback_id": {}},
        {"type": "somebodys"},
    ],
)  # fmt: skip
def test_what_is_none_of_ours_has_no_name_in_the_figures(body: Any) -> None:
    kind, name = named(body, make_desk())
    assert name == "other"
    assert "somebodys" not in kind
