"""The public record to take away: a page that says what there is, and the files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community.data import COLUMNS, SETS, Row
from handlers.links import Links
from handlers.web.pages import Site, answer, language_in
from templates.data import KINDS, PACKAGE, README, WRITTEN, package, readme
from templates.web import data as said

MOST = 10_000
"""Rows of a file, the newest: about ten megabytes. The command line writes all of them."""
AT_ONCE = 2
"""Files that are made together; whoever asks for more waits."""


def routes(site: Site) -> list[Route]:
    """The page and the files; reading them changes nothing."""
    here = Data(site)
    return [
        Route("/data/{name}.{end}", here.file),
        Route("/{language}/data", here.page),
    ]


@dataclass(frozen=True)
class Data:
    """What answers each address."""

    site: Site
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def page(self, request: Request) -> Response:
        """What there is."""
        language = language_in(request)
        around = self.site.around(language, Links.data)
        files = self.site.inside.data_files
        return answer(request, said.page(self.site.pages, self.site.voice(language), around, files, MOST))

    async def file(self, request: Request) -> Response:
        """One set of data as CSV or JSON, or what is said of all. Raises 404 for what there is not."""
        name, end = str(request.path_params["name"]), str(request.path_params["end"])
        now = self.site.services.clock()
        address = self.site.services.links.data("en")
        if f"{name}.{end}" == README:
            return answer(request, readme(now, address), kind="text/markdown")
        if f"{name}.{end}" == PACKAGE:
            return answer(request, package(now, address), kind="application/json")
        if name not in SETS or end not in WRITTEN:
            raise HTTPException(404)
        async with self.turn:
            return answer(request, await self._written(name, end), kind=KINDS[end])

    async def _written(self, name: str, end: str) -> str:
        services, pieces = self.site.services, list[str]()
        async with services.database.reading() as session:
            rows = SETS[name](session, services.names, services.clock())
            async for piece in WRITTEN[end](COLUMNS[name], _first(rows, MOST)):
                pieces.append(piece)
        return "".join(pieces)


async def _first(rows: AsyncIterator[Row], most: int) -> AsyncIterator[Row]:
    left = most
    async for row in rows:
        if not left:
            return
        left -= 1
        yield row
