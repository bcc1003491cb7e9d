"""App Home: each person's own page, in their language, the most needed first, whatever else fails."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, event, select, text

from community import following, home, membership, roles
from community.deliveries import Outgoing, put
from community.members import ensure_member
from community.requests import ask as request
from community.rights import actor_of
from handlers.slack import home as handled
from sandbox import Fault, Outcome
from sandbox.people import Person
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import Event, Fact, Group, Place, Update
from storage.vocabulary import (
    Cadence,
    EventKind,
    FactKind,
    RequestKind,
    RoleName,
    UpdateState,
    Visibility,
)
from templates.slack import home as said
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    NEPAL_FOCAL_POINT,
    NO_ZONE,
    SPANISH,
    Talk,
    texts,
)

SECRETARIAT, EDITOR = "U0SECRETA", "U0EDITORX"
MIGRATION = "migration"


@pytest.fixture(autouse=True)
async def as_it_was(talk: Talk) -> AsyncIterator[None]:
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        await session.execute(delete(Fact).where(Fact.key.startswith("test/")))
        await session.execute(delete(Event).where(Event.key.startswith("test/")))


async def give(talk: Talk, who: str, role: RoleName, scope: str = "") -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(session, secretariat, who, role, scope, is_deputy=False, today=now.date(), now=now)


async def wait(talk: Talk, n: int = 1, author: str = ENGLISH, **changes: Any) -> list[int]:
    """Updates on Migration that wait for review."""
    async with talk.database.writing() as session:
        member = await ensure_member(session, author)
        group = (await session.scalars(select(Group).where(Group.key == MIGRATION))).one()
        rows = [
            Update(**{
                "author_id": member.id, "group_id": group.id, "headline": f"Headline {number}",
                "body": "Twelve partners met.", "language": "en", "visibility": Visibility.PUBLIC,
                "state": UpdateState.IN_REVIEW, "posted_at": talk.going.bot.clock.now(), **changes,
            })
            for number in range(1, n + 1)
        ]  # fmt: skip
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows]


async def state_of(talk: Talk, number: int) -> str:
    async with talk.database.reading() as session:
        query = select(Update.state).where(Update.id == number)
        return str((await session.scalars(query)).one().value)


async def opened(talk: Talk, user: str = ENGLISH) -> str:
    """Open Home; all that it says."""
    outcome = await talk.box.open_home(user)
    assert outcome.settled == "idle"
    return shown(talk, user)


def shown(talk: Talk, user: str = ENGLISH) -> str:
    return "\n".join(texts(blocks(talk, user)))


def blocks(talk: Talk, user: str) -> list[dict[str, Any]]:
    view = talk.box.home_of(user)
    assert view is not None, "nothing was published"
    return list(view["blocks"])


def headings(talk: Talk, user: str = ENGLISH) -> list[str]:
    return [block["text"]["text"] for block in blocks(talk, user) if block["type"] == "header"]


def buttons(talk: Talk, user: str = ENGLISH) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in blocks(talk, user) if block["type"] == "actions"]
    return [element for row in rows for element in row]


def labels(talk: Talk, user: str = ENGLISH) -> list[str]:
    return [button["text"]["text"] for button in buttons(talk, user)]


async def click(talk: Talk, label: str, user: str = ENGLISH, nth: int = 0) -> Outcome:
    button = [one for one in buttons(talk, user) if one["text"]["text"] == label][nth]
    view = talk.box.home_of(user)
    assert view is not None
    clicked = await talk.box.action(user, view["id"], action_id=button["action_id"])
    assert clicked.failed is None, clicked.failed
    return clicked


def modal(talk: Talk, user: str = ENGLISH) -> dict[str, Any]:
    """The modal that a click on Home opened."""
    view = talk.box.view_of(user)
    assert view is not None, "no modal is open"
    return view


def published(talk: Talk, user: str = "") -> int:
    """How many times a Home was published, for anybody or for one person."""
    calls = [call for call in talk.box.calls if call.kind == "views.publish"]
    return len([call for call in calls if not user or call.request["user_id"] == user])


async def test_a_newcomer_finds_what_to_do_and_where_to_look(talk: Talk) -> None:
    page = await opened(talk)
    assert headings(talk) == [
        "What waits for me", "My groups and countries", "What is coming", "What I follow", "My settings",
    ]  # fmt: skip
    assert labels(talk)[:4] == ["Post an update", "All pathfinders", "All action groups", "What is coming"]
    assert "Your welcome is not finished yet. Next: Read and accept the common principles." in page
    assert "Language: *English* · as in Slack\nTime zone: *Europe/London* · as in Slack" in page
    assert "Quiet hours: none" in page
    assert "You belong to no action group yet" in page
    assert "You follow nothing yet." in page


async def test_the_messages_tab_publishes_nothing(talk: Talk) -> None:
    outcome = await talk.box.open_home(ENGLISH, "messages")
    assert outcome.settled == "idle"
    assert (published(talk), talk.box.home_of(ENGLISH)) == (0, None)


async def test_it_speaks_the_language_of_each(talk: Talk) -> None:
    assert "Ce qui m’attend" in await opened(talk, FRENCH)
    assert "Publier une nouvelle" in labels(talk, FRENCH)
    assert "Mis grupos y países" in await opened(talk, SPANISH)
    assert "Zona horaria: *Europe/Madrid*" in shown(talk, SPANISH)


async def test_without_language_the_default_is_spoken_and_a_stranger_s_own(talk: Talk) -> None:
    assert "What waits for me" in await opened(talk, NO_ZONE)
    talk.box._space.people["U0STRANGE"] = Person("U0STRANGE", "s", "S", locale="fr-FR", tz="Europe/Paris")
    assert "Ce qui m’attend" in await opened(talk, "U0STRANGE")


async def test_editors_find_what_waits_with_its_buttons(talk: Talk) -> None:
    await give(talk, EDITOR, RoleName.EDITOR)
    first, second = await wait(talk, 2)
    page = await opened(talk, EDITOR)
    assert page.index("Headline 1") < page.index("Headline 2") < page.index("Mes groupes et pays")
    await click(talk, "Approuver", EDITOR)
    assert "C’est fait" in str(modal(talk, EDITOR)["blocks"])
    assert [await state_of(talk, one) for one in (first, second)] == ["published", "in_review"]
    assert "Headline 1" not in shown(talk, EDITOR), "Home is drawn anew"
    form = await click(talk, "Refuser", EDITOR)
    sent = await talk.box.submit(EDITOR, form.views[-1]["id"], {"reason": {"value": "Told already"}})
    assert sent.failed is None
    assert await state_of(talk, second) == "declined"
    assert "Headline 2" not in shown(talk, EDITOR)


async def test_the_secretariat_reviews_too_and_a_long_text_can_be_read_whole(talk: Talk) -> None:
    await wait(talk, body="word " * 400)
    page = await opened(talk, SECRETARIAT)
    assert len(page) < 3_500
    assert "Read it all" in labels(talk, SECRETARIAT)
    await click(talk, "Read it all", SECRETARIAT)
    assert "word " * 399 in str(modal(talk, SECRETARIAT)["blocks"])


@pytest.mark.parametrize("user", [ENGLISH, GUEST, NEPAL_FOCAL_POINT])
async def test_who_is_no_editor_sees_no_editors_buttons(talk: Talk, user: str) -> None:
    [number] = await wait(talk, author=SPANISH)
    assert "Headline 1" not in await opened(talk, user)
    assert not {"Approve", "Ask for a change", "Decline", "Accept", "Aprobar", "Rechazar"} & set(
        labels(talk, user)
    )
    view = talk.box.home_of(user)
    assert view is not None
    for action, value in (
        ("do:99", f"/update review approve {number} 1"),
        ("open:99", f"update_reason decline {number} 1"),
    ):
        forged = await talk.box.action(user, view["id"], action_id=action, value=value, forged=True)
        assert forged.failed is None
        page = str(modal(talk, user)["blocks"])
        assert any(who in page for who in ("for the editors", "a la redacción")), page
    assert await state_of(talk, number) == "in_review"


async def test_guests_are_not_offered_what_they_may_not_do(talk: Talk) -> None:
    await opened(talk, GUEST)
    assert "Publicar una novedad" not in labels(talk, GUEST)
    assert labels(talk, GUEST)[0] == "Todos los países pioneros"


async def test_what_people_wrote_pings_nobody(talk: Talk) -> None:
    await wait(talk, headline="<!channel> *now*", body="<@U0SECRETA> look\n\n" * 40)
    page = await opened(talk, SECRETARIAT)
    assert "&lt;!channel&gt;" in page
    assert "<!channel>" not in page
    assert "<@U0SECRETA>" not in page


async def test_after_a_restart_a_click_on_home_still_brings_it_up_to_date(talk: Talk) -> None:
    await wait(talk)
    await opened(talk, SECRETARIAT)
    talk.going.bot.desk.refresh_home.__self__._pages.clear()  # type: ignore[attr-defined]
    await click(talk, "Approve", SECRETARIAT)
    assert "Headline 1" not in shown(talk, SECRETARIAT)


async def test_two_hundred_updates_are_paged_within_a_hundred_blocks(talk: Talk) -> None:
    await wait(talk, 200)
    page = await opened(talk, SECRETARIAT)
    assert "What waits for me · 201" in page
    assert len(blocks(talk, SECRETARIAT)) <= 100
    seen: list[str] = []
    for number in range(1, 42):
        here = [line for line in texts(blocks(talk, SECRETARIAT)) if "Headline" in line]
        assert len(here) <= 5
        seen += here
        assert f"Page {number} of 41" in shown(talk, SECRETARIAT)
        ids = [button["action_id"] for button in buttons(talk, SECRETARIAT)]
        assert len(ids) == len(set(ids))
        if number < 41:
            await click(talk, "Next page", SECRETARIAT)
    assert len(set(seen)) == 200
    assert "Next page" not in labels(talk, SECRETARIAT)
    assert headings(talk, SECRETARIAT) == ["What waits for me · 201"], "the rest stands on the first page"
    await click(talk, "Previous page", SECRETARIAT)
    assert "Page 40 of 41" in shown(talk, SECRETARIAT)
    assert "Page 1 of 41" in await opened(talk, SECRETARIAT)


async def test_the_page_stays_while_one_works_on_it_and_the_last_follows_when_it_is_gone(talk: Talk) -> None:
    await wait(talk, 5)
    await opened(talk, SECRETARIAT)
    await click(talk, "Next page", SECRETARIAT)
    assert "welcome" in shown(talk, SECRETARIAT)
    assert "Page 2 of 2" in shown(talk, SECRETARIAT)
    other = [button for button in buttons(talk, SECRETARIAT) if button["action_id"].startswith("open")]
    assert other
    async with talk.database.writing() as session:
        await session.execute(delete(Update))
    await talk.going.bot.desk.refresh_home(SECRETARIAT)
    assert "Headline" not in shown(talk, SECRETARIAT)
    assert "My settings" in shown(talk, SECRETARIAT), "there is one page only now"


async def test_requests_wait_for_those_who_decide_them(talk: Talk) -> None:
    await give(talk, SPANISH, RoleName.CHAIR, f"group:{MIGRATION}")
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        actor = await actor_of(session, FRENCH, now.date())
        await request(
            session, actor, RequestKind.JOIN, group_key=MIGRATION, note="<!channel> please", now=now
        )
    page = await opened(talk, SPANISH)
    assert f"<@{FRENCH}>" in page
    assert "<!channel>" not in page
    assert f"<@{FRENCH}>" not in await opened(talk, EDITOR)
    await click(talk, "Aceptar", SPANISH)
    assert f"<@{FRENCH}>" not in shown(talk, SPANISH)
    assert "membre" in await opened(talk, FRENCH)


async def test_a_change_that_is_asked_for_waits_for_its_author(talk: Talk) -> None:
    await wait(talk, state=UpdateState.CHANGE_ASKED, reason="Which *partners*?")
    page = await opened(talk)
    assert "The editors ask you to change *Headline 1*." in page
    assert "“Which" in page
    assert "Headline 1" not in await opened(talk, FRENCH)
    form = await click(talk, "Change it")
    assert "Headline 1" in str(form.views[-1]["blocks"])


async def test_an_aging_record_waits_for_who_keeps_it(talk: Talk) -> None:
    await give(talk, NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP")
    async with talk.database.writing() as session:
        member = await ensure_member(session, NEPAL_FOCAL_POINT)
        nepal = (await session.scalars(select(Place).where(Place.key == "NP"))).one()
        long_ago = talk.going.bot.clock.now() - timedelta(days=400)
        session.add(
            Fact(
                key="test/1", place_id=nepal.id, kind=FactKind.NEXT_STEP, when=PartialDate(),
                text={"en": "A step"}, said_by_id=member.id, said_at=long_ago,
            )
        )  # fmt: skip
    assert "*Nepal*: 1 entry of the record may be out of date." in await opened(talk, NEPAL_FOCAL_POINT)
    assert "out of date" not in await opened(talk)
    await click(talk, "Look at it", NEPAL_FOCAL_POINT)
    assert "A step" in str(modal(talk, NEPAL_FOCAL_POINT)["blocks"])


async def test_my_groups_and_countries_each_with_its_card(talk: Talk) -> None:
    await give(talk, NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP")
    await give(talk, NEPAL_FOCAL_POINT, RoleName.EDITOR)
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        actor = await actor_of(session, NEPAL_FOCAL_POINT, now.date())
        group = (await session.scalars(select(Group).where(Group.key == MIGRATION))).one()
        assert actor.member_id
        await membership.admit(session, actor, group.id, actor.member_id, now.date(), now)
    page = await opened(talk, NEPAL_FOCAL_POINT)
    assert "*Editor*\n" in page
    assert "• *Migration* · member\n• *Nepal* · Focal point" in page
    await click(talk, "Nepal", NEPAL_FOCAL_POINT)
    assert "Nepal" in str(modal(talk, NEPAL_FOCAL_POINT)["blocks"])


async def test_what_is_coming_for_me_stands_in_my_time_zone(talk: Talk) -> None:
    assert "in the whole Alliance:" in await opened(talk, NEPAL_FOCAL_POINT)
    await give(talk, NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP")
    day = (talk.going.bot.clock.now() + timedelta(days=20)).date()
    async with talk.database.writing() as session:
        nepal = (await session.scalars(select(Place).where(Place.key == "NP"))).one()
        when = PartialDate(Precision.DAY, day, day, Status.PLANNED, starts_at=time(9), zone="Europe/London")
        session.add(
            Event(
                key="test/1", kind=EventKind.MEETING, name={"en": "Steering <!here>"}, place_id=nepal.id,
                when=when, said_at=talk.going.bot.clock.now(),
            )
        )  # fmt: skip
    page = await opened(talk, NEPAL_FOCAL_POINT)
    assert "Steering &lt;!here&gt;" in page
    assert "in the whole Alliance" not in page
    assert "Times are yours (Asia/Kathmandu)." in page
    assert "14:45" in page or "13:45" in page


async def test_what_i_follow(talk: Talk) -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        actor = await actor_of(session, FRENCH, now.date())
        await following.follow(session, actor, "place:NP", Cadence.WEEKLY, now)
        await following.follow(session, actor, "theme:gender", Cadence.AT_ONCE, now)
    page = await opened(talk, FRENCH)
    assert "• *Népal* · " in page
    assert len([line for line in page.splitlines() if line.startswith("• *")]) >= 2
    await click(talk, "Choisir ce que je suis", FRENCH)
    assert modal(talk, FRENCH)["callback_id"] == said.FOLLOW


async def test_one_section_that_fails_leaves_the_others(
    talk: Talk, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("a secret")

    for heading in (said.NEEDS, said.MINE, said.COMING, said.FOLLOWING, said.SETTINGS):
        with monkeypatch.context() as patch:
            patch.setitem(handled.SECTIONS, heading, broken)  # type: ignore[arg-type]
            page = await opened(talk)
        assert len(headings(talk)) == 5, "all of them are there"
        assert page.count("This could not be loaded just now") == 1
        reference = page.partition("Reference number: ")[2][:6]
        assert f'"reference": "{reference}"' in log.getvalue() or reference in log.getvalue()
        assert "a secret" not in page


async def test_a_section_whose_query_fails_leaves_the_others(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(session: Any, *_: Any) -> Any:
        await session.execute(text("SELECT * FROM there_is_no_such_table"))

    monkeypatch.setattr(home, "needs", broken)
    page = await opened(talk)
    assert "This could not be loaded just now" in page
    assert "Time zone: *Europe/London*" in page


async def test_if_nothing_can_be_read_that_is_said(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> Any:
        raise OSError

    monkeypatch.setattr(handled, "reader_of", broken)
    page = await opened(talk)
    assert "Nothing is lost" in page
    assert "Reference number" in page


async def test_the_form_of_my_settings_changes_home_and_its_language(talk: Talk) -> None:
    await opened(talk)
    form = await click(talk, "Change my settings")
    values = {"language": {"value": "fr"}}
    await talk.box.submit(ENGLISH, form.views[-1]["id"], values)
    assert "Langue : *français* · votre choix" in shown(talk).replace("\u00a0", " ")


async def test_nobody_who_never_opened_home_costs_a_call(talk: Talk) -> None:
    stranger = "U0FRESHXX"
    talk.box._space.people[stranger] = Person(stranger, "fresh", "Fresh", locale="en-GB", tz="UTC")
    await talk.box.change_user(stranger, title="Member")
    form = await talk.box.command(stranger, GENERAL, "/update migration")
    values = {"headline": {"value": "Something"}, "body": {"value": "It moved."}}
    await talk.box.submit(stranger, form.views[-1]["id"], values)
    assert published(talk, stranger) == 0
    await opened(talk, stranger)
    assert published(talk, stranger) == 1
    form = await talk.box.command(stranger, GENERAL, "/update migration")
    await talk.box.submit(stranger, form.views[-1]["id"], values)
    assert published(talk, stranger) == 2


@pytest.mark.parametrize("kind", ["server_error", "rate_limited", "cut_before"])
async def test_a_slack_that_fails_is_logged_and_the_next_opening_is_right(
    talk: Talk, log: io.StringIO, kind: Any
) -> None:
    talk.box.faults.add(Fault(kind, method="views.publish"))
    outcome = await talk.box.open_home(ENGLISH)
    assert (outcome.settled, talk.box.home_of(ENGLISH)) == ("idle", None)
    assert "home_not_published" in log.getvalue()
    assert "What waits for me" in await opened(talk)


async def test_a_form_is_taken_though_home_cannot_be_published(talk: Talk) -> None:
    await opened(talk)
    form = await click(talk, "Post an update")
    talk.box.faults.add(Fault("server_error", method="views.publish"))
    sent = await talk.box.submit(
        ENGLISH,
        form.views[-1]["id"],
        {
            "subject": {"value": f"group:{MIGRATION}"},
            "headline": {"value": "Something"},
            "body": {"value": "It moved."},
        },
    )
    assert sent.failed is None
    assert not sent.errors
    async with talk.database.reading() as session:
        assert len((await session.scalars(select(Update.id))).all()) == 1


async def test_a_page_that_is_not_there_is_the_last_one(talk: Talk) -> None:
    await opened(talk)
    view = talk.box.home_of(ENGLISH)
    assert view is not None
    await talk.box.action(ENGLISH, view["id"], action_id="home:page:9999", forged=True)
    assert "My settings" in shown(talk)


async def test_it_is_drawn_with_few_queries(talk: Talk) -> None:
    count = 0

    def one_more(*_: Any) -> None:
        nonlocal count
        count += 1

    engine = talk.going.bot.services.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", one_more)
    await opened(talk)
    event.remove(engine, "before_cursor_execute", one_more)
    assert count <= 21, "one for each section, a few for who reads, and one for those who said or run what is"


async def test_messages_of_the_worker_come_beside_home(talk: Talk) -> None:
    """The Messages tab holds what the bot sends; Home is not touched by it."""
    await opened(talk)
    async with talk.going.bot.services.database.writing() as session:
        hello = Outgoing("test:1", "test", "notice", ENGLISH, "en", {"text": "Hello"})
        await put(session, hello, talk.going.bot.clock.now())
    await talk.box.settle()
    assert [m["text"] for m in talk.box.messages(talk.box.dm(ENGLISH))] == ["Hello"]
    assert published(talk) == 1


async def test_what_may_hold_a_persons_details_says_so_and_is_asked_about_once(talk: Talk) -> None:
    await wait(talk, is_flagged=True)
    await give(talk, EDITOR, RoleName.EDITOR)
    page = await opened(talk, EDITOR)
    assert "Veuillez regarder à deux fois" in page
    approve = next(
        element for block in blocks(talk, EDITOR) if block["type"] == "actions"
        for element in block["elements"] if "/update review approve" in element.get("value", "")
    )  # fmt: skip
    assert "données d’une personne" in approve["confirm"]["text"]["text"]
