"""A database in which every text that people may type is a hostile one: the shipped rows, and more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Term
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import (
    AgendaItem,
    Event,
    Group,
    HelpLine,
    MeetingNote,
    Member,
    Place,
    Report,
    Request,
    Speaker,
    Update,
    UpdateTranslation,
    metadata,
)
from storage.vocabulary import (
    EventKind,
    NoteKind,
    ReportState,
    RequestKind,
    Theme,
    UpdateState,
    Visibility,
)

LANGUAGES = frozenset({"en", "fr", "es"})
MACHINES = frozenset(
    {
        "act",
        "action",
        "address",
        "channel",
        "code",
        "command",
        "country",
        "html",
        "key",
        "kind",
        "language",
        "mark",
        "part",
        "period",
        "principles_version",
        "reader",
        "recurrence",
        "replica",
        "room",
        "row",
        "slack_id",
        "slack_locale",
        "slack_zone",
        "subject",
        "token",
        "ts",
        "was",
        "what",
        "when_zone",
        "zone",
        "deliveries.about",
        "deliveries.reason",
        "mail_readers.reason",
        "letters.text",
        "table_name",
        "row_key",
        "origin",
        "loaded_rows.fingerprint",
    }
)
"""Columns of text that nobody types: what the bot, Slack or a choice from a list puts there."""
TYPED = frozenset(
    {
        "about",
        "body",
        "contact",
        "headline",
        "link",
        "locator",
        "name",
        "next_owner",
        "next_step",
        "note",
        "reason",
        "text",
        "title",
        "url",
        "value",
    }
)


def typed(column: sa.Column[Any]) -> bool | None:
    """Whether people type what stands in a column; None for one that this list does not know."""
    if isinstance(column.type, Term) or not isinstance(column.type, sa.String) or column.foreign_keys:
        return False
    if {column.name, f"{column.table.name}.{column.name}"} & MACHINES:
        return False
    return True if column.name in TYPED else None


async def rewrite(session: AsyncSession, strings: tuple[str, ...]) -> None:
    """Put a hostile string into every text of every row."""
    endless = cycle(strings)
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, sa.JSON) or typed(column)]
        if not columns:
            continue
        keys = list(table.primary_key)
        for row in (await session.execute(sa.select(*keys, *columns))).mappings().all():
            values = {one.name: _instead(one, row[one.name], endless) for one in columns}
            values = {name: value for name, value in values.items() if value != row[name]}
            if values:
                where = sa.and_(*(key == row[key.name] for key in keys))
                await session.execute(sa.update(table).where(where).values(values))


def _instead(column: sa.Column[Any], value: Any, endless: Iterator[str]) -> Any:
    if isinstance(column.type, sa.String) and value is not None:
        return next(endless)[: column.type.length]
    if isinstance(value, dict) and value and set(value) <= LANGUAGES:
        return {language: next(endless) for language in value}
    if column.name == "aliases" and value:
        return [next(endless) for _ in value]
    return value


async def add(session: AsyncSession, strings: tuple[str, ...], now: datetime) -> None:
    """What only people make: an update of each string, and rows of every kind that has texts."""
    members = (await session.scalars(sa.select(Member).order_by(Member.id))).all()
    places = (await session.scalars(sa.select(Place).order_by(Place.id))).unique().all()
    groups = (await session.scalars(sa.select(Group).order_by(Group.id))).unique().all()
    endless, who = cycle(strings), cycle(one.id for one in members)
    about: Iterator[Callable[[Update], None]] = cycle(
        [
            *(lambda row, one=one: setattr(row, "group_id", one.id) for one in groups),
            *(lambda row, one=one: setattr(row, "place_id", one.id) for one in places),
            lambda row: setattr(row, "theme", Theme.MIGRATION),
        ]
    )
    for number, string in enumerate(strings):
        at = now - timedelta(minutes=number)
        row = Update(
            author_id=next(who),
            language=("en", "fr", "es")[number % 3],
            headline=string[:150] or "-",
            body=string[:3_000] or "-",
            link=next(endless)[:500],
            visibility=Visibility.PUBLIC,
            state=UpdateState.PUBLISHED,
            next_step=next(endless)[:300],
            next_owner=next(endless)[:150],
            next_due=now.date(),
            files=[{"id": "F1", "name": next(endless), "url": next(endless)}],
            posted_at=at,
            published_at=at,
            released_at=at,
        )
        next(about)(row)
        if number % 5 == 0:
            row.translations = [
                UpdateTranslation(
                    language=("fr", "es", "en")[number % 3],
                    revision=1,
                    headline=next(endless)[:150] or "-",
                    body=next(endless)[:3_000] or "-",
                    by_id=next(who),
                    at=at,
                )
            ]
        session.add(row)
    for number in range(0, len(strings), 8):
        event = Event(
            key=f"member/{len(strings)}-{number}",
            kind=EventKind.MEETING,
            visibility=Visibility.PUBLIC,
            when=PartialDate(Precision.DAY, day := now.date() + timedelta(days=number), day, Status.PLANNED),
            name={"en": strings[number]},
            about={"en": next(endless)},
            venue={"fr": next(endless)},
            organiser={"es": next(endless)},
            themes=[],
            zones=[],
            languages=[],
            link=next(endless)[:500],
            outcome={"en": next(endless)},
            added_at=now,
            changed_at=now,
            group_id=groups[number // 8 % len(groups)].id,
            owner_id=next(who),
            takes_registrations=True,
        )
        session.add(event)
        await session.flush()
        item = AgendaItem(
            key=f"member/{len(strings)}-{number}", event_id=event.id, title={"en": next(endless)}
        )
        session.add(item)
        await session.flush()
        session.add(
            Speaker(key=f"member/{len(strings)}-{number}", item_id=item.id, name={"en": next(endless)})
        )
        session.add(
            MeetingNote(
                key=f"member/{len(strings)}-{number}",
                event_id=event.id,
                item_id=item.id,
                kind=NoteKind.DECISION,
                text={"en": next(endless)},
                by_id=next(who),
                at=now,
            )
        )
        session.add(
            Report(
                event_id=event.id,
                introduction={"en": next(endless)},
                state=ReportState.PUBLISHED,
                by_id=next(who),
                published_at=now,
            )
        )
        session.add(
            HelpLine(
                name=next(endless)[:150],
                contact=next(endless)[:300],
                note=next(endless)[:300],
                entered_at=now,
            )
        )
        session.add(
            Request(
                kind=RequestKind.INTEREST,
                member_id=next(who),
                about=next(endless)[:150],
                note=next(endless)[:1000],
                at=now,
            )
        )
    await session.flush()
