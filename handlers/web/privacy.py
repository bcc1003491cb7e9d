"""Where somebody gets all that is stored about them: an address that they asked for, good for an hour.

Opening it shows a button and nothing else, for previews open links too; the click gives the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import privacy
from community.errors import NotFound
from community.privacy import Link
from handlers.links import OWN_DATA
from handlers.web.pages import GUARDS, Site, answer
from storage.members import Member
from templates.web import privacy as said

HIDDEN = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def routes(site: Site) -> list[Route]:
    """The page with its button, and the file."""
    here = Privacy(site)
    return [
        Route(f"/{OWN_DATA}/{{token}}", here.before, methods=["GET"]),
        Route(f"/{OWN_DATA}/{{token}}", here.file, methods=["POST"]),
    ]


@dataclass(frozen=True)
class Privacy:
    """What answers each address."""

    site: Site

    async def before(self, request: Request) -> Response:
        """The page with the button, or the one that says that the address holds no more."""
        try:
            async with self.site.services.database.reading() as session:
                await self._holder(request, session)
        except NotFound:
            return self._page(request, holds=False)
        return self._page(request, holds=True)

    async def file(self, request: Request) -> Response:
        """All that is stored about whoever the address was made for, as JSON."""
        services = self.site.services
        try:
            async with services.database.reading() as session:
                member = await self._holder(request, session)
                found = await privacy.own_data(session, member, services.clock())
        except NotFound:
            return self._page(request, holds=False)
        text = json.dumps(found, ensure_ascii=False, indent=2)
        name = {"Content-Disposition": 'attachment; filename="pathfinder-own-data.json"'}
        return Response(text, headers={**GUARDS, **HIDDEN, **name}, media_type="application/json")

    async def _holder(self, request: Request, session: AsyncSession) -> Member:
        services = self.site.services
        parts = services.links.read(OWN_DATA, str(request.path_params["token"]))
        if len(parts) != 2:
            raise NotFound("link", "")
        return await privacy.holder(session, Link(int(parts[0]), str(parts[1])), services.clock())

    def _page(self, request: Request, *, holds: bool) -> Response:
        language = self.site.language_of(request)
        page = said.page(self.site.pages, self.site.voice(language), self.site.around(language), holds=holds)
        shown = answer(request, page, status=200 if holds else 404, cache=HIDDEN["Cache-Control"])
        shown.headers.update(HIDDEN)
        return shown
