"""The newsletter by e-mail, on the web: asked for in a form, confirmed and ended by the links of letters."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from community import mail
from community.errors import Invalid, NotFound
from community.mail import Ticket
from community.names import HOUSE_LANGUAGES
from handlers import letters
from handlers.links import Links
from handlers.web.pages import Site, answer, body_of, language_in
from templates.web import mail as said

CONFIRM, STOP = "mail/confirm", "mail/stop"
LARGEST_FORM = 4_000
"""Bytes: an address has 254, and whatever a mail program sends with its one click is short."""
STORED_NOWHERE = "no-store"
_STATUS = {"too_many_ask": 429}


def routes(site: Site) -> list[Route]:
    """The form and the links; none of them where no e-mail is sent. Opening one changes nothing."""
    if not site.services.by_mail:
        return []
    here = Mail(site)
    return [
        Route("/{language}/newsletters/subscribe", here.form, methods=["GET"]),
        Route("/{language}/newsletters/subscribe", here.ask, methods=["POST"]),
        Route(f"/{CONFIRM}/{{token}}", here.before_confirming, methods=["GET"]),
        Route(f"/{CONFIRM}/{{token}}", here.confirm, methods=["POST"]),
        Route(f"/{STOP}/{{token}}", here.before_stopping, methods=["GET"]),
        Route(f"/{STOP}/{{token}}", here.stop, methods=["POST"]),
    ]


@dataclass(frozen=True)
class Mail:
    """What answers each address."""

    site: Site

    async def form(self, request: Request) -> Response:
        """The form in which anybody asks for the newsletter."""
        return self._form(request, language_in(request))

    async def ask(self, request: Request) -> Response:
        """Ask for it: the same answer for every address, and a letter that asks to confirm."""
        typed, services = await _filled(request), self.site.services
        page, address = language_in(request), typed.get("address", "")
        language = typed["language"] if typed.get("language") in HOUSE_LANGUAGES else page
        now = services.clock()
        try:
            async with services.database.writing() as session:
                shown = await mail.ask(session, address, language, now)
                if shown is not None:
                    await letters.confirm(services, session, shown, now)
        except Invalid as wrong:
            return self._form(request, page, address, language, wrong)
        return self._said(request, page, "asked")

    async def before_confirming(self, request: Request) -> Response:
        """One button: programs that look into letters open links, and must not confirm by it."""
        return await self._shown(request, CONFIRM)

    async def confirm(self, request: Request) -> Response:
        """From now on it is sent there."""
        await _filled(request)
        try:
            shown = self._ticket(request, CONFIRM)
            async with self.site.services.database.writing() as session:
                now = self.site.services.clock()
                await mail.confirm(session, shown, now)
                await letters.joined(self.site.services, session, shown, now)
        except NotFound:
            return self._gone(request)
        return self._said(request, shown.language, "confirmed", shown)

    async def before_stopping(self, request: Request) -> Response:
        """One button, for the same reason."""
        return await self._shown(request, STOP)

    async def stop(self, request: Request) -> Response:
        """It is sent there no more, at once and without a question (RFC 8058): whoever has the link may."""
        await _filled(request)
        try:
            shown = self._ticket(request, STOP)
            async with self.site.services.database.writing() as session:
                await mail.stop(session, shown, self.site.services.clock())
        except NotFound:
            return self._gone(request)
        return self._said(request, shown.language, "stopped", shown)

    def _form(
        self,
        request: Request,
        page: str,
        address: str = "",
        language: str = "",
        wrong: Invalid | None = None,
    ) -> Response:
        around = self.site.around(page, Links.subscribe)
        voice, reason = self.site.voice(page), wrong.reason if wrong else ""
        shown = said.form(self.site.pages, voice, around, address, language or page, reason)
        return answer(request, shown, status=_STATUS.get(reason, 422) if wrong else 200)

    async def _shown(self, request: Request, purpose: str) -> Response:
        try:
            shown = self._ticket(request, purpose)
            async with self.site.services.database.reading() as session:
                await mail.check(session, shown, is_old=purpose == STOP)
        except NotFound:
            return self._gone(request)
        return self._said(request, shown.language, "confirm" if purpose == CONFIRM else "stop", shown)

    def _ticket(self, request: Request, purpose: str) -> Ticket:
        return mail.ticket_of(self.site.services.links.read(purpose, request.path_params["token"]))

    def _gone(self, request: Request) -> Response:
        return self._said(request, self.site.language_of(request), "gone", status=404)

    def _said(
        self, request: Request, language: str, what: str, shown: Ticket | None = None, status: int = 200
    ) -> Response:
        about = shown.what if shown else None
        page = said.page(self.site.pages, self.site.voice(language), self.site.around(language), what, about)
        return answer(request, page, status=status, cache=STORED_NOWHERE)


async def _filled(request: Request) -> dict[str, str]:
    """What a form holds. Raises 413 for more than any form of ours has."""
    data = await body_of(request, LARGEST_FORM)
    return dict(parse_qsl(data.decode("utf-8", "replace")))
