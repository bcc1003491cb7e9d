"""The work: who is there to do it, what waits, what failed, what went out last, and whether all is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bot.doctor.finding import Check, Finding, Patient, State, broken, ok, watch
from community import watching
from community.issues import PART, reader_of
from community.schedules import AHEAD, plan_of, sending
from storage.arrears import Arrears, failed, last_out, overdue_reviews, stuck
from storage.backlog import count_unreported
from storage.beats import Beat, all_beats
from storage.editions import edition_of, schedules_running
from storage.keeping import last_backup
from storage.pathfinders import all_pathfinders
from storage.program import program
from storage.roles import holders
from storage.switches import sending_stopped
from storage.vocabulary import RoleName

STUCK, LATE = timedelta(minutes=15), timedelta(hours=1)
"""From when on a message, or the making of a newsletter, is behind: a restart is no reason to worry."""
WEEK, OLD = timedelta(days=7), timedelta(days=2)
"""For what failed, and for a backup that is made each night."""
RUN = f"see that the bot runs (`{program()} run`), and look in its log"


async def record(patient: Patient) -> list[Finding]:
    """Whether the shipped data is there."""
    async with patient.database.reading() as session:
        if await all_pathfinders(session):
            return ok("record", "the record is loaded")
    return watch("record", "there is no pathfinder country on record", f"run: {program()} load")


async def roles(patient: Patient) -> list[Finding]:
    """Whether somebody manages, and somebody reviews."""
    today, found = patient.now().date(), list[Finding]()
    async with patient.database.reading() as session:
        managing = len(await holders(session, today, [RoleName.SECRETARIAT]))
        editing = len(await holders(session, today, [RoleName.EDITOR]))
    if not managing and patient.settings.secretariat:
        mend = f"start the bot once (`{program()} run`): then those of SECRETARIAT have their role"
        found += watch("roles", "nobody is of the secretariat yet", mend)
    elif not managing:
        mend = "write the Slack user ids of those who manage in SECRETARIAT, and start the bot again"
        found += broken("roles", "nobody is of the secretariat: nobody can give roles", mend)
    if not editing:
        mend = "somebody of the secretariat names one in Slack: /alliance roles"
        found += watch("roles", "nobody is an editor: what waits for review waits for the secretariat", mend)
    return found or ok("roles", f"secretariat: {managing}, editors: {editing}")


async def replicas(patient: Patient) -> list[Finding]:
    """Which replicas are heard, and whether each part of theirs goes round. Beats are in real time."""
    name, now = "replicas", patient.now()
    async with patient.database.reading() as session:
        beats = await all_beats(session)
    living = {beat.replica for beat in beats if beat.at >= now - watching.SILENT}
    if not living:
        return watch(name, "the bot does not run on this database", f"start it: {program()} run")
    if patient.database.engine.dialect.name == "sqlite" and (count := _together(beats, living)) > 1:
        mend = "stop one, or take PostgreSQL (DATABASE_URL)"
        return broken(name, f"{count} replicas run on SQLite, which is for one", mend)
    mend = "look in the log of that replica, and start it again"
    found = [
        finding
        for one in watching.stuck(beats, now)
        for finding in broken(name, f"the {one.part} of {one.replica} stands still since {_at(one.at)}", mend)
    ]
    found += [
        Finding(name, State.WATCH, f"{one.replica} was last heard at {_at(one.at)}", mend)
        for one in watching.gone(beats, now)
    ]
    return found or ok(name, f"{len(living)} heard, and each part of {_them(len(living))} goes round")


def _together(beats: Sequence[Beat], living: Collection[str]) -> int:
    """The most replicas that were heard at one time: one that was started anew is not beside itself."""
    spans = [
        (min(beat.since for beat in beats if beat.replica == one),
         max(beat.at for beat in beats if beat.replica == one))
        for one in living
    ]  # fmt: skip
    return max(sum(since <= begun < until for since, until in spans) for begun, _ in spans)


async def newsletters(patient: Patient) -> list[Finding]:
    """When each newsletter went out last, and whether one is behind."""
    now, found, told = patient.now(), list[Finding](), list[str]()
    async with patient.database.reading() as session:
        for row in await schedules_running(session):
            plan = plan_of(row)
            period, at = sending(plan, now)
            begins = at - (AHEAD if plan.is_reviewed else timedelta())
            was_due = row.since < begins < now - LATE
            if was_due and await edition_of(session, reader_of(row), period) is None:
                what = f"newsletter {row.id}: the edition of {_at(at)} was not made"
                found += broken("newsletters", what, f"{RUN}; it is made late then, once")
            out = await last_out(session, reader_of(row), PART, now - STUCK)
            if out.missing:
                what = f"newsletter {row.id}: nothing of the edition of {_at(out.missing)} arrived yet"
                nobody = (
                    "nobody gets it: see in Slack (/digest) to which channels it goes, and who subscribed"
                )
                mend = f"mend what the line of deliveries says; if it says nothing, {RUN}"
                found += watch("newsletters", what, mend if out.promised else nobody)
            went = f"went out last at {_at(out.last)}" if out.last else "did not go out yet"
            told.append(f"newsletter {row.id} {went}")
        waiting = await overdue_reviews(session, now)
    if waiting:
        what = f"newsletters that wait for editors although their hour has passed: {waiting}"
        found += watch("newsletters", what, "an editor approves or drops them in Slack: /digest")
    return found or ok("newsletters", "; ".join(told) or "there is no newsletter yet")


async def deliveries(patient: Patient) -> list[Finding]:
    """Whether anything that is due does not go out, and what failed of late."""
    now, found = patient.now(), list[Finding]()
    async with patient.database.reading() as session:
        stopped = await sending_stopped(session)
        waiting = await stuck(session, now - STUCK)
        gone, untold = await failed(session, now - WEEK), await count_unreported(session)
    count = sum(one.count for one in waiting)
    if stopped is not None:
        what = f"all sending is stopped since {_at(stopped.at)}; messages that wait: {count}"
        found += watch("deliveries", what, "somebody of the secretariat starts it in Slack: /alliance start")
    elif waiting:
        first = min(one.since for one in waiting)
        what = f"messages that are due and do not go out: {count}, since {_at(first)} ({_reasons(waiting)})"
        found += broken("deliveries", what, f"mend what the lines above say; if none does, {RUN}")
    if gone:
        what = f"messages that failed in the last seven days: {sum(one.count for one in gone)}"
        what += f" ({_reasons(gone)}); nobody was told yet of {untold}"
        found += watch(
            "deliveries", what, "mend the reason; the bot that runs tells the secretariat in Slack"
        )
    return found or ok("deliveries", "nothing that is due waits, and nothing failed in the last seven days")


async def backup(patient: Patient) -> list[Finding]:
    """When the last backup was made that this installation knows of."""
    async with patient.database.reading() as session:
        last = await last_backup(session)
    mend = f"run each night, onto another machine's disk: {program()} backup FILE"
    if last is None:
        return watch("backup", "no backup was made yet", mend)
    if last < patient.now() - OLD:
        return watch("backup", f"the last backup is of {_at(last)}", mend)
    return ok("backup", f"the last backup is of {_at(last)}")


def _reasons(found: Iterable[Arrears]) -> str:
    """Each reason with its count, such as "not_in_channel: 3, by e-mail 550: 1"."""
    return ", ".join(
        f"{'by e-mail ' if one.by_mail else ''}{one.reason or 'not tried'}: {one.count}" for one in found
    )


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


CHECKS = (
    Check("record", record, needs=("migrations",)),
    Check("roles", roles, needs=("migrations",)),
    Check("replicas", replicas, needs=("migrations",)),
    Check("newsletters", newsletters, needs=("migrations",)),
    Check("deliveries", deliveries, needs=("migrations",)),
    Check("backup", backup, needs=("migrations",)),
)
