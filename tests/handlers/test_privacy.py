"""What is stored about oneself: seen, taken along, erased; by oneself, by the secretariat, by the clock."""

from __future__ import annotations

import asyncio
import html
import io
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from bot.erasing import Again, erase_again
from bot.trying import settings_for
from community import erasure, retention, roles
from community.members import ensure_member
from community.rights import actor_of
from handlers.slack import privacy
from handlers.slack.answering import answer
from handlers.slack.asking import Ask
from sandbox import Outcome
from storage.members import FORMER
from storage.personal import Kind
from storage.tables import (
    Asker,
    AuditEntry,
    Delivery,
    Fact,
    Group,
    Member,
    Question,
    Registration,
    Restoration,
    Role,
    Subscription,
    Update,
)
from storage.vocabulary import (
    Constituency,
    DeliveryState,
    QuestionState,
    RegistrationState,
    RoleName,
    UpdateState,
    Visibility,
)
from templates.slack import privacy as said_of
from templates.slack.privacy import KINDS, SAID_OF_TIME
from templates.voice import Voice
from tests.community.filled import everything
from tests.handlers.gatherings import gathering, stands_for
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    SPANISH,
    Talk,
    labels,
    modal,
    said,
    shown,
    texts,
)
from tests.handlers.wishes import chaired_by, told

SECRETARIAT = "U0SECRETA"
ADDRESS = re.compile(r"<(http[^|>]+/own-data/[^|>]+)>")


@pytest.fixture
async def web(talk: Talk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, headers={"Accept-Language": "en"}) as client:
        yield client


async def submitted(talk: Talk, user: str, opened: Outcome, **values: dict[str, Any]) -> Outcome:
    return await talk.box.submit(user, modal(opened)["id"], values)


async def posted(talk: Talk, user: str, body: str, group: str = "migration") -> None:
    """An update that waits for review, or is published by whose group it is."""
    opened = await talk.command(f"/update {group}", user)
    sent = await submitted(talk, user, opened, headline={"value": "What moved"}, body={"value": body})
    assert not sent.errors


async def asked_for_it(talk: Talk, user: str = ENGLISH) -> str:
    page = await talk.command("/alliance privacy get", user)
    found = ADDRESS.search(said(page))
    assert found, said(page)
    return found[1]


async def erased(talk: Talk, user: str = FRENCH) -> Outcome:
    page = await talk.command("/alliance privacy", user)
    opened = await talk.click(labels(page)[1], page, user)
    return await submitted(talk, user, opened, sure={"value": ["yes"]})


def last_page(talk: Talk, user: str) -> str:
    return "\n".join(texts((talk.box.view_of(user) or {}).get("blocks", [])))


async def whole(talk: Talk) -> str:
    """Every row, an hour later."""
    async with talk.database.writing() as session:
        await erasure.look_again(session, {"en": ""}, talk.going.bot.clock.now() + timedelta(hours=1))
    async with talk.database.reading() as session:
        return await everything(session)


async def test_everybody_sees_what_is_stored_by_kind_and_with_counts(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration")
    await posted(talk, ENGLISH, "We met in Geneva.")
    page = await talk.command("/alliance privacy")
    for line in ("*Profile and settings* · 1", "*Updates and translations* · 1", "whoever leaves Slack"):
        assert line.lower() in said(page).lower()
    assert "Roles and seats" not in said(page), "what there is none of is not listed"
    assert labels(page) == ["Get it all", "Erase me"]
    assert shown(page)["ephemeral"]
    assert "Ce qui est enregistré" in await talk.ask("/alliance confidentialité", FRENCH)
    assert "Lo que se guarda" in await talk.ask("/alliance privacidad", SPANISH)
    assert "Perfil y ajustes" in await talk.ask("/alliance privacy", GUEST, "C0PATHFND")


@pytest.mark.parametrize("typed", ["my data", "vie privée", "mes données", "effacer", "mis datos", "borrar"])
async def test_it_is_found_by_other_words(talk: Talk, typed: str) -> None:
    assert labels(await talk.command(f"/alliance {typed}")) == ["Get it all", "Erase me"]
    assert "`/alliance privacy`" in await talk.ask("/alliance settings")


async def test_in_a_thread_that_others_read_nothing_of_it_is_said(talk: Talk) -> None:
    answered = await talk.box.message(ENGLISH, GENERAL, f"<@{talk.box.bot_user_id}> alliance privacy get")
    assert "for you alone" in said(answered)
    assert "Profile and settings" not in said(answered)
    assert not ADDRESS.search(said(answered))


def test_each_kind_and_each_time_that_is_told_is_the_one_that_holds() -> None:
    assert set(KINDS) == set(Kind)
    told = {*SAID_OF_TIME, retention.WEEK}
    assert {rule.keep for rule in retention.RULES} <= told
    assert retention.LEFT == retention.YEAR


async def test_one_gets_all_of_it_at_an_address_of_one_s_own(talk: Talk, web: httpx.AsyncClient) -> None:
    await posted(talk, ENGLISH, "We met in Geneva.")
    await posted(talk, FRENCH, "Nous étions à Genève.")
    address = await asked_for_it(talk)
    before = await web.get(address)
    assert before.status_code == 200
    assert "Geneva" not in before.text, "a preview of the link shows nothing"
    assert before.headers["cache-control"] == "no-store"
    assert "noindex" in before.headers["x-robots-tag"]
    got = await web.post(address)
    assert got.headers["content-type"] == "application/json"
    assert got.headers["cache-control"] == "no-store"
    assert "attachment" in got.headers["content-disposition"]
    found = got.json()
    (update_row,) = found["updates"]
    assert (update_row["body"], update_row["group"]) == ("We met in Geneva.", "migration")
    assert found["profile"][0]["slack_id"] == ENGLISH
    assert "Genève" not in got.text
    assert FRENCH not in got.text
    assert (await web.post(address)).status_code == 200, "it is good until its hour is over"


async def test_the_address_is_good_for_an_hour_and_until_the_next_one(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    first = await asked_for_it(talk)
    second = await asked_for_it(talk)
    assert first != second
    for void in (first, f"{second}x", second.replace("own-data", "calendar")):
        assert (await web.get(void)).status_code in (404, 410)
        assert "profile" not in (await web.post(void)).text
    assert (await web.get(second)).status_code == 200
    async with talk.database.writing() as session:
        then = talk.going.bot.clock.now() - timedelta(minutes=61)
        await session.execute(update(Member).where(Member.slack_id == ENGLISH).values(own_data_at=then))
    gone = await web.get(second)
    assert gone.status_code == 404
    assert "/alliance privacy" in gone.text


async def test_where_no_address_can_be_opened_it_is_shown_in_slack(talk: Talk) -> None:
    await posted(talk, ENGLISH, "We met in Geneva.")
    services = replace(talk.going.bot.services, is_reachable=False)
    answered = await answer(talk.going.bot.desk, services, "/alliance privacy get", ENGLISH)
    text = json.dumps(answered.message.payload())
    assert "We met in Geneva." in text
    assert "own-data/" not in text


async def test_what_is_shown_in_slack_can_be_copied_and_nothing_of_it_is_cut(talk: Talk) -> None:
    body = "*Two_thousand* `words` & <more>. " * 72
    await posted(talk, ENGLISH, body)
    text = "\n".join([await talk.ask(f"/alliance privacy show page {n}") for n in (1, 2, 3)])
    assert "\u2060" not in text, "no joiner is copied with it"
    pieces = [html.unescape(one) for one in re.findall(r"```(.*?)```", text)]
    begins = next(n for n, one in enumerate(pieces) if '"updates"' in one)
    assert json.loads("".join(pieces[begins : begins + 2]))["body"] == body.strip()


async def test_who_acts_for_an_organisation_leaves_its_seats_without_anybody(talk: Talk) -> None:
    seat = "• Represents International Organization for Migration: Chair · Migration"
    await represents(talk, ENGLISH)
    opened = await talk.click("Erase me", await talk.command("/alliance privacy"))
    notice = "\n".join(texts(modal(opened)["blocks"]))
    assert f"takes over:\n{seat}" in notice, notice
    await represents(talk, FRENCH)
    assert "Represents" not in str(await talk.click("Erase me", await talk.command("/alliance privacy")))
    await erased(talk, FRENCH)
    assert "nobody holds them now" not in await told(talk, SECRETARIAT), "another one acts for it still"
    await erased(talk, ENGLISH)
    assert f"nobody holds them now:\n{seat}" in await told(talk, SECRETARIAT)


async def test_erasing_oneself_says_what_goes_and_asks_once(talk: Talk) -> None:
    await chaired_by(talk, ENGLISH)
    opened = await talk.click("Erase me", await talk.command("/alliance privacy"))
    notice = "\n".join(texts(modal(opened)["blocks"]))
    for part in ("What goes", "What stays", "a former member", "cannot be undone", "thirty days", "Chair"):
        assert part.lower() in notice.lower()
    assert await whole(talk)
    async with talk.database.reading() as session:
        assert await session.scalar(select(Member.id).where(Member.slack_id == ENGLISH)), (
            "opening does nothing"
        )


async def test_what_was_theirs_goes_and_what_is_the_community_s_stays(talk: Talk) -> None:
    await chaired_by(talk, FRENCH)
    await talk.ask("/alliance follow group:migration", ENGLISH)
    await posted(talk, FRENCH, "The plan was adopted.")
    await posted(talk, FRENCH, "A draft that waits.", "supply chains")
    await talk.ask("/alliance follow group:migration", FRENCH)
    await talk.command("/ask secretariat Who pays for it?", FRENCH)
    assert f"<@{FRENCH}>" in await told(talk, ENGLISH)
    assert "A draft that waits." in await told(talk, SECRETARIAT)
    sent = await erased(talk)
    assert not sent.errors
    assert "une personne qui a été membre" in last_page(talk, FRENCH)
    stands = await whole(talk)
    assert FRENCH not in stands
    assert "The plan was adopted." in stands
    for gone in ("A draft that waits.", "Who pays for it?"):
        assert gone not in stands
    heard = await told(talk, ENGLISH)
    assert "a former member" in heard
    assert f"<@{FRENCH}>" not in heard, "what stands in Slack is changed there"
    asked = await told(talk, SECRETARIAT)
    assert "nobody holds them now" in asked
    assert "There is nothing to decide any more." in asked
    assert f"<@{FRENCH}>" not in asked
    async with talk.database.reading() as session:
        former = (await session.scalars(select(Member.id).where(Member.slack_id == FORMER))).one()
        rows = (await session.scalars(select(Update).order_by(Update.id))).unique().all()
        assert [(row.state, row.author_id, row.body) for row in rows] == [
            (UpdateState.PUBLISHED, former, "The plan was adopted."),
            (UpdateState.WITHDRAWN, former, ""),
        ]
        mine = Subscription.member_id == former
        assert not (await session.scalars(select(Subscription).where(mine))).unique().all()
        (held,) = (await session.scalars(select(Role).where(Role.member_id == former))).unique().all()
        assert held.until is not None
        acts = (
            await session.scalars(select(AuditEntry).where(AuditEntry.action == "person_erased"))
        ).unique()
        assert [(act.actor_id, act.subject) for act in acts] == [(None, "member")]
    assert "a former member" in await talk.ask("/alliance audit", SECRETARIAT)


async def test_whoever_was_erased_is_spoken_to_in_their_language_and_not_noted_for_asking(talk: Talk) -> None:
    await talk.box.open_home(FRENCH)
    await erased(talk, FRENCH)
    assert "Si vous m’utilisez de nouveau" in last_page(talk, FRENCH)
    home = talk.box.home_of(FRENCH)
    assert "Langue : *français*" in "\n".join(texts(home["blocks"])).replace("\xa0", " ")
    for line in ("/alliance données", "/alliance données"):
        assert "Rien n’est enregistré à votre sujet." in await talk.ask(line, FRENCH)
    assert FRENCH not in await whole(talk)
    assert "Népal" in await talk.ask("/pathfinder Népal", FRENCH)
    await talk.going.bot.busy.idle()
    assert FRENCH in await whole(talk), "who uses it again is met again"


async def test_the_public_page_says_what_stays_and_not_whose_it_was(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await chaired_by(talk, FRENCH)
    await posted(talk, FRENCH, "The plan was adopted.")
    async with talk.database.writing() as session:
        await session.execute(update(Update).values(visibility=Visibility.PUBLIC))
        me = (await session.scalars(select(Member.id).where(Member.slack_id == FRENCH))).one()
        group = select(Group.id).where(Group.key == "migration").scalar_subquery()
        said_it = {"said_by_id": me, "said_at": talk.going.bot.clock.now()}
        await session.execute(update(Fact).where(Fact.group_id == group).values(**said_it))
    await erased(talk)
    page = (await web.get(talk.going.bot.services.links.group("en", "migration"))).text
    assert "The plan was adopted." in page
    assert "said by a former member" in page


async def test_the_secretariat_erases_somebody_who_left_by_their_slack_id(talk: Talk) -> None:
    await posted(talk, FRENCH, "A draft that waits.")
    opened = await opened_by_the_secretariat(talk)
    for values in (
        {"slack_id": {"value": "camille"}},
        {"slack_id": {"value": "U1"}, "person": {"value": FRENCH}},
    ):
        wrong = await submitted(talk, SECRETARIAT, opened, sure={"value": ["yes"]}, **values)
        assert "one person" in str(wrong.errors)
    right = await submitted(
        talk, SECRETARIAT, opened, sure={"value": ["yes"]}, slack_id={"value": FRENCH.lower()},
        person={"value": None},
    )  # fmt: skip
    assert not right.errors
    assert "not for whom" in last_page(talk, SECRETARIAT)
    assert FRENCH not in await whole(talk)
    async with talk.database.reading() as session:
        found = select(AuditEntry).where(AuditEntry.action == "person_erased")
        (act,) = (await session.scalars(found)).unique().all()
        assert act.actor is not None
        assert (act.actor.slack_id, act.subject) == (SECRETARIAT, "member")
    again = await opened_by_the_secretariat(talk)
    await submitted(talk, SECRETARIAT, again, sure={"value": ["yes"]}, slack_id={"value": FRENCH})
    assert "Nothing is stored" in last_page(talk, SECRETARIAT)


async def test_nobody_else_erases_anybody(talk: Talk) -> None:
    assert "Erase a person" not in await talk.ask("/alliance manage", ENGLISH)
    opened = await opened_by_the_secretariat(talk)
    async with talk.database.writing() as session:
        today = talk.going.bot.clock.now().date()
        await session.execute(update(Role).where(Role.member_id.is_not(None)).values(until=today))
    values = {"sure": {"value": ["yes"]}, "slack_id": {"value": FRENCH}}
    await submitted(talk, SECRETARIAT, opened, **values)
    async with talk.database.reading() as session:
        assert await session.scalar(select(Member.id).where(Member.slack_id == FRENCH))
        assert not await session.scalar(select(Member.id).where(Member.slack_id == FORMER))


async def test_the_last_of_the_secretariat_hands_over_first(talk: Talk) -> None:
    page = await talk.command("/alliance privacy", SECRETARIAT)
    opened = await talk.click("Erase me", page, SECRETARIAT)
    assert "only member of the secretariat" in "\n".join(texts(modal(opened)["blocks"]))
    form = await opened_by_the_secretariat(talk)
    tried = await submitted(talk, SECRETARIAT, form, sure={"value": ["yes"]}, person={"value": SECRETARIAT})
    assert "hand that role over" in str(tried.errors)
    async with talk.database.writing() as session:
        actor = await actor_of(session, SECRETARIAT, talk.going.bot.clock.now().date())
        now = talk.going.bot.clock.now()
        await roles.grant(
            session, actor, ENGLISH, RoleName.SECRETARIAT, "", is_deputy=False, today=now.date(), now=now
        )
    assert not (await erased(talk, SECRETARIAT)).errors
    assert "Roles" in await talk.ask("/alliance roles", ENGLISH)


async def test_a_seat_that_they_give_up_goes_to_whoever_waits_and_is_told(talk: Talk) -> None:
    number = await gathering(talk, capacity=1)
    for user in (FRENCH, ENGLISH):
        await stands_for(talk, user, Constituency.WORKERS)
        await talk.command(f"/events register {number}", user)
    await erased(talk)
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(Registration))).unique().all()
        assert [(row.member.slack_id, row.state) for row in rows] == [(ENGLISH, RegistrationState.REGISTERED)]
    assert "Recruitment fees" in await told(talk, ENGLISH)


async def test_who_asked_under_a_pseudonym_goes_and_their_question_tells_nothing(talk: Talk) -> None:
    async with talk.database.writing() as session:
        me = (await session.scalars(select(Member.id).where(Member.slack_id == FRENCH))).one()
        now = talk.going.bot.clock.now()
        row = Question(
            key="question/hidden", text={"en": "Who pays?"}, state=QuestionState.OPEN, is_pseudonymous=True,
            to_role=RoleName.SECRETARIAT, visibility=Visibility.MEMBERS, asked_at=now,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        session.add(Asker(question_id=row.id, member_id=me))
    address = await asked_for_it(talk, FRENCH)
    async with httpx.AsyncClient(trust_env=False) as web:
        assert "Who pays?" in (await web.post(address)).text, "as long as it can be traced it is theirs"
    await erased(talk)
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Asker))).all()
        stays = (
            (await session.scalars(select(Question).where(Question.key == "question/hidden"))).unique().one()
        )
    assert (stays.state, stays.text) == (QuestionState.OPEN, {"en": "Who pays?"})


async def test_what_is_half_sent_and_what_happens_twice_at_once_come_right(talk: Talk) -> None:
    services = talk.going.bot.services
    await talk.ask("/alliance follow group:migration", FRENCH)
    async with talk.database.writing() as session:
        now = services.clock()
        session.add(
            Delivery(
                key="half", about="x:1", kind="x", channel=FRENCH, language="fr", payload={"text": "x"},
                due_at=now, state=DeliveryState.CLAIMED, token="somebody",
                leased_until=now + timedelta(minutes=5),
            )
        )  # fmt: skip
    done = await asyncio.gather(*(privacy.erase_by_rule(services, FRENCH) for _ in range(3)))
    assert sorted(done) == [False, False, True]
    async with talk.database.writing() as session:
        half = (await session.scalars(select(Delivery).where(Delivery.key == "half"))).all()
        assert not half, "its worker finds that its claim is lost"
    assert FRENCH not in await whole(talk)


async def test_nothing_is_promised_to_a_former_member(talk: Talk) -> None:
    await chaired_by(talk, FRENCH)
    await posted(talk, FRENCH, "The plan was adopted.")
    await erased(talk)
    async with talk.database.reading() as session:
        number = (await session.scalars(select(Update.id))).one()
    await talk.command(f"/update withdraw {number}", SECRETARIAT)
    async with talk.database.reading() as session:
        assert not await session.scalar(select(Delivery.id).where(Delivery.channel == FORMER))


async def test_after_a_restore_whom_the_log_tells_of_are_erased_again(
    talk: Talk, log: io.StringIO, tmp_path: Path
) -> None:
    talk.box.clock.at(datetime.now(UTC))  # by which the log and the command line go
    await talk.box.settle()
    services = talk.going.bot.services
    assert await privacy.erase_by_rule(services, FRENCH)
    written = log.getvalue()
    assert "person_erased" in written
    assert FRENCH not in written
    file = tmp_path / "bot.log"
    file.write_text(f"{{not ours: person_erased\n{written}", encoding="utf-8")
    async with talk.database.writing() as session:
        await ensure_member(session, FRENCH)
        await ensure_member(session, "U0NOBODYELSE")
    settings, before = settings_for(talk.box, secret_key="s" * 32), datetime.now(UTC)
    with pytest.raises(ValueError, match="no backup was restored"):
        await erase_again(settings, talk.database, file)
    await _restored(talk, before)
    with pytest.raises(ValueError, match="no line person_erased since the backup"):
        await erase_again(settings, talk.database, file)
    assert FRENCH in await whole(talk)
    await _restored(talk, before - timedelta(minutes=5))
    since = before - timedelta(minutes=5)
    assert await erase_again(settings, talk.database, file) == Again(since, found=1, erased=1)
    assert await erase_again(settings, talk.database, file) == Again(since, found=1, erased=0)
    stands = await whole(talk)
    assert FRENCH not in stands
    assert "U0NOBODYELSE" in stands


async def test_a_second_restore_hides_nobody_whom_the_first_brought_back(
    talk: Talk, log: io.StringIO, tmp_path: Path
) -> None:
    talk.box.clock.at(datetime.now(UTC))
    await talk.box.settle()
    settings, now = settings_for(talk.box, secret_key="s" * 32), datetime.now(UTC)
    first, second = now - timedelta(days=10), now + timedelta(minutes=5)
    assert await privacy.erase_by_rule(talk.going.bot.services, FRENCH)
    file = tmp_path / "bot.log"
    file.write_text(log.getvalue(), encoding="utf-8")
    for taken_at in (first, second):
        await _restored(talk, taken_at)
    async with talk.database.writing() as session:
        await ensure_member(session, FRENCH)
    assert await erase_again(settings, talk.database, file) == Again(first, found=1, erased=1)
    assert FRENCH not in await whole(talk)
    assert await erase_again(settings, talk.database, file) == Again(first, 1, 0), "so for a second file"
    await _restored(talk, second)
    with pytest.raises(ValueError, match="no line person_erased since"):
        await erase_again(settings, talk.database, file)


async def test_with_another_key_it_says_that_it_can_tell_nobody_and_is_not_done(
    talk: Talk, log: io.StringIO, tmp_path: Path
) -> None:
    talk.box.clock.at(datetime.now(UTC))
    await talk.box.settle()
    before = datetime.now(UTC) - timedelta(minutes=5)
    assert await privacy.erase_by_rule(talk.going.bot.services, FRENCH)
    file = tmp_path / "bot.log"
    file.write_text(log.getvalue(), encoding="utf-8")
    await _restored(talk, before)
    async with talk.database.writing() as session:
        await ensure_member(session, FRENCH)
    newer, older = (settings_for(talk.box, secret_key=one * 32) for one in "ts")
    assert await erase_again(newer, talk.database, file) == Again(before, found=1, erased=0, others=1)
    async with talk.database.reading() as session:
        assert (await session.scalars(select(Restoration.followed_at))).all() == [None]
    assert await erase_again(older, talk.database, file) == Again(before, found=1, erased=1)
    assert FRENCH not in await whole(talk)


async def _restored(talk: Talk, taken_at: datetime) -> None:
    async with talk.database.writing() as session:
        session.add(Restoration(taken_at=taken_at, restored_at=datetime.now(UTC)))


async def test_what_is_rolled_back_is_told_by_no_log(talk: Talk, log: io.StringIO) -> None:
    with pytest.raises(RuntimeError, match="the disk is full"):
        await _erased_in_vain(talk)
    assert "person_erased" not in log.getvalue()
    assert FRENCH in await whole(talk)


async def represents(talk: Talk, user: str) -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.confirm_representative(session, secretariat, user, "iom", now.date(), now)


async def opened_by_the_secretariat(talk: Talk) -> Outcome:
    page = await talk.command("/alliance manage", SECRETARIAT)
    return await talk.click("Erase a person", page, SECRETARIAT)


async def _erased_in_vain(talk: Talk) -> None:
    services = talk.going.bot.services
    reader, now = services.default_reader, services.clock()
    async with talk.database.writing() as session:
        ask = Ask(services, session, reader, Voice.to(reader, now, services.names), "", "")
        done = await erasure.erase_by_rule(session, FRENCH, said_of.called(ask.voice), now)
        assert done is not None
        await privacy.carry_out(ask, done, FRENCH)
        raise RuntimeError("the disk is full")


async def test_the_clock_lets_go_what_is_over_and_one_rule_that_breaks_holds_up_no_other(
    talk: Talk, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> int:
        raise OSError("the disk is full")

    await chaired_by(talk, FRENCH)
    now = talk.going.bot.clock.now()
    monkeypatch.setattr(retention, "RULES", (replace(retention.RULES[0], work=broken), *retention.RULES[1:]))
    async with talk.database.writing() as session:
        left = update(Member).where(Member.slack_id == FRENCH)
        await session.execute(left.values(is_active=False, left_at=now - retention.YEAR - timedelta(days=1)))
        session.add(AuditEntry(at=now - 4 * retention.YEAR, action="x", subject="an old act"))
    await privacy.tidy(talk.going.bot.services)
    await talk.going.bot.busy.idle()
    assert "retention_failed" in log.getvalue()
    stands = await whole(talk)
    assert "an old act" not in stands
    assert FRENCH not in stands
    assert "nobody holds them now" in await told(talk, SECRETARIAT)
