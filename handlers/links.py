"""Addresses of our web pages, and links that prove what they were given for."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from community.errors import NotFound


@dataclass(frozen=True)
class Links:
    """`base` ends with a slash; `secret` signs. Without one nothing is signed, and no signed link is good."""

    base: str
    secret: str | None = None

    @property
    def style(self) -> str:
        """The style sheet of every page."""
        return f"{self.base}style.css"

    def start(self, language: str) -> str:
        """The first page in a language."""
        return f"{self.base}{language}"

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

    def signed(self, purpose: str, *about: int | str) -> str:
        """An address under `purpose` (such as `mail/stop`) that carries `about`, good for that alone."""
        if self.secret is None:
            raise RuntimeError("a signed link needs SECRET_KEY")
        return f"{self.base}{purpose}/{URLSafeSerializer(self.secret, salt=purpose).dumps(about)}"

    def read(self, purpose: str, token: str) -> tuple[int | str, ...]:
        """What a token was signed about. Raises `NotFound` for one that was not, or for another purpose."""
        if self.secret is None:
            raise NotFound("link", "")
        try:
            return tuple(URLSafeSerializer(self.secret, salt=purpose).loads(token))
        except BadData as error:
            raise NotFound("link", "") from error
