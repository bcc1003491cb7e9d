"""One question to the bot, however it came: a command, a mention or a click. The answer is a message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from community.members import Reader
from community.names import Names
from community.rights import Actor, actor_of
from handlers.links import Links
from handlers.slack import words
from handlers.slack.kept import Store
from handlers.work import Broke, log_fault
from storage.database import Database
from templates.messages import Message, Templates
from templates.voice import Voice

MADE_TOGETHER = 4
"""Answers made at one time; each takes a connection, and of those there are 15."""
LONGEST_QUESTION = 300
"""Characters of a question that are looked at; no name is longer, and a pasted page is not a name."""


@dataclass(frozen=True)
class Services:
    """What handlers need and nobody imports: made once by `bot.app`, passed along."""

    database: Database
    names: Names
    templates: Templates
    default_reader: Reader
    clock: Callable[[], datetime]
    delta87: str
    links: Links
    by_mail: bool = False
    """Whether this installation sends e-mail (SMTP_URL)."""
    is_reachable: bool = False
    """Whether our pages have an address that others can open, Slack for its pictures too (PUBLIC_URL)."""
    editors_channel: str | None = None
    secretariat_channel: str | None = None
    stale_after: timedelta = timedelta(days=365)
    store: Store = field(default_factory=Store)
    """The answers that are kept."""
    making: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MADE_TOGETHER))
    """Held while an answer is made: whoever waited for it finds what another made meanwhile."""
    answer_of: Callable[[str], Answer] | None = None
    """Who answers a command, so that a card that stands in a channel can be drawn anew."""
    broke: Broke = log_fault
    """Told of a fault that stopped one thing of many, so that somebody mends it."""
    glance: Callable[[Reader, str], Awaitable[Reader]] | None = None
    """Asks Slack how somebody not met yet reads."""

    async def read_as(self, reader: Reader, user: str) -> Reader:
        """The reader; somebody not met yet in their own language, without storing anything of them."""
        return reader if reader.known or self.glance is None else await self.glance(reader, user)


@dataclass(frozen=True)
class Ask:
    """One question. `text` is what follows the command but "more" and "page 2": those are `full` and `page`.

    `whole` is all that follows it, as long as it is.
    `shared` is true where the answer is for a whole channel, so that it offers no second "Share here".
    """

    services: Services
    session: AsyncSession
    reader: Reader
    voice: Voice
    who: str
    text: str
    full: bool = False
    page: int = 1
    shared: bool = False
    whole: str = ""

    @property
    def user(self) -> str:
        """The asker's Slack id; whoever looks at it makes an answer for this person only."""
        self.voice.made_of.person = True
        return self.who

    @property
    def member_id(self) -> int | None:
        """The asker's row, None for somebody not met yet. The same holds of it."""
        self.voice.made_of.person = True
        return self.reader.member_id

    @property
    def typed(self) -> str:
        """All that follows the command: for what is stored, not looked up, and of use only once."""
        self.voice.made_of.once = True
        return self.whole

    @property
    def today(self) -> date:
        """The reader's own day."""
        return self.voice.today

    @property
    def day(self) -> date:
        """The day in UTC, by which roles begin and end: the same for everybody, in whatever zone."""
        return self.voice.day

    @property
    def for_guests(self) -> bool:
        """Whether guests may read the answer: the asker is one, or it stands where others read too."""
        return self.reader.is_guest or self.voice.to_channel

    @property
    def templates(self) -> Templates:
        """The templates."""
        return self.services.templates

    async def actor(self) -> Actor:
        """Who asks, with the roles they hold today; read anew, for a role may have ended a moment ago."""
        return await actor_of(self.session, self.user, self.day)

    def page_on_web(self, page: Callable[[Links, str, str], str], key: str) -> str:
        """The address of the page about `key` in the reader's language; empty where nobody could open it."""
        services = self.services
        return page(services.links, self.voice.language, key) if services.is_reachable else ""

    def rest(self, text: str) -> Ask:
        """The same question, without its first word."""
        return replace(self, text=text)


Answer = Callable[[Ask], Awaitable[Message]]
"""A handler: parse, one call, render."""


def split(text: str) -> tuple[str, bool, int]:
    """What was asked, whether for all of it ("more"), and for which page ("page 2").

    Examples: "Nepal" → ("Nepal", False, 1) · "africa page 2" → ("africa", False, 2).
    """
    parts = text[:LONGEST_QUESTION].split()
    page = 1
    if len(parts) > 1 and parts[-1].isascii() and parts[-1].isdigit() and words.meaning(parts[-2]) == "page":
        page = int(parts[-1][:4])
        parts = parts[:-2]
    full = len(parts) > 1 and words.meaning(parts[-1]) == "more"
    if full:
        parts = parts[:-1]
    return " ".join(parts), full, page
