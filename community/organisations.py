"""Organisations of the Alliance and around it, as they are found, and as the secretariat keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from community.among import find_among
from community.entries import add, change, free_key, standing, wrong_names
from community.errors import Ambiguous, Invalid, NotFound, refuse
from community.names import HOUSE_LANGUAGES, OwnName
from community.rights import Action, Actor, require
from storage.base import Words
from storage.organisations import Organisation, all_organisations, merged_organisations
from storage.vocabulary import Constituency


@dataclass(frozen=True)
class OrganisationEntry:
    """An organisation as a form has it. `short` is its short name in `language`."""

    names: Words
    short: str
    language: str
    constituency: Constituency


async def organisation_names(session: AsyncSession) -> tuple[OwnName, ...]:
    """How every organisation may be called; one that went into another is found under its own name still."""
    merged = await merged_organisations(session)
    return tuple(
        OwnName(
            row.key,
            row.name,
            [
                name
                for one in (row, *(other for other in merged if other.merged_into_id == row.id))
                for name in (one.key, *one.name.values(), *(one.short or {}).values())
            ],
        )
        for row in await all_organisations(session)
    )


async def find_organisation(session: AsyncSession, query: str, field: str) -> str:
    """The key of the organisation meant. Raises `Invalid` for `field` where none or several fit."""
    try:
        return find_among("organisation", query, await organisation_names(session))
    except (NotFound, Ambiguous) as unclear:
        raise Invalid(field, "entry_unclear", query) from unclear


async def organisation_entry(
    session: AsyncSession, actor: Actor, query: str, language: str
) -> tuple[str, OrganisationEntry]:
    """The key of the organisation meant, and how it stands. Raises `NotAllowed`, or `Invalid` if unclear."""
    require(actor, Action.MANAGE_REGISTER)
    key = await find_organisation(session, query, "organisation")
    row = await standing(session, Organisation, key, "organisation")
    short = (row.short or {}).get(language, "")
    return key, OrganisationEntry(row.name, short, language, row.constituency)


async def save_organisation(
    session: AsyncSession, actor: Actor, key: str, entry: OrganisationEntry, now: datetime
) -> Words:
    """Add an organisation (`key` is empty) or change one. Gives its names.

    A short name is given for every language at first: most are the same in all of them. Raises `NotAllowed`,
    or `Invalid` for names that are missing or another organisation's.
    """
    require(actor, Action.MANAGE_REGISTER)
    others = [one for one in await organisation_names(session) if one.key != key]
    refuse(wrong_names(entry.names, (), others))
    row = await standing(session, Organisation, key, "name_en") if key else None
    short = {**((row.short if row else None) or dict.fromkeys(HOUSE_LANGUAGES, entry.short))}
    short[entry.language] = entry.short
    values: dict[str, Any] = {
        "name": entry.names,
        "short": {language: text for language, text in short.items() if text} or None,
        "constituency": entry.constituency,
        "constituency_derived": bool(
            row and row.constituency_derived and row.constituency is entry.constituency
        ),
    }
    if row is not None:
        await change(session, actor, row, values, now)
        return entry.names
    new = Organisation(key=await free_key(session, Organisation, entry.names["en"]), **values)
    await add(session, actor, new, now)
    return entry.names
