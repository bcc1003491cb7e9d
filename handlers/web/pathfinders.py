"""The pathfinders on the web: all of them, and each country or body with what is public of it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import calendars, pathfinders
from handlers.web.pages import Site, answer, language_in, moved
from templates.web import pathfinders as said

ON_A_PAGE = 20
"""Updates, and commitments, on the page of a country."""


def routes(site: Site) -> list[Route]:
    """The pages of the pathfinders; opening one changes nothing."""
    here = Pathfinders(site)
    return [
        Route("/{language}/pathfinders", here.listing),
        Route("/{language}/pathfinders/{key}", here.card),
    ]


@dataclass(frozen=True)
class Pathfinders:
    """What answers each address."""

    site: Site

    async def listing(self, request: Request) -> Response:
        """All pathfinders, by region or (`?by=stage`) by stage."""
        language, services = language_in(request), self.site.services
        voice = self.site.voice(language)
        async with services.database.reading() as session:
            lines = await pathfinders.listing(session, voice.today)
        by_stage = request.query_params.get("by") == "stage"
        asks = "by=stage" if by_stage else ""
        around = self.site.around(
            language, lambda links, one: links.pathfinders(one, asks), is_listed=not by_stage
        )
        page = said.listing(
            self.site.pages, voice, around, lines, by_stage=by_stage, stale_after=services.stale_after
        )
        return answer(request, page)

    async def card(self, request: Request) -> Response:
        """One country or body; what turned out to be another leads there."""
        language, key = language_in(request), str(request.path_params["key"])
        voice, services = self.site.voice(language), self.site.services
        async with services.database.reading() as session:
            named = await calendars.named(session, services.names, "place", key)
            assert named.place is not None  # noqa: S101 - it was asked for one
            if named.place.key != key:
                return moved(self.site.inside.pathfinder(language, named.place.key))
            found = await pathfinders.card_of(session, key, voice.today, most=ON_A_PAGE)
        around = self.site.around(
            language,
            lambda links, one: links.pathfinder(one, key),
            is_listed=found.is_pathfinder,
            picture=f"place:{key}" if found.is_pathfinder else "",
        )
        page = said.card(
            self.site.pages, voice, around, found, delta87=services.delta87, stale_after=services.stale_after
        )
        return answer(request, page)
