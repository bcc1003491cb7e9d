"""A calendar of thousands: whoever looks at ten of them has ten read, and finds them right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import httpx
from sqlalchemy import event, insert

from storage.tables import Event
from storage.vocabulary import EventKind
from tests.handlers.talk import Talk

MANY = 2_000
FIRST_DAY = date(2031, 1, 1)
ON_A_PAGE, ON_THE_WEB = 8, 40


async def crowd(talk: Talk) -> None:
    """Thousands of public events, one a day, after all that is on record."""
    rows = [
        {
            "key": f"member/crowd-{n:05}", "kind": EventKind.WORKSHOP, "name": {"en": f"Workshop {n}"},
            "themes": [], "zones": [], "languages": [], "derived": False, "takes_registrations": False,
            "revision": 0, "added_at": talk.going.bot.clock.now(), "when_precision": "day",
            "when_start": FIRST_DAY + timedelta(days=n), "when_end": FIRST_DAY + timedelta(days=n),
            "when_inferred": False,
        }
        for n in range(MANY)
    ]  # fmt: skip
    async with talk.database.writing() as session:
        await session.execute(insert(Event.__table__), rows)  # type: ignore[arg-type]


@contextmanager
def reading() -> Iterator[list[int]]:
    """The ids of the events that are read whole."""
    read: list[int] = []

    def note(row: Event, _context: object) -> None:
        read.append(row.id)

    event.listen(Event, "load", note)
    yield read
    event.remove(Event, "load", note)


async def test_of_thousands_only_the_page_is_read(talk: Talk) -> None:
    address = f"http://127.0.0.1:{talk.going.port}"
    async with httpx.AsyncClient(base_url=address, trust_env=False) as web:
        with reading() as before:
            assert (await web.get("/en")).status_code == 200
        await crowd(talk)
        with reading() as read:
            assert (await web.get("/en")).status_code == 200
        assert len(read) == len(before), "three of them, and what the groups held last"
        with reading() as read:
            page = await web.get("/en/calendar?page=9")
        assert len(read) == ON_THE_WEB
        assert "Workshop 3" in page.text
        assert (await web.get("/en/calendar?page=99")).status_code == 404
    with reading() as read:
        first = await talk.ask("/events")
    assert len(read) == ON_A_PAGE
    assert "Workshop 0" in first
    assert "Workshop 3" not in first
    with reading() as read:
        later = await talk.ask("/events 2036")
    assert len(read) == ON_A_PAGE
    assert "*Workshop 1826* · 1 January 2036" in later
    assert "Workshop 1825" not in later
