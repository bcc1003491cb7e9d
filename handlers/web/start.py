"""The first page, in the reader's language, and what every page asks for."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import start
from handlers.links import Links
from handlers.web.pages import Site, answer, language_in, moved
from templates.web import start as said

KEPT = "public, max-age=3600"
"""For the style sheet: an hour."""


def routes(site: Site) -> list[Route]:
    """The first page and the style sheet; opening them changes nothing."""
    here = Start(site)
    return [
        Route("/", here.first),
        Route("/favicon.ico", _no_icon),
        Route("/style.css", here.style),
        Route("/{language}", here.start),
    ]


@dataclass(frozen=True)
class Start:
    """What answers each address."""

    site: Site

    async def first(self, request: Request) -> Response:
        """To the first page in the reader's language."""
        return moved(self.site.inside.start(self.site.language_of(request)))

    async def start(self, request: Request) -> Response:
        """The first page."""
        language = language_in(request)
        voice, around = self.site.voice(language), self.site.around(language, Links.start)
        async with self.site.services.database.reading() as session:
            found = await start.start(session, voice.today, voice.now)
        return answer(request, said.start(self.site.pages, voice, around, found))

    async def style(self, request: Request) -> Response:
        """The style sheet."""
        return answer(request, self.site.pages.style, kind="text/css", cache=KEPT)


async def _no_icon(_request: Request) -> Response:
    """Browsers ask for one unasked, and would be told of a page that is not there."""
    return Response(status_code=204)
