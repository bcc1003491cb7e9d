"""The matrix: every action and every role, and what each may. A new action without a row fails."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from community import audit, hearing, roles
from community.errors import Invalid, NotAllowed
from community.members import Profile, ensure_member, remember
from community.rights import RULES, Action, Actor, Held, Subject, actor_of, may, require
from storage.database import Database
from storage.tables import AuditEntry, Group, Organisation, Place, Representative, Role
from storage.vocabulary import RoleName

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GROUP, OTHER_GROUP, PLACE, OTHER_PLACE = 1, 2, 11, 12
ME = 7


def actor(*held: Held, guest: bool = False, stopped: bool = False) -> Actor:
    return Actor(ME, guest, stopped, frozenset(held))


ACTORS = {
    "guest": actor(guest=True),
    "member": actor(),
    "focal point": actor(Held(RoleName.FOCAL_POINT, place_id=PLACE)),
    "other focal point": actor(Held(RoleName.FOCAL_POINT, place_id=OTHER_PLACE)),
    "chair": actor(Held(RoleName.CHAIR, group_id=GROUP)),
    "other chair": actor(Held(RoleName.CHAIR, group_id=OTHER_GROUP)),
    "lead": actor(Held(RoleName.LEAD, group_id=GROUP)),
    "workshop lead": actor(Held(RoleName.WORKSHOP_LEAD, group_id=GROUP)),
    "Alliance chair": actor(Held(RoleName.ALLIANCE_CHAIR)),
    "editor": actor(Held(RoleName.EDITOR)),
    "secretariat": actor(Held(RoleName.SECRETARIAT)),
    "stopped chair": actor(Held(RoleName.CHAIR, group_id=GROUP), stopped=True),
    "stopped secretariat": actor(Held(RoleName.SECRETARIAT), stopped=True),
}
SUBJECTS = {
    "the Alliance": Subject(),
    "the group": Subject(group_id=GROUP),
    "the place": Subject(place_id=PLACE),
    "my own of another group": Subject(group_id=99, author_id=ME),
}
EVERYBODY = set(ACTORS)
RUNNING = EVERYBODY - {"stopped chair", "stopped secretariat"}
SECRETARIAT = {"secretariat"}
EDITORS = {"editor", "secretariat"}
OF_GROUP, OF_PLACE = {"chair", "lead"}, {"focal point"}

MATRIX: dict[Action, dict[str, set[str]]] = {
    Action.READ: dict.fromkeys(SUBJECTS, EVERYBODY),
    Action.REPORT: dict.fromkeys(SUBJECTS, EVERYBODY),
    Action.POST_UPDATE: dict.fromkeys(SUBJECTS, RUNNING - {"guest"}),
    Action.PUBLISH_UPDATE: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": EDITORS,
    },
    Action.REVIEW_UPDATE: dict.fromkeys(SUBJECTS, EDITORS),
    Action.WITHDRAW_UPDATE: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": RUNNING,
    },
    Action.CHANGE_RECORD: {
        "the Alliance": SECRETARIAT,
        "the group": SECRETARIAT | OF_GROUP,
        "the place": SECRETARIAT | OF_PLACE,
        "my own of another group": SECRETARIAT,
    },
    Action.MANAGE_ROLES: dict.fromkeys(SUBJECTS, SECRETARIAT),
    Action.STOP_MEMBER: dict.fromkeys(SUBJECTS, SECRETARIAT),
    Action.MANAGE_HELP_LINES: dict.fromkeys(SUBJECTS, SECRETARIAT),
    Action.SEE_AUDIT: dict.fromkeys(SUBJECTS, SECRETARIAT),
    Action.TRANSLATE_UPDATE: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": EDITORS,
    },
    Action.OFFER_TRANSLATION: dict.fromkeys(SUBJECTS, RUNNING - {"guest"}),
    Action.REVIEW_TRANSLATION: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": set(),
    },
    Action.TAKE_PART: dict.fromkeys(SUBJECTS, RUNNING - {"guest"}),
    Action.DECIDE_JOIN: {
        "the Alliance": SECRETARIAT,
        "the group": SECRETARIAT | OF_GROUP,
        "the place": SECRETARIAT | OF_PLACE,
        "my own of another group": SECRETARIAT,
    },
    Action.DECIDE_REQUEST: dict.fromkeys(SUBJECTS, SECRETARIAT),
    Action.FOLLOW: dict.fromkeys(SUBJECTS, EVERYBODY),
    Action.FOLLOW_FOR_CHANNEL: dict.fromkeys(SUBJECTS, RUNNING - {"guest", "member", "workshop lead"}),
    Action.MANAGE_REGISTER: dict.fromkeys(SUBJECTS, SECRETARIAT),
    Action.MANAGE_SCHEDULES: dict.fromkeys(SUBJECTS, EDITORS),
    Action.SEND_EDITION: dict.fromkeys(SUBJECTS, EDITORS),
    Action.STOP_SENDING: dict.fromkeys(SUBJECTS, SECRETARIAT),
    Action.ADD_EVENT: dict.fromkeys(SUBJECTS, RUNNING - {"guest"}),
    Action.LIST_EVENT: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": EDITORS,
    },
    Action.MANAGE_EVENT: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": RUNNING,
    },
    Action.ADD_COMMITMENT: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": RUNNING,
    },
    Action.MANAGE_COMMITMENT: {
        "the Alliance": SECRETARIAT,
        "the group": SECRETARIAT | OF_GROUP,
        "the place": SECRETARIAT | OF_PLACE,
        "my own of another group": RUNNING,
    },
    Action.ASK: dict.fromkeys(SUBJECTS, RUNNING - {"guest"}),
    Action.ANSWER: {
        "the Alliance": SECRETARIAT,
        "the group": SECRETARIAT | OF_GROUP,
        "the place": SECRETARIAT | OF_PLACE,
        "my own of another group": SECRETARIAT,
    },
    Action.REGISTER: dict.fromkeys(SUBJECTS, RUNNING),
    Action.CONTRIBUTE: dict.fromkeys(SUBJECTS, RUNNING - {"guest"}),
    Action.PUBLISH_CONTRIBUTION: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": EDITORS,
    },
    Action.REVIEW_CONTRIBUTION: dict.fromkeys(SUBJECTS, EDITORS),
    Action.WITHDRAW_CONTRIBUTION: {
        "the Alliance": EDITORS,
        "the group": EDITORS | OF_GROUP,
        "the place": EDITORS | OF_PLACE,
        "my own of another group": RUNNING,
    },
    Action.CONSENT: {
        "the Alliance": set(),
        "the group": set(),
        "the place": set(),
        "my own of another group": EVERYBODY,
    },
    Action.REVIEW_REPORT: dict.fromkeys(SUBJECTS, EDITORS),
    Action.REPORT_PROGRESS: dict.fromkeys(SUBJECTS, SECRETARIAT | {"Alliance chair"}),
    Action.OWN_DATA: {
        "the Alliance": set(),
        "the group": set(),
        "the place": set(),
        "my own of another group": EVERYBODY,
    },
    Action.ERASE_MEMBER: dict.fromkeys(SUBJECTS, SECRETARIAT),
}


def test_every_action_has_a_rule_and_a_row() -> None:
    assert set(MATRIX) == set(Action) == set(RULES)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("action", Action)
def test_exactly_those_may(action: Action, subject: str) -> None:
    allowed = {name for name, who in ACTORS.items() if may(who, action, SUBJECTS[subject])}
    assert allowed == MATRIX[action][subject]


@pytest.mark.parametrize("office", [RoleName.ALLIANCE_CHAIR, RoleName.SECRETARIAT])
def test_what_is_asked_of_an_office_is_answered_by_its_holder_and_the_secretariat(office: RoleName) -> None:
    answering = {name for name, who in ACTORS.items() if may(who, Action.ANSWER, Subject(office=office))}
    assert answering == SECRETARIAT | ({"Alliance chair"} if office is RoleName.ALLIANCE_CHAIR else set())


def test_a_refusal_names_who_may() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require(ACTORS["member"], Action.REVIEW_UPDATE)
    assert (refusal.value.action, refusal.value.who) == ("review_update", "editor")


async def secretariat(session: AsyncSession) -> Actor:
    await roles.bootstrap(session, ["U0SECRETA"], NOW)
    await session.flush()
    return await actor_of(session, "U0SECRETA", TODAY)


async def give(session: AsyncSession, who: str, role: RoleName, scope: str, *, deputy: bool = False) -> int:
    manager = await secretariat(session)
    return await roles.grant(
        session, manager, who, role, scope, is_deputy=deputy, today=TODAY, now=NOW
    )  # fmt: skip


async def test_a_given_role_holds_for_its_own_group_only(loaded: Database) -> None:
    async with loaded.writing() as session:
        await give(session, "U1", RoleName.CHAIR, "group:migration")
        mine = (await session.scalars(select(Group.id).where(Group.key == "migration"))).one()
        other = (await session.scalars(select(Group.id).where(Group.key == "ceag"))).one()
        chair = await actor_of(session, "U1", TODAY)
        assert may(chair, Action.PUBLISH_UPDATE, Subject(group_id=mine))
        assert not may(chair, Action.PUBLISH_UPDATE, Subject(group_id=other))


async def test_a_deputy_has_the_same_rights(loaded: Database) -> None:
    async with loaded.writing() as session:
        await give(session, "U1", RoleName.FOCAL_POINT, "place:NP", deputy=True)
        nepal = (await session.scalars(select(Place.id).where(Place.key == "NP"))).one()
        assert may(await actor_of(session, "U1", TODAY), Action.CHANGE_RECORD, Subject(place_id=nepal))


async def test_a_role_given_twice_is_held_once(loaded: Database) -> None:
    async with loaded.writing() as session:
        first = await give(session, "U1", RoleName.EDITOR, "")
        assert await give(session, "U1", RoleName.EDITOR, "") == first


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (RoleName.CHAIR, ""),
        (RoleName.CHAIR, "place:NP"),
        (RoleName.FOCAL_POINT, "group:migration"),
        (RoleName.EDITOR, "group:migration"),
        (RoleName.WORKSHOP_LEAD, "group:migration"),
        (RoleName.CHAIR, "group:nosuch"),
        (RoleName.CHAIR, "nonsense"),
    ],
)
async def test_a_role_goes_with_its_own_kind_of_scope(loaded: Database, role: RoleName, scope: str) -> None:
    async with loaded.writing() as session:
        with pytest.raises(Invalid):
            await give(session, "U1", role, scope)


async def test_an_ended_role_gives_nothing_and_stays_as_history(loaded: Database) -> None:
    async with loaded.writing() as session:
        number = await give(session, "U1", RoleName.EDITOR, "")
        manager = await secretariat(session)
        assert await roles.end(session, manager, number, TODAY, NOW)
        assert not await roles.end(session, manager, number, TODAY, NOW), "a second click does nothing"
        assert not may(await actor_of(session, "U1", TODAY), Action.REVIEW_UPDATE)
        row = await session.get(Role, number)
        assert row is not None
        assert row.until == TODAY


async def test_a_role_that_begins_tomorrow_gives_nothing_today(loaded: Database) -> None:
    async with loaded.writing() as session:
        number = await give(session, "U1", RoleName.EDITOR, "")
        await session.execute(update(Role).where(Role.id == number).values(since=TODAY + timedelta(days=1)))
        assert not may(await actor_of(session, "U1", TODAY), Action.REVIEW_UPDATE)
        assert may(await actor_of(session, "U1", TODAY + timedelta(days=1)), Action.REVIEW_UPDATE)


async def test_a_handover_is_one_act_that_keeps_history(loaded: Database) -> None:
    async with loaded.writing() as session:
        number = await give(session, "U1", RoleName.CHAIR, "group:migration")
        manager = await secretariat(session)
        assert await roles.hand_over(session, manager, number, "U2", TODAY, NOW)
        assert not await roles.hand_over(session, manager, number, "U3", TODAY, NOW), "somebody was faster"
        assert (await actor_of(session, "U1", TODAY)).held == frozenset()
        assert len((await actor_of(session, "U2", TODAY)).held) == 1
        assert len((await session.scalars(select(Role).where(Role.key.startswith("member/")))).all()) == 2


async def test_only_a_confirmed_representative_uses_what_an_organisation_holds(loaded: Database) -> None:
    async with loaded.writing() as session:
        iom = (await session.scalars(select(Organisation.id).where(Organisation.key == "iom"))).one()
        group = (await session.scalars(select(Group.id).where(Group.key == "migration"))).one()
        member = await ensure_member(session, "U1")
        subject = Subject(group_id=group)
        assert not may(await actor_of(session, "U1", TODAY), Action.PUBLISH_UPDATE, subject)
        nobody = await actor_of(session, "U1", TODAY)
        with pytest.raises(NotAllowed):
            await roles.confirm_representative(session, nobody, "U1", "iom", TODAY, NOW)
        manager = await secretariat(session)
        await roles.confirm_representative(session, manager, "U1", "iom", TODAY, NOW)
        confirmed = (await session.scalars(select(Representative))).one()
        assert (confirmed.member_id, confirmed.organisation_id) == (member.id, iom)
        assert may(await actor_of(session, "U1", TODAY), Action.PUBLISH_UPDATE, subject)
        assert not may(
            await actor_of(session, "U1", TODAY - timedelta(days=1)), Action.PUBLISH_UPDATE, subject
        )


async def test_the_candidate_for_the_chair_has_no_right_of_a_chair(loaded: Database) -> None:
    async with loaded.writing() as session:
        france = (await session.scalars(select(Organisation.id).where(Organisation.key == "france"))).one()
        member = await ensure_member(session, "U1")
        session.add(Representative(member_id=member.id, organisation_id=france, since=TODAY))
        await session.flush()
        assert (await actor_of(session, "U1", TODAY)).held == frozenset()


async def test_who_left_slack_has_no_right_and_their_seat_is_flagged(loaded: Database) -> None:
    async with loaded.writing() as session:
        await give(session, "U1", RoleName.CHAIR, "group:migration")
        await give(session, "U2", RoleName.EDITOR, "")
        await remember(session, [Profile("U1", is_active=False)])
        assert (await actor_of(session, "U1", TODAY)).held == frozenset()
        found = await roles.holdings(session, await secretariat(session), TODAY)
        assert [(one.slack_id, one.gone) for one in found] == [
            ("U1", True), ("U0SECRETA", False), ("U2", False),
        ]  # fmt: skip


async def test_the_setting_makes_a_secretariat_once(loaded: Database) -> None:
    async with loaded.writing() as session:
        manager = await secretariat(session)
        number = (await session.scalars(select(Role.id).where(Role.key == "setting/U0SECRETA"))).one()
        await roles.end(session, manager, number, TODAY, NOW)
        await secretariat(session)
        assert not may(await actor_of(session, "U0SECRETA", TODAY), Action.MANAGE_ROLES), "ended stays ended"


async def test_every_act_is_written_down_without_any_text(loaded: Database) -> None:
    async with loaded.writing() as session:
        number = await give(session, "U1", RoleName.EDITOR, "")
        manager = await secretariat(session)
        await roles.end(session, manager, number, TODAY, NOW)
        acts = await audit.latest(session, manager)
        assert [act.action for act in acts] == ["role_ended", "role_granted", "role_granted"]
        assert acts[0].slack_id == "U0SECRETA"
        assert acts[-1].slack_id is None, "the installation itself"
        with pytest.raises(NotAllowed):
            await audit.latest(session, await actor_of(session, "U1", TODAY))
        columns = set(AuditEntry.__table__.columns.keys())
        assert columns == {"id", "at", "actor_id", "action", "subject"}


async def test_nobody_else_gives_roles(loaded: Database) -> None:
    async with loaded.writing() as session:
        await give(session, "U1", RoleName.EDITOR, "")
        editor = await actor_of(session, "U1", TODAY)
        with pytest.raises(NotAllowed):
            await roles.grant(
                session, editor, "U1", RoleName.SECRETARIAT, "", is_deputy=False, today=TODAY, now=NOW
            )
        with pytest.raises(NotAllowed):
            await roles.end(session, editor, 1, TODAY, NOW)
        with pytest.raises(NotAllowed):
            await roles.hand_over(session, editor, 1, "U1", TODAY, NOW)
        with pytest.raises(NotAllowed):
            await roles.holdings(session, editor, TODAY)


async def test_of_a_seat_of_an_organisation_only_its_own_representatives_hear(loaded: Database) -> None:
    async with loaded.writing() as session:
        manager = await secretariat(session)
        for number in ("U1", "U2", "U3"):
            await ensure_member(session, number)
        group = (await session.scalars(select(Group.id).where(Group.key == "migration"))).one()
        assert await hearing.leads(session, TODAY, group_id=group) == []
        await roles.confirm_representative(session, manager, "U2", "iom", TODAY, NOW)
        assert await hearing.leads(session, TODAY, group_id=group) == ["U2"]
        assert await hearing.editors(session, TODAY) == ["U0SECRETA"]
