"""The newsletters on the web: each at its own address in each language, the archive, a feed a language."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import issues
from community.issues import Issue
from community.news import Outlook
from handlers.links import Links
from handlers.web.pages import Site, answer, language_in, number_in, page_in
from templates import web
from templates.voice import Voice
from templates.web import feed

ON_A_PAGE = 20
IN_A_FEED = 10
"""A news reader asks often, and shows what it had before."""


def routes(site: Site) -> list[Route]:
    """The newsletters: they hold what is public, and opening one changes nothing."""
    read = Newsletters(site)
    return [
        Route("/{language}/newsletters", read.archive),
        Route("/{language}/newsletters.atom", read.atom),
        Route("/{language}/newsletters/{number:row}", read.newsletter),
    ]


@dataclass(frozen=True)
class Newsletters:
    """What answers each address."""

    site: Site

    async def archive(self, request: Request) -> Response:
        """The newsletters that went out, page by page."""
        language, page = language_in(request), page_in(request)
        before = (page - 1) * ON_A_PAGE
        async with self.site.services.database.reading() as session:
            found = await issues.published(session, self.site.services.clock(), ON_A_PAGE + 1, before)
        if page > 1 and not found:
            raise HTTPException(404)
        around, voice = self.site.around(language, Links.newsletters), self.site.voice(language)
        older = len(found) > ON_A_PAGE
        shown = web.archive(self.site.pages, voice, around, found[:ON_A_PAGE], page=page, older=older)
        return answer(request, shown)

    async def newsletter(self, request: Request) -> Response:
        """One newsletter."""
        language, number = language_in(request), number_in(request)
        voice = self.site.voice(language)
        issue, outlook = await self._read(number, voice)
        around = self.site.around(language, lambda links, one: links.newsletter(one, number))
        return answer(request, web.newsletter(self.site.pages, voice, around, issue, outlook))

    async def atom(self, request: Request) -> Response:
        """The feed: the latest newsletters in full."""
        language = language_in(request)
        voice, links = self.site.voice(language), self.site.services.links
        async with self.site.services.database.reading() as session:
            found = await issues.published(session, voice.now, IN_A_FEED)
        entries = [await self._entry(language, voice, one.id) for one in found]
        data = feed.atom(voice, links.feed(language), links.newsletters(language), entries)
        return answer(request, data, kind="application/atom+xml")

    async def _read(self, number: int, voice: Voice) -> tuple[Issue, Outlook]:
        async with self.site.services.database.reading() as session:
            issue = await issues.published_one(session, number, voice.now)
            return issue, await issues.outlook(session, issue, issue.plan.zone)

    async def _entry(self, language: str, voice: Voice, number: int) -> feed.Entry:
        """A newsletter as it stands in the feed: one after the other, so that no ten are held at once."""
        issue, outlook = await self._read(number, voice)
        return feed.Entry(
            address=self.site.services.links.newsletter(language, issue.id),
            title=web.title_of(voice, issue),
            published=issue.out_at,
            updated=web.changed(issue),
            content=web.content(self.site.pages, voice, issue, outlook),
        )
