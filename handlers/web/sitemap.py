"""What search engines are told: every public page in each of its languages, and where they need not look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import published
from community.names import HOUSE_LANGUAGES
from community.published import Published
from handlers.links import OWN_CALENDAR, OWN_EVENT, OWN_PICTURE, Links
from handlers.web.pages import Site, answer
from templates.web import sitemap as said

Page = Callable[[Links, str], str]


def routes(site: Site) -> list[Route]:
    """The two files; reading them changes nothing."""
    here = Sitemap(site)
    return [Route("/sitemap.xml", here.sitemap), Route("/robots.txt", here.robots)]


@dataclass(frozen=True)
class Sitemap:
    """What answers each address."""

    site: Site

    async def sitemap(self, request: Request) -> Response:
        """Every page of which everybody may know."""
        services = self.site.services
        async with services.database.reading() as session:
            found = await published.published(session, services.clock())
        pages = [
            {language: page(services.links, language) for language in HOUSE_LANGUAGES}
            for page in _pages(found)
        ]
        return answer(request, said.sitemap(pages), kind="application/xml")

    async def robots(self, request: Request) -> Response:
        """Where programs may look: not at what is signed for one person."""
        links, root = self.site.services.links, self.site.inside.base
        closed = [f"{root}{path}/" for path in ("mail", "slack", OWN_CALENDAR, OWN_EVENT, OWN_PICTURE)]
        return answer(request, said.robots(f"{links.base}sitemap.xml", closed), kind="text/plain")


def _pages(found: Published) -> Iterator[Page]:
    yield from (Links.start, Links.coming, Links.pathfinders, Links.groups, Links.newsletters, Links.data)
    yield from (partial(Links.pathfinder, key=key) for key in found.places)
    yield from (partial(Links.group, key=key) for key in found.groups)
    yield from (partial(Links.event, number=number) for number in found.events)
    yield from (partial(Links.newsletter, number=number) for number in found.newsletters)
