"""How the bot speaks to one reader: a language, a time zone and a moment, passed along and never global."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup

from community.members import Reader
from community.names import HOUSE_LANGUAGES, Names, PlaceName
from storage.base import Words
from templates.catalogues import catalogue
from templates.mrkdwn import escape

_DATE_LOCALES = {"en": "en_GB", "fr": "fr", "es": "es"}
"""The United Nations write "7 February 2019" in English: the British order, for every English reader."""

COUNT_DAYS_BELOW = 60
"""From here on, months say more than days."""


@dataclass
class MadeOf:
    """What an answer was made of besides what is stored, the language, the zone and the day: so far, nothing.

    `person`: who asked; `minute`: the time of the day; `once`: it is of use once, as what was just done.
    `leaves_nothing`: that it was asked is no reason to remember who asked.
    """

    person: bool = False
    minute: bool = False
    once: bool = False
    leaves_nothing: bool = False


@dataclass(frozen=True)
class Voice:
    """One reader's language and zone at one moment. `to_channel` is true for what many people will read."""

    language: str
    zone: str
    moment: datetime
    names: Names
    to_channel: bool = False
    made_of: MadeOf = field(default_factory=MadeOf, compare=False)

    @classmethod
    def to(cls, reader: Reader, now: datetime, names: Names, *, to_channel: bool = False) -> Voice:
        """The voice for a reader at an aware moment."""
        return cls(reader.language, reader.zone, now, names, to_channel)

    @property
    def now(self) -> datetime:
        """The aware moment; whoever looks at it makes an answer for this minute only."""
        self.made_of.minute = True
        return self.moment

    @property
    def locale(self) -> Locale:
        """The Babel locale in which dates and numbers are written."""
        return Locale.parse(_DATE_LOCALES[self.language])

    @property
    def today(self) -> date:
        """The reader's own day."""
        return self.moment.astimezone(ZoneInfo(self.zone)).date()

    @property
    def day(self) -> date:
        """The day in UTC, the same for everybody."""
        return self.moment.astimezone(UTC).date()

    def say(self, message: str, **values: Any) -> str:
        """A sentence of the catalogue with its values put in, as plain text."""
        return catalogue(self.language).gettext(message) % values

    def say_many(self, one: str, many: str, n: int, **values: Any) -> str:
        """A sentence that depends on a number; `%(n)s` in it is that number as the language writes it."""
        return catalogue(self.language).ngettext(one, many, n) % {"n": self.number(n), **values}

    def marked(self, message: str, values: Mapping[str, Any]) -> Markup:
        """A template's sentence: its own signs are mrkdwn, the values put in are escaped."""
        said = catalogue(self.language).gettext(message)
        return Markup(said) % {name: escape(value) for name, value in values.items()}  # noqa: S704 - ours

    def marked_many(self, one: str, many: str, n: int, values: Mapping[str, Any]) -> Markup:
        """A template's sentence that depends on a number."""
        said = catalogue(self.language).ngettext(one, many, n)
        return Markup(said) % {name: escape(value) for name, value in values.items()}  # noqa: S704 - ours

    def words(self, words: Words | None) -> str:
        """Stored text in the reader's language, or in its own, marked as such."""
        if not words:
            return ""
        if self.language in words:
            said = _curly(words[self.language])
            return _spaced(said) if self.language == "fr" else said
        language = next((code for code in HOUSE_LANGUAGES if code in words), next(iter(words)))
        name = Locale.parse(language).get_language_name(self.locale.language) or language
        return self.say("%(text)s (in %(language)s)", text=words[language], language=name)

    def stored(self, words: Words | None) -> tuple[str, str]:
        """Stored text as it stands, for a form, and its language: the reader's, or one that it has."""
        if not words:
            return "", self.language
        wanted = (self.language, *HOUSE_LANGUAGES)
        language = next((code for code in wanted if code in words), next(iter(words)))
        return words[language], language

    def country(self, place: PlaceName) -> str:
        """A place's name in the reader's language."""
        if place.names:
            return self.words(dict(place.names))
        return self.names.of(place.key, self.language)

    def number(self, value: int) -> str:
        """A whole number, grouped as the language does."""
        return format_decimal(value, locale=self.locale)

    def distance(self, day: date) -> str:
        """How far off a coming day is: "today", "in 11 days", "in 7 months"."""
        days = (day - self.today).days
        if days == 0:
            return self.say("today")
        if days < COUNT_DAYS_BELOW:
            return self.say_many("in %(n)s day", "in %(n)s days", days)
        return str(format_timedelta(day - self.today, "day", 1.2, add_direction=True, locale=self.locale))


def _curly(text: str) -> str:
    """Stored text has the apostrophe of keyboards; what is read has that of print, as our sentences do."""
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def _spaced(french: str) -> str:
    """No-break spaces where French wants them, so that no sign begins a line on a phone."""
    return re.sub(r"(?<=«) | (?=[:;?!»])", "\u00a0", french)
