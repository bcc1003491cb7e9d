"""Addresses of our web pages, and links that prove what they were given for."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, urlsplit

from itsdangerous import BadData, URLSafeSerializer

from community.errors import NotFound

ICS = ".ics"
"""How the address of a calendar ends: some programs look there before they take it for one."""
PNG = ".png"
OWN_CALENDAR, OWN_EVENT, OWN_PICTURE, OWN_DATA = "calendar", "event", "picture", "own-data"
"""What a link is signed for: a member's own calendar, an event for a member, a picture, their own data."""


@dataclass(frozen=True)
class Links:
    """`base` ends with a slash; `secret` signs. Without one nothing is signed, and no signed link is good."""

    base: str
    secret: str | None = None

    @property
    def host(self) -> str:
        """The name of our site, without a port."""
        return urlsplit(self.base).hostname or "localhost"

    @property
    def signs(self) -> bool:
        """Whether links are signed here."""
        return self.secret is not None

    @property
    def style(self) -> str:
        """The style sheet of every page."""
        return f"{self.base}style.css"

    def start(self, language: str) -> str:
        """The first page in a language."""
        return f"{self.base}{language}"

    def data(self, language: str) -> str:
        """The page from which the public record is taken away."""
        return f"{self.base}{language}/data"

    @property
    def data_files(self) -> str:
        """Where the files of the public record stand; their names follow."""
        return f"{self.base}data/"

    def newsletters(self, language: str) -> str:
        """The archive in a language."""
        return f"{self.base}{language}/newsletters"

    def newsletter(self, language: str, number: int) -> str:
        """One edition in a language, by its id."""
        return f"{self.newsletters(language)}/{number}"

    def subscribe(self, language: str) -> str:
        """The form in which one asks for the newsletter by e-mail."""
        return f"{self.newsletters(language)}/subscribe"

    def feed(self, language: str) -> str:
        """The Atom feed in a language."""
        return f"{self.newsletters(language)}.atom"

    def calendar(self, language: str, about: str = "") -> str:
        """A calendar for everybody, of everything or `about` `group:KEY` or `place:KEY`."""
        path = f"/{quote(about.replace(':', '/', 1))}" if about else ""
        return f"{self.base}{language}/calendar{path}{ICS}"

    def coming(self, language: str, asks: str = "") -> str:
        """The calendar as a page; `asks` is what its address asks for, such as `group=migration`."""
        return f"{self.base}{language}/calendar{f'?{asks}' if asks else ''}"

    def month(self, language: str, month: str, asks: str = "") -> str:
        """A month such as `2026-11` as a grid."""
        return f"{self.base}{language}/calendar/{month}{f'?{asks}' if asks else ''}"

    def event(self, language: str, number: int) -> str:
        """A public event's page, by its id."""
        return f"{self.base}{language}/events/{number}"

    def pathfinders(self, language: str, asks: str = "") -> str:
        """All pathfinders; `asks` as in `coming`."""
        return f"{self.base}{language}/pathfinders{f'?{asks}' if asks else ''}"

    def pathfinder(self, language: str, key: str) -> str:
        """A country's or a body's page, by its key."""
        return f"{self.base}{language}/pathfinders/{quote(key, safe='')}"

    def groups(self, language: str) -> str:
        """All action groups."""
        return f"{self.base}{language}/groups"

    def group(self, language: str, key: str) -> str:
        """A group's page, by its key."""
        return f"{self.base}{language}/groups/{quote(key, safe='')}"

    def event_file(self, language: str, number: int) -> str:
        """A public event as a calendar file."""
        return f"{self.base}{language}/events/{number}{ICS}"

    def picture(self, language: str, about: str = "", revision: str = "") -> str:
        """The map of all pathfinders, or the picture about `place:KEY` or `group:KEY`.

        A new `revision` makes a new address, so that nobody who keeps pictures shows an old one.
        """
        kind, _, key = about.partition(":")
        folder = "groups" if kind == "group" else "pathfinders"
        path = f"{folder}/{quote(key)}" if key else folder
        return f"{self.base}{language}/pictures/{path}{PNG}{_revised(revision)}"

    def own_picture(self, language: str, number: int, revision: str = "") -> str:
        """Who came to an event, as a picture. Raises as `signed`."""
        return f"{self.signed(OWN_PICTURE, language, number)}{PNG}{_revised(revision)}"

    def own_calendar(self, member_id: int, version: int) -> str:
        """A member's own calendar. Raises as `signed`."""
        return self.signed(OWN_CALENDAR, member_id, version) + ICS

    def own_event(self, member_id: int, version: int, number: int) -> str:
        """An event as a file, for a member. Raises as `signed`."""
        return self.signed(OWN_EVENT, member_id, version, number) + ICS

    def signed(self, purpose: str, *about: int | str) -> str:
        """An address under `purpose` (such as `mail/stop`) that carries `about`, good for that alone."""
        if self.secret is None:
            raise RuntimeError("a signed link needs SECRET_KEY")
        return f"{self.base}{purpose}/{URLSafeSerializer(self.secret, salt=purpose).dumps(about)}"

    def mark(self, slack_id: str) -> str | None:
        """By which a log tells that it was this person, to whoever has the secret; None without one."""
        if self.secret is None:
            return None
        return hmac.new(self.secret.encode(), f"erased {slack_id}".encode(), sha256).hexdigest()[:32]

    @property
    def fingerprint(self) -> str | None:
        """By which a log tells which secret its marks were made with; None without one."""
        if self.secret is None:
            return None
        return hmac.new(self.secret.encode(), b"fingerprint", sha256).hexdigest()[:8]

    def read(self, purpose: str, token: str) -> tuple[int | str, ...]:
        """What a token was signed about. Raises `NotFound` for one that was not, or for another purpose."""
        if self.secret is None:
            raise NotFound("link", "")
        try:
            return tuple(URLSafeSerializer(self.secret, salt=purpose).loads(token))
        except BadData as error:
            raise NotFound("link", "") from error


def _revised(revision: str) -> str:
    return f"?r={revision}" if revision else ""
