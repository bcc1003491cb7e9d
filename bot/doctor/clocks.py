"""Time: this machine's clock beside those of Slack and of the database, and what is known of time zones."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.doctor.finding import Check, Finding, Patient, broken, ok, unseen, watch
from storage.condition import condition

APART, TOO_FAR_APART = 10.0, 60.0
"""Seconds. From 300 on Slack's requests are taken for replayed ones, and refused."""
SET = "let the machine's clock be set by the network: timedatectl set-ntp true"
LONGEST_AGE = 2
"""Years: governments change their clocks at short notice, and old zone data sends an hour early or late."""
WITH_SUMMER_TIME = ("Europe/Zurich", "America/New_York", "Australia/Sydney")


async def beside_slack(patient: Patient) -> list[Finding]:
    """This machine's clock and Slack's."""
    if patient.dates is None:
        return unseen("clock", "Slack did not say what time it is")
    theirs, ours = patient.dates
    return _apart("clock", "Slack's", (ours - theirs).total_seconds())


async def beside_database(patient: Patient) -> list[Finding]:
    """This machine's clock and the database's, which may be another machine's."""
    name = "database's clock"
    async with patient.database.reading() as session:
        told = await condition(session)
    if told.now is None:
        return ok(name, "the database has this machine's clock")
    return _apart(name, "the database's", (patient.now() - told.now).total_seconds())


def _apart(name: str, whose: str, seconds: float) -> list[Finding]:
    """What it means that our clock is so many seconds ahead of another."""
    if abs(seconds) < APART:
        return ok(name, f"this machine's clock and {whose} agree")
    what = f"this machine's clock is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} {whose}"
    if abs(seconds) < TOO_FAR_APART:
        return watch(name, what, SET)
    return broken(name, f"{what}: from 300 s on, nothing that Slack sends is taken", SET)


async def zones(patient: Patient) -> list[Finding]:
    """Whether the clocks' changes of this year are known, from data that is not too old."""
    name, year = "time zones", patient.now().year
    mend = "run: pip install --upgrade tzdata; or, where the system has its own, upgrade its package tzdata"
    try:
        ZoneInfo(patient.settings.default_timezone)
        steady = [zone for zone in WITH_SUMMER_TIME if _offset(zone, year, 1) == _offset(zone, year, 7)]
    except zoneinfo.ZoneInfoNotFoundError:
        return broken(name, "there is no zone data on this machine", mend)
    if steady:
        return broken(name, f"the zone data knows no summer time of {year}", mend)
    data = _version()
    if not data[:4].isdecimal():
        return ok(name, f"the changes of {year} are known")
    if year - int(data[:4]) > LONGEST_AGE:
        return watch(name, f"the zone data is of {data[:4]}: what changed since is not known", mend)
    return ok(name, f"the changes of {year} are known, from zone data {data}")


def _offset(zone: str, year: int, month: int) -> timedelta | None:
    return datetime(year, month, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()


def _version() -> str:
    """The version of the zone data that Python reads, such as 2026a; "" where it has none.

    The system's own goes before the package (docs.python.org/3/library/zoneinfo.html#data-sources).
    """
    for folder in zoneinfo.TZPATH:
        if (Path(folder) / "Europe" / "Zurich").is_file():
            said = Path(folder) / "tzdata.zi"
            first = said.open(encoding="utf-8").readline() if said.is_file() else ""
            return first.rpartition("version")[2].strip()
    return version("tzdata")


CHECKS = (
    Check("clock", beside_slack, after=("bot token",)),
    Check("database's clock", beside_database, needs=("database",)),
    Check("time zones", zones, uses=("default_timezone",)),
)
