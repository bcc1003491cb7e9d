"""Events for the tests of registrations and agendas, put down at once, and who registers for them."""

from __future__ import annotations

import secrets
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select, update

from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import Event, Group, Member
from storage.vocabulary import Constituency, EventKind
from tests.handlers.talk import Talk

LINK = "https://meet.example.org/secret-room?pwd=1&x=2"


def in_a_week(talk: Talk) -> date:
    """A day ahead."""
    return talk.going.bot.clock.now().date() + timedelta(days=7)


def on(first: date, last: date | None = None, status: Status = Status.PLANNED) -> PartialDate:
    """From three to four in the afternoon in Bangkok, on one day or several."""
    precision = Precision.RANGE if last else Precision.DAY
    return PartialDate(precision, first, last or first, status, None, time(15), time(16), "Asia/Bangkok")


async def gathering(talk: Talk, *, group: str | None = "migration", **values: Any) -> int:
    """An event that takes registrations, held by the Migration group unless said otherwise; gives its id."""
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        found = select(Group.id).where(Group.key == group)
        given = {
            "key": f"member/{secrets.token_hex(8)}", "kind": EventKind.MEETING,
            "name": {"en": "Recruitment fees: what next"}, "themes": [], "zones": [], "languages": [],
            "when": on(in_a_week(talk)), "takes_registrations": True, "link": LINK, "added_at": now,
            "changed_at": now, "group_id": (await session.scalars(found)).one() if group else None, **values,
        }  # fmt: skip
        row = Event(**given)
        session.add(row)
        await session.flush()
        return row.id


async def changed(talk: Talk, number: int, **values: Any) -> None:
    """Change an event's row."""
    async with talk.database.writing() as session:
        row = await session.get_one(Event, number)
        for name, value in values.items():
            setattr(row, name, value)


async def stands_for(talk: Talk, user: str, constituency: Constituency | None) -> None:
    """Let somebody's profile say whom they stand for."""
    async with talk.database.writing() as session:
        query = update(Member).where(Member.slack_id == user)
        await session.execute(query.values(constituency=constituency))
