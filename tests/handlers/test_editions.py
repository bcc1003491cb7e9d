"""The newsletter of a channel, from its schedule to what stands there: once, on time, as it was approved."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community import roles
from community.rights import actor_of
from handlers.slack import newsletters
from sandbox import Outcome
from storage.tables import Delivery, Edition, EditionItem
from storage.vocabulary import RoleName
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, SPANISH, Talk, modal, said, shown, texts
from tests.handlers.test_update_life import click_in_message, phrase, posted
from tests.handlers.wishes import told

SECRETARIAT, EDITOR = "U0SECRETA", "U0EDITORX"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The hour of the schedule below."""
WEEKLY: dict[str, dict[str, Any]] = {
    "channels_en": {"value": [GENERAL]},
    "zone": {"value": "Europe/London"},
}


@pytest.fixture(autouse=True)
async def editors(talk: Talk) -> None:
    async with talk.database.writing() as session:
        now = MONDAY - timedelta(days=60)
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        for who, role, scope in ((SPANISH, RoleName.CHAIR, "group:migration"), (EDITOR, RoleName.EDITOR, "")):
            await roles.grant(
                session, secretariat, who, role, scope, is_deputy=False, today=now.date(), now=now
            )
    await at(talk, MONDAY - timedelta(days=5))


async def at(talk: Talk, moment: datetime) -> None:
    """The clock strikes at that moment, and what is due is drafted and sent."""
    talk.box.clock.at(moment)
    await talk.box.settle()
    await newsletters.send(talk.going.bot.services)
    await talk.box.settle()


async def scheduled(talk: Talk, **changes: dict[str, Any]) -> Outcome:
    page = await talk.command("/digest", SECRETARIAT)
    form = await talk.click("A new newsletter", page, SECRETARIAT)
    sent = await talk.box.submit(SECRETARIAT, modal(form)["id"], {**WEEKLY, **changes})
    assert not sent.errors, sent.errors
    return sent


def in_channel(talk: Talk, channel: str = GENERAL) -> str:
    found = talk.box.messages(channel, as_user=FRENCH)
    return "\n".join(text for message in found for text in texts(message["blocks"]))


async def states(talk: Talk) -> list[tuple[str, str, int]]:
    async with talk.database.reading() as session:
        rows = (await session.scalars(select(Edition).order_by(Edition.id))).unique()
        return [(row.period, row.state.value, row.revision) for row in rows]


async def test_a_week_as_it_should_go(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(days=1, minutes=1))
    assert await states(talk) == [], "not before a day ahead"
    await at(talk, MONDAY - timedelta(days=1))
    assert await states(talk) == [("2026-W48", "in_review", 1)]
    assert "Lettre d’information de la semaine 48" in (await told(talk, EDITOR)).replace("\u00a0", " ")
    assert in_channel(talk) == ""
    done = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert "Elle part le 23/11/2026" in said(done), "the exact moment, in the editor's zone"
    assert in_channel(talk) == "", "not before its hour"
    await at(talk, MONDAY)
    assert "Alliance 8.7: the newsletter of week 48 of 2026" in in_channel(talk)
    assert "*Second meeting held online* · Migration · Spanish" in in_channel(talk)
    assert "International Day for the Abolition of Slavery" in in_channel(talk)
    await at(talk, MONDAY + timedelta(days=2))
    assert len(talk.box.messages(GENERAL, as_user=FRENCH)) == 1
    assert "Newsletter of week 48 of 2026" in await talk.ask("/digest past")


async def test_what_was_previewed_is_what_is_sent_and_looking_changes_nothing(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(days=1))
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    looked = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Look at it"))
    before = await states(talk)
    await at(talk, MONDAY)
    (message,) = talk.box.messages(GENERAL, as_user=FRENCH)
    seen = [texts(block) for block in shown(looked)["blocks"]][:-1]  # without the buttons below
    assert seen == [texts(block) for block in message["blocks"]]
    assert await states(talk) == before
    preview = await talk.command("/digest", ENGLISH)
    await talk.click("Preview 1", preview, ENGLISH)
    assert await states(talk) == before
    assert message["pings"] == []


@pytest.mark.parametrize("line", ["preview", "aperçu", "previo", "preview en"])
async def test_the_one_newsletter_is_previewed_without_its_number(talk: Talk, line: str) -> None:
    await scheduled(talk)
    assert "the newsletter of week 48 of 2026" in await talk.ask(f"/digest {line}")


async def test_of_several_newsletters_one_is_chosen_and_of_none_nothing_is_asked(talk: Talk) -> None:
    assert "Which one" not in await talk.ask("/digest preview")
    await scheduled(talk)
    await scheduled(talk, cadence={"value": "daily"})
    which = await talk.command("/digest preview")
    assert "Which one would you like to see?" in said(which)
    assert "Which one" not in await talk.ask("/digest")
    assert "the newsletter of week 48 of 2026" in said(await talk.click("Preview 1", which))
    assert "Laquelle souhaitez-vous voir" in await talk.ask("/digest aperçu", FRENCH)
    assert "¿Cuál desea ver?" in await talk.ask("/digest previo", SPANISH)


async def test_two_clocks_draft_once_and_review_once(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    talk.box.clock.at(MONDAY - timedelta(hours=20))
    await talk.box.settle()
    await asyncio.gather(*(newsletters.send(talk.going.bot.services) for _ in range(4)))
    await talk.box.settle()
    assert len(await states(talk)) == 1
    assert len(talk.box.messages(talk.box.dm(EDITOR), as_user=EDITOR)) == 1


async def test_two_approvals_publish_once_and_the_second_learns_who_was_first(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    first = talk.box.messages(talk.box.dm(SECRETARIAT), as_user=SECRETARIAT)[-1]
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    late = await talk.box.action(
        SECRETARIAT, first["ts"], channel=talk.box.dm(SECRETARIAT), action_id="do:9",
        value="/digest approve 1 1".replace(" 1 1", f" {await number(talk)} 1"), forged=True,
    )  # fmt: skip
    assert "Somebody was faster" in said(late)
    assert f"<@{EDITOR}>" in said(late)
    await at(talk, MONDAY)
    assert len(talk.box.messages(GENERAL, as_user=FRENCH)) == 1


async def number(talk: Talk) -> int:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Edition.id))).one()


async def test_late_approval_goes_out_at_once_and_held_until_then_loses_nothing(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Retenir")
    await at(talk, MONDAY + timedelta(hours=15))
    assert in_channel(talk) == ""
    await posted(talk, SPANISH, headline={"value": "News of the week after"})
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert "Second meeting" in in_channel(talk)
    assert "News of the week after" not in in_channel(talk)
    await at(talk, MONDAY + timedelta(days=6))
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    await at(talk, MONDAY + timedelta(days=7))
    last = "\n".join(texts(talk.box.messages(GENERAL, as_user=FRENCH)[-1]["blocks"]))
    assert "News of the week after" in last
    assert "Second meeting" not in last


async def test_an_edited_one_keeps_the_editors_work_and_takes_in_what_is_new(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await posted(talk, SPANISH, headline={"value": "Something to leave out"})
    await at(talk, MONDAY - timedelta(hours=20))
    await posted(talk, SPANISH, headline={"value": "Published while it was reviewed"})
    form = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Modifier")
    view = modal(form)
    options = next(block for block in view["blocks"] if block["block_id"] == "hidden")["element"]["options"]
    hidden = [one["value"] for one in options if "leave out" in one["text"]["text"]]
    await talk.box.submit(
        EDITOR, view["id"], {"introduction": {"value": "Dear <!channel> & all"}, "hidden": {"value": hidden}}
    )
    assert await states(talk) == [("2026-W48", "in_review", 2)]
    assert "plus récent" in await told(talk, EDITOR), "the older draft says that it is older"
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    await at(talk, MONDAY)
    (message,) = talk.box.messages(GENERAL, as_user=FRENCH)
    text = "\n".join(texts(message["blocks"]))
    assert "Dear &lt;!channel&gt; &amp; all" in text
    assert "Published while it was reviewed" in text
    assert "Something to leave out" not in text
    assert message["pings"] == []
    await at(talk, MONDAY + timedelta(days=6))
    looked = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Look at it"))
    assert "Something to leave out" in said(looked), "free for the next one"


async def test_an_edit_that_loses_against_an_approval_says_so(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    form = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Modifier")
    await click_in_message(talk, SECRETARIAT, talk.box.dm(SECRETARIAT), "Hold")
    await click_in_message(talk, SECRETARIAT, talk.box.dm(SECRETARIAT), "Approve")
    await talk.box.submit(EDITOR, modal(form)["id"], {"introduction": {"value": "Too late"}})
    again = str(talk.box.view_of(EDITOR))
    assert "Quelqu’un l’a modifiée" in again
    assert "Too late" in again, "what was typed is not lost"
    await at(talk, MONDAY)
    assert "Too late" not in in_channel(talk)
    await talk.box.submit(EDITOR, talk.box.view_of(EDITOR)["id"], {})
    lost = str(talk.box.view_of(EDITOR))
    assert "Too late" in lost, "nor is it once it went out"
    assert "plus rapide" in lost
    assert "Too late" not in in_channel(talk)


async def test_what_is_withdrawn_voids_the_approval_of_what_was_not_sent(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await posted(talk, SPANISH, headline={"value": "The one that stays"})
    await at(talk, MONDAY - timedelta(hours=20))
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=2), mine, SPANISH)
    assert (await states(talk))[0][1] == "in_review"
    assert "modifiée, traduite ou retirée" in await told(talk, EDITOR)
    await at(talk, MONDAY)
    assert in_channel(talk) == "", "nobody approved what it says now"
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    assert "The one that stays" in in_channel(talk)
    assert "Second meeting" not in in_channel(talk)


async def test_what_is_withdrawn_after_it_was_sent_has_a_dated_note_in_its_place(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    assert "Second meeting" in in_channel(talk)
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=1), mine, SPANISH)
    assert "Second meeting" not in in_channel(talk)
    assert "It was withdrawn on" in in_channel(talk)
    assert len(talk.box.messages(GENERAL, as_user=FRENCH)) == 1


@pytest.mark.parametrize(("quiet", "lines"), [("skip", 0), ("say_so", 1)])
async def test_an_empty_week_is_as_the_schedule_says_and_the_editors_hear_once(
    talk: Talk, quiet: str, lines: int
) -> None:
    await scheduled(talk, quiet={"value": quiet})
    await at(talk, MONDAY - timedelta(hours=20))
    await at(talk, MONDAY)
    await at(talk, MONDAY + timedelta(hours=1))
    assert len(talk.box.messages(GENERAL, as_user=FRENCH)) == lines
    assert ("A quiet time" in in_channel(talk)) is bool(lines)
    assert len(talk.box.messages(talk.box.dm(EDITOR), as_user=EDITOR)) == 1
    assert "rien à approuver" in await told(talk, EDITOR)


async def test_a_channel_that_fails_stops_no_other(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []})
    await scheduled(talk, reviewed={"value": []}, channels_en={"value": ["C0LOUNGEX"]})
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    assert "Second meeting" in in_channel(talk)
    async with talk.database.reading() as session:
        failed = [row for row in await session.scalars(select(Delivery)) if row.state.value == "failed"]
    assert [(row.channel, row.reason) for row in failed] == [("C0LOUNGEX", "not_in_channel")]


@pytest.mark.parametrize("day", ["2027-03-28", "2026-10-25"])
async def test_a_daily_one_comes_once_on_the_days_on_which_clocks_change(talk: Talk, day: str) -> None:
    begin = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    talk.box.clock.at(begin - timedelta(days=1))
    await talk.box.settle()
    await scheduled(
        talk, cadence={"value": "daily"}, reviewed={"value": []}, at={"value": "01:30"},
        quiet={"value": "say_so"},
    )  # fmt: skip
    for half in range(48):
        await at(talk, begin + timedelta(minutes=30 * half))
    assert [period for period, _, _ in await states(talk)].count(day) == 1
    assert in_channel(talk).count(f"of {day}") == 1


async def test_downtime_sends_the_week_late_once_and_leaves_nothing_out(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH)
    await at(talk, MONDAY + timedelta(days=16))
    assert "Second meeting" in in_channel(talk)
    assert len(await states(talk)) == 1


async def test_nothing_but_what_is_public_reaches_the_newsletter(talk: Talk) -> None:
    await scheduled(talk, reviewed={"value": []})
    await posted(talk, SPANISH, visibility={"value": "members"})
    await posted(talk, SPANISH, headline={"value": "For everybody to read"})
    await at(talk, MONDAY)
    assert "For everybody" in in_channel(talk)
    assert "Second meeting" not in in_channel(talk)
    async with talk.database.reading() as session:
        assert len((await session.scalars(select(EditionItem))).all()) == 1


async def test_who_is_no_editor_reads_but_decides_nothing(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    page = await talk.command("/digest", ENGLISH)
    assert "1. <#C0GENERAL> (English) · once a week · Monday · 09:00 (Europe/London)" in said(page)
    mine = await number(talk)
    for act in (f"approve {mine} 1", f"look {mine}", f"hold {mine} 1", f"review {mine}", "end 1"):
        forged = await talk.box.action(
            ENGLISH, page.replies[-1]["ts"], channel=GENERAL, action_id="do:9", value=f"/digest {act}",
            forged=True,
        )  # fmt: skip
        assert "If you need it done" in said(forged), act
    assert await states(talk) == [("2026-W48", "in_review", 1)]


async def test_a_schedule_ends_and_a_wrong_zone_is_said_under_its_field(talk: Talk) -> None:
    page = await talk.command("/digest", SECRETARIAT)
    form = await talk.click("A new newsletter", page, SECRETARIAT)
    sent = await talk.box.submit(SECRETARIAT, modal(form)["id"], {**WEEKLY, "zone": {"value": "Atlantis"}})
    assert set(sent.errors) == {"zone"}
    await talk.box.submit(SECRETARIAT, modal(form)["id"], WEEKLY)
    await posted(talk, SPANISH)
    ended = await talk.click("End 1", await talk.command("/digest", SECRETARIAT), SECRETARIAT)
    assert "nothing more is sent there" in said(ended)
    await at(talk, MONDAY)
    assert await states(talk) == []


async def test_what_waits_stands_on_the_editors_home_and_on_nobody_elses(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    for user, seen in ((EDITOR, True), (ENGLISH, False)):
        await talk.box.open_home(user)
        home = "\n".join(texts(talk.box.home_of(user)))
        assert ("<#C0GENERAL>" in home) is seen


async def test_an_edition_of_several_messages_is_looked_at_in_full_before_it_is_sent(talk: Talk) -> None:
    await scheduled(talk)
    words = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf")
    for word in words:
        await posted(talk, SPANISH, headline={"value": f"{word} {word} {word}"})
    await at(talk, MONDAY - timedelta(hours=20))
    first = await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), phrase("fr", "Look at it"))
    second = await talk.click(phrase("fr", "Next page"), first, EDITOR)
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    await at(talk, MONDAY)
    sent = [texts(message["blocks"]) for message in talk.box.messages(GENERAL, as_user=FRENCH)]
    pages = [shown(one)["blocks"] for one in (first, second)]
    looked = [[block for block in blocks if block["type"] != "actions"] for blocks in pages]
    assert [texts(blocks) for blocks in looked] == sent
    assert all(word in str(sent) for word in words)


async def test_a_preview_is_of_the_next_one_while_it_is_reviewed_and_after_one_was_sent(talk: Talk) -> None:
    await scheduled(talk)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    page = await talk.command("/digest", ENGLISH)
    seen = said(await talk.click("Preview 1", page, ENGLISH))
    assert "week 48 of 2026" in seen
    assert "Second meeting" in seen, "what is being reviewed is in it"
    await click_in_message(talk, EDITOR, talk.box.dm(EDITOR), "Approuver")
    await at(talk, MONDAY + timedelta(hours=1))
    page = await talk.command("/digest", ENGLISH)
    seen = said(await talk.click("Preview 1", page, ENGLISH))
    assert "week 49 of 2026" in seen
    assert "Second meeting" not in seen
