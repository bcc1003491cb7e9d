"""Two entries become one: nothing is lost, the old name answers, and the loader does not undo it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from community import (
    digests,
    following,
    groups,
    membership,
    merging,
    organisations,
    pathfinders,
    roles,
    updates,
)
from community.errors import Invalid, NotAllowed
from community.loading import load_starter
from community.members import Profile, Reader, ensure_member, remember
from community.merging import Kind
from community.names import Names
from community.rights import Action, Actor, Subject, actor_of, may
from community.updates import Draft
from storage.database import Database
from storage.partial_dates import PartialDate
from storage.references import references_to
from storage.tables import (
    Change,
    Delivery,
    Group,
    Member,
    Membership,
    Organisation,
    Pathfinder,
    Place,
    Representative,
    Request,
    Role,
    StageChange,
    Subscription,
    Update,
    metadata,
)
from storage.vocabulary import (
    Cadence,
    Constituency,
    DeliveryState,
    PlaceKind,
    RequestKind,
    RoleName,
    Stage,
    Visibility,
)
from tests.storage.helpers import load_text, quietly

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
WRITTEN = {"audit_entries": 1, "changes": 1}
"""What the act itself adds."""


async def secretariat(session: Any) -> Actor:
    await known(session, "U0SECRETA")
    await roles.bootstrap(session, ["U0SECRETA"], NOW)
    await session.flush()
    return await actor_of(session, "U0SECRETA", TODAY)


async def known(session: Any, slack_id: str) -> Member:
    await remember(session, [Profile(slack_id, "en-GB", "UTC")])
    return await ensure_member(session, slack_id)


async def id_of(session: Any, table: type[Any], key: str) -> int:
    return int((await session.scalars(select(table.id).where(table.key == key))).one())


async def rows(database: Database) -> dict[str, int]:
    async with database.reading() as session:
        return {
            name: await session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }


async def pointing(database: Database, table: type[Any], number: int) -> int:
    """How many rows refer to this one, in every table."""
    async with database.reading() as session:
        counts = [
            await session.scalar(select(func.count()).select_from(column.table).where(column == number)) or 0
            for column in references_to(table.__table__)
        ]
    return sum(counts)


async def merge(database: Database, kind: Kind, this: str, into: str) -> None:
    table = merging.TABLES[kind]
    async with database.writing() as session:
        manager = await secretariat(session)
        source, target = await id_of(session, table, this), await id_of(session, table, into)
        await merging.merge(session, manager, kind, source, target, TODAY, NOW)


async def busy_groups(database: Database) -> None:
    """The Migration group and Rule of Law, each with everything that can belong to one."""
    async with database.writing() as session:
        manager = await secretariat(session)
        member = await known(session, "U1")
        other = await known(session, "U2")
        for key in ("migration", "rule-of-law"):
            group = await id_of(session, Group, key)
            await roles.grant(
                session, manager, "U1", RoleName.CHAIR, f"group:{key}", is_deputy=False, today=TODAY, now=NOW
            )
            draft = Draft(f"group:{key}", f"On {key}", "It moved.", "en", Visibility.PUBLIC)
            await updates.post(session, manager, draft, NOW)
            session.add(Membership(group_id=group, member_id=member.id, since=TODAY))
            session.add(Change(at=NOW, by_id=other.id, group_id=group, act="changed", row=f"group:{group}"))
            session.add(Request(kind=RequestKind.JOIN, member_id=other.id, group_id=group, at=NOW))
            session.add(
                Subscription(
                    key=f"{member.id}>group:{key}",
                    member_id=member.id,
                    group_id=group,
                    cadence=Cadence.WEEKLY,
                    since=NOW,
                )
            )
        migration = await id_of(session, Group, "migration")
        session.add(Membership(group_id=migration, member_id=other.id, since=TODAY))
        session.add(
            Delivery(
                key="card:C1:1", about="group:migration", kind="card", channel="C1", language="en",
                payload={}, due_at=NOW, state=DeliveryState.SENT, command="/actiongroup migration",
            )
        )  # fmt: skip


async def test_nothing_of_a_group_is_lost_and_all_of_it_stands_with_the_other(loaded: Database) -> None:
    await busy_groups(loaded)
    async with loaded.reading() as session:
        source, target = await id_of(session, Group, "migration"), await id_of(session, Group, "rule-of-law")
        before = {
            key: await groups.card(session, key, TODAY, to_guests=False)
            for key in ("migration", "rule-of-law")
        }
    count, here = await rows(loaded), await pointing(loaded, Group, source)
    there = await pointing(loaded, Group, target)
    assert here > 15, "facts, roles, events and all that people made"
    await merge(loaded, Kind.GROUP, "migration", "rule-of-law")
    assert await rows(loaded) == {name: n + WRITTEN.get(name, 0) for name, n in count.items()}
    assert await pointing(loaded, Group, source) == 0
    assert await pointing(loaded, Group, target) == here + there + 2, (
        "the change, and the merged group itself"
    )
    async with loaded.reading() as session:
        for name in ("migration", "Migration", "Migrations", "Migración", "rule-of-law"):
            card = await groups.card(session, name, TODAY, to_guests=False)
            assert card.line.key == "rule-of-law"
        assert len(card.statements) == sum(len(one.statements) for one in before.values())
        assert len(card.events) == sum(len(one.events) for one in before.values())
        assert {one.headline for one in card.updates} == {"On migration", "On rule-of-law"}
        mine = [seat for seat in card.line.seats if seat.slack_id == "U1"]
        assert len(mine) == 1, "who chaired both chairs it once"
        assert "migration" not in [line.key for line in await groups.listing(session, TODAY)]
        about = await session.scalar(select(Delivery.about))
        assert about == "group:rule-of-law", "the card that was shared is kept current still"


async def test_what_somebody_held_of_both_is_held_once(loaded: Database) -> None:
    await busy_groups(loaded)
    await merge(loaded, Kind.GROUP, "migration", "rule-of-law")
    async with loaded.writing() as session:
        target = await id_of(session, Group, "rule-of-law")
        for table, ended in ((Membership, Membership.until), (Subscription, Subscription.ended_at)):
            member = (await known(session, "U1")).id
            of_both = select(ended).where(table.member_id == member, table.group_id == target)
            found = (await session.scalars(of_both)).all()
            assert sorted(value is None for value in found) == [False, True]
        stranger = await actor_of(session, "U2", TODAY)
        assert not may(stranger, Action.PUBLISH_UPDATE, Subject(group_id=target))
        came = await membership.join(session, stranger, "rule-of-law", TODAY, NOW)
        assert came is membership.Came.MEMBER_ALREADY


async def test_who_followed_either_follows_the_one_that_stays_and_can_stop(loaded: Database) -> None:
    async with loaded.writing() as session:
        for who in ("U1", "U2", "U3"):
            await known(session, who)
        for who, key in (
            ("U1", "migration"),
            ("U1", "rule-of-law"),
            ("U2", "migration"),
            ("U3", "rule-of-law"),
        ):
            actor = await actor_of(session, who, TODAY)
            await following.follow(session, actor, f"group:{key}", Cadence.DAILY, NOW)
        actor = await actor_of(session, "U3", TODAY)
        await following.unfollow(session, actor, "group:rule-of-law", NOW)
        await following.follow(session, actor, "group:migration", Cadence.WEEKLY, NOW)
    await merge(loaded, Kind.GROUP, "migration", "rule-of-law")
    async with loaded.writing() as session:
        for who, cadence in (("U1", Cadence.DAILY), ("U2", Cadence.DAILY), ("U3", Cadence.WEEKLY)):
            actor = await actor_of(session, who, TODAY)
            found = await following.followed(session, actor)
            assert [(one.topic, one.cadence) for one in found] == [("group:rule-of-law", cadence)]
            assert await following.unfollow(session, actor, "group:rule-of-law", NOW)
            assert await following.followed(session, actor) == ()


async def test_what_waited_of_the_one_comes_with_the_next_of_the_other(loaded: Database) -> None:
    monday, friday = NOW - timedelta(days=5), NOW - timedelta(days=1)
    async with loaded.writing() as session:
        for who, often in (("U1", Cadence.AT_ONCE), ("U2", Cadence.DAILY)):
            await known(session, who)
            actor = await actor_of(session, who, TODAY)
            await following.follow(session, actor, "group:migration", Cadence.WEEKLY, monday)
            await following.follow(session, actor, "group:rule-of-law", often, friday)
        draft = Draft("group:migration", "On migration", "It moved.", "en", Visibility.PUBLIC)
        await updates.post(session, await secretariat(session), draft, NOW - timedelta(days=3))
    await merge(loaded, Kind.GROUP, "migration", "rule-of-law")
    async with loaded.writing() as session:
        due = await digests.due(session, NOW, Reader("en", "en", "UTC"))
        made = [await digests.compose(session, one, NOW) for one in due]
        told = {one.to: [item.headline for item in one.items] for one in made if one}
        assert told == {"U1": ["On migration"], "U2": ["On migration"]}
        assert await digests.due(session, NOW, Reader("en", "en", "UTC")) == ()


async def test_the_loader_brings_no_merged_entry_back(loaded: Database, names: Names, tmp_path: Path) -> None:
    await busy_groups(loaded)
    async with loaded.writing() as session:
        manager = await secretariat(session)
        union = await id_of(session, Place, "african-union")
        place = Place(key="sadc", kind=PlaceKind.BODY, names={"en": "SADC"}, aliases=[])
        session.add(place)
        await session.flush()
        journey = Pathfinder(key="sadc", place_id=place.id)
        session.add(journey)
        await session.flush()
        assert manager.member_id
    await merge(loaded, Kind.GROUP, "migration", "rule-of-law")
    await merge(loaded, Kind.ORGANISATION, "unicef", "iom")
    await merge(loaded, Kind.PLACE, "african-union", "sadc")
    count = await rows(loaded)
    async with loaded.writing() as session:
        outcome = await load_starter(session, names, quietly)
    assert not outcome["added"]
    assert not outcome["updated"]
    assert await rows(loaded) == count
    async with loaded.reading() as session:
        for table, key in ((Group, "migration"), (Organisation, "unicef"), (Place, "african-union")):
            row = (await session.scalars(select(table).where(table.key == key))).unique().one()
            assert row.merged_into_id is not None
    own = """
sources: [{key: own, title: {en: Own list}}]
groups:
  - {key: migration, name: {en: Migration}, source: own 1, facts: [
      {key: own/new, kind: remark, text: {en: Something new}, source: own 2}]}
places: [{key: african-union, kind: body, names: {en: African Union}}]
pathfinders:
  - {place: african-union, source: own 3, stages: [{key: own/stage, stage: reporting, source: own 4}]}
"""
    await load_text(loaded, names, tmp_path, own)
    async with loaded.reading() as session:
        card = await groups.card(session, "Migration", TODAY)
        assert card.line.key == "rule-of-law"
        assert "Something new" in [one.text["en"] for one in card.statements]
        assert await pointing(loaded, Place, union) == 1, "nothing but the journey that stays with it"
        found = await pathfinders.card(session, names, "African Union", "en", TODAY)
        assert found.place.key == "sadc"
        assert found.stages[-1].stage is Stage.REPORTING


async def bodies(database: Database, **stages: tuple[Stage, ...]) -> None:
    async with database.writing() as session:
        await secretariat(session)
        for key, reached in stages.items():
            place = Place(key=key, kind=PlaceKind.BODY, names={"en": f"The {key} body"}, aliases=[f"{key} b"])
            session.add(place)
            await session.flush()
            if not reached:
                continue
            journey = Pathfinder(key=key, place_id=place.id)
            session.add(journey)
            await session.flush()
            for position, stage in enumerate(reached):
                session.add(
                    StageChange(
                        key=f"{key}/{position}", pathfinder_id=journey.id, stage=stage, position=position,
                        when=PartialDate(),
                    )
                )  # fmt: skip


async def test_of_two_journeys_one_goes_on_with_the_stages_of_both(loaded: Database, names: Names) -> None:
    await bodies(loaded, east=(Stage.INTEREST, Stage.PREPARING, Stage.WORKSHOP), west=(Stage.INTEREST,))
    count = await rows(loaded)
    await merge(loaded, Kind.PLACE, "east", "west")
    assert await rows(loaded) == {name: n + WRITTEN.get(name, 0) for name, n in count.items()}
    async with loaded.reading() as session:
        card = await pathfinders.card(session, names, "the east body", "en", TODAY)
        assert card.place.key == "west"
        assert [one.stage for one in card.stages] == [
            Stage.INTEREST, Stage.PREPARING, Stage.WORKSHOP, Stage.INTEREST,
        ], "the last one of the body that stays holds"  # fmt: skip
        listed = [line.place.key for line in await pathfinders.listing(session, TODAY)]
        assert "east" not in listed
        assert listed.count("west") == 1


async def test_a_body_that_is_no_pathfinder_takes_over_the_journey(loaded: Database, names: Names) -> None:
    await bodies(loaded, east=(Stage.INTEREST,), west=())
    await merge(loaded, Kind.PLACE, "east", "west")
    async with loaded.reading() as session:
        card = await pathfinders.card(session, names, "east b", "en", TODAY)
        assert card.is_pathfinder
        assert [line.place.key for line in await pathfinders.listing(session, TODAY)].count("west") == 1
    async with loaded.writing() as session:
        await load_starter(session, names, quietly)


async def test_an_interest_that_waits_follows_the_body(loaded: Database) -> None:
    await bodies(loaded, east=(), west=())
    async with loaded.writing() as session:
        member = await known(session, "U1")
        session.add(Request(kind=RequestKind.INTEREST, member_id=member.id, about="east", at=NOW))
    await merge(loaded, Kind.PLACE, "east", "west")
    async with loaded.reading() as session:
        assert await session.scalar(select(Request.about)) == "west"


async def test_entries_with_the_longest_of_keys_become_one_with_their_cards(loaded: Database) -> None:
    await busy_groups(loaded)
    this, into = f"{'a' * 60}-2", f"{'b' * 60}-2"
    async with loaded.writing() as session:
        for old, new in (("migration", this), ("rule-of-law", into)):
            await session.execute(update(Group).where(Group.key == old).values(key=new))
        await session.execute(update(Delivery).values(about=f"group:{this}"))
    await merge(loaded, Kind.GROUP, this, into)
    async with loaded.reading() as session:
        assert await session.scalar(select(Delivery.about)) == f"group:{into}"


async def test_merged_twice_over_everything_is_in_one_place(loaded: Database) -> None:
    await merge(loaded, Kind.GROUP, "migration", "rule-of-law")
    await merge(loaded, Kind.GROUP, "rule-of-law", "supply-chains")
    async with loaded.reading() as session:
        assert (await groups.card(session, "Migración", TODAY)).line.key == "supply-chains"
        number = await id_of(session, Group, "migration")
        last = await id_of(session, Group, "supply-chains")
        assert await session.scalar(select(Group.merged_into_id).where(Group.id == number)) == last


async def test_who_represents_a_merged_organisation_represents_the_other(loaded: Database) -> None:
    async with loaded.writing() as session:
        manager = await secretariat(session)
        session.add(
            Organisation(key="om", name={"en": "Migration Office"}, constituency=Constituency.UN_AGENCIES)
        )
        for who, key in (("U1", "om"), ("U1", "iom"), ("U2", "om")):
            await session.flush()
            await roles.confirm_representative(session, manager, who, key, TODAY, NOW)
    await merge(loaded, Kind.ORGANISATION, "om", "iom")
    async with loaded.writing() as session:
        group = Subject(group_id=await id_of(session, Group, "migration"))
        for who in ("U1", "U2"):
            assert may(await actor_of(session, who, TODAY), Action.PUBLISH_UPDATE, group)
        standing = await session.scalar(
            select(func.count()).select_from(Representative).where(Representative.until.is_(None))
        )
        assert standing == 2
        assert await organisations.find_organisation(session, "migration office", "f") == "iom"
        await roles.confirm_representative(session, await secretariat(session), "U2", "om", TODAY, NOW)
        total = await session.scalar(select(func.count()).select_from(Representative))
        assert total == 3, "confirmed under the old name is confirmed already"


@pytest.mark.parametrize(
    ("kind", "this", "into", "field", "reason"),
    [
        (Kind.GROUP, "migration", "Migrations", "into", "same_entry"),
        (Kind.GROUP, "nothing like it", "migration", "this", "entry_unclear"),
        (Kind.PLACE, "Nepal", "African Union", "this", "country_stays"),
        (Kind.PLACE, "Kenya", "African Union", "this", "country_stays"),
        (Kind.PLACE, "African Union", "Kenya", "into", "not_on_record"),
        (Kind.ORGANISATION, "xyzzy", "iom", "this", "entry_unclear"),
    ],
)
async def test_what_cannot_be_merged_is_said_under_its_field(
    loaded: Database, names: Names, kind: Kind, this: str, into: str, field: str, reason: str
) -> None:
    async with loaded.writing() as session:
        manager = await secretariat(session)
        with pytest.raises(Invalid) as wrong:
            await merging.plan(session, manager, names, kind, this, into, "en")
    assert (wrong.value.field, wrong.value.reason) == (field, reason)


async def test_a_country_and_a_merged_entry_are_refused_to_the_last(loaded: Database) -> None:
    await merge(loaded, Kind.GROUP, "migration", "rule-of-law")
    count = await rows(loaded)
    for kind, this, into in (
        (Kind.GROUP, "migration", "supply-chains"),
        (Kind.GROUP, "supply-chains", "migration"),
        (Kind.GROUP, "supply-chains", "supply-chains"),
        (Kind.PLACE, "NP", "african-union"),
    ):
        with pytest.raises(Invalid):
            await merge(loaded, kind, this, into)
    async with loaded.writing() as session:
        nobody = await actor_of(session, "U9", TODAY)
        with pytest.raises(NotAllowed):
            await merging.merge(session, nobody, Kind.GROUP, 1, 2, TODAY, NOW)
    assert await rows(loaded) == count


async def test_the_plan_counts_what_moves_and_changes_nothing(loaded: Database, names: Names) -> None:
    await busy_groups(loaded)
    count = await rows(loaded)
    async with loaded.writing() as session:
        manager = await secretariat(session)
        plan = await merging.plan(session, manager, names, Kind.GROUP, "Migrations", "rule-of-law", "fr")
        source = await id_of(session, Group, "migration")
        in_force = select(func.count()).select_from(Role).where(Role.group_id == source)
        assert plan.moving["roles"] == await session.scalar(in_force)
        assert (plan.moving["updates"], plan.moving["memberships"], plan.moving["requests"]) == (1, 2, 1)
        assert await session.scalar(select(func.count()).select_from(Update)) == 2
    assert await rows(loaded) == count


@pytest.mark.parametrize("kind", Kind)
def test_every_column_that_names_an_entry_is_moved_with_it(kind: Kind) -> None:
    moved = {f"{column.table.name}.{column.name}" for column in references_to(merging.TABLES[kind].__table__)}
    named = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name == f"{kind.value}_id"
    }
    assert named <= moved, "a column without a foreign key would be forgotten"
    assert f"{merging.TABLES[kind].__tablename__}.merged_into_id" in moved
