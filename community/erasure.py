"""Erasing a person: what was private goes, what was the community's stays as "a former member's".

One row of `members` stands for everybody who was erased, so that what remains of one person does not hang
together. Whoever comes back is a new member. It is one transaction behind a lock of the person's row: what
anybody writes of theirs at the same moment is found by it, or finds them gone. A text of somebody else's that
names them, and is written in that moment, is found by the next hour's look: until then their id is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from community import deliveries, withdrawing
from community.audit import note
from community.errors import Invalid
from community.members import claim
from community.privacy import Seat, seat, seats_represented
from community.registrations import Moved, capacity_changed
from community.rights import Action, Actor, Subject, require
from storage import naming
from storage.events import event_by_id
from storage.mail import forget_asking_for
from storage.members import Member, member_by_slack_id
from storage.naming import Called
from storage.personal import MESSAGES, TRACES, Fate, former_member, of
from storage.roles import holders
from storage.tables import (
    AuditEntry,
    Change,
    Claim,
    Delivery,
    Edition,
    EditionItem,
    Letter,
    MailReader,
    Registration,
    Representative,
    Role,
)
from storage.vocabulary import DeliveryState, RegistrationState, RoleName

AGAIN = timedelta(minutes=10)
"""What was being written while somebody was erased stands there by then."""
_LATELY = "erased:"
"""Before the Slack id of somebody who was erased lately, in a claim."""


@dataclass(frozen=True)
class Erased:
    """What follows from it for others, in the same transaction.

    `scopes` are what cards show anew, such as `group:KEY`; `moved` who has a seat now, by event; `ended` what
    waited for somebody and does no more, such as `request:17`; `contributions` those that were taken back;
    `seats` those that are vacant now.
    """

    scopes: tuple[str, ...]
    moved: tuple[tuple[int, tuple[Moved, ...]], ...]
    ended: tuple[str, ...]
    contributions: tuple[int, ...]
    seats: tuple[Seat, ...]


async def erase_oneself(session: AsyncSession, actor: Actor, called: Called, now: datetime) -> Erased | None:
    """Erase whoever asks for it. None if nothing is stored about them.

    Raises `NotAllowed`, or `Invalid` for the last of the secretariat.
    """
    if actor.member_id is None:
        return None
    require(actor, Action.OWN_DATA, Subject(author_id=actor.member_id))
    await _lock_secretariat(session)
    member = await _locked(session, Member.id == actor.member_id)
    if member is None:
        return None
    await _leave_somebody(session, member, now)
    return await _erase(session, member, called, now, None)


async def erase_member(
    session: AsyncSession, actor: Actor, slack_id: str, called: Called, now: datetime
) -> Erased | None:
    """Erase somebody who left, or asked the secretariat. None if nothing is stored. Raises as above."""
    require(actor, Action.ERASE_MEMBER)
    await _lock_secretariat(session)
    member = await _locked(session, Member.slack_id == slack_id)
    if member is None:
        return None
    await _leave_somebody(session, member, now)
    return await _erase(session, member, called, now, actor)


async def erase_by_rule(session: AsyncSession, slack_id: str, called: Called, now: datetime) -> Erased | None:
    """Erase somebody in the name of the installation: its administrator, or a rule. None as above."""
    member = await _locked(session, Member.slack_id == slack_id)
    return await _erase(session, member, called, now, None) if member else None


async def look_again(session: AsyncSession, called: Called, now: datetime) -> None:
    """Find what others were writing about somebody in the moment in which they were erased; then forget who.

    Whoever came back meanwhile is somebody new: what names them stays.
    """
    found = select(Claim.key).where(Claim.key.startswith(_LATELY), Claim.at <= now - AGAIN)
    for key in (await session.scalars(found.order_by(Claim.key))).all():
        slack_id = key.removeprefix(_LATELY)
        await session.execute(delete(Claim).where(Claim.key == key))
        if await member_by_slack_id(session, slack_id) is None:
            session.info[deliveries.PROMISED] = True
            await session.execute(delete(Delivery).where(Delivery.channel == slack_id))
            await _rename_in_messages(session, slack_id, called, now)
            await naming.rename(session, slack_id, called)
    session.expire_all()


async def _locked(session: AsyncSession, who: Any) -> Member | None:
    query = select(Member).where(who, Member.is_bot.is_(False)).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def _lock_secretariat(session: AsyncSession) -> None:
    """Two who go in the same moment go one after the other, so that the second is seen to be the last."""
    mine = select(Role.id).where(Role.name == RoleName.SECRETARIAT, Role.until.is_(None))
    await session.execute(mine.order_by(Role.id).with_for_update())


async def _leave_somebody(session: AsyncSession, member: Member, now: datetime) -> None:
    """Raise `Invalid` if nobody else is of the secretariat. A slip locks nobody out of the installation."""
    day = now.astimezone(UTC).date()
    if await holders(session, day, [RoleName.SECRETARIAT]) == [member.slack_id]:
        raise Invalid("sure", "last_of_secretariat")


async def _erase(
    session: AsyncSession, member: Member, called: Called, now: datetime, by: Actor | None
) -> Erased:
    session.info[deliveries.PROMISED] = True
    number, slack_id, day = member.id, member.slack_id, now.astimezone(UTC).date()
    former = await former_member(session)
    seats, scopes = await _end_roles(session, number, day)
    moved = await _give_up_seats(session, number, now)
    ended, contributions, touched = await withdrawing.withdraw_all(session, number, former, now)
    await _forget_letters(session, number)
    await _forget_in_records(session, number, former)
    for trace in TRACES:
        if trace.place == "members.id":
            continue
        gone = trace.fate is Fate.GONE
        statement = delete(trace.table) if gone else update(trace.table).values({trace.column: former})
        await session.execute(statement.where(of(trace, member)))
    await _rename_in_messages(session, slack_id, called, now)
    await naming.rename(session, slack_id, called)
    await session.execute(delete(Member).where(Member.id == number))
    await claim(session, f"{_LATELY}{slack_id}", now, again_after=timedelta(0))
    session.expire_all()
    note(session, by, "person_erased", "member", now)
    events = [f"event:{event}" for event, _ in moved]
    cards = tuple(dict.fromkeys([*scopes, *touched, *events]))
    return Erased(cards, moved, ended, contributions, seats)


async def _end_roles(session: AsyncSession, number: int, day: date) -> tuple[tuple[Seat, ...], list[str]]:
    """End what they hold today; the seats, and what cards they stand on."""
    acted = await seats_represented(session, number, day)
    query = select(Role).where(Role.member_id == number, or_(Role.until.is_(None), Role.until > day))
    rows = (await session.scalars(query.options(joinedload(Role.group), joinedload(Role.place)))).all()
    for table in (Role, Representative):
        open_ended = table.member_id == number, or_(table.until.is_(None), table.until > day)
        await session.execute(update(table).where(*open_ended).values(until=day))
    scopes = [f"group:{row.group.key}" for row in rows if row.group]
    scopes += [f"place:{row.place.key}" for row in rows if row.place]
    return (*(seat(row) for row in rows), *acted), scopes


async def _give_up_seats(
    session: AsyncSession, number: int, now: datetime
) -> tuple[tuple[int, tuple[Moved, ...]], ...]:
    """Their registrations go, and whoever waits moves up, event by event under its lock."""
    query = select(Registration.event_id).where(
        Registration.member_id == number, Registration.state != RegistrationState.WITHDRAWN
    )
    found = []
    for event_id in (await session.scalars(query.order_by(Registration.event_id))).all():
        row = await event_by_id(session, event_id, lock=True)
        mine = delete(Registration).where(Registration.event_id == event_id, Registration.member_id == number)
        await session.execute(mine)
        if row is not None:
            found.append((event_id, await capacity_changed(session, row, now)))
    return tuple(found)


async def _forget_letters(session: AsyncSession, number: int) -> None:
    """Their digests, what waits for their own address or went there, and what they asked to confirm."""
    await forget_asking_for(session, number)
    editions = list(await session.scalars(select(Edition.id).where(Edition.member_id == number)))
    readers = await session.scalars(select(MailReader.id).where(MailReader.member_id == number))
    about = [f"edition:{one}" for one in editions]
    there = Delivery.channel.in_([f"mail:{one}" for one in readers])
    await session.execute(delete(Delivery).where(or_(Delivery.about.in_(about), there)))
    await session.execute(delete(Letter).where(Letter.key.in_(about)))
    items = or_(EditionItem.edition_id.in_(editions), EditionItem.reader == f"member:{number}")
    await session.execute(delete(EditionItem).where(items))


async def _forget_in_records(session: AsyncSession, number: int, former: int) -> None:
    """What the audit and the record's earlier versions call by the number of their row."""
    named = AuditEntry.subject == f"member:{number}"
    await session.execute(update(AuditEntry).where(named).values(subject="member"))
    columns = {trace.column.name for trace in TRACES if trace is not MESSAGES} - {"id"}
    sides = (Change.before, Change.after)
    found = select(Change).where(
        or_(*(side[name].as_integer() == number for side in sides for name in sorted(columns)))
    )
    for row in (await session.scalars(found)).unique():
        row.before, row.after = (
            _passed_on(side, columns, number, former) for side in (row.before, row.after)
        )
    await session.flush()


async def _rename_in_messages(session: AsyncSession, slack_id: str, called: Called, now: datetime) -> None:
    """Messages to others name them no more; what stands in Slack is changed there."""
    for row in await naming.deliveries_naming(session, slack_id):
        payload = naming.without(row.payload, slack_id, called.get(row.language, called["en"]))
        if row.state in (DeliveryState.FAILED, DeliveryState.CANCELLED):
            row.payload = payload
        else:
            await deliveries.replace(session, row, payload, now)
    await session.flush()


def _passed_on(
    side: dict[str, Any] | None, columns: set[str], number: int, former: int
) -> dict[str, Any] | None:
    if side is None:
        return None
    return {key: former if key in columns and value == number else value for key, value in side.items()}
