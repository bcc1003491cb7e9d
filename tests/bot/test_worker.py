"""Whatever Slack, the network and this machine do: what was promised stands there once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from sqlalchemy import select

from bot.app import make_desk
from bot.manifest import make_manifest
from bot.pace import PACE_SECONDS
from bot.run import running
from bot.trying import settings_for
from bot.worker import LATE, LEASE, Worker
from community.deliveries import Outgoing, call_off, put, retry
from community.members import Profile, remember
from handlers.slack.busy import Busy
from sandbox import Fault, Sandbox
from sandbox.people import DEFAULT_CHANNELS, Channel, Person
from sandbox.things import Message
from storage.database import Database
from storage.deliveries import Delivery
from storage.worklist import AFTERMATH

GENERAL, MIGRATION, LOUNGE, OLD, ROBIN = "C0GENERAL", "C0MIGRATE", "C0LOUNGEX", "C0OLDONEX", "U0NEWMEMB"
POST, CHANGE = "chat.postMessage", "chat.update"
SOON = LATE.total_seconds() + 1


@dataclass
class Post:
    """A sandbox, a database, and workers between them."""

    box: Sandbox
    database: Database
    clients: list[AsyncWebClient]

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.box.clock.now(), UTC)

    def worker(self, pace: Callable[[], float] | None = None) -> Worker:
        """A worker of its own, who need not wait between messages unless `pace` says so."""
        client = AsyncWebClient(self.box.bot_token, base_url=self.box.api_url, timeout=1, retry_handlers=[])
        self.clients.append(client)
        seconds = iter(range(0, 1_000_000, 10))
        return Worker(client, self.database, self.now, Busy(), pace=pace or (lambda: float(next(seconds))))

    async def promise(
        self, text: str = "Hello", key: str = "k", channel: str = GENERAL, thread: str | None = None
    ) -> None:
        async with self.database.writing() as session:
            payload = {"text": text, **({"thread_ts": thread} if thread else {})}
            message = Outgoing(key, "update:17", "notice", channel, "en", payload)
            await put(session, message, self.now())

    async def send(self, *, after: float = 0) -> None:
        """Let time pass, and a worker who knows nothing of the others do what is due."""
        self.box.clock.advance(after)
        await self.worker().drain()

    async def rows(self) -> list[Delivery]:
        async with self.database.reading() as session:
            return list((await session.scalars(select(Delivery).order_by(Delivery.id))).all())

    async def states(self) -> list[tuple[str, str | None]]:
        return [(row.state.value, row.reason) for row in await self.rows()]

    def shown(self, channel: str = GENERAL) -> list[str]:
        where = self.box.dm(channel) if channel.startswith("U") else channel
        return [str(message["text"]) for message in self.box.messages(where)]

    def calls(self, *kinds: str) -> list[str]:
        """The calls of these methods that came to the sandbox."""
        return [call.kind for call in self.box.calls if call.kind in (kinds or (POST, CHANGE))]


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    old = Channel(OLD, "old", is_archived=True)
    box = Sandbox(make_manifest(make_desk()), channels=(*DEFAULT_CHANNELS, old))
    async with box.serving():
        box.clock.freeze()
        yield Post(box, database, [])


@pytest.mark.parametrize("channel", [GENERAL, "G0EDITORS", ROBIN])
async def test_a_promise_is_kept_once_and_its_place_is_written_down(post: Post, channel: str) -> None:
    await post.promise(channel=channel)
    await post.send()
    await post.send(after=600)
    assert post.shown(channel) == ["Hello"]
    [row] = await post.rows()
    where = post.box.dm(channel) if channel == ROBIN else channel
    assert (row.state.value, row.room, row.ts, row.shown, row.sent_at) == (
        "sent", where, post.box.messages(where)[0]["ts"], 1, row.tried_at,
    )  # fmt: skip
    assert post.calls() == [POST]


async def test_the_key_in_slack_tells_nobody_what_it_is_about(post: Post) -> None:
    await post.promise(key="review:17:U0SECRET")
    await post.send()
    [call] = [call for call in post.box.calls if call.kind == POST]
    assert "U0SECRET" not in str(call.request["metadata"])


async def test_a_change_before_it_is_sent_is_all_that_is_ever_said(post: Post) -> None:
    await post.promise("Hello")
    await post.promise("Goodbye")
    await post.send()
    assert (post.shown(), post.calls()) == (["Goodbye"], [POST])


@pytest.mark.parametrize("channel", [GENERAL, ROBIN])
async def test_a_change_afterwards_changes_the_very_message(post: Post, channel: str) -> None:
    await post.promise("Hello", channel=channel)
    await post.send()
    [before] = await post.rows()
    await post.promise("Goodbye", channel=channel)
    await post.send()
    [row] = await post.rows()
    assert (post.shown(channel), post.calls()) == (["Goodbye"], [POST, CHANGE])
    assert (row.ts, row.shown, row.state.value) == (before.ts, 2, "sent")


async def test_a_change_while_the_first_is_under_way_is_made_afterwards(post: Post) -> None:
    await post.promise("Hello")
    worker = post.worker()
    jobs = await worker._claimed([])
    await post.promise("Goodbye")
    await asyncio.gather(*(worker._deliver(job) for job in jobs))
    assert (post.shown(), await post.states()) == (["Hello"], [("pending", None)])
    await post.send()
    assert (post.shown(), await post.states()) == (["Goodbye"], [("sent", None)])


async def test_what_was_called_off_is_never_sent(post: Post) -> None:
    await post.promise()
    async with post.database.writing() as session:
        assert await call_off(session, "update:17", ["notice"]) == []
    await post.send()
    await post.send(after=600)
    assert (post.shown(), await post.states()) == ([], [("cancelled", None)])


async def test_two_workers_send_each_message_once(post: Post) -> None:
    for number in range(30):
        await post.promise(f"{number}", key=f"k{number}", channel=(GENERAL, MIGRATION, ROBIN)[number % 3])
    await asyncio.gather(*(post.worker(_hurried(post)).drain() for _ in range(2)))
    said = [text for channel in (GENERAL, MIGRATION, ROBIN) for text in post.shown(channel)]
    assert sorted(said, key=int) == [str(number) for number in range(30)]


async def test_too_fast_waits_as_long_as_slack_says(post: Post) -> None:
    post.box.faults.add(Fault("rate_limited", method=POST, retry_after=7))
    await post.promise()
    await post.send()
    assert await post.states() == [("pending", None)]
    await post.send(after=6)
    assert len(post.calls()) == 1, "not a moment earlier"
    await post.send(after=1)
    assert (post.shown(), len(post.calls())) == (["Hello"], 2)


async def test_the_whole_channel_waits_when_slack_says_so(post: Post) -> None:
    post.box.faults.add(Fault("rate_limited", method=POST, channel=GENERAL, retry_after=7))
    await post.promise("1", key="k1")
    await post.promise("2", key="k2")
    await post.promise("3", key="k3", channel=MIGRATION)
    await _until_sent(post, post.worker(_hurried(post)))
    first, *later = [
        call.at for call in post.box.calls if call.kind == POST and call.request["channel"] == GENERAL
    ]
    assert len(later) == 2
    assert min(later) - first >= 7, "the second message of the channel too"
    assert (sorted(post.shown()), post.shown(MIGRATION)) == (["1", "2"], ["3"])


async def test_being_too_fast_for_long_uses_up_no_patience(post: Post) -> None:
    post.box.faults.add(Fault("rate_limited", method=POST, times=60))
    await post.promise()
    for _ in range(60):
        await post.send(after=1)
    post.box.faults.add(Fault("server_error", method=POST))
    await post.send(after=1)
    await post.send(after=SOON)
    assert (post.shown(), await post.states()) == (["Hello"], [("sent", None)])


@pytest.mark.parametrize("kind", ["timeout_before", "cut_before", "server_error"])
@pytest.mark.parametrize("channel", [GENERAL, ROBIN])
async def test_no_answer_and_not_taken_is_posted_later(post: Post, kind: Any, channel: str) -> None:
    post.box.faults.add(Fault(kind, method=POST))
    await post.promise(channel=channel)
    await post.send()
    assert await post.states() == [("unknown", None)]
    await post.send(after=LATE.total_seconds() - 1)
    assert len(post.calls()) == 1, "it may still be taken"
    await post.send(after=2)
    assert (post.shown(channel), await post.states()) == (["Hello"], [("sent", None)])


@pytest.mark.parametrize("kind", ["timeout_after", "cut_after", "nonsense"])
@pytest.mark.parametrize("channel", [GENERAL, "G0EDITORS", ROBIN])
async def test_no_answer_but_taken_is_found_and_not_posted_twice(post: Post, kind: Any, channel: str) -> None:
    post.box.faults.add(Fault(kind, method=POST))
    await post.promise(channel=channel)
    await post.send()
    assert await post.states() == [("unknown", None)]
    await post.send(after=SOON)
    [row] = await post.rows()
    assert (post.shown(channel), post.calls()) == (["Hello"], [POST])
    where = post.box.dm(channel) if channel == ROBIN else channel
    assert (row.state.value, row.room, row.ts) == ("sent", where, post.box.messages(where)[0]["ts"])


@pytest.mark.parametrize("channel", [GENERAL, ROBIN])
async def test_taken_without_answer_and_changed_meanwhile_is_brought_up_to_date(
    post: Post, channel: str
) -> None:
    post.box.faults.add(Fault("timeout_after", method=POST))
    await post.promise("Hello", channel=channel)
    await post.send()
    await post.promise("Goodbye", channel=channel)
    await post.send(after=SOON)
    assert (post.shown(channel), post.calls()) == (["Goodbye"], [POST, CHANGE])
    assert await post.states() == [("sent", None)]


async def test_not_taken_and_changed_meanwhile_says_only_the_new(post: Post) -> None:
    post.box.faults.add(Fault("timeout_before", method=POST))
    await post.promise("Hello")
    await post.send()
    await post.promise("Goodbye")
    await post.send(after=SOON)
    assert (post.shown(), post.calls()) == (["Goodbye"], [POST, POST])


async def test_it_is_found_behind_many_others(post: Post) -> None:
    post.box.faults.add(Fault("timeout_after", method=POST))
    await post.promise()
    await post.send()
    for number in range(201):
        post.box._space.post(Message(GENERAL, post.box._space.new_ts(), ROBIN, f"{number}"))
    await post.send(after=SOON)
    assert post.calls(POST, "conversations.history") == [POST, *["conversations.history"] * 2]
    assert await post.states() == [("sent", None)]


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
async def test_in_a_thread_it_is_looked_for_there_and_changed_there(post: Post, kind: Any) -> None:
    first = post.box._space.new_ts()
    post.box._space.post(Message(GENERAL, first, ROBIN, "What do we know of Nepal?"))
    post.box.faults.add(Fault(kind, method=POST))
    for text in ("Hello", "Goodbye"):
        await post.promise(text, thread=first)
        await post.send(after=SOON)
    answers = post.box.messages(GENERAL, thread_ts=first)[1:]
    assert [one["text"] for one in answers] == ["Goodbye"]
    assert post.calls("conversations.replies", "conversations.history") == ["conversations.replies"]
    assert await post.states() == [("sent", None)]


async def test_it_is_found_behind_a_page_that_is_empty(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack hides what a plan or a rule of the workspace lets go, and pages go on."""
    await post.promise()
    post.box.faults.add(Fault("cut_after", method=POST))
    await post.send()
    one = post.worker()
    whole, asked = one._client.conversations_history, []

    async def hidden(*, cursor: str | None, **others: Any) -> Any:
        asked.append(cursor)
        if cursor is None:
            return {"messages": [], "has_more": True, "response_metadata": {"next_cursor": "further"}}
        return await whole(cursor=None, **others)

    monkeypatch.setattr(one._client, "conversations_history", hidden)
    post.box.clock.advance(SOON)
    await one.drain()
    assert asked == [None, "further"]
    assert (post.shown(), post.calls(), await post.states()) == (["Hello"], [POST], [("sent", None)])


async def test_while_looking_for_it_fails_it_is_not_posted_again(post: Post) -> None:
    post.box.faults.add(Fault("timeout_after", method=POST))
    await post.promise()
    await post.send()
    for kind in ("server_error", "rate_limited"):
        post.box.faults.add(Fault(kind, method="conversations.history"))
        await post.send(after=SOON)
        assert await post.states() == [("unknown", None)]
    await post.send(after=SOON)
    assert (post.calls(), await post.states()) == ([POST], [("sent", None)])


@pytest.mark.parametrize("channel", [GENERAL, ROBIN])
async def test_a_crash_between_the_post_and_the_note_posts_nothing_twice(post: Post, channel: str) -> None:
    await post.promise(channel=channel)
    dying = post.worker()
    [job] = await dying._claimed([])
    await dying._sent(job)
    del dying
    await post.send(after=LEASE.total_seconds() - 1)
    assert await post.states() == [("claimed", None)], "whoever has it may be alive"
    await post.send(after=2)
    assert await post.states() == [("unknown", None)], "what it began may still arrive"
    await post.send(after=AFTERMATH.total_seconds())
    assert (post.shown(channel), post.calls()) == (["Hello"], [POST])
    assert await post.states() == [("sent", None)]


async def test_a_worker_stopped_in_the_middle_of_a_post_posts_nothing_twice(post: Post) -> None:
    post.box.faults.add(Fault("timeout_after", method=POST))
    await post.promise()
    work = asyncio.create_task(post.worker().drain())
    while not post.shown():  # noqa: ASYNC110 - the sandbox tells nobody
        await asyncio.sleep(0.01)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await post.send(after=LEASE.total_seconds() + 1)
    await post.send(after=AFTERMATH.total_seconds())
    assert (post.shown(), post.calls()) == (["Hello"], [POST])


async def test_a_crash_before_the_post_loses_nothing(post: Post) -> None:
    await post.promise()
    await post.worker()._claimed([])
    await post.send(after=LEASE.total_seconds() + 1)
    await post.send(after=AFTERMATH.total_seconds())
    assert post.shown() == ["Hello"]


async def test_a_change_that_gets_no_answer_is_made_again(post: Post) -> None:
    await post.promise("Hello")
    await post.send()
    post.box.faults.add(Fault("timeout_after", method=CHANGE))
    await post.promise("Goodbye")
    await post.send()
    await post.send(after=SOON)
    assert (post.shown(), await post.states()) == (["Goodbye"], [("sent", None)])


async def test_one_who_cannot_be_reached_stops_nobody_else(post: Post) -> None:
    """Slack itself takes a message to somebody who left (slackapi/python-slack-sdk, issue 1156)."""
    async with post.database.writing() as session:
        await remember(session, [Profile("U0LEFTXXX", "en-GB", "UTC")])
        await remember(session, [Profile("U0LEFTXXX", "en-GB", "UTC", False, False, False)])
    post.box._space.people["U0LEFTXXX"] = Person("U0LEFTXXX", "left", "Left", deleted=True)
    reached = ("C0NOWHERE", LOUNGE, OLD, "U0LEFTXXX", "U0NOBODYX", GENERAL, ROBIN)
    for channel in reached:
        await post.promise(key=channel, channel=channel)
    await post.send()
    await post.send(after=600)
    assert await post.states() == [
        ("failed", "channel_not_found"), ("failed", "not_in_channel"), ("failed", "is_archived"),
        ("failed", "user_disabled"), ("failed", "channel_not_found"), ("sent", None), ("sent", None),
    ]  # fmt: skip
    assert len(post.calls()) == 6, "none was tried again"
    assert (post.shown(), post.shown(ROBIN)) == (["Hello"], ["Hello"])


async def test_a_message_that_slack_refuses_or_that_is_wrong_stops_nobody_else(post: Post) -> None:
    async with post.database.writing() as session:
        wrong = Outgoing("k1", "x", "notice", GENERAL, "en", {"text": "x", "blocks": [{"type": "no"}]})
        await put(session, wrong, post.now())
        ours = replace(wrong, key="k2", channel=MIGRATION, payload={"channel": "twice"})
        await put(session, ours, post.now())
    await post.promise(key="k3", channel=ROBIN)
    await post.send()
    assert await post.states() == [("failed", "invalid_blocks"), ("unknown", None), ("sent", None)]
    for _ in range(9):
        await post.send(after=600)
    assert (await post.states())[1] == ("failed", "gave_up"), "not for ever"


async def test_where_slack_does_not_let_the_bot_in_everything_waits(post: Post) -> None:
    await post.promise()
    shut_out = post.worker()
    shut_out._client.token = "xoxb-taken-back"
    for _ in range(60):
        await shut_out.drain()
        post.box.clock.advance(301)
    assert await post.states() == [("pending", "invalid_auth")]
    await post.send()
    assert (post.shown(), await post.states()) == (["Hello"], [("sent", None)])


async def test_while_the_workspace_moves_everything_waits(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.promise()
    one = post.worker()

    async def moving(**_call: Any) -> Any:
        answer = {"ok": False, "error": "team_added_to_org"}
        raise SlackApiError(
            "", AsyncSlackResponse(client=one._client, http_verb="POST", api_url="", req_args={}, data=answer,
                                   headers={}, status_code=200),
        )  # fmt: skip

    monkeypatch.setattr(one._client, "chat_postMessage", moving)
    await one.drain()
    assert await post.states() == [("pending", "team_added_to_org")]
    await post.send(after=301)
    assert post.shown() == ["Hello"]


async def test_a_missing_scope_waits_for_who_can_mend_it(post: Post) -> None:
    scopes = post.box._app.scopes
    await post.promise()
    object.__setattr__(post.box._app, "scopes", scopes - {"chat:write"})
    await post.send()
    assert await post.states() == [("pending", "missing_scope")]
    object.__setattr__(post.box._app, "scopes", scopes)
    await post.send(after=301)
    assert post.shown() == ["Hello"]


async def test_at_most_one_a_second_a_channel_and_never_too_fast(post: Post) -> None:
    for number in range(24):
        await post.promise(f"{number}", key=f"k{number}", channel=(GENERAL, MIGRATION)[number % 2])
    began = post.now()
    await post.worker(_hurried(post)).drain()
    for channel in (GENERAL, MIGRATION):
        times = [float(message["ts"]) for message in post.box.messages(channel)]
        assert len(times) == 12
        assert all(later - earlier >= PACE_SECONDS for earlier, later in pairwise(times))
    assert (post.now() - began).total_seconds() < 24, "two channels go side by side"
    assert [call.status for call in post.box.calls if call.kind == POST] == [200] * 24
    assert post.shown()[:3] == ["0", "2", "4"], "in the order of the promises"


async def test_many_channels_at_once_are_never_too_fast_for_the_workspace(post: Post) -> None:
    people = [f"U0CROWD{number:03d}" for number in range(400)]
    for one in people:
        post.box._space.people[one] = Person(one, one, one)
        await post.promise(key=one, channel=one)
    began = post.now()
    await _until_sent(post, post.worker(_hurried(post)))
    assert [call.status for call in post.box.calls if call.kind == POST] == [200] * 400
    assert 60 < (post.now() - began).total_seconds() < 120


async def test_the_bot_sends_at_once_what_is_committed_and_what_becomes_due(
    box: Sandbox, loaded: Database
) -> None:
    async with running(settings_for(box), loaded) as going:
        await going.bot.busy.idle()
        now, database = going.bot.clock.now(), going.bot.services.database
        hello = Outgoing("k", "x", "notice", GENERAL, "en", {"text": "Hello"})
        async with database.writing() as session:
            await put(session, hello, now)
            tomorrow = replace(hello, key="k2", channel=MIGRATION)
            await put(session, tomorrow, now, due=now.replace(year=now.year + 1))
        assert (await box.settle()).settled == "idle"
        assert [m["text"] for m in box.messages(GENERAL)] == ["Hello"]
        assert box.messages(MIGRATION) == []
        box.clock.advance(366 * 86_400)
        assert (await box.settle()).settled == "idle"
        assert [m["text"] for m in box.messages(MIGRATION)] == ["Hello"]


async def test_a_stop_finishes_what_is_under_way_and_the_next_start_sends_the_rest(
    box: Sandbox, loaded: Database
) -> None:
    box.faults.add(Fault("server_error", method=POST, channel=MIGRATION))
    async with running(settings_for(box), loaded) as going:
        await going.bot.busy.idle()
        now = going.bot.clock.now()
        async with going.bot.services.database.writing() as session:
            for channel in (GENERAL, MIGRATION):
                hello = Outgoing(channel, "x", "notice", channel, "en", {"text": "Hello"})
                await put(session, hello, now)
    assert [m["text"] for m in box.messages(GENERAL)] == ["Hello"]
    async with loaded.reading() as session:
        states = [row.state.value for row in await session.scalars(select(Delivery).order_by(Delivery.id))]
    assert states == ["sent", "unknown"], "what was under way is written down"
    box.clock.advance(SOON)
    async with running(settings_for(box), loaded):
        assert (await box.settle()).settled == "idle"
    assert [m["text"] for m in box.messages(GENERAL)] == ["Hello"]
    assert [m["text"] for m in box.messages(MIGRATION)] == ["Hello"]


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(make_manifest(make_desk()))
    async with sandbox.serving():
        yield sandbox


def _hurried(post: Post) -> Callable[[], float]:
    """Time that passes by being looked at: no test waits for a second."""

    def look() -> float:
        post.box.clock.advance(0.1)
        return post.box.clock.now()

    return look


async def _until_sent(post: Post, worker: Worker) -> None:
    while any(state == "pending" for state, _ in await post.states()):
        await worker.drain()
        post.box.clock.advance(1)


async def test_what_failed_in_doubt_is_looked_for_before_it_is_sent_again(post: Post) -> None:
    """Slack took it and never said so; whoever wanted to look was no member any more, and then is again."""
    rooms = post.box._space.channels
    there = rooms[GENERAL]
    post.box.faults.add(Fault("cut_after", method=POST))
    await post.promise()
    await post.send()
    rooms[GENERAL] = replace(there, members=tuple(set(there.members) - {post.box.bot_user_id}), has_bot=False)
    await post.send(after=SOON)
    assert await post.states() == [("failed", "not_in_channel")]
    rooms[GENERAL] = there
    [row] = await post.rows()
    async with post.database.writing() as session:
        retry(session, await session.merge(row), post.now())
    await post.send(after=1)
    assert (post.shown(), await post.states()) == (["Hello"], [("sent", None)])
