"""What there is to be reminded of, and who: steps, events, presentations, commitments, observed days.

| what         | who                                    | when, outside quiet hours                          |
|--------------|----------------------------------------|----------------------------------------------------|
| step         | its author                             | at nine, three days before it is due               |
| commitment   | whose it is                            | at nine, three days before it is due               |
| event        | who is registered                      | 7 days, 1 day, 1 hour before, or as they chose     |
| presenter    | who presents an item                   | the same, in place of the event's own              |
| observance   | who follows one of its themes          | at nine, seven days before                         |

Of several hours before an event the latest one that has come is the one that counts: an earlier one is of no
use once the next has come. Nothing is said of a day that is not confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from community.agendas import Presentation, presentations
from community.commitments import CommitmentDue, due_between
from community.events import Happening, happening
from community.members import Reader, awake_at, reader_from
from community.posted import Posted, posted
from community.sight import audience
from storage.events import yearly_events
from storage.following import followers_of_themes
from storage.members import Member, members_by_slack_ids
from storage.registrations import registered_between
from storage.updates import steps_due
from storage.vocabulary import EventKind, ReminderKind, Theme

REMINDER = "reminder"
"""The kind of delivery that is a reminder, and the first word of its key."""
NINE = time(9)
BEFORE = timedelta(days=3)
"""How long before something is due: a working day is among them, whatever the weekend."""
USEFUL = timedelta(days=7)
"""How long after its day a reminder of what was due is of use still."""
HOURS = (168, 24, 1)
"""How many hours before an event everybody is reminded who did not choose otherwise (systems.md E1)."""
CHOICES = (336, 168, 72, 24, 3, 1)
"""What one may choose, in hours: two weeks, a week, three days, a day, three hours, an hour."""
DAY = 24
OBSERVED = timedelta(days=7)
QUEUED = timedelta(days=1)
"""How long before its hour a reminder is put down."""

Matter = Posted | Happening | Presentation | CommitmentDue


@dataclass(frozen=True)
class Reminder:
    """One reminder of a `matter`: to whom by Slack id, for which hour (`at`, aware), and when it is sent.

    `due` is that hour outside quiet hours; from `useless` on it is of no use, from `until` on none of the
    same matter is. What somebody took on only at `since` they were not to be reminded of before.
    """

    key: str
    kind: ReminderKind
    number: int
    about: str
    to: str
    reader: Reader
    at: datetime
    due: datetime
    useless: datetime
    until: datetime
    matter: Matter
    since: datetime | None = None
    link: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be put down by now, or within a day, and can be of use."""
        late_comer = self.since is not None and self.since > self.due
        return not late_comer and self.due <= now + QUEUED and max(now, self.due) < self.useless


async def matters(session: AsyncSession, now: datetime, default: Reader) -> dict[str, Reminder]:
    """Every reminder of what lies near, by its key, whether it is due yet or not; none that is not wanted."""
    today = now.astimezone(UTC).date()
    found = [
        *await _steps(session, today, default),
        *await _commitments(session, today, default),
        *await _events(session, today, default),
        *await _observances(session, today, default),
    ]
    return {one.key: one for one in found}


async def _steps(session: AsyncSession, today: date, default: Reader) -> list[Reminder]:
    rows = await steps_due(session, today - USEFUL - timedelta(days=1), today + BEFORE + 2 * QUEUED)
    return [
        _due_by(
            ReminderKind.STEP, row.id, f"update:{row.id}", row.next_due, row.author, posted(row), default,
            row.released_at,
        )
        for row in rows
        if row.next_due and _wants(row.author, ReminderKind.STEP)
    ]  # fmt: skip


async def _commitments(session: AsyncSession, today: date, default: Reader) -> list[Reminder]:
    found = await due_between(session, today - USEFUL - timedelta(days=1), today + BEFORE + 2 * QUEUED)
    people = await _members(session, [owner for one in found for owner in one.owners])
    return [
        _due_by(
            ReminderKind.COMMITMENT, one.promised.id, one.promised.about, one.promised.when.end,
            people[owner], one, default, one.promised.added_at,
        )
        for one in found
        for owner in one.owners
        if one.promised.when.end and owner in people and _wants(people[owner], ReminderKind.COMMITMENT)
    ]  # fmt: skip


async def _events(session: AsyncSession, today: date, default: Reader) -> list[Reminder]:
    """Of events to who is registered, and to who presents, who then hears of it as such."""
    last = today + timedelta(hours=CHOICES[0]) + 2 * QUEUED
    found: list[Reminder] = []
    speaking = set()
    for one in await presentations(session, today - QUEUED, last):
        if not _wants(one.member, ReminderKind.PRESENTER):
            continue
        speaking.add((one.event.id, one.member.id))
        start = one.starts or one.day
        key = f"{REMINDER}:{ReminderKind.PRESENTER}:{one.key}:{one.event.when.compact()}"
        base = _reminder(
            key, ReminderKind.PRESENTER, one.event.id, one.event.ref, one.member, one, default, start
        )
        found += _stages(base, one.member, start, one.event.when.zone)
    audiences: dict[int, Callable[[Member], bool]] = {}
    for registration, row in await registered_between(session, today - QUEUED, last):
        member = registration.member
        if (row.id, member.id) in speaking or not _wants(member, ReminderKind.EVENT):
            continue
        if row.id not in audiences:
            audiences[row.id] = await audience(session, row, today)
        if not audiences[row.id](member):
            continue  # they left the group, or it is not for guests any more: it is not theirs to hear
        event = happening(row, today)
        assert event.when.start is not None  # noqa: S101 - it is one of those with a day
        start = event.when.instant() or event.when.start
        key = f"{REMINDER}:{ReminderKind.EVENT}:{row.id}:{event.when.compact()}:{member.id}"
        base = _reminder(key, ReminderKind.EVENT, row.id, event.ref, member, event, default, start)
        moved = row.changed_at if row.was else None
        since = max(registration.changed_at, moved or registration.changed_at)
        base = replace(base, since=since, link=row.link or "")
        found += _stages(base, member, start, event.when.zone)
    return found


async def _observances(session: AsyncSession, today: date, default: Reader) -> list[Reminder]:
    found = []
    for row in await yearly_events(session):
        event = happening(row, today)
        day = event.when.start
        if row.kind is not EventKind.OBSERVANCE or day is None or day > today + OBSERVED + 2 * QUEUED:
            continue
        for member in await followers_of_themes(session, [Theme(one) for one in event.themes]):
            if not _wants(member, ReminderKind.OBSERVANCE):
                continue
            key = f"{REMINDER}:{ReminderKind.OBSERVANCE}:{row.id}:{day}:{member.id}"
            base = _reminder(key, ReminderKind.OBSERVANCE, row.id, event.ref, member, event, default, day)
            found.append(_at(base, _nine(day - OBSERVED, base.reader), base.until))
    return found


def _due_by(
    kind: ReminderKind,
    number: int,
    about: str,
    day: date | None,
    member: Member,
    matter: Matter,
    default: Reader,
    since: datetime | None,
) -> Reminder:
    """What is due by a day, named by it, so that a moved one is reminded of anew."""
    assert day is not None  # noqa: S101 - what has no day is nobody reminded of
    key = f"{REMINDER}:{kind}:{number}:{day}:{member.id}"
    base = _reminder(key, kind, number, about, member, matter, default, day + USEFUL - timedelta(days=1))
    return replace(_at(base, _nine(day - BEFORE, base.reader), base.until), since=since)


def _reminder(
    key: str,
    kind: ReminderKind,
    number: int,
    about: str,
    member: Member,
    matter: Matter,
    default: Reader,
    start: datetime | date,
) -> Reminder:
    """The part that all hours of a matter share. It is of use until it starts, or until its day is over."""
    reader = reader_from(member, default)
    over = start if isinstance(start, datetime) else _midnight(start + timedelta(days=1), reader)
    until = over.astimezone(UTC)
    return Reminder(key, kind, number, about, member.slack_id, reader, until, until, until, until, matter)


def _stages(base: Reminder, member: Member, start: datetime | date, zone: str | None) -> Iterator[Reminder]:
    """One for each number of hours before, each of use until the next one's hour.

    What is moved to another day is reminded of anew; to another hour of its day, hours before alone: who
    heard of it days before heard of the move.
    """
    hours = sorted(member.reminder_hours if member.reminder_hours is not None else HOURS, reverse=True)
    found = [(one, at) for one in hours if (at := _before(start, one, base.reader, zone)) is not None]
    for index, (one, at) in enumerate(found):
        following = found[index + 1][1] if index + 1 < len(found) else base.until
        hour = f"{start.astimezone(UTC):%H:%M}:" if isinstance(start, datetime) and one % DAY else ""
        yield _at(replace(base, key=f"{base.key}:{hour}{one}"), at, following)


def _before(start: datetime | date, hours: int, reader: Reader, zone: str | None) -> datetime | None:
    """So many hours before; days are days of the clock on the wall. Before a day without an hour: at nine."""
    if not isinstance(start, datetime):
        return _nine(start - timedelta(hours=hours), reader) if hours >= DAY else None
    if hours % DAY or zone is None:
        return start.astimezone(UTC) - timedelta(hours=hours)
    local = start.astimezone(ZoneInfo(zone))
    return (local - timedelta(days=hours // DAY)).astimezone(UTC)


def _at(base: Reminder, at: datetime, useless: datetime) -> Reminder:
    return replace(base, at=at, due=awake_at(base.reader, at), useless=min(useless, base.until))


def _nine(day: date, reader: Reader) -> datetime:
    """Nine in the morning of a day in the reader's zone; what the clocks skip or repeat counts once."""
    return datetime.combine(day, NINE, ZoneInfo(reader.zone)).astimezone(UTC)


def _midnight(day: date, reader: Reader) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(reader.zone)).astimezone(UTC)


def put_off_to(one: Reminder, at: str) -> Reminder | None:
    """The same matter at the hour that ends the key of what was put off: a day (nine), or an hour in UTC."""
    moment = (
        datetime.fromisoformat(f"{at}:00+00:00") if "T" in at else _nine(date.fromisoformat(at), one.reader)
    )
    made = replace(_at(one, moment, one.until), key=f"{one.key}@{at}", useless=one.until, since=None)
    return made if made.due < made.useless else None


def _wants(member: Member, kind: ReminderKind) -> bool:
    return kind.value not in member.reminders_off


async def _members(session: AsyncSession, slack_ids: Sequence[str]) -> dict[str, Member]:
    rows = await members_by_slack_ids(session, list(dict.fromkeys(slack_ids)))
    return {row.slack_id: row for row in rows if row.is_active}


def tomorrow(one: Reminder, now: datetime) -> str:
    """The day after, on the reader's own calendar."""
    return (one.reader.today(now) + timedelta(days=1)).isoformat()


def next_hour(now: datetime) -> str:
    """The next full hour that is at least half an hour ahead, in UTC."""
    hour = now.astimezone(UTC) + timedelta(minutes=89)
    return hour.strftime("%Y-%m-%dT%H:00")
