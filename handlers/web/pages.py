"""What every page of the web shares: its language, the addresses around it, and the headers that guard it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from community.names import HOUSE_LANGUAGES
from handlers.links import Links
from handlers.slack.asking import Services
from handlers.work import reference
from templates import web
from templates.voice import Voice

GUARDS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""No script, nothing from elsewhere, in nobody's frame; and no other site learns which page was read."""
COME_AGAIN = {"Retry-After": "5"}
"""Said with a 503: in how many seconds it is worth trying."""
SLOWEST = 20.0
"""Seconds that a body may take to arrive."""


@dataclass(frozen=True)
class Site:
    """What pages are made of."""

    services: Services
    pages: web.Pages

    @property
    def inside(self) -> Links:
        """Addresses on this site without its host."""
        return Links(urlsplit(self.services.links.base).path or "/")

    def voice(self, language: str) -> Voice:
        """The voice of a page: in the installation's own zone, for nobody knows the reader's."""
        services = self.services
        return Voice(language, services.default_reader.zone, services.clock(), services.names)

    def around(
        self,
        language: str,
        here: Callable[[Links, str], str] | None = None,
        *,
        is_listed: bool = True,
        picture: str = "",
    ) -> web.Around:
        """The addresses around a page; `here` gives its own in a language, where it has several.

        What is on this site is said without the host, so that it is right under whatever name it is reached.
        One that is not `is_listed`, such as an empty month, is kept out of search engines. `picture` is
        about what a preview of its link shows, `place:KEY` or `group:KEY`; else it shows all pathfinders.
        """
        links, inside = self.services.links, self.inside
        return web.Around(
            start=inside.start(language),
            newsletters=inside.newsletters(language),
            feed=inside.feed(language),
            calendar=inside.calendar(language),
            style=inside.style,
            subscribe=inside.subscribe(language) if self.services.by_mail else None,
            language=language,
            picture=links.picture(language, picture) if urlsplit(links.base).hostname else "",
            paths={one: here(inside, one) for one in HOUSE_LANGUAGES} if here else {},
            complete={one: here(links, one) for one in HOUSE_LANGUAGES} if here and is_listed else {},
        )

    def problem(self, request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
        """The page for what there is not, or what failed, in the language of the address or the reader.

        An address that ends with a slash leads to the one without: to a path of ours, whoever asks for what.
        """
        path = str(request.scope["path"])  # the request's `url` is made of its Host header, too
        inner = path.strip("/")
        if status == 404 and request.method in ("GET", "HEAD") and inner and path.endswith("/"):
            return moved(f"{self.inside.base}{inner}")
        first = inner.partition("/")[0]
        language = first if first in HOUSE_LANGUAGES else self.language_of(request)
        number = reference() if status == 500 else ""
        page = web.problem(self.pages, self.voice(language), self.around(language), status, number)
        said = answer(request, page, status=status)
        said.headers.update({"Vary": "Accept-Language", **(headers or {})})
        return said

    def language_of(self, request: Request) -> str:
        """Of our languages the one that a reader's browser likes best; else the installation's own."""
        return liked(request.headers.get("accept-language", "")) or self.services.default_reader.language


def site_of(services: Services) -> Site:
    """The site of an installation."""
    return Site(services, web.make_pages())


def answer(
    request: Request,
    body: str | bytes,
    *,
    status: int = 200,
    kind: str = "text/html",
    cache: str = "no-cache",
) -> Response:
    """A page, guarded; nothing but a nod (304) for whoever has it already.

    It may be kept but is asked for again each time: what was withdrawn must not be read from a store.
    """
    data = body.encode() if isinstance(body, str) else body
    tag = f'"{sha256(data).hexdigest()[:32]}"'
    # Weak, for what leaves compressed is the same page in other bytes (RFC 9110, 8.8.1).
    headers = {**GUARDS, "Cache-Control": cache, "ETag": f"W/{tag}"}
    if status == 200 and request.method in ("GET", "HEAD") and _has(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(data, status, headers, media_type=kind)


async def body_of(request: Request, most: int) -> bytes:
    """What a request carries. Raises 413 for more than `most` bytes, 408 for what does not arrive in time."""
    try:
        async with asyncio.timeout(SLOWEST):
            return await all_of(request, most)
    except TimeoutError as error:
        raise HTTPException(408) from error


async def all_of(request: Request, most: int) -> bytes:
    """The same, for as long as it takes. Raises 413."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > most:
            raise HTTPException(413)
    return data


def moved(address: str) -> Response:
    """A redirect by the reader's language."""
    return RedirectResponse(address, 302, {**GUARDS, "Cache-Control": "no-cache", "Vary": "Accept-Language"})


def liked(header: str) -> str | None:
    """The language of ours that an Accept-Language header likes best (RFC 9110, 12.5.4); None if it has none.

    Example: "pt, fr-CH;q=0.9, en;q=0.8" → "fr".
    """
    best, most = None, 0.0
    for part in header[:1_000].split(","):
        tag, _, weight = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if language in HOUSE_LANGUAGES and most < quality <= 1:
            best, most = language, quality
    return best


def _has(request: Request, tag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return tag in [one.strip().removeprefix("W/") for one in known.split(",")]


class RowNumber(IntegerConvertor):
    """The number of a row in an address (`{number:row}`): what is longer than any is no page of ours.

    Python itself breaks on one of thousands of digits.
    """

    regex = "[0-9]{1,9}"


register_url_convertor("row", RowNumber())


def page_in(request: Request) -> int:
    """The page of a list that is asked for (`?page=2`), from 1 on. Raises 404 for what is no number."""
    asked = request.query_params.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6 and int(asked)):
        raise HTTPException(404)
    return int(asked)


def number_in(request: Request) -> int:
    """The number of a row in the address."""
    return int(request.path_params["number"])


def language_in(request: Request) -> str:
    """The language in the address. Raises 404 for one that we do not write."""
    language = str(request.path_params["language"])
    if language not in HOUSE_LANGUAGES:
        raise HTTPException(404)
    return language
