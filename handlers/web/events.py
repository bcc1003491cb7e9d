"""The calendar on the web: what is coming, a month as a grid, and each public event."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import agendas, calendars, coming, feeding, groups, pathfinders
from community.coming import Wanted
from community.promised import NOBODY
from handlers.web.pages import Site, answer, language_in, number_in, page_in
from storage.sight import EVERYBODY
from templates.web import events as said
from templates.web.events import Asked

FIRST_YEAR, YEARS_AHEAD = 2000, 10
"""Months outside have no pages: a search engine would turn them for ever."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


def routes(site: Site) -> list[Route]:
    """The pages of the calendar; opening one changes nothing."""
    here = Events(site)
    return [
        Route("/{language}/calendar", here.listing),
        Route("/{language}/calendar/{month}", here.month),
        Route("/{language}/events/{number:row}", here.event),
    ]


@dataclass(frozen=True)
class Events:
    """What answers each address."""

    site: Site

    async def listing(self, request: Request) -> Response:
        """What is coming, what has been (`?past=1`), or all of a month (`?month=2026-11`), page by page."""
        language, page = language_in(request), page_in(request)
        voice, given = self.site.voice(language), request.query_params.get("month")
        first = self._first(given) if given else None
        async with self.site.services.database.reading() as session:
            asked = await self._asked(session, request)
            if first is not None:
                asked = replace(asked, wanted=replace(asked.wanted, year=first.year, month=first.month))
                found = await coming.month(session, first, asked.wanted, voice.today, now=voice.now)
                count, events = len(found), said.on_page(voice, found, page, past=False)
            else:
                lines = await coming.lines(session, asked.wanted, voice.today, now=voice.now)
                count, turned = len(lines), said.on_page(voice, lines, page, past=asked.wanted.past)
                events = await coming.shown(session, turned, asked.wanted, voice.today, now=voice.now)
        if page > 1 and (page - 1) * said.ON_A_PAGE >= count:
            raise HTTPException(404)
        asks = request.url.query
        around = self.site.around(language, lambda links, one: links.coming(one, asks), is_listed=not asks)
        return answer(request, said.listing(self.site.pages, voice, around, events, asked, page, count))

    async def month(self, request: Request) -> Response:
        """A month as a grid."""
        language, given = language_in(request), str(request.path_params["month"])
        voice, first = self.site.voice(language), self._first(given)
        async with self.site.services.database.reading() as session:
            asked = await self._asked(session, request)
            found = await coming.month(session, first, asked.wanted, voice.today, now=voice.now)
        asks = request.url.query
        around = self.site.around(
            language, lambda links, one: links.month(one, given, asks), is_listed=bool(found) and not asks
        )
        page = said.month(self.site.pages, voice, around, first, found, asked, years=self._years(voice.today))
        return answer(request, page)

    async def event(self, request: Request) -> Response:
        """One public event, with its agenda."""
        language, number = language_in(request), number_in(request)
        voice = self.site.voice(language)
        async with self.site.services.database.reading() as session:
            agenda = await agendas.agenda(session, NOBODY, number, voice.today, to_guests=True, now=voice.now)
            links = await feeding.links(session, number, EVERYBODY, voice.today)
        around = self.site.around(language, lambda links, one: links.event(one, number))
        return answer(request, said.event(self.site.pages, voice, around, agenda, links))

    async def _asked(self, session: AsyncSession, request: Request) -> Asked:
        """What the form or a link asks for. Raises `NotFound` for a group or a place that there is not."""
        wanted = Wanted(past=bool(request.query_params.get("past")))
        names, places = self.site.services.names, await pathfinders.names_of_all(session)
        if key := request.query_params.get("group"):
            group = (await calendars.named(session, names, "group", key)).group
            wanted = replace(wanted, group=group.key if group else None)
        if key := request.query_params.get("place"):
            place = (await calendars.named(session, names, "place", key)).place
            wanted = replace(wanted, place=place.key if place else None)
            places = (*places, place) if place and place not in places else places
        return Asked(wanted, await groups.group_names(session), places)

    def _first(self, month: str) -> date:
        """The first day of `2026-11`. Raises 404 for what is no month, or has no page."""
        match = _MONTH.fullmatch(month)
        if not match or int(match[1]) not in self._years(self.site.services.clock().date()):
            raise HTTPException(404)
        return date(int(match[1]), int(match[2]), 1)

    @staticmethod
    def _years(today: date) -> range:
        return range(FIRST_YEAR, today.year + YEARS_AHEAD + 1)
