"""For machines: whether the process lives, whether it can do its work, and its figures.

| address          | says                                                                               |
|------------------|------------------------------------------------------------------------------------|
| `/healthz`       | 200 while the process lives; nothing else is looked at                             |
| `/readyz`        | 200 when every part works; 503 with the part that does not, why, and since when    |
| `/readyz/{part}` | the same of one part: of `process`, whether it has started and is not stopping     |
| `/metrics`       | figures for Prometheus, for whoever has METRICS_TOKEN; where none is set, nothing  |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from handlers.web.pages import GUARDS

READY = "/readyz"
PATHS = ("/healthz", READY, "/metrics")
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


def is_of_machines(scope: Scope) -> bool:
    """Whether a request is for one of these addresses."""
    path: str = scope.get("path", "")
    return path in PATHS or path.startswith(f"{READY}/")


def routes(health: Health) -> list[Route]:
    """The addresses of this module."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"ok": True, "version": health.version}, headers=NEVER_KEPT)

    async def readyz(_request: Request) -> Response:
        parts = await health.look()
        is_ready = all(part.fault is None for part in parts)
        return _looked({"ready": is_ready, "parts": {part.name: _said(part) for part in parts}}, ok=is_ready)

    async def readyz_of(request: Request) -> Response:
        name = request.path_params["part"]
        for part in await health.look():
            if part.name == name:
                return _looked(_said(part), ok=part.fault is None)
        return Response("no part is called so; look at /readyz for those there are\n", 404, NEVER_KEPT)

    async def metrics(request: Request) -> Response:
        if health.token is None:
            return Response("set METRICS_TOKEN to read the figures here\n", 404, NEVER_KEPT)
        if not _has(request, health.token):
            return Response(status_code=401, headers={**NEVER_KEPT, "WWW-Authenticate": "Bearer"})
        return Response(await health.figures(), headers={**NEVER_KEPT, "Content-Type": FIGURES})

    return [
        Route("/healthz", healthz), Route(READY, readyz), Route(f"{READY}/{{part}}", readyz_of),
        Route("/metrics", metrics),
    ]  # fmt: skip


def _looked(said: Mapping[str, object], *, ok: bool) -> Response:
    return JSONResponse(said, 200 if ok else 503, headers=NEVER_KEPT)


def _said(part: Part) -> dict[str, object]:
    if part.fault is None:
        return {"ok": True}
    since = part.since.isoformat(timespec="seconds") if part.since else None
    return {"ok": False, "fault": part.fault, "since": since}


def _has(request: Request, token: str) -> bool:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    return kind.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode())
