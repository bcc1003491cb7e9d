"""Action groups: who chairs them, what they work on, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from community.among import find_among
from community.events import Happening, happening
from community.facts import Citation, Said, Statement, citation, said, statement
from community.names import OwnName
from community.posted import SHOWN_ON_A_CARD, Posted, latest, steps, visible
from community.promised import ON_A_CARD, Promised, concerning
from community.rights import OF_A_GROUP, Actor
from storage.base import Words
from storage.events import events_of_group
from storage.facts import facts_of
from storage.groups import Group, all_groups
from storage.roles import Role, insiders, roles_of, roles_of_groups
from storage.sight import Sight
from storage.vocabulary import GroupKind, GroupStatus, RoleName, RoleState, Visibility


@dataclass(frozen=True)
class Seat:
    """A role, and who holds it: the organisation's name in `holder`, or the member's `slack_id`."""

    role: RoleName
    state: RoleState
    holder: Words | None
    short: Words | None
    slack_id: str | None
    note: Words | None
    citation: Citation | None


@dataclass(frozen=True)
class GroupLine:
    """One line in the list of groups. `said` is by whom its status was said, if by a member."""

    key: str
    kind: GroupKind
    status: GroupStatus | None
    name: Words
    seats: tuple[Seat, ...]
    said: Said | None

    @property
    def chairs(self) -> tuple[Seat, ...]:
        """Those who chair it now: none, one or several; a lead is not a chair."""
        return tuple(
            seat for seat in self.seats if seat.role is RoleName.CHAIR and seat.state is RoleState.APPOINTED
        )

    @property
    def leads(self) -> tuple[Seat, ...]:
        """Those who lead it, or its first workshop, without chairing it."""
        return tuple(seat for seat in self.seats if seat.role is not RoleName.CHAIR)

    @property
    def vacancy(self) -> Seat | None:
        """The chair that the record calls vacant, unless somebody has taken it since."""
        if self.chairs:
            return None
        return next((seat for seat in self.seats if seat.state is RoleState.VACANT), None)


@dataclass(frozen=True)
class GroupCard:
    """All that the record has of one action group. `is_inside`: whoever asks belongs to it."""

    line: GroupLine
    about: Words | None
    membership: Words | None
    channel: str | None
    note: Words | None
    statements: tuple[Statement, ...]
    events: tuple[Happening, ...]
    updates: tuple[Posted, ...]
    commitments: tuple[Promised, ...]
    citation: Citation | None
    is_inside: bool


def seat(row: Role) -> Seat:
    """A role's row as it is shown."""
    organisation = row.organisation
    return Seat(
        role=row.name,
        state=row.state,
        holder=organisation.name if organisation else None,
        short=organisation.short if organisation else None,
        slack_id=row.member.slack_id if row.member else None,
        note=row.note,
        citation=citation(row),
    )


def find_group(groups: tuple[OwnName, ...], query: str) -> str:
    """The key of the group meant by `query`. Raises `Ambiguous` or `NotFound`."""
    return find_among("group", query, groups)


async def group_names(session: AsyncSession) -> tuple[OwnName, ...]:
    """How every group may be called."""
    return tuple(
        OwnName(group.key, group.name, [group.key, *group.aliases]) for group in await all_groups(session)
    )


async def led_by(session: AsyncSession, actor: Actor) -> str:
    """The key of the group that somebody chairs or leads, the first if there are several; empty for none."""
    led = {one.group_id for one in actor.held if one.role in OF_A_GROUP}
    return next((row.key for row in await all_groups(session) if row.id in led), "") if led else ""


async def listing(session: AsyncSession, today: date) -> tuple[GroupLine, ...]:
    """Every group with its seats on the reader's `today`, in the order of the record."""
    roles = await roles_of_groups(session, today)
    return tuple(
        _line(row, [role for role in roles if role.group_id == row.id]) for row in await all_groups(session)
    )


async def card(
    session: AsyncSession,
    query: str,
    today: date,
    *,
    to_guests: bool = True,
    member_id: int | None = None,
    most: int | None = None,
) -> GroupCard:
    """The card of the group meant by `query`; `today` is the reader's day. Raises `Ambiguous`, `NotFound`.

    `to_guests` leaves out the updates that are for members only; those for the group alone are shown to
    `member_id` if they belong to it. `most` latest updates and commitments are on it, if not a few.
    """
    groups = await all_groups(session)
    names = tuple(OwnName(row.key, row.name, [row.key, *row.aliases]) for row in groups)
    key = find_group(names, query)
    row = next(group for group in groups if group.key == key)
    cited = citation(row)  # at once: what is read anew with its updates comes without its document
    seen = await visible(session, group_id=row.id, to_guests=to_guests, member_id=member_id, day=today)
    sight = Sight(Visibility.MEMBERS in seen, frozenset({row.id} if Visibility.GROUP in seen else ()))
    stated = tuple(statement(fact) for fact in await facts_of(session, group_id=row.id))
    return GroupCard(
        line=_line(row, await roles_of(session, today, group_id=row.id)),
        about=row.about,
        membership=row.membership,
        channel=row.channel,
        note=row.note,
        statements=(*await steps(session, seen, group_id=row.id), *stated),
        events=tuple(happening(event, today) for event in await events_of_group(session, row.id, sight)),
        updates=await latest(session, seen, group_id=row.id, most=most or SHOWN_ON_A_CARD),
        commitments=await concerning(session, sight, today, group_id=row.id, most=most or ON_A_CARD),
        citation=cited,
        is_inside=member_id in await insiders(session, row.id, today),
    )


def _line(row: Group, roles: list[Role]) -> GroupLine:
    return GroupLine(row.key, row.kind, row.status, row.name, tuple(seat(role) for role in roles), said(row))
