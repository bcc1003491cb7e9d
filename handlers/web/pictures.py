"""Pictures as PNG: all pathfinders, a journey, a work plan; by a signed link, who came to an event.

An address may carry the revision of what it showed (`?r=`); it always answers with the picture of today.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import attendance, events, groups, pathfinders
from community.names import HOUSE_LANGUAGES
from handlers.links import OWN_PICTURE, PNG
from handlers.web.pages import Site, answer, language_in
from templates import pictures
from templates.boundaries import note
from templates.pictures import Drawing

KIND = "image/png"
PRIVATE = "private, no-cache"


def routes(site: Site) -> list[Route]:
    """The pictures; opening one changes nothing. That of an event answers only where links are signed."""
    here = Pictures(site)
    return [
        Route("/{language}/pictures/pathfinders.png", here.world),
        Route("/{language}/pictures/pathfinders/{key}.png", here.journey),
        Route("/{language}/pictures/groups/{key}.png", here.work_plan),
        Route(f"/{OWN_PICTURE}/{{token}}", here.of_event),
    ]


@dataclass(frozen=True)
class Pictures:
    """What answers each address. A key that names nothing public, or names it otherwise, is a 404.

    They are drawn one after another (`turn`): drawing holds the interpreter for a tenth of a second, and many
    at once would hold it until Slack, which waits for three seconds, had given up.
    """

    site: Site
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def world(self, request: Request) -> Response:
        """All pathfinders on the map, with the note on boundaries."""
        voice = self.site.voice(language_in(request))
        async with self.site.services.database.reading() as session:
            found = await pathfinders.listing(session, voice.today)
        dots = pictures.dots(voice, found)
        return await self._drawn(request, pictures.world(voice, dots, note=note(voice)))

    async def journey(self, request: Request) -> Response:
        """A pathfinder's journey."""
        voice, key = self.site.voice(language_in(request)), str(request.path_params["key"])
        async with self.site.services.database.reading() as session:
            card = await pathfinders.card_of(session, key, voice.today)
        if not card.is_pathfinder:
            raise HTTPException(404)
        return await self._drawn(request, pictures.journey(voice, card))

    async def work_plan(self, request: Request) -> Response:
        """A group's work plan. Raises `NotFound`."""
        voice, key = self.site.voice(language_in(request)), str(request.path_params["key"])
        async with self.site.services.database.reading() as session:
            card = await groups.card(session, key, voice.today)
        if card.line.key != key:
            raise HTTPException(404)
        return await self._drawn(request, pictures.work_plan(voice, card))

    async def of_event(self, request: Request) -> Response:
        """Who came to an event, as it may be shown today. Raises `NotFound`."""
        token = str(request.path_params["token"]).removesuffix(PNG)
        language, number = self.site.services.links.read(OWN_PICTURE, token)
        voice = self.site.voice(str(language) if language in HOUSE_LANGUAGES else "en")
        async with self.site.services.database.reading() as session:
            row = await events.row_of(session, int(number))
            came = await attendance.of_event(session, row.id)
            event = events.happening(row, voice.today)
        if row.state is not None or came is None:
            raise HTTPException(404)
        drawing = pictures.participation(voice, event, came)
        return await self._drawn(request, drawing, cache=PRIVATE)

    async def _drawn(self, request: Request, drawing: Drawing, *, cache: str = "no-cache") -> Response:
        """The picture, made in a thread when its turn has come."""
        async with self.turn:
            data = await asyncio.to_thread(pictures.png, drawing)
        drawn = answer(request, data, kind=KIND, cache=cache)
        drawn.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # Slack and previews show it elsewhere
        return drawn
