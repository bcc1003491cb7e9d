"""What comes in over HTTP: unsigned, replayed, malformed, oversized, slow. The bot answers the next one."""

from __future__ import annotations

import asyncio
import copy
import gzip
import io
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot import serving
from handlers.web.incoming import GOOD_SECONDS, LARGEST_REQUEST, MOST_KEPT, Taken
from sandbox.wire import _encoded as encoded
from sandbox.wire import sign
from storage.tables import Question
from tests.handlers.talk import ENGLISH, GENERAL, NEPAL_FOCAL_POINT, Talk, modal

pytestmark = pytest.mark.parametrize("_workspace", ["http-postgresql"], indirect=True)
MARK = "zqx-private-words-zqx"
"""Stands in all that people type here: none of it may stand in the log."""
EVENTS = "/slack/events"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def web(talk: Talk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{talk.going.port}", timeout=20) as client:
        yield client


def command(text: str = "Nepal", **others: Any) -> bytes:
    """The body of a slash command."""
    fields = {
        "command": "/pathfinder", "text": text, "user_id": NEPAL_FOCAL_POINT, "channel_id": GENERAL,
        "trigger_id": "1.2.3", "team_id": "T0SANDBOX", "response_url": "http://127.0.0.1:9/", **others,
    }  # fmt: skip
    return urlencode(fields).encode()


def signed(talk: Talk, body: bytes, at: int | None = None, kind: str = FORM) -> dict[str, str]:
    return {"Content-Type": kind, **sign(talk.box.signing_secret, body, at)}


async def post(talk: Talk, web: httpx.AsyncClient, body: bytes, kind: str = FORM) -> httpx.Response:
    return await web.post(EVENTS, content=body, headers=signed(talk, body, kind=kind))


async def lives(talk: Talk, web: httpx.AsyncClient) -> None:
    """The next good request is answered."""
    answer = await post(talk, web, command(trigger_id=str(time.perf_counter())))
    assert answer.status_code == 200
    assert "7 February 2019" in answer.text


async def test_only_what_is_signed_just_now_is_taken(talk: Talk, web: httpx.AsyncClient) -> None:
    body, now = command(), int(time.time())
    good = signed(talk, body)
    longer, empty = dict(good), dict(good)
    longer["X-Slack-Signature"] += "0"
    empty["X-Slack-Signature"] = ""
    wrong = {
        "no signature": {"Content-Type": FORM},
        "another secret": {"Content-Type": FORM, **sign("another secret", body)},
        "too old": signed(talk, body, now - 301),
        "of the future": signed(talk, body, now + 330),
        "no time": {name: value for name, value in good.items() if "Timestamp" not in name},
        "a time that is none": {**good, "X-Slack-Request-Timestamp": "soon"},
        "a time with a sign": {**good, "X-Slack-Request-Timestamp": f"+{now}"},
        "a time without end": {**good, "X-Slack-Request-Timestamp": "9" * 5_000},
        "another version": {**good, "X-Slack-Signature": good["X-Slack-Signature"].replace("v0", "v1")},
        "in capitals": {**good, "X-Slack-Signature": good["X-Slack-Signature"].upper()},
        "too long": longer,
        "empty": empty,
        "not ASCII": {**good, "X-Slack-Signature": "v0=" + "\xe9" * 64},
        "a skipped check": {"Content-Type": FORM, "X-Slack-Bolt-Lazy-Only": "1"},
    }  # fmt: skip
    for name, headers in wrong.items():
        raw = [(key.encode(), value.encode("latin-1")) for key, value in headers.items()]
        answer = await web.post(EVENTS, content=body, headers=raw)
        assert answer.status_code == 401, name
        assert "Nepal" not in answer.text, name
    for changed in (body + b"&", body.replace(b"Nepal", b"Nepaj"), body[:-1], body + b"&text=Togo", b""):
        assert (await web.post(EVENTS, content=changed, headers=good)).status_code == 401
    for skipping in (b"ssl_check=1&", b'{"ssl_check": "1", "command": "/pathfinder"}'):
        answer = await web.post(EVENTS, content=skipping + command(), headers={"Content-Type": FORM})
        assert answer.status_code == 401
    await lives(talk, web)


async def test_a_check_of_the_certificate_does_nothing_else(talk: Talk, web: httpx.AsyncClient) -> None:
    """Bolt does not look at the signature of such a request: it must not be a way in."""
    body = command("migration how do they pay?", command="/ask", ssl_check="1")
    answer = await web.post(EVENTS, content=body, headers={"Content-Type": FORM, **sign("wrong", body)})
    assert (answer.status_code, answer.text) == (200, "")
    assert await questions(talk) == 0


async def questions(talk: Talk) -> int:
    async with talk.database.reading() as session:
        found = await session.scalars(select(Question.id).where(Question.asked_at.is_not(None)))
        return len(found.all())


async def test_a_replayed_command_has_one_effect(talk: Talk, web: httpx.AsyncClient) -> None:
    body = command("migration how do they pay for schools?", command="/ask")
    headers = signed(talk, body)
    first = await web.post(EVENTS, content=body, headers=headers)
    assert first.status_code == 200
    unsigned = {}, {"X-Slack-Retry-Num": "1"}, {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "timeout"}
    for more in unsigned:
        assert (await web.post(EVENTS, content=body, headers={**headers, **more})).status_code == 401, more
    await talk.going.bot.busy.idle()
    assert await questions(talk) == 1


@pytest.mark.parametrize("name", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_a_header_that_counts_is_there_once(talk: Talk, web: httpx.AsyncClient, name: str) -> None:
    """Else one of them would be checked, and another one remembered."""
    body = command("migration how do they pay for schools?", command="/ask")
    good = signed(talk, body)
    other = {**good, **sign("another secret", body, int(time.time()) - 7)}[name]
    for twice in (other, good[name]), (good[name], other), (good[name], good[name]):
        raw = [(key, value) for key, value in good.items() if key != name] + [(name, one) for one in twice]
        assert (await web.post(EVENTS, content=body, headers=raw)).status_code == 401
    await talk.going.bot.busy.idle()
    assert await questions(talk) == 0


async def test_of_the_same_request_several_times_at_once_one_counts(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    body = command("migration how do they pay for clinics?", command="/ask")
    headers = signed(talk, body)
    answers = await asyncio.gather(*(web.post(EVENTS, content=body, headers=headers) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401, 401]
    await talk.going.bot.busy.idle()
    assert await questions(talk) == 1


async def test_what_failed_may_come_again(talk: Talk, web: httpx.AsyncClient) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    wrong = {**signed(talk, body, kind="application/json"), "X-Slack-Signature": "v0=" + "0" * 64}
    assert (await web.post(EVENTS, content=body, headers=wrong)).status_code == 401
    answer = await post(talk, web, body, "application/json")
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


@pytest.mark.usefixtures("_workspace")
def test_signatures_are_remembered_as_long_as_they_are_good_and_not_without_end() -> None:
    now = [0.0]
    taken = Taken(lambda: now[0])
    taken.add("a")
    now[0] = GOOD_SECONDS - 1
    taken.add("b")
    assert "a" in taken
    now[0] = GOOD_SECONDS
    assert "a" not in taken
    for number in range(MOST_KEPT + 100):
        taken.add(str(number))
    assert len(taken._at) == MOST_KEPT


async def test_whoever_asks_otherwise_is_told_so(talk: Talk, web: httpx.AsyncClient) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"):
        answer = await web.request(method, EVENTS)
        assert (answer.status_code, answer.text) == (405, ""), method
    await lives(talk, web)


async def test_bodies_that_are_no_request_of_slacks(
    talk: Talk, web: httpx.AsyncClient, log: io.StringIO
) -> None:
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    bodies = {
        "a list": b"[1, 2]", "a number": b"7", "no JSON": b"{", "not UTF-8": b"\xff\xfe\x00{",
        "deep": deep, "deep in a form": b"payload=" + b"[" * 200_000, "a form that is none": b"%%%=%zz&&&===",
        "a payload that is no object": b"payload=%5B1%5D", "a payload that is null": b"payload=null",
        "a payload that is a text": b"payload=%22x%22", "empty": b"", "NUL": b"\x00" * 1_000,
        "many fields": b"&".join(b"f%d=1" % number for number in range(50_000)),
        "halves of signs": b'{"type": "event_callback", "event": {"type": "\\ud800"}}',
        "a huge number": b'{"type": ' + b"9" * 5_000 + b"}", "nothing known": b'{"type": "nothing_known"}',
        "compressed": gzip.compress(command()),
    }  # fmt: skip
    for name, body in bodies.items():
        for kind in (FORM, "application/json", "text/plain", "multipart/form-data; boundary=x", ""):
            answer = await web.post(EVENTS, content=body, headers=signed(talk, body, kind=kind))
            assert answer.status_code in (200, 400, 401, 404), (name, kind)
            assert "Traceback" not in answer.text
            unsigned = await web.post(EVENTS, content=body, headers={"Content-Type": kind})
            assert unsigned.status_code == 401, (name, kind)
    assert "exception" not in log.getvalue()
    await lives(talk, web)


async def test_too_large_is_refused_before_it_is_read(
    talk: Talk, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "WHOLE_SECONDS", 0.3)
    body = b"x" * (LARGEST_REQUEST + 1)
    assert (await post(talk, web, body)).status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 100_000

    try:
        answer = await web.post(EVENTS, content=endless(), headers=signed(talk, b"x"))
    except (httpx.WriteError, httpx.ReadError):
        pass  # hung up upon while still sending
    else:
        assert answer.status_code == 413
    await lives(talk, web)


async def test_a_request_in_pieces_is_one_request(talk: Talk, web: httpx.AsyncClient) -> None:
    body = command(trigger_id="in pieces")

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 7):
            yield body[at : at + 7]

    answer = await web.post(EVENTS, content=pieces(), headers=signed(talk, body))
    assert "7 February 2019" in answer.text


HEADS = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a head without end": b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000,
    "many headers": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
    "a long address": b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
    b"Content-Length: 9\r\n\r\nx",
    "a length and pieces": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n",
    "a length below nothing": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "no host": b"GET /en HTTP/1.1\r\n\r\n",
    "a NUL in the head": b"GET /en HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
    "a folded header": b"GET /en HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
    "an unknown encoding": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
}


@pytest.mark.parametrize("name", HEADS)
async def test_heads_that_are_no_head(talk: Talk, web: httpx.AsyncClient, name: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", talk.going.port)
    writer.write(HEADS[name])
    writer.write_eof()
    async with asyncio.timeout(10):
        said = await reader.read()
    writer.close()
    assert said[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 401", b"HTTP/1.1 404", b"HTTP/1.1 302", b""), said[:200]
    assert b"Traceback" not in said
    assert b"uvicorn" not in said.lower()
    assert b"HTTP/1.1 " not in said[1:].replace(b"HTTP/1.1 400 Bad Request", b""), (
        "nothing comes in behind it"
    )
    await lives(talk, web)


async def test_whoever_never_ends_their_first_line_is_hung_up_upon(
    talk: Talk, web: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "WHOLE_SECONDS", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", talk.going.port)
    began = time.monotonic()
    with_end = asyncio.create_task(reader.read())
    while not with_end.done() and time.monotonic() - began < 5:
        writer.write(b"a")
        await asyncio.sleep(0.05)
    assert with_end.done()
    assert 0.2 < time.monotonic() - began < 2
    writer.close()
    kept, closing = await asyncio.open_connection("127.0.0.1", talk.going.port)
    for _ in range(2):  # and whoever takes two requests' time is not
        closing.write(b"GET /style.css HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await kept.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
        await kept.read(100_000)
        await asyncio.sleep(0.1)
    closing.close()
    await lives(talk, web)


async def test_odd_addresses_are_pages_that_are_not_there(talk: Talk, web: httpx.AsyncClient) -> None:
    for path in (
        "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/en/../../.env", "/en/%2e%2e%2f.env", "/.env",
        "/style.css/../../pyproject.toml", "/en/calendar/group/..%2f..%2fx.ics", "/%00", "/en%00", "/%ff%fe",
        "/en/newsletters/%0d%0aSet-Cookie:%20a=b", "/%0d%0aX: y", "/en/groups/%27%20OR%201=1--",
        "/en/pathfinders/%F0",
        "/en/events/9999999999999999999999", "/en/events/" + "9" * 4_301, "/fr/newsletters/" + "9" * 4_301,
        "/es/events/" + "9" * 4_301 + ".ics", "/en/events/2147483648", "/en/newsletters/999999999",
        "/en/calendar/9999-99", "/mail/confirm/%0a", "/calendar/x.ics",
        "/en?" + "a=b&" * 5_000, "/en/calendar?month=" + "9" * 1_000, "/en/calendar?group=%00",
        "/" + "a/" * 5_000,
        "/en/calendar?place=%F0%9F%92%A9&kind=%ff", "/en/newsletters?page=%D9%A1", "/picture/" + "a" * 5_000,
    ):  # fmt: skip
        answer = await web.get(
            httpx.URL(f"http://127.0.0.1:{talk.going.port}").copy_with(raw_path=path.encode())
        )
        assert answer.status_code in (200, 302, 400, 404), path[:60]
        assert "set-cookie" not in answer.headers, path[:60]
        assert "x" not in answer.headers
        assert "Traceback" not in answer.text
        assert "root:" not in answer.text
    await lives(talk, web)


async def test_a_forged_host_leads_nowhere(talk: Talk, web: httpx.AsyncClient) -> None:
    for host in ("evil.example", "evil.example:99", "a b", "", 'x"><script>', "127.0.0.1@evil.example"):
        answer = await web.get("/en", headers={"Host": host, "X-Forwarded-Host": "evil.example"})
        assert answer.status_code in (200, 400)
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every node of a payload."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from nodes(one, (*path, key))


JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        "",
        MARK,
        [],
        [MARK],
        {},
        {"id": MARK},
        {"value": [MARK]},
        "\x00",
        "\ud800",
        "x" * 5_000,
        10**30,
    ]
)


async def real(talk: Talk) -> list[tuple[str, dict[str, Any]]]:
    """Payloads as Slack sends them, by kind, with words in them that are private."""
    talk.box.connect_http(f"http://127.0.0.1:{talk.going.port}{EVENTS}")
    card = await talk.command(f"/pathfinder {MARK}")
    card = await talk.command("/pathfinder Nepal")
    await talk.click("Share here", card)
    form = await talk.command("/ask new")
    await talk.box.submit(
        ENGLISH, modal(form)["id"], {"to": {"value": "group:migration"}, "text": {"value": MARK}}
    )
    wrote = await talk.box.message(ENGLISH, GENERAL, f"<@{talk.box.bot_user_id}> {MARK}")
    await talk.box.shortcut(ENGLISH, "post_update")
    await talk.box.shortcut(ENGLISH, "save_as_update", GENERAL, wrote.ts)
    await talk.box.open_home(ENGLISH)
    home = talk.box.home_of(ENGLISH)
    assert home is not None
    button = next(b for block in home["blocks"] if block["type"] == "actions" for b in block["elements"])
    await talk.box.action(ENGLISH, home["id"], action_id=button["action_id"])
    await talk.box.change_user(ENGLISH, locale="fr-FR")
    kinds = {"command": "command"}
    return [
        (kinds.get(call.kind, "event" if call.kind.startswith("event:") else "interactive"), call.request)
        for call in talk.box.calls
        if call.direction == "to_bot"
    ]


async def test_any_node_of_any_payload_may_be_missing_or_odd(
    talk: Talk,
    web: httpx.AsyncClient,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payloads, loop = await real(talk), asyncio.get_running_loop()
    assert {kind for kind, _ in payloads} == {"command", "event", "interactive"}
    ways = [list(nodes(payload)) for _, payload in payloads]
    for listener in talk.going.bot.app._async_listeners:  # those that break wait no three seconds here
        monkeypatch.setattr(listener, "ack_timeout", 0.2)
    log.truncate(0)
    seen: dict[int, int] = {}
    ago = itertools.count()

    async def sent(kind: str, payload: dict[str, Any]) -> None:
        body, content_type = encoded(kind, payload)
        at = int(time.time()) - next(ago)  # the same once more within a second would be a replay
        answer = await web.post(EVENTS, content=body, headers=signed(talk, body, at, content_type))
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        assert answer.status_code in (200, 400, 404, 500)
        assert answer.status_code != 500 or answer.text == "", "what broke is told to the log alone"

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        which = data.draw(st.integers(0, len(payloads) - 1))
        kind, payload = payloads[which][0], copy.deepcopy(payloads[which][1])
        *above, last = data.draw(st.sampled_from(ways[which]))
        node = payload
        for step in above:
            node = node[step]
        if data.draw(st.booleans()):
            del node[last]
        else:
            odd = data.draw(JUNK)
            node[last] = "" if kind == "command" and odd == "\ud800" else odd  # no form can carry that
        asyncio.run_coroutine_threadsafe(sent(kind, payload), loop).result(20)

    await asyncio.to_thread(run)
    async with asyncio.timeout(10):
        await talk.going.bot.busy.idle()
    assert seen[200] > sum(seen.values()) / 2
    assert MARK not in log.getvalue()
    assert ENGLISH not in log.getvalue()
    await lives(talk, web)
