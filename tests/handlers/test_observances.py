"""Days that are observed: highlights and champions, with consent and review, shown on the day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from community import roles
from community.contributed import contributed
from community.rights import actor_of
from handlers.slack import contributing
from sandbox import Outcome
from storage.tables import AuditEntry, ChannelSetting, Contribution, Delivery, Event, Member, Subscription
from storage.vocabulary import Cadence, ContributionState, RoleName, Theme
from templates.voice import Voice
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
    LOUNGE,
    NEPAL_FOCAL_POINT,
    SPANISH,
    Talk,
    labels,
    modal,
    said,
    shown,
    texts,
)
from tests.handlers.test_update_life import click_in_message, phrase
from tests.handlers.wishes import heard, told

SECRETARIAT, EDITOR = "U0SECRETA", "U0EDITORX"
PATHFINDERS = "C0PATHFND"
"""The channel that the guest is in."""
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NINE = datetime(2027, 6, 12, 9, tzinfo=UTC)
MIDNIGHT = NINE + timedelta(hours=15)
HIGHLIGHT = {"text": {"value": "Labour inspection reached 300 brick kilns."}}
WHY = "Trains <!channel> inspectors in *three* provinces"


@pytest.fixture(autouse=True)
async def a_channel_and_roles(talk: Talk) -> AsyncIterator[None]:
    talk.box.clock.at(NOW)
    await talk.box.settle()
    async with talk.database.writing() as session:
        secretariat = await actor_of(session, SECRETARIAT, NOW.date())
        for who, role, scope in (
            (NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP"),
            (EDITOR, RoleName.EDITOR, ""),
        ):
            await roles.grant(
                session, secretariat, who, role, scope, is_deputy=False, today=NOW.date(), now=NOW
            )
        session.add(
            Subscription(
                key=f"{GENERAL}>theme:child_labour", channel=GENERAL, theme=Theme.CHILD_LABOUR,
                cadence=Cadence.WEEKLY, since=NOW,
            )
        )  # fmt: skip
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        await session.execute(delete(Contribution))


def where(user: str) -> str:
    return PATHFINDERS if user == GUEST else GENERAL


async def day(talk: Talk, key: str = "world-day-against-child-labour") -> int:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Event.id).where(Event.key == key))).one()


async def form(talk: Talk, label: str, user: str) -> Outcome:
    card = await talk.command(f"/events show {await day(talk)}", user)
    return await talk.click(label, card, user)


async def sent_in(talk: Talk, user: str = ENGLISH, place: str = "NP", **changes: Any) -> Outcome:
    opened = await form(talk, phrase_of(user, "Send in a highlight"), user)
    values = {**HIGHLIGHT, "place": {"value": f"place:{place}"}, **changes}
    return await talk.box.submit(user, modal(opened)["id"], values)


async def nominated(talk: Talk, champion: str = FRENCH, user: str = ENGLISH, **changes: Any) -> Outcome:
    opened = await form(talk, phrase_of(user, "Nominate a champion"), user)
    values = {"person": {"value": champion}, "text": {"value": WHY}, **changes}
    return await talk.box.submit(user, modal(opened)["id"], values)


def phrase_of(user: str, english: str, **values: Any) -> str:
    return phrase({FRENCH: "fr", EDITOR: "fr", SPANISH: "es", GUEST: "es"}.get(user, "en"), english, **values)


async def stored(talk: Talk) -> list[Contribution]:
    async with talk.database.reading() as session:
        return list((await session.scalars(select(Contribution).order_by(Contribution.id))).unique().all())


async def states(talk: Talk) -> list[str]:
    return [row.state.value for row in await stored(talk)]


async def agreed(talk: Talk, user: str = FRENCH) -> Outcome:
    return await click_in_message(talk, user, talk.box.dm(user), phrase_of(user, "I agree"))


async def approved(talk: Talk, user: str = SECRETARIAT) -> Outcome:
    listing = await talk.command(f"/events day review {await day(talk)}", user)
    return await talk.click(phrase_of(user, "Approve %(n)s", n=1), listing, user)


async def at(talk: Talk, moment: datetime) -> None:
    """The clock strikes at that moment; then on another replica, too."""
    talk.box.clock.at(moment)
    await talk.box.settle()
    services = talk.going.bot.services
    await asyncio.gather(contributing.send(services), contributing.send(services))
    await talk.box.settle()
    await talk.going.bot.busy.idle()


def in_channel(talk: Talk, channel: str = GENERAL) -> list[dict[str, Any]]:
    return [one for one in talk.box.messages(channel) if not one["ephemeral"]]


def text(messages: list[dict[str, Any]]) -> str:
    return "\n".join(part for one in messages for part in texts(one["blocks"]))


async def everything_promised(talk: Talk, *, but: str = "") -> str:
    """All that was ever to be sent to anybody, but for the messages to some."""
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(Delivery))).all()
    return "\n".join(f"{row.payload}" for row in rows if row.channel not in but.split())


async def promised_to(talk: Talk, user: str) -> list[Delivery]:
    async with talk.database.reading() as session:
        return list((await session.scalars(select(Delivery).where(Delivery.channel == user))).all())


async def test_the_next_day_is_shown_with_its_distance_and_what_is_gathered(talk: Talk) -> None:
    page = await talk.command("/events day")
    assert "2 December 2026" in said(page), "the soonest one"
    assert "in 11 days" in said(page)
    assert "Nothing is gathered for this day yet" in said(page)
    assert any(label.startswith("10 December 2026") for label in labels(page))
    assert "2 décembre 2026" in await talk.ask("/events jour", FRENCH)
    assert "2 de diciembre de 2026" in await talk.ask("/events día", SPANISH)
    of_june = await talk.ask(f"/events day {await day(talk)}")
    assert "12 June 2027" in of_june
    assert "World Day against Child Labour" in of_june


async def test_a_focal_point_publishes_their_own_country_which_stands_first(talk: Talk) -> None:
    opened = await form(talk, "Send in a highlight", NEPAL_FOCAL_POINT)
    country = next(block for block in modal(opened)["blocks"] if block.get("block_id") == "place")
    assert country["element"]["initial_option"]["value"] == "place:NP"
    assert country["element"]["options"][0]["text"]["text"] == "Nepal"
    await sent_in(talk, NEPAL_FOCAL_POINT)
    await sent_in(talk, NEPAL_FOCAL_POINT, "CL")
    assert await states(talk) == ["approved", "in_review"]
    assert {row.year for row in await stored(talk)} == {2027}
    page = await talk.ask(f"/events day {await day(talk)}")
    assert "1 highlight is gathered" in page
    assert "brick kilns" not in page, "before the day it is counted, not shown"


async def test_a_members_highlight_is_approved_once_and_shown_on_the_day(talk: Talk) -> None:
    sent = await sent_in(talk)
    assert "The editors look at it" in text(sent.views)
    assert "brick kilns" in await told(talk, EDITOR)
    assert "brick kilns" in await told(talk, SECRETARIAT), "no channel is set: each of them hears"
    first = await talk.command(f"/events day review {await day(talk)}", SECRETARIAT)
    second = await talk.command(f"/events jour relecture {await day(talk)}", EDITOR)
    await talk.click("Approve 1", first, SECRETARIAT)
    late = await talk.click("Approuver 1", second, EDITOR)
    assert "plus rapide" in said(late)
    assert await states(talk) == ["approved"]
    assert len(await heard(talk, ENGLISH)) == 1, "the author hears once"
    assert "Your highlight of Nepal is approved" in await told(talk, ENGLISH)
    assert in_channel(talk) == []
    await at(talk, NINE - timedelta(minutes=1))
    assert in_channel(talk) == []
    await at(talk, NINE)
    (post,) = in_channel(talk)
    assert "*Nepal* · Labour inspection reached 300 brick kilns." in text([post])
    assert "Sent late" not in text([post])
    assert post["pings"] == []
    assert "brick kilns" in await talk.ask(f"/events day {await day(talk)}", GUEST, PATHFINDERS)


async def test_however_often_the_clock_strikes_it_stands_once_in_each_channel(talk: Talk) -> None:
    async with talk.database.writing() as session:
        session.add(
            Subscription(
                key=f"{LOUNGE}>theme:child_labour", channel=LOUNGE, theme=Theme.CHILD_LABOUR,
                cadence=Cadence.AT_ONCE, since=NOW,
            )
        )  # fmt: skip
    await sent_in(talk, NEPAL_FOCAL_POINT)
    for minutes in (0, 1, 60, 14 * 60 + 59, 15 * 60, 24 * 60):
        await at(talk, NINE + timedelta(minutes=minutes))
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(Delivery).where(Delivery.kind == contributing.POST))).all()
    assert sorted(row.channel for row in rows) == sorted((GENERAL, LOUNGE))
    assert {(row.promised_at, row.useless_at) for row in rows} == {(NINE, MIDNIGHT)}
    assert len(in_channel(talk)) == 1


async def test_after_downtime_it_comes_late_on_the_same_day_and_says_so(talk: Talk) -> None:
    await sent_in(talk, NEPAL_FOCAL_POINT)
    await at(talk, NINE + timedelta(hours=5))
    (post,) = in_channel(talk)
    assert "Sent late" in text([post])


async def test_what_starts_only_the_day_after_posts_nothing(talk: Talk) -> None:
    await sent_in(talk, NEPAL_FOCAL_POINT)
    await at(talk, MIDNIGHT)
    assert in_channel(talk) == []
    assert "brick kilns" in await talk.ask(f"/events day {await day(talk)}"), "for a fortnight on its page"
    await at(talk, MIDNIGHT + timedelta(days=14))
    later = await talk.command(f"/events day {await day(talk)}")
    assert "12 June 2028" in said(later)
    assert "brick kilns" not in said(later)
    earlier = await talk.click("2027", later)
    assert "brick kilns" in said(earlier), "earlier years stay readable"


async def test_nothing_approved_is_no_post(talk: Talk) -> None:
    await sent_in(talk)
    await nominated(talk)
    await at(talk, NINE)
    assert in_channel(talk) == []


async def test_what_is_approved_on_the_day_comes_at_once(talk: Talk) -> None:
    await sent_in(talk)
    await at(talk, NINE + timedelta(hours=3))
    assert in_channel(talk) == []
    await approved(talk)
    await talk.box.settle()
    (post,) = in_channel(talk)
    assert "brick kilns" in text([post])
    assert "Sent late" not in text([post])
    await sent_in(talk, NEPAL_FOCAL_POINT, text={"value": "A second one"})
    await talk.box.settle()
    (post,) = in_channel(talk)
    assert "A second one" in text([post])


async def test_a_champion_is_asked_first_and_shown_only_once_they_agreed(talk: Talk) -> None:
    sent = await nominated(talk)
    assert "They are asked first" in text(sent.views)
    asked = await told(talk, FRENCH)
    assert f"<@{ENGLISH}>" in asked
    assert "12 juin 2027" in asked
    assert "&lt;!channel&gt;" in asked
    assert (await heard(talk, FRENCH))[-1]["pings"] == [f"@{ENGLISH}"]
    assert FRENCH not in await everything_promised(talk, but=FRENCH), "nobody else is told"
    assert "Rien n’attend" in await talk.ask(f"/events day review {await day(talk)}", EDITOR)
    await agreed(talk)
    assert await states(talk) == ["in_review"]
    assert f"<@{FRENCH}>" in await told(talk, SECRETARIAT)
    assert "Vous avez accepté" in await told(talk, FRENCH)
    await approved(talk)
    before = await talk.ask(f"/events day {await day(talk)}", NEPAL_FOCAL_POINT)
    assert "1 champion is to be shown" in before
    assert FRENCH not in before
    await at(talk, NINE)
    (post,) = in_channel(talk)
    assert f"*<@{FRENCH}>* · Trains" in text([post])
    assert post["pings"] == [f"@{FRENCH}"], "named once, for they agreed to it; nobody else is pinged"
    assert f"<@{FRENCH}>" in await talk.ask(f"/events day {await day(talk)}")


@pytest.mark.parametrize("silent", [True, False])
async def test_who_declines_or_says_nothing_is_shown_nowhere(talk: Talk, silent: bool) -> None:
    await nominated(talk)
    if not silent:
        await click_in_message(talk, FRENCH, talk.box.dm(FRENCH), "Non merci")
    await at(talk, NINE)
    await at(talk, MIDNIGHT + timedelta(minutes=1))
    await at(talk, MIDNIGHT + timedelta(minutes=2))
    assert await states(talk) == ["declined"]
    (heard_by_author,) = await heard(talk, ENGLISH)
    assert "does not go on" in text([heard_by_author])
    assert FRENCH not in text([heard_by_author])
    assert FRENCH not in await everything_promised(talk, but=FRENCH)
    assert WHY[:6] not in await everything_promised(talk), "what was said of them stands nowhere any more"
    assert in_channel(talk) == []
    assert FRENCH not in await talk.ask(f"/events day {await day(talk)} 2027", ENGLISH)


async def test_an_editor_s_reason_is_given_back_if_somebody_was_faster(talk: Talk) -> None:
    await sent_in(talk)
    listing = await talk.command(f"/events day review {await day(talk)}", SECRETARIAT)
    opened = await talk.click("Decline 1", listing, SECRETARIAT)
    await approved(talk, EDITOR)
    late = await talk.box.submit(SECRETARIAT, modal(opened)["id"], {"reason": {"value": "Too <!here> long"}})
    assert "Somebody was faster" in text([modal(late)])
    assert "Too &lt;!here&gt; long" in text([modal(late)]), "what was typed is not lost"
    assert await states(talk) == ["approved"]


async def test_nobody_agrees_for_somebody_else(talk: Talk) -> None:
    await nominated(talk)
    (row,) = await stored(talk)
    for forger in (ENGLISH, GUEST, SECRETARIAT):
        for act in ("agree", "refuse"):
            line = f"/events day {act} {row.id} {row.revision}"
            answered = await talk.ask(line, forger, where(forger))
            assert phrase_of(forger, "Only the person who was asked can answer this.") in answered
    assert await states(talk) == ["consent_asked"]
    assert "somebody else" in await talk.ask("/alliance audit", SECRETARIAT), "refusals are written down"


async def test_nobody_approves_without_the_right_nor_what_has_no_consent(talk: Talk) -> None:
    await nominated(talk)
    await sent_in(talk)
    champion, highlight = await stored(talk)
    lines = [f"approve {row.id} {row.revision}" for row in (champion, highlight)]
    for forger in (ENGLISH, NEPAL_FOCAL_POINT, GUEST):
        for line in (*lines, f"review {await day(talk)}"):
            answered = await talk.ask(f"/events day {line}", forger, where(forger))
            assert "This is for the editors" in answered or "Esto corresponde a la redacción" in answered
    early = await talk.ask(f"/events day approve {champion.id} {champion.revision}", SECRETARIAT)
    assert "Somebody was faster" in early
    assert await states(talk) == ["consent_asked", "in_review"]


async def test_guests_send_nothing_in_but_may_be_champions(talk: Talk) -> None:
    number = await day(talk)
    theirs = await talk.command(f"/events show {number}", GUEST, PATHFINDERS)
    assert phrase_of(GUEST, "Nominate a champion") not in labels(theirs)
    for name in ("observance_champion", "observance_highlight"):
        forged = await talk.box.action(
            GUEST, shown(theirs)["ts"], channel=PATHFINDERS, action_id="open:9", value=f"{name} {number}",
            forged=True,
        )  # fmt: skip
        assert "miembros de este espacio" in text(forged.views)
    await nominated(talk, GUEST)
    await click_in_message(talk, GUEST, talk.box.dm(GUEST), "Acepto")
    await approved(talk)
    await at(talk, NINE)
    assert in_channel(talk)[-1]["pings"] == [f"@{GUEST}"]


async def test_consent_taken_back_after_the_post_is_gone_everywhere_with_a_dated_note(talk: Talk) -> None:
    await nominated(talk)
    await agreed(talk)
    await approved(talk)
    await sent_in(talk, NEPAL_FOCAL_POINT)
    page = await talk.command(f"/events day {await day(talk)}")
    await talk.click("Share here", page)
    await at(talk, NINE)
    assert FRENCH in text(in_channel(talk)[-1:])
    taken = await click_in_message(talk, FRENCH, talk.box.dm(FRENCH), "Retirer mon accord")
    assert "C’est fait" in said(taken)
    await talk.box.settle()
    assert FRENCH not in text(in_channel(talk))
    assert "A champion stood here. This was taken back on <!date^" in text(in_channel(talk))
    assert "brick kilns" in text(in_channel(talk)), "the rest stands"
    assert FRENCH not in await everything_promised(talk, but=FRENCH)
    assert "Vous avez retiré votre accord" in await told(talk, FRENCH)
    assert "Trains" not in await told(talk, FRENCH)
    assert "does not go on" in await told(talk, ENGLISH), "what the author had heard is kept true"
    assert len(await heard(talk, ENGLISH)) == 1
    assert FRENCH not in await talk.ask(f"/events day {await day(talk)}")


async def test_consent_is_taken_back_on_the_page_of_the_day_too(talk: Talk) -> None:
    await nominated(talk)
    await agreed(talk)
    page = await talk.command(f"/events jour {await day(talk)}", FRENCH)
    await talk.click("Retirer mon accord", page, FRENCH)
    assert await states(talk) == ["withdrawn"]
    assert (await stored(talk))[0].consented_at is None
    assert FRENCH not in await everything_promised(talk, but=FRENCH)
    assert "Retirer mon accord" not in labels(await talk.command(f"/events jour {await day(talk)}", FRENCH))


async def test_who_was_stopped_may_take_back_their_consent_all_the_same(talk: Talk) -> None:
    await nominated(talk)
    await agreed(talk)
    async with talk.database.writing() as session:
        await session.execute(update(Member).where(Member.slack_id == FRENCH).values(is_stopped=True))
    (row,) = await stored(talk)
    assert "C’est fait" in await talk.ask(f"/events day withdraw {row.id}", FRENCH)


async def test_one_nomination_a_person_day_and_year(talk: Talk) -> None:
    await nominated(talk)
    second = await nominated(talk, user=SPANISH)
    assert "No se añadió nada" in text(second.views)
    assert await states(talk) == ["consent_asked"]
    assert len(await promised_to(talk, FRENCH)) == 1
    await click_in_message(talk, FRENCH, talk.box.dm(FRENCH), "Non merci")
    third = await nominated(talk, user=SPANISH)
    assert "No se añadió nada" in text(third.views), "who said no is not asked again"
    assert len(await promised_to(talk, FRENCH)) == 1


async def test_two_at_once_make_one_nomination(talk: Talk) -> None:
    opened = [await form(talk, phrase_of(who, "Nominate a champion"), who) for who in (ENGLISH, SPANISH)]
    values = {"person": {"value": FRENCH}, "text": {"value": WHY}}
    await asyncio.gather(
        *(
            talk.box.submit(who, modal(one)["id"], values)
            for who, one in zip((ENGLISH, SPANISH), opened, strict=True)
        )
    )
    assert await states(talk) == ["consent_asked"]


async def test_who_nominates_themselves_agrees_by_it(talk: Talk) -> None:
    await nominated(talk)
    own = await nominated(talk, FRENCH, FRENCH)
    assert "retirer votre accord" in text(own.views)
    assert await states(talk) == ["in_review"], "what another proposed goes on"
    assert "Camille" not in await told(talk, FRENCH)
    await nominated(talk, SPANISH, SPANISH)
    assert await states(talk) == ["in_review", "in_review"]
    assert await told(talk, SPANISH) == "", "nobody asks them what they said already"


async def test_an_organisation_needs_no_consent_but_review(talk: Talk) -> None:
    opened = await nominated(talk, person={"value": None}, organisation={"value": "Blorptang"})
    assert set(opened.errors or {}) == {"organisation"}
    await nominated(talk, person={"value": None}, organisation={"value": "ituc"})
    assert await states(talk) == ["in_review"]
    await approved(talk)
    await at(talk, NINE)
    assert "International Trade Union Confederation" in text(in_channel(talk))
    assert in_channel(talk)[-1]["pings"] == []


async def test_a_champion_is_one_and_can_be_asked(talk: Talk) -> None:
    neither = await nominated(talk, person={"value": None})
    assert set(neither.errors or {}) == {"person"}
    both = await nominated(talk, organisation={"value": "ITUC"})
    assert set(both.errors or {}) == {"organisation"}
    bot = await nominated(talk, "U0OTHERBT")
    assert set(bot.errors or {}) == {"person"}
    assert await states(talk) == []


async def test_who_left_slack_after_agreeing_is_not_shown(talk: Talk) -> None:
    await nominated(talk)
    await agreed(talk)
    await approved(talk)
    await sent_in(talk, NEPAL_FOCAL_POINT)
    async with talk.database.writing() as session:
        await session.execute(update(Member).where(Member.slack_id == FRENCH).values(is_active=False))
    await at(talk, NINE)
    (post,) = in_channel(talk)
    assert FRENCH not in text([post])
    assert "brick kilns" in text([post])
    assert FRENCH not in await talk.ask(f"/events day {await day(talk)}")


async def test_what_looks_like_a_case_comes_back_once_and_then_waits_for_another_editor(talk: Talk) -> None:
    case = {"value": "A girl named Asha, call +33 6 12 34 56 78"}
    first = await sent_in(talk, SECRETARIAT, text=case)
    assert "Please look again" in text(first.views)
    assert await states(talk) == []
    await talk.box.submit(SECRETARIAT, modal(first)["id"], {})
    assert await states(talk) == ["in_review"], "whoever's country it is, an editor looks at it"
    refused = await approved(talk)
    assert "another editor has to approve it" in said(refused)
    await approved(talk, EDITOR)
    assert await states(talk) == ["approved"]


async def test_an_editor_declines_with_words_and_the_author_reads_them_once(talk: Talk) -> None:
    await sent_in(talk, SPANISH)
    listing = await talk.command(f"/events day review {await day(talk)}", SECRETARIAT)
    opened = await talk.click("Decline 1", listing, SECRETARIAT)
    await talk.box.submit(SECRETARIAT, modal(opened)["id"], {"reason": {"value": "Which <!here> year?"}})
    assert await states(talk) == ["declined"]
    assert "Which &lt;!here&gt; year?" in await told(talk, SPANISH)
    assert len(await heard(talk, SPANISH)) == 1
    await at(talk, NINE)
    assert in_channel(talk) == []


async def test_the_author_takes_back_a_highlight_and_a_dated_note_stands_in_its_place(talk: Talk) -> None:
    await sent_in(talk, NEPAL_FOCAL_POINT)
    await at(talk, NINE)
    page = await talk.command(f"/events day {await day(talk)}", NEPAL_FOCAL_POINT)
    stranger = await talk.command(f"/events day {await day(talk)}")
    assert "Take back 1" not in labels(stranger)
    await talk.ask(f"/events day withdraw {(await stored(talk))[0].id}", ENGLISH)
    assert await states(talk) == ["approved"]
    await talk.click("Take back 1", page, NEPAL_FOCAL_POINT)
    await talk.box.settle()
    assert "brick kilns" not in text(in_channel(talk))
    assert "A highlight of Nepal stood here. It was withdrawn on" in text(in_channel(talk))
    again = await talk.ask(f"/events day withdraw {(await stored(talk))[0].id}", NEPAL_FOCAL_POINT)
    assert "answered or ended already" in again


async def test_what_is_taken_back_before_the_post_leaves_no_note(talk: Talk) -> None:
    await sent_in(talk, NEPAL_FOCAL_POINT)
    await sent_in(talk, NEPAL_FOCAL_POINT, text={"value": "This one stays"})
    await talk.ask(f"/events day withdraw {(await stored(talk))[0].id}", NEPAL_FOCAL_POINT)
    await at(talk, NINE)
    (post,) = in_channel(talk)
    assert "This one stays" in text([post])
    assert "stood here" not in text([post])


async def test_the_post_is_in_the_channels_language_and_marks_each_texts_own(talk: Talk) -> None:
    async with talk.database.writing() as session:
        await session.merge(ChannelSetting(slack_id=GENERAL, language="fr"))
    await sent_in(talk, NEPAL_FOCAL_POINT)
    await at(talk, NINE)
    (post,) = in_channel(talk)
    assert "12 juin 2027" in text([post])
    assert "*Népal* · Labour inspection reached 300 brick kilns. · anglais" in text([post])


async def test_hundreds_fit_into_one_post_and_the_rest_is_a_click_away(talk: Talk) -> None:
    for number in range(3):
        await sent_in(talk, NEPAL_FOCAL_POINT, text={"value": f"{number} " + "*<&>*_~`" * 60})
    (first, *_) = await stored(talk)
    async with talk.database.writing() as session:
        for number in range(60):
            session.add(
                Contribution(
                    event_id=first.event_id, year=2027, kind=first.kind, state=ContributionState.APPROVED,
                    place_id=first.place_id, text={"en": f"{number} " + "*<&>*_~`" * 60}, by_id=first.by_id,
                    at=NOW, decided_by_id=first.by_id,
                )
            )  # fmt: skip
    await at(talk, NINE)
    (post,) = in_channel(talk)
    assert "more" in text([post])
    assert post["pings"] == []
    clicked = await click_in_message(talk, ENGLISH, GENERAL, "Show all of it")
    assert "Page 1 of" in said(clicked)


async def test_a_shared_page_names_no_champion_and_follows_what_changes(talk: Talk) -> None:
    await nominated(talk)
    await agreed(talk)
    await approved(talk)
    await at(talk, MIDNIGHT + timedelta(hours=9))
    page = await talk.command(f"/events day {await day(talk)}")
    assert FRENCH in said(page)
    await talk.click("Share here", page)
    (card,) = in_channel(talk)
    assert FRENCH not in text([card])
    assert card["pings"] == []
    assert "1 person is a champion of this day" in text([card])
    (row,) = await stored(talk)
    await talk.ask(f"/events day withdraw {row.id}", FRENCH)
    await talk.box.settle()
    (card,) = in_channel(talk)
    assert "Nothing is shown for this day" in text([card])


async def test_only_the_days_of_everybody_gather_something(talk: Talk) -> None:
    async with talk.database.reading() as session:
        other = (await session.scalars(select(Event.id).where(Event.recurrence.is_(None)).limit(1))).one()
    assert "Send in a highlight" not in labels(await talk.command(f"/events show {other}"))
    for line in (f"day {other}", "day 999999", f"day {await day(talk)} 9999", f"day {await day(talk)} 0001"):
        answered = await talk.ask(f"/events {line}")
        assert "Reference number" not in answered
        assert "highlight" not in answered


async def test_the_audit_tells_acts_and_no_text(talk: Talk) -> None:
    await nominated(talk)
    await agreed(talk)
    await approved(talk)
    await click_in_message(talk, FRENCH, talk.box.dm(FRENCH), "Retirer mon accord")
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id))).unique().all()
    acts = [row.action for row in rows if row.subject.startswith("contribution:")]
    assert acts == ["champion_nominated", "consent_given", "contribution_approved", "consent_taken_back"]
    assert "Trains" not in "".join(row.subject for row in rows)


async def test_a_forged_click_shares_nothing_that_is_for_one_persons_eyes(talk: Talk) -> None:
    await nominated(talk)
    await sent_in(talk)
    (champion, highlight) = await stored(talk)
    page = await talk.command(f"/events day {await day(talk)}", SECRETARIAT)
    for line in (
        f"review {await day(talk)}", f"approve {highlight.id} 1", f"agree {champion.id} 1",
        f"withdraw {highlight.id}",
    ):  # fmt: skip
        await talk.box.action(
            SECRETARIAT, shown(page)["ts"], channel=GENERAL, action_id="share:0", value=f"/events day {line}",
            forged=True,
        )  # fmt: skip
    await talk.going.bot.busy.idle()
    assert in_channel(talk) == []
    assert await states(talk) == ["consent_asked", "in_review"]


async def test_the_same_twice_adds_nothing(talk: Talk) -> None:
    opened = await form(talk, "Send in a highlight", ENGLISH)
    values = {**HIGHLIGHT, "place": {"value": "place:NP"}}
    view = modal(opened)["id"]
    await asyncio.gather(*(talk.box.submit(ENGLISH, view, values) for _ in range(2)), return_exceptions=True)
    again = await sent_in(talk)
    assert "Nothing was added" in text(again.views)
    assert await states(talk) == ["in_review"]
    assert len(await promised_to(talk, EDITOR)) == 1


async def test_an_editor_withdraws_a_nomination_and_the_champion_reads_that_it_ended(talk: Talk) -> None:
    await nominated(talk, SPANISH)
    await agreed(talk, SPANISH)
    await approved(talk)
    await at(talk, NINE)
    await talk.ask(f"/events day withdraw {(await stored(talk))[0].id}", EDITOR)
    await talk.box.settle()
    assert SPANISH not in text(in_channel(talk))
    assert "Esta propuesta terminó" in await told(talk, SPANISH)
    assert (await stored(talk))[0].consented_at is not None, "only the champion takes their consent back"


async def test_whoever_was_proposed_again_after_a_proposal_was_taken_back_is_asked_at_most_thrice(
    talk: Talk,
) -> None:
    for _ in range(5):
        await nominated(talk)
        for row in await stored(talk):
            await talk.ask(f"/events day withdraw {row.id}")
    assert len(await promised_to(talk, FRENCH)) == 3


async def test_the_filter_names_only_who_agreed(talk: Talk) -> None:
    await nominated(talk)
    templates, names = talk.going.bot.services.templates, talk.going.bot.services.names
    voice = Voice("en", "UTC", NOW, names, to_channel=True)
    for named, act in ((False, agreed), (True, None)):
        (row,) = await stored(talk)
        shown_so = templates.jinja.from_string("{{ item|champion }}")
        said_so = shown_so.render(voice=voice, item=contributed(row))
        assert (said_so == f"<@{FRENCH}>") is named
        if act:
            await act(talk)
