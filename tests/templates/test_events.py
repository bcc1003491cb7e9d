"""The calendar says something useful on a first day, in every language and whatever the reader's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import cycle

import pytest

from community.coming import Wanted, calendar
from community.events import Happening
from community.members import Reader
from community.names import HOUSE_LANGUAGES, Names
from community.paging import listed
from storage.database import Database
from storage.partial_dates import zones
from templates.environment import environment
from templates.messages import Templates
from templates.slack.events import LISTED, listing
from templates.voice import Voice

FIRST = {
    "en": "*International Day for the Abolition of Slavery* · 2 December 2026",
    "fr": "*Journée internationale pour l’abolition de l’esclavage* · 2 décembre 2026",
    "es": "*Día Internacional para la Abolición de la Esclavitud* · 2 de diciembre de 2026",
}


@pytest.mark.parametrize("kind", ["sqlite"])  # what is read is the same; it is how it is said
async def test_what_is_coming_is_said_in_every_zone(loaded: Database, names: Names) -> None:
    templates = Templates(environment())
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)  # in some zones it is tomorrow by then
    languages = cycle(HOUSE_LANGUAGES)
    by_day: dict[date, tuple[Happening, ...]] = {}
    async with loaded.reading() as session:
        for zone in sorted(zones()):
            language = next(languages)
            voice = Voice.to(Reader(language, language, zone), now, names)
            if voice.today not in by_day:
                by_day[voice.today] = await calendar(session, Wanted(), voice.today, now=now)
            found = by_day[voice.today]
            message = listing(
                templates, voice, listed(found, 1, LISTED), Wanted(), count=len(found), asked="/events"
            )
            said = str(message.blocks)
            assert FIRST[language] in said, zone
            assert len(found) >= 5, zone
