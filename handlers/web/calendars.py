"""Calendars for calendar programs: everybody's, a member's own, and one event as a file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import calendars
from community.calendars import Entry, Named, Own
from community.errors import NotFound
from community.members import Reader
from handlers.links import ICS, OWN_CALENDAR, OWN_EVENT
from handlers.web.pages import Site, answer, language_in, number_in
from templates import calendars as said
from templates.voice import Voice

PRIVATE = "private, no-cache"


def routes(site: Site) -> list[Route]:
    """The calendars; opening one changes nothing. Own ones answer only where links are signed."""
    here = Calendars(site)
    return [
        Route("/{language}/calendar.ics", here.everything),
        Route("/{language}/calendar/{kind}/{key:path}.ics", here.of_one),
        Route("/{language}/events/{number:row}.ics", here.event),
        Route(f"/{OWN_CALENDAR}/{{token}}", here.own),
        Route(f"/{OWN_EVENT}/{{token}}", here.event_of),
    ]


@dataclass(frozen=True)
class Calendars:
    """What answers each address."""

    site: Site
    writer: said.Writer = field(default_factory=said.Writer)

    async def everything(self, request: Request) -> Response:
        """All that is public."""
        voice = self.site.voice(language_in(request))
        async with self.site.services.database.reading() as session:
            entries = await calendars.public(session, Named(), voice.today)
        return await self._calendar(request, voice, Named(), entries)

    async def of_one(self, request: Request) -> Response:
        """What is public of a group, or of a country or body."""
        voice, asked = self.site.voice(language_in(request)), request.path_params
        async with self.site.services.database.reading() as session:
            named = await calendars.named(session, voice.names, asked["kind"], asked["key"])
            entries = await calendars.public(session, named, voice.today)
        return await self._calendar(request, voice, named, entries)

    async def event(self, request: Request) -> Response:
        """A public event as a file."""
        voice = self.site.voice(language_in(request))
        async with self.site.services.database.reading() as session:
            entry = await calendars.one(session, number_in(request), voice.today)
        return await self._calendar(request, voice, Named(), [entry], file=entry.event.id)

    async def own(self, request: Request) -> Response:
        """A member's own calendar."""

        async def read(session: AsyncSession, about: Sequence[int]) -> tuple[Reader, Sequence[Entry]]:
            member_id, version = about
            own, services = Own(member_id, version), self.site.services
            return await calendars.personal(session, own, services.default_reader, services.clock())

        return await self._signed(request, OWN_CALENDAR, read)

    async def event_of(self, request: Request) -> Response:
        """An event that a member may see, as a file."""

        async def read(session: AsyncSession, about: Sequence[int]) -> tuple[Reader, Sequence[Entry]]:
            member_id, version, number = about
            own, services = Own(member_id, version), self.site.services
            reader, entry = await calendars.one_of(
                session, own, number, services.default_reader, services.clock()
            )
            return reader, [entry]

        return await self._signed(request, OWN_EVENT, read)

    async def _signed(
        self,
        request: Request,
        purpose: str,
        read: Callable[[AsyncSession, Sequence[int]], Awaitable[tuple[Reader, Sequence[Entry]]]],
    ) -> Response:
        """Calendar programs show nobody a page: where an address holds no more, they get a calendar of that.

        404 for what was never an address of ours, 410 for one that is void.
        """
        services, status = self.site.services, 404
        try:
            token = str(request.path_params["token"]).removesuffix(ICS)
            about = [int(part) for part in services.links.read(purpose, token)]
            status = 410
            async with services.database.reading() as session:
                reader, entries = await read(session, about)
        except NotFound:
            voice = self.site.voice(self.site.language_of(request))
            gone = said.gone(voice, services.links.host)
            return answer(request, gone, status=status, kind=said.KIND, cache="no-store")
        voice = Voice.to(reader, services.clock(), services.names)
        file = entries[0].event.id if purpose == OWN_EVENT else None
        return await self._calendar(request, voice, None, entries, file=file, cache=PRIVATE)

    async def _calendar(
        self,
        request: Request,
        voice: Voice,
        named: Named | None,
        entries: Sequence[Entry],
        *,
        file: int | None = None,
        cache: str = "no-cache",
    ) -> Response:
        # In a thread: ten thousand events take seconds to write, and Slack waits for three only.
        host = self.site.services.links.host
        data = await asyncio.to_thread(self.writer.calendar, voice, host, named, entries)
        response = answer(request, data, kind=said.KIND, cache=cache)
        if entries:
            changed = max(said.changed(entry.event) for entry in entries)
            response.headers["Last-Modified"] = format_datetime(changed, usegmt=True)
        if file is not None:
            response.headers["Content-Disposition"] = f'attachment; filename="event-{file}{ICS}"'
        return response
