"""The public record as tables: what the web shows to everybody, and no more. Nobody is named in it.

Each set of data is a list of rows, flat dicts with the same columns in every row, in a stable order. A text
has a column a language (`name_en`, `name_fr`, `name_es`); a partial date has its compact form beside its
first and last possible day. `place` and `group` are keys of the rows of `places` and `groups`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from community.names import HOUSE_LANGUAGES, Names
from storage import data as stored
from storage.partial_dates import PartialDate

Row = Mapping[str, Any]
Read = Callable[[AsyncSession, Names, datetime], AsyncIterator[Row]]

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
SOMEBODY = "@…"
"""What stands where a text mentioned a member of the workspace."""


@dataclass(frozen=True)
class Keys:
    """Keys of places and groups by id: of what a thing went into, if it did."""

    places: Mapping[int, str]
    groups: Mapping[int, str]

    def of(self, row: Any) -> dict[str, Any]:
        """Of the place and the group that a row is about."""
        return {"place": self.places.get(row.place_id), "group": self.groups.get(row.group_id)}


async def places(session: AsyncSession, names: Names, _now: datetime) -> AsyncIterator[Row]:
    """Every country and regional body of the record."""
    for row in await stored.places(session):
        called = row.names or {language: names.of(row.key, language) for language in HOUSE_LANGUAGES}
        yield {
            "key": row.key,
            "kind": row.kind,
            "code": row.code,
            "region": row.region,
            **_words("name", called),
        }


async def stages(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """Each stage that a pathfinder reached; the last one of a place holds."""
    for row, place in await stored.stages(session):
        yield {"key": row.key, "place": place, "stage": row.stage, **_dates(row.when), **_cited(row)}


async def facts(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """Each statement with its source; of neither a place nor a group it is of the Alliance."""
    keys = await _keys(session)
    for row in await stored.facts(session):
        yield {
            "key": row.key, **keys.of(row), "kind": row.kind, "theme": row.theme, "state": row.state,
            **_words("text", row.text), "value": row.value, **_words("owner", row.owner), **_dates(row.when),
            **_cited(row),
        }  # fmt: skip


async def groups(session: AsyncSession, _names: Names, now: datetime) -> AsyncIterator[Row]:
    """The action groups, and the organisations that chair or lead them."""
    leading = await stored.leading(session, now.date())
    for row in await stored.groups(session):
        yield {
            "key": row.key, "kind": row.kind, "status": row.status, **_words("name", row.name),
            **_words("about", row.about), **_words("membership", row.membership),
            "organisations": leading.get(row.id, []), **_cited(row),
        }  # fmt: skip


async def organisations(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """The organisations of the record."""
    for row in await stored.organisations(session):
        yield {
            "key": row.key, **_words("name", row.name), **_words("short", row.short),
            **_words("about", row.about),
            "constituency": row.constituency, **_cited(row),
        }  # fmt: skip


async def events(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """The public events of the calendar, past ones too."""
    keys = await _keys(session)
    for row in await stored.events(session):
        yield {
            "key": row.key, "number": row.id, **keys.of(row), "kind": row.kind, **_words("name", row.name),
            **_words("about", row.about), **_dates(row.when), "starts_at": row.when.starts_at,
            "ends_at": row.when.ends_at, "zone": row.when.zone, "recurrence": row.recurrence,
            **_words("venue", row.venue), **_words("organiser", row.organiser), "mode": row.mode,
            "themes": list(row.themes), **_words("outcome", row.outcome), **_cited(row),
        }  # fmt: skip


async def updates(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """The public updates that stand, the last published first."""
    keys = await _keys(session)
    async for row in stored.updates(session):
        yield {
            "number": row.id, **keys.of(row), "theme": row.theme, "language": row.language,
            "headline": _plain(row.headline), "body": _plain(row.body), "link": row.link,
            "published_at": row.published_at, "corrected_at": row.corrected_at,
            "next_step": _plain(row.next_step), "next_due": row.next_due,
        }  # fmt: skip


async def translations(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """Public updates in other languages."""
    async for row, revision in stored.translations(session):
        yield {
            "update": row.update_id, "language": row.language, "headline": _plain(row.headline),
            "body": _plain(row.body), "is_current": row.revision == revision,
        }  # fmt: skip


async def commitments(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """The public commitments; a person who made one is not named."""
    keys = await _keys(session)
    for row, event, organisation in await stored.commitments(session):
        yield {
            "key": row.key, **keys.of(row), "event": event, **_words("text", row.text), **_dates(row.when),
            **_words("due", row.due_words), **_words("owner", row.owner), "organisation": organisation,
            "role": row.role, "outcome": row.outcome, "ended_at": row.ended_at, **_cited(row),
        }  # fmt: skip


async def questions(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """The public questions that have an answer, a row an answer; nobody who asked or answered is named."""
    keys = await _keys(session)
    for row in await stored.answered_questions(session):
        for number, given in enumerate(row.answers, start=1):
            yield {
                "key": row.key, "answer": number, **keys.of(row), "state": row.state,
                "asked_at": row.asked_at,
                **_words("asked_by", row.asked_by), **_words("question", row.text),
                **_words("reply", given.text), **_words("answered_by", given.answered_by),
                "answered_at": given.at, "is_partial": given.is_partial, **_cited(row),
            }  # fmt: skip


async def newsletters(session: AsyncSession, _names: Names, now: datetime) -> AsyncIterator[Row]:
    """The newsletters that went out to everybody, and the public updates in them, the oldest first."""
    for row, held in await stored.newsletters(session, now):
        texts = {language: one.get("introduction", "") for language, one in row.texts.items()}
        yield {
            "number": row.id, "cadence": row.cadence, "period": row.period, "sent_at": row.sends_at,
            "updates": held, **_words("introduction", texts),
        }  # fmt: skip


async def sources(session: AsyncSession, _names: Names, _now: datetime) -> AsyncIterator[Row]:
    """The documents that `source` names, and the date as of which each speaks."""
    for row in await stored.sources(session):
        yield {"key": row.key, **_words("title", row.title), "url": row.url, **_dates(row.when)}


SETS: Mapping[str, Read] = {
    read.__name__: read
    for read in (
        places, stages, facts, groups, organisations, events, updates, translations, commitments, questions,
        newsletters, sources,
    )
}  # fmt: skip
"""Every set of data by its name."""

_DATE = ("date", "date_from", "date_to", "date_precision", "date_status")
_CITED = ("source", "locator", "is_derived", "said_at")


def _in(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{language}" for name in names for language in HOUSE_LANGUAGES)


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "places": ("key", "kind", "code", "region", *_in("name")),
    "stages": ("key", "place", "stage", *_DATE, *_CITED),
    "facts": (
        "key", "place", "group", "kind", "theme", "state", *_in("text"), "value", *_in("owner"), *_DATE,
        *_CITED,
    ),
    "groups": ("key", "kind", "status", *_in("name", "about", "membership"), "organisations", *_CITED),
    "organisations": ("key", *_in("name", "short", "about"), "constituency", *_CITED),
    "events": (
        "key", "number", "place", "group", "kind", *_in("name", "about"), *_DATE, "starts_at", "ends_at",
        "zone", "recurrence", *_in("venue", "organiser"), "mode", "themes", *_in("outcome"), *_CITED,
    ),
    "updates": (
        "number", "place", "group", "theme", "language", "headline", "body", "link", "published_at",
        "corrected_at", "next_step", "next_due",
    ),
    "translations": ("update", "language", "headline", "body", "is_current"),
    "commitments": (
        "key", "place", "group", "event", *_in("text"), *_DATE, *_in("due", "owner"), "organisation", "role",
        "outcome", "ended_at", *_CITED,
    ),
    "questions": (
        "key", "answer", "place", "group", "state", "asked_at", *_in("asked_by", "question", "reply"),
        *_in("answered_by"), "answered_at", "is_partial", *_CITED,
    ),
    "newsletters": ("number", "cadence", "period", "sent_at", "updates", *_in("introduction")),
    "sources": ("key", *_in("title"), "url", *_DATE),
}  # fmt: skip
"""The columns of each, in their order."""


async def _keys(session: AsyncSession) -> Keys:
    return Keys(await stored.place_keys(session), await stored.group_keys(session))


def _words(name: str, text: Mapping[str, str] | None) -> dict[str, str | None]:
    """A text in a column a language; None where it is not in that one."""
    return {f"{name}_{language}": _plain((text or {}).get(language) or None) for language in HOUSE_LANGUAGES}


def _plain(text: str | None) -> str | None:
    return text and _MENTION.sub(SOMEBODY, text)


def _dates(when: PartialDate) -> dict[str, Any]:
    return {
        "date": when.compact() or None, "date_from": when.start, "date_to": when.end,
        "date_precision": when.precision, "date_status": when.status,
    }  # fmt: skip


def _cited(row: Any) -> dict[str, Any]:
    """Where a row comes from, and when a member last said that it holds."""
    return {
        "source": row.source.key if row.source else None, "locator": row.locator, "is_derived": row.derived,
        "said_at": row.said_at,
    }  # fmt: skip
