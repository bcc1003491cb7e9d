"""Erasing people from the command line: by their Slack ids, or once more all whom a log tells of.

A backup holds whoever was erased after it was made. The log of the running bot has a line for each erasure,
with a mark of the person that only SECRET_KEY can make: after a restore they are found by it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.app import make_desk, make_services
from bot.clock import Clock
from bot.settings import Settings, need
from community.members import everybody
from community.names import load_names
from handlers.slack.asking import Services
from handlers.slack.privacy import SLACK_ID, erase_by_rule
from storage.database import Database
from storage.migrate import check_schema

ERASED = "person_erased"
"""The event under which the log tells of it."""


async def erase(settings: Settings, database: Database, slack_ids: Sequence[str]) -> list[str]:
    """Erase these; those of whom something was stored. Raises `ValueError` for what is no Slack id."""
    if wrong := [one for one in slack_ids if not SLACK_ID.fullmatch(one)]:
        raise ValueError(f"{wrong[0]!r} is no Slack user id such as U012AB3CD; nobody was erased")
    await check_schema(database)
    services = _services(settings, database)
    return [one for one in slack_ids if await erase_by_rule(services, one)]


async def erase_again(settings: Settings, database: Database, log: Path) -> int:
    """Erase once more whom a log says to be erased, and who is back by a restore. How many they were.

    Raises `SettingsError` without SECRET_KEY, by which alone they are known.
    """
    need(settings, "secret_key")
    await check_schema(database)
    services = _services(settings, database)
    with log.open(encoding="utf-8", errors="replace") as lines:
        marks = set(_marks(lines))
    back = [one for one in await _known(services) if services.links.mark(one) in marks]
    return sum([await erase_by_rule(services, one) for one in back])


def _services(settings: Settings, database: Database) -> Services:
    """What the handlers need, without anything of Slack's: the running bot sends what is promised here."""
    names, base = load_names(settings.country_names), settings.public_url or ""
    made = make_services(settings, database, Clock(), names, base)
    return replace(made, answer_of=make_desk().answer_of)


async def _known(services: Services) -> list[str]:
    async with services.database.reading() as session:
        return await everybody(session)


def _marks(lines: Iterable[str]) -> Iterator[str]:
    """The marks in a log; lines that are none of ours are passed over."""
    for line in lines:
        if ERASED not in line:
            continue
        try:
            told = json.loads(line[max(line.find("{"), 0) :])
        except ValueError:
            continue
        if isinstance(told, dict) and told.get("event") == ERASED and isinstance(told.get("mark"), str):
            yield told["mark"]
