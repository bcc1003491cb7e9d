"""What is said of the Alliance itself: its target, its figures, its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from community.among import find_among
from community.facts import Statement, statement
from community.groups import Seat, seat
from community.names import OwnName
from storage.facts import facts_of
from storage.roles import roles_of
from storage.vocabulary import FactKind, RoleName


@dataclass(frozen=True)
class About:
    """What the record says of the Alliance, in its order, and who holds its offices."""

    statements: tuple[Statement, ...]
    seats: tuple[Seat, ...]


async def about(session: AsyncSession, today: date) -> About:
    """Everything but the glossary; `today` is the reader's day. Offices, not who works as an editor."""
    facts = [row for row in await facts_of(session) if row.kind is not FactKind.TERM]
    roles = await roles_of(session, today)
    offices = [row for row in roles if row.organisation_id or row.name is RoleName.ALLIANCE_CHAIR]
    return About(tuple(statement(row) for row in facts), tuple(seat(row) for row in offices))


async def glossary(session: AsyncSession, word: str = "") -> tuple[Statement, ...]:
    """Every term in the order of the alphabet, or the one asked for. Raises `Ambiguous`, `NotFound`."""
    terms = sorted(
        (statement(row) for row in await facts_of(session, kinds=[FactKind.TERM])),
        key=lambda term: (term.value or "").casefold(),
    )
    if not word.strip():
        return tuple(terms)
    options = [OwnName(term.value or "", term.text, [term.value or ""]) for term in terms]
    wanted = find_among("term", word, options)
    return tuple(term for term in terms if term.value == wanted)
