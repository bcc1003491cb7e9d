"""Whatever leaves the web side is guarded, and a signed link is good for what it was given for alone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from itsdangerous import URLSafeSerializer
from starlette.responses import PlainTextResponse

from community.errors import NotFound
from handlers.links import Links
from handlers.web.guards import A_YEAR, Guarded
from handlers.web.pages import GUARDS
from tests.handlers.talk import Talk

pytestmark = pytest.mark.parametrize("_workspace", ["http-postgresql"], indirect=True)
PATHS = (
    "/", "/en", "/fr/newsletters", "/es/newsletters.atom", "/en/calendar", "/en/calendar/2026-11",
    "/en/calendar.ics", "/en/pathfinders", "/en/pathfinders/NP", "/en/groups", "/en/groups/migration",
    "/style.css", "/favicon.ico", "/en/pictures/groups/migration.png", "/sitemap.xml", "/robots.txt",
    "/en/newsletters/subscribe", "/healthz", "/readyz", "/readyz/process", "/readyz/x", "/metrics",
    "/nowhere", "/en/", "/en/newsletters/999999", "/mail/confirm/x", "/mail/stop/x", "/calendar/x",
    "/event/x", "/picture/x", "/en/calendar/group/migration.ics", "/%00",
)  # fmt: skip


async def test_every_answer_is_guarded_errors_too(talk: Talk) -> None:
    seen = set()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{talk.going.port}") as client:
        for path in PATHS:
            for method in ("GET", "HEAD", "POST"):
                answer = await client.request(method, path)
                seen.add(answer.status_code)
                is_shown_elsewhere = answer.headers.get("content-type") == "image/png"
                for name, value in GUARDS.items():
                    wanted = (
                        "cross-origin" if is_shown_elsewhere and name.endswith("Resource-Policy") else value
                    )
                    assert answer.headers[name] == wanted, (method, path, name)
                assert "server" not in answer.headers
                assert "set-cookie" not in answer.headers
                assert "strict-transport-security" not in answer.headers, "this address is no https"
            first = await client.get(path)
            if first.status_code == 200 and "etag" in first.headers:
                again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
                assert (again.status_code, again.headers["x-content-type-options"]) == (304, "nosniff")
    assert {200, 204, 302, 404, 405} <= seen


@pytest.mark.usefixtures("_workspace")
async def test_where_the_address_is_secure_browsers_are_told_to_keep_to_it() -> None:
    for is_secure in (True, False):
        site = Guarded(PlainTextResponse("x"), is_secure=is_secure)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://x") as client:
            said = (await client.get("/")).headers.get("strict-transport-security")
        assert said == (A_YEAR if is_secure else None)


@pytest.mark.usefixtures("_workspace")
@pytest.mark.parametrize("purpose", ["mail/stop", "calendar", "event", "picture"])
def test_a_signed_link_is_good_for_its_purpose_and_under_its_key_alone(purpose: str) -> None:
    links, others = Links("https://x/", "k" * 32), Links("https://x/", "n" * 32)
    token = links.signed(purpose, 7, "en").rpartition("/")[2]
    assert links.read(purpose, token) == (7, "en")
    data, _, signature = token.rpartition(".")
    bad: list[Any] = [
        f"{data}.{signature[:-2]}", f"{data}x.{signature}", f"{data}.", data, "", ".", "..", "\x00",
        f"{data}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}", token.swapcase(), "é" * 50,
        "x" * 100_000,
        URLSafeSerializer("n" * 32, salt=purpose).dumps((7, "en")),
        URLSafeSerializer("k" * 32).dumps((7, "en")),
    ]  # fmt: skip
    for one in bad:
        with pytest.raises(NotFound):
            links.read(purpose, one)
    for elsewhere in {"mail/stop", "mail/confirm", "calendar", "event", "picture"} - {purpose}:
        with pytest.raises(NotFound):
            links.read(elsewhere, token)
    with pytest.raises(NotFound):
        others.read(purpose, token)
    with pytest.raises(NotFound):
        Links("https://x/").read(purpose, token)
