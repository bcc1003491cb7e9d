"""The action groups on the web: all of them, and each with what is public of it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import calendars, groups
from handlers.links import Links
from handlers.web.pages import Site, answer, language_in, moved
from templates.web import groups as said

ON_A_PAGE = 20
"""Updates, and commitments, on the page of a group."""


def routes(site: Site) -> list[Route]:
    """The pages of the groups; opening one changes nothing."""
    here = Groups(site)
    return [Route("/{language}/groups", here.listing), Route("/{language}/groups/{key}", here.card)]


@dataclass(frozen=True)
class Groups:
    """What answers each address."""

    site: Site

    async def listing(self, request: Request) -> Response:
        """All groups."""
        language = language_in(request)
        voice, around = self.site.voice(language), self.site.around(language, Links.groups)
        async with self.site.services.database.reading() as session:
            lines = await groups.listing(session, voice.today)
        return answer(request, said.listing(self.site.pages, voice, around, lines))

    async def card(self, request: Request) -> Response:
        """One group; one that went into another leads there."""
        language, key = language_in(request), str(request.path_params["key"])
        voice, services = self.site.voice(language), self.site.services
        async with services.database.reading() as session:
            named = await calendars.named(session, services.names, "group", key)
            assert named.group is not None  # noqa: S101 - it was asked for one
            if named.group.key != key:
                return moved(self.site.inside.group(language, named.group.key))
            found = await groups.card(session, key, voice.today, most=ON_A_PAGE)
        around = self.site.around(language, lambda links, one: links.group(one, key), picture=f"group:{key}")
        page = said.card(self.site.pages, voice, around, found, stale_after=services.stale_after)
        return answer(request, page)
