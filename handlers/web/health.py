"""For machines: whether the process lives, whether it can do its work, and its figures.

| address    | says                                                                               |
|------------|------------------------------------------------------------------------------------|
| `/healthz` | 200 while the process lives; nothing else is looked at                             |
| `/readyz`  | 200 when every part works; 503 with the part that does not, why, and since when    |
| `/metrics` | figures for Prometheus, for whoever has METRICS_TOKEN; where none is set, nothing  |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handlers.web.pages import GUARDS

PATHS = ("/healthz", "/readyz", "/metrics")
NEVER_KEPT = {**GUARDS, "Cache-Control": "no-store"}
FIGURES = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Part:
    """A part of the bot: None, or in a sentence for who runs it what is wrong, and since when."""

    name: str
    fault: str | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Health:
    """Who knows how the bot does. `token` opens the figures; None keeps them closed."""

    version: str
    look: Callable[[], Awaitable[Sequence[Part]]]
    figures: Callable[[], Awaitable[bytes]]
    token: str | None = None


def routes(health: Health) -> list[Route]:
    """The addresses of this module."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"ok": True, "version": health.version}, headers=NEVER_KEPT)

    async def readyz(_request: Request) -> Response:
        parts = await health.look()
        is_ready = all(part.fault is None for part in parts)
        said = {"ready": is_ready, "parts": {part.name: _said(part) for part in parts}}
        return JSONResponse(said, 200 if is_ready else 503, headers=NEVER_KEPT)

    async def metrics(request: Request) -> Response:
        if health.token is None:
            return Response("set METRICS_TOKEN to read the figures here\n", 404, NEVER_KEPT)
        if not _has(request, health.token):
            return Response(status_code=401, headers={**NEVER_KEPT, "WWW-Authenticate": "Bearer"})
        return Response(await health.figures(), headers={**NEVER_KEPT, "Content-Type": FIGURES})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _said(part: Part) -> dict[str, object]:
    if part.fault is None:
        return {"ok": True}
    since = part.since.isoformat(timespec="seconds") if part.since else None
    return {"ok": False, "fault": part.fault, "since": since}


def _has(request: Request, token: str) -> bool:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode())
