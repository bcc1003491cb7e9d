"""Where somebody with a concern can turn. The bot takes no case, asks nothing and stores nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note as write_down
from community.errors import Ambiguous, Invalid, NotFound
from community.names import Names, PlaceName
from community.pathfinders import find_place
from community.rights import Action, Actor, actor_of, may, require
from storage.helplines import HelpLine, help_line, help_lines_for


@dataclass(frozen=True)
class Help:
    """Somebody to turn to. `everywhere` is true for those that are not of one country."""

    id: int
    name: str
    contact: str
    note: str | None
    everywhere: bool


@dataclass(frozen=True)
class Helps:
    """What is shown to somebody with a concern in `place` (None: no country was named).

    `nearest` are countries that may have been meant.
    """

    place: PlaceName | None
    lines: tuple[Help, ...]
    may_manage: bool
    nearest: tuple[PlaceName, ...] = ()


@dataclass(frozen=True)
class NewHelp:
    """What the secretariat enters; `country` as typed, empty for everywhere."""

    country: str
    name: str
    contact: str
    note: str


async def concern(
    session: AsyncSession, names: Names, query: str, locale: str, slack_id: str, day: date
) -> Helps:
    """Whom to turn to in the country meant by `query`. Raises `Ambiguous`.

    What is no country's name may be what happened to somebody: it is not said back, and nothing of the
    question is written anywhere.
    """
    code, nearest = None, tuple[PlaceName, ...]()
    if query.strip():
        try:
            code = await _country(session, names, query, locale)
        except NotFound as nothing:
            nearest = tuple(PlaceName(key, None) for key in nothing.nearest if len(key) == 2)
    actor = await actor_of(session, slack_id, day)
    return Helps(
        PlaceName(code, None) if code else None,
        tuple(_help(row) for row in await help_lines_for(session, code)),
        may(actor, Action.MANAGE_HELP_LINES),
        nearest,
    )


async def lines_for(session: AsyncSession, subject: str) -> tuple[Help, ...]:
    """Whom to turn to about `place:KEY`; about anything else, those that are not of one country."""
    kind, _, key = subject.partition(":")
    code = key if kind == "place" and len(key) == 2 else None
    return tuple(_help(row) for row in await help_lines_for(session, code))


async def add(
    session: AsyncSession, actor: Actor, names: Names, new: NewHelp, locale: str, now: datetime
) -> None:
    """Enter a help line. Raises `NotAllowed`, or `Invalid` for a country that is not clear."""
    require(actor, Action.MANAGE_HELP_LINES)
    code = None
    if new.country.strip():
        try:
            code = await _country(session, names, new.country, locale)
        except (NotFound, Ambiguous) as unclear:
            raise Invalid("country", "country_unclear", new.country) from unclear
    row = HelpLine(
        country=code,
        name=new.name,
        contact=new.contact,
        note=new.note or None,
        entered_by_id=actor.member_id,
        entered_at=now,
    )
    session.add(row)
    await session.flush()
    write_down(session, actor, "help_line_added", f"help_line:{row.id}", now)


async def remove(session: AsyncSession, actor: Actor, number: int, now: datetime) -> bool:
    """Take a help line away; its row stays. Returns whether it stood still. Raises `NotAllowed`."""
    require(actor, Action.MANAGE_HELP_LINES)
    row = await help_line(session, number)
    if row is None:
        return False
    row.removed_at = now
    write_down(session, actor, "help_line_removed", f"help_line:{row.id}", now)
    return True


async def _country(session: AsyncSession, names: Names, query: str, locale: str) -> str:
    """The ISO code meant. A regional body has no help lines of its own: `NotFound`."""
    key = await find_place(session, names, query, locale)
    if len(key) != 2:
        raise NotFound("place", query)
    return key


def _help(row: HelpLine) -> Help:
    return Help(row.id, row.name, row.contact, row.note, row.country is None)
