"""Erasing people from the command line: by their Slack ids, or once more all whom a log tells of.

A backup holds whoever was erased after it was made. The log of the running bot has a line for each erasure,
with a mark of the person that only SECRET_KEY can make: after a restore they are found by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import typer

from bot.app import make_desk, make_services
from bot.clock import Clock
from bot.settings import Settings, need
from community.members import everybody
from community.names import load_names
from community.privacy import stored
from handlers.slack.asking import Services
from handlers.slack.privacy import SLACK_ID, erase_by_rule
from storage.database import Database
from storage.keeping import note_followed_up, to_follow_up
from storage.migrate import check_schema

ERASED = "person_erased"
"""The event under which the log tells of it."""


@dataclass(frozen=True)
class _Mark:
    """The mark of a person in a log, and the fingerprint of the key that made it; "" in older lines."""

    mark: str
    of_key: str


@dataclass(frozen=True)
class Again:
    """How many people a log tells of since the hour `since`, and how many stood there again and were erased.

    Of those found `others` cannot be told: their marks were made with another SECRET_KEY.
    """

    since: datetime
    found: int
    erased: int
    others: int = 0

    @property
    def when(self) -> str:
        """From when on the log was read, in words."""
        return _since(self.since)


async def erase(
    settings: Settings, database: Database, slack_ids: Sequence[str], *, asks: bool = False
) -> list[str]:
    """Erase these; those of whom something was stored. If it `asks`, each id is typed again before anything.

    Raises `ValueError` for what is no Slack id, and for one that was not typed again; nobody is erased then.
    """
    if wrong := [one for one in slack_ids if not SLACK_ID.fullmatch(one)]:
        raise ValueError(f"{wrong[0]!r} is no Slack user id such as U012AB3CD; nobody was erased")
    await check_schema(database)
    services = _services(settings, database)
    for one in slack_ids if asks else ():
        rows = await _rows(services, one)
        if rows and _ask(one, rows) != one:
            raise ValueError("that is not the id; nobody was erased")
    return [one for one in slack_ids if await erase_by_rule(services, one)]


async def erase_again(settings: Settings, database: Database, log: Path) -> Again:
    """Erase once more whom a log says to be erased since the backup that was restored, and who is back by it.

    Of several backups it is the oldest after which that was not done: a later one may hold whom it brought
    back. Who was erased before it and is in it came back by themselves. Raises `SettingsError` without
    SECRET_KEY, by which alone they are known, and `ValueError` where nothing was restored, or for a file that
    tells of nobody.
    """
    need(settings, "secret_key")
    await check_schema(database)
    async with database.reading() as session:
        restored = await to_follow_up(session)
    if not restored:
        raise ValueError("no backup was restored into this database; nobody was erased")
    since, services = min(one.taken_at for one in restored), _services(settings, database)
    found = _marks_of(log, since)
    marks = {one.mark for one in found if one.of_key in ("", services.links.fingerprint)}
    back = [one for one in await _known(services) if services.links.mark(one) in marks]
    erased = sum([await erase_by_rule(services, one) for one in back])
    others = len({one.mark for one in found} - marks)
    if not others:
        async with database.writing() as session:
            await note_followed_up(session, [one.id for one in restored], services.clock())
    return Again(since, len(marks) + others, erased, others)


async def _rows(services: Services, slack_id: str) -> int:
    """How many rows are about somebody."""
    async with services.database.reading() as session:
        return sum((await stored(session, slack_id, services.clock().date())).counts.values())


def _ask(slack_id: str, rows: int) -> str:
    """What somebody types when they are asked for the id once more."""
    return str(typer.prompt(f"{slack_id} will be erased for good, with {rows} rows. Type the id again"))


def _services(settings: Settings, database: Database) -> Services:
    """What the handlers need, without anything of Slack's: the running bot sends what is promised here."""
    names, base = load_names(settings.country_names), settings.public_url or ""
    made = make_services(settings, database, Clock(), names, base)
    return replace(made, answer_of=make_desk().answer_of)


async def _known(services: Services) -> list[str]:
    async with services.database.reading() as session:
        return await everybody(session)


def _since(taken_at: datetime) -> str:
    return f"since the backup of {taken_at:%-d %B %Y, %H:%M} UTC"


def _marks_of(log: Path, since: datetime) -> set[_Mark]:
    """The marks in a file, of erasures since an aware moment. Raises `ValueError` for none, or no file."""
    if not log.is_file():
        raise ValueError(f"there is no file {log}")
    with log.open(encoding="utf-8", errors="replace") as lines:
        marks = set(_marks(lines, since))
    if not marks:
        raise ValueError(f"no line {ERASED} {_since(since)} stands in {log}: is it the bot's log since then?")
    return marks


def _marks(lines: Iterable[str], since: datetime) -> Iterator[_Mark]:
    """The marks in a log; lines that are none of ours, or older, are passed over."""
    for line in lines:
        if ERASED not in line:
            continue
        try:
            told = json.loads(line[max(line.find("{"), 0) :])
            is_one = told["event"] == ERASED and datetime.fromisoformat(told["timestamp"]) > since
        except (ValueError, TypeError, KeyError):
            continue
        if is_one and isinstance(told.get("mark"), str):
            yield _Mark(told["mark"], str(told.get("of_key") or ""))
