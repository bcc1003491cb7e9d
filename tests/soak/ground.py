"""The ground of the storm: who is who, what goes out when, and what there is to register for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from sqlalchemy import select

from community import schedules, updates
from community.names import HOUSE_LANGUAGES
from community.rights import actor_of
from community.roles import bootstrap, grant
from community.schedules import Plan
from community.updates import Draft
from storage.database import Database
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import Event, Group, MailReader, Member, Subscription
from storage.vocabulary import Cadence, Constituency, EventKind, Quiet, RoleName, Visibility
from tests.soak.crowd import ALEX, CAMILLE, EDITOR, GENERAL, JO, ROBIN, SAM, SECRETARIAT

MONDAY = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
"""Twenty minutes before the hour of the newsletter."""


async def prepare(database: Database, readers: int) -> list[int]:
    """Roles, newsletters, digests, reminders and events; gives the numbers of the events."""
    now, day = MONDAY, MONDAY.date()
    async with database.writing() as session:
        await bootstrap(session, (SECRETARIAT,), now)
        who = (ROBIN, CAMILLE, SAM, ALEX, EDITOR, JO)
        society = {"is_guest": False, "constituency": Constituency.CIVIL_SOCIETY}
        people = {one: Member(slack_id=one, **society) for one in who}
        session.add_all(people.values())
        await session.flush()
        secretariat = await actor_of(session, SECRETARIAT, day)
        for holder, role, scope in (
            (ALEX, RoleName.CHAIR, "group:migration"), (SAM, RoleName.FOCAL_POINT, "place:NP"),
            (EDITOR, RoleName.EDITOR, ""),
        ):  # fmt: skip
            await grant(session, secretariat, holder, role, scope, is_deputy=False, today=day, now=now)
        # Every day: of a weekly one the first replica may write its first letter in the 24th minute, and the
        # 4 MB that this costs it once would be taken for memory that rises.
        plan = Plan(
            tuple((GENERAL, language) for language in HOUSE_LANGUAGES), Cadence.DAILY, 0, clock_time(9),
            "UTC", is_reviewed=False, quiet=Quiet.SKIP, leaves_slack=True,
        )  # fmt: skip
        await schedules.save(session, secretariat, plan, now)
        chair = await actor_of(session, ALEX, day)
        news = Draft("group:migration", "Before the storm", "All is quiet.", "en", Visibility.PUBLIC)
        await updates.post(session, chair, news, now)
        group = (await session.scalars(select(Group).where(Group.key == "migration"))).unique().one()
        group.channel = "C0MIGRATE"
        for number, (one, member) in enumerate(people.items()):
            cadence = (Cadence.DAILY, Cadence.WEEKLY, Cadence.AT_ONCE)[number % 3]
            session.add(
                Subscription(
                    key=f"{one}:group:migration", member_id=member.id, group_id=group.id, cadence=cadence,
                    since=now,
                )
            )  # fmt: skip
        session.add_all(
            MailReader(
                address=f"reader{number}@example.org", language=HOUSE_LANGUAGES[number % 3],
                confirmed_at=now, newsletter_since=now,
            )
            for number in range(readers)
        )  # fmt: skip
        made = [_event(group.id, number) for number in range(30)]
        session.add_all(made)
        await session.flush()
        return [one.id for one in made]


def _event(group: int, number: int) -> Event:
    """One each day from tomorrow on, for which people register, and of which they are reminded."""
    day = MONDAY.date() + timedelta(days=number + 1)
    when = PartialDate(
        Precision.DAY, day, day, Status.PLANNED, None, clock_time(15), clock_time(16), "Asia/Bangkok"
    )
    return Event(
        key=f"member/storm{number}", kind=EventKind.MEETING, name={"en": f"Storm meeting {number}"},
        themes=[], zones=[], languages=[], takes_registrations=True, added_at=MONDAY, changed_at=MONDAY,
        group_id=group, when=when,
    )  # fmt: skip
