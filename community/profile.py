"""What members say of themselves: organisation, constituency, expertise, language, zone, quiet hours.

Naming an organisation gives no right: who acts for one is confirmed by the secretariat (`community.roles`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, NotFound, refuse
from community.members import ensure_member, zone_named
from community.names import HOUSE_LANGUAGES
from community.organisations import find_organisation
from community.welcome import Step, finish, own
from storage.base import Words
from storage.members import member_by_slack_id
from storage.organisations import Organisation
from storage.vocabulary import Constituency, Theme


@dataclass(frozen=True)
class AboutMe:
    """What a member said of themselves. `language` and `zone` are None where Slack's are followed."""

    organisation: Words | None = None
    constituency: Constituency | None = None
    expertise: tuple[Theme, ...] = ()
    language: str | None = None
    zone: str | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    is_findable: bool = False


@dataclass(frozen=True)
class Draft:
    """What somebody chose: `organisation` and `zone` as typed; `language` and `zone` empty for Slack's."""

    organisation: str
    constituency: Constituency | None
    expertise: tuple[Theme, ...]
    language: str
    zone: str
    quiet_from: time | None
    quiet_until: time | None
    is_findable: bool


async def about_me(session: AsyncSession, slack_id: str) -> AboutMe:
    """What a member said of themselves so far; nothing for somebody not met yet."""
    member = await member_by_slack_id(session, slack_id)
    if member is None:
        return AboutMe()
    organisation = None
    if member.organisation_id is not None:
        query = select(Organisation.name).where(Organisation.id == member.organisation_id)
        organisation = (await session.scalars(query)).one()
    return AboutMe(
        organisation=organisation,
        constituency=member.constituency,
        expertise=tuple(Theme(theme) for theme in member.expertise),
        language=member.language,
        zone=member.zone,
        quiet_from=member.quiet_from,
        quiet_until=member.quiet_until,
        is_findable=member.is_findable,
    )


async def save(session: AsyncSession, slack_id: str, draft: Draft, now: datetime) -> AboutMe:
    """Keep what a member says of themselves. No role changes by it.

    Raises `Invalid` for every field that is wrong: `organisation`, `language`, `zone`, `quiet_until`.
    """
    wrong: list[Invalid] = []
    organisation_id = await _organisation(session, draft.organisation, wrong)
    zone = _zone(draft.zone, wrong)
    if draft.language and draft.language not in HOUSE_LANGUAGES:
        wrong.append(Invalid("language", "gone", draft.language))
    given = [hour for hour in (draft.quiet_from, draft.quiet_until) if hour is not None]
    if len(given) == 1 or len(set(given)) == 1:
        wrong.append(Invalid("quiet_until", "quiet_both"))
    refuse(wrong)
    member = await ensure_member(session, slack_id)
    member.organisation_id, member.constituency = organisation_id, draft.constituency
    member.expertise = _in_order(draft.expertise)
    member.language, member.zone = draft.language or None, zone
    member.quiet_from, member.quiet_until = draft.quiet_from, draft.quiet_until
    member.is_findable = draft.is_findable
    finish(member, Step.PROFILE)
    note(session, own(member), "profile_saved", f"member:{member.id}", now)
    await session.flush()
    return await about_me(session, slack_id)


async def _organisation(session: AsyncSession, typed: str, wrong: list[Invalid]) -> int | None:
    if not typed:
        return None
    try:
        key = await find_organisation(session, typed, "organisation")
    except Invalid as unclear:
        wrong.append(unclear)
        return None
    return (await session.scalars(select(Organisation.id).where(Organisation.key == key))).one()


def _zone(typed: str, wrong: list[Invalid]) -> str | None:
    try:
        return zone_named(typed) if typed else None
    except NotFound:
        wrong.append(Invalid("zone", "zone_unclear", typed))
        return None


def _in_order(themes: Iterable[Theme]) -> list[str]:
    chosen = set(themes)
    return [theme.value for theme in Theme if theme in chosen]
