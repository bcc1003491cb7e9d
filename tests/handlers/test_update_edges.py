"""Updates at the edges: long, full of signs, moved, taken from sight, translated, reported, and hidden."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time

import pytest
from sqlalchemy import select, update

from community import roles
from community.rights import actor_of
from sandbox import Outcome
from storage.members import member_by_slack_id
from storage.tables import AuditEntry, Delivery, Group, Place, Request, Update, UpdateTranslation
from storage.vocabulary import RoleName
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
    texts,
)
from tests.handlers.test_update_life import FILLED, in_channel, posted
from tests.handlers.wishes import told

SECRETARIAT, EDITOR, MIGRATION, GUESTS = "U0SECRETA", "U0EDITORX", "C0MIGRATE", "C0PATHFND"


@pytest.fixture(autouse=True)
async def a_group_with_a_channel_and_an_editor(talk: Talk) -> AsyncIterator[None]:
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(channel=MIGRATION))
        secretariat = await actor_of(session, SECRETARIAT, now.date())
        for who, role, scope in (
            (EDITOR, RoleName.EDITOR, ""),
            (SPANISH, RoleName.CHAIR, "group:migration"),
            (SPANISH, RoleName.CHAIR, "group:supply-chains"),
        ):
            await roles.grant(
                session, secretariat, who, role, scope, is_deputy=False, today=now.date(), now=now
            )
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(channel=None))
        await session.execute(update(Group).values(merged_into_id=None))
        await session.execute(update(Place).values(merged_into_id=None))


async def insisted(talk: Talk, user: str) -> None:
    """Send the form once more where it came again, because much alike stands here already."""
    view = talk.box.view_of(user)
    if view and view.get("submit"):
        await talk.box.submit(user, view["id"], {})


async def stored(talk: Talk) -> Update:
    async with talk.database.reading() as session:
        return (await session.scalars(select(Update).order_by(Update.id.desc()))).unique().first()  # type: ignore[return-value]


async def forged(talk: Talk, user: str, value: str, channel: str = GENERAL) -> Outcome:
    """Open a form by a button that the person was never shown."""
    page = await talk.command("/alliance help", user, channel)
    return await talk.box.action(
        user, page.replies[-1]["ts"], channel=channel, action_id="open:9", value=value, forged=True
    )


async def test_a_text_of_many_paragraphs_stands_whole_wherever_it_is_shown(talk: Talk) -> None:
    paragraphs = [f"Paragraph {number} of it." for number in range(1, 31)]
    for _ in range(3):
        await posted(talk, ENGLISH, body={"value": "\n\n".join(paragraphs)})
        await insisted(talk, ENGLISH)
    before_editors = await told(talk, EDITOR)
    assert all(one in before_editors for one in paragraphs)
    listed = await talk.command("/update review", EDITOR)
    assert labels(listed)[-4:] == [
        "Approuver 3", "Demander un changement 3", "Refuser 3", "Tout lire 3",
    ]  # fmt: skip
    whole = await talk.click("Tout lire 3", listed, EDITOR)
    assert all(one in said(whole) for one in paragraphs)
    assert labels(whole) == ["Approuver", "Demander un changement", "Refuser"]
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    (message,) = talk.box.messages(MIGRATION)
    assert all(one in in_channel(talk) for one in paragraphs)
    assert [
        element["text"]["text"] for block in message["blocks"] if block["type"] == "actions"
        for element in block["elements"]
    ] == ["Follow", "Report"], "no page to turn: there is but one"  # fmt: skip


async def test_nothing_but_signs_is_taken_shown_changed_and_translated_all_the_same(talk: Talk) -> None:
    body, head = "&<>* " * 500, "&<>*" * 37
    await posted(
        talk, ENGLISH, body={"value": body}, headline={"value": head}, next_step={"value": "<&" * 150},
        next_owner={"value": "&" * 150}, link={"value": "https://example.org/?" + "a&" * 230},
    )  # fmt: skip
    row = await stored(talk)
    assert row.body == body.strip()
    assert "&amp;" in await told(talk, EDITOR)
    for _ in range(5):
        await posted(talk, FRENCH, body={"value": body}, headline={"value": head})
        await insisted(talk, FRENCH)
    listed = await talk.command("/update review", EDITOR)
    assert len([one for one in labels(listed) if one.startswith("Approuver")]) == 5
    await talk.click("Approuver 1", listed, EDITOR)
    assert "&amp;" in in_channel(talk)
    assert "&amp;" in await talk.ask("/actiongroup migration more")
    published = await talk.command("/update published", EDITOR)
    form = await talk.click("Traduire 1", published, EDITOR)
    above = "".join(
        text for block in modal(form)["blocks"] if block["type"] == "section" for text in texts(block)
    )
    assert above.count("&lt;") == body.count("<") + head.count("<"), "all of it stands there to translate"
    late = await talk.click("Change 1", await talk.command("/update mine", ENGLISH), ENGLISH)
    change = await talk.click("Modifier 1", published, EDITOR)
    await talk.box.submit(EDITOR, modal(change)["id"], {})
    await insisted(talk, EDITOR)
    await talk.box.submit(ENGLISH, modal(late)["id"], {})
    await insisted(talk, ENGLISH)
    said_back = "".join(texts((talk.box.view_of(ENGLISH) or {})["blocks"]))
    assert "Somebody was faster" in said_back
    assert said_back.count("&lt;") > 300, "as much of it as a message holds"


async def test_a_page_that_is_not_there_shows_the_nearest(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    for page in (0, 2, 99):
        assert "Second meeting" in await talk.ask(f"/update mine page {page}", ENGLISH)


async def test_what_moves_to_another_group_leaves_the_cards_of_the_first(talk: Talk) -> None:
    await posted(talk, SPANISH)
    await talk.click("Share here", await talk.command("/actiongroup migration"))
    assert "Second meeting" in in_channel(talk, GENERAL)
    form = await talk.click("Cambiar 1", await talk.command("/update mine", SPANISH), SPANISH)
    await talk.box.submit(SPANISH, modal(form)["id"], {"subject": {"value": "group:supply-chains"}})
    assert "Second meeting" in await talk.ask("/actiongroup supply chains")
    assert "Second meeting" not in in_channel(talk, GENERAL)


async def test_what_waits_for_review_again_stands_nowhere_until_it_is_approved(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    assert "Twelve partners" in in_channel(talk)
    form = await talk.click("Change 1", await talk.command("/update mine", ENGLISH), ENGLISH)
    await talk.box.submit(ENGLISH, modal(form)["id"], {"body": {"value": "Eleven partners met."}})
    assert (await stored(talk)).state.value == "in_review"
    assert "Twelve partners" not in in_channel(talk), "its author took these words back"
    assert "Eleven partners" not in in_channel(talk), "nobody has looked at these yet"
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    assert "Eleven partners" in in_channel(talk)
    assert len(talk.box.messages(MIGRATION)) == 1, "in the same place"


async def published(talk: Talk, **changes: dict[str, str]) -> None:
    """A member's update that an editor approved."""
    await posted(talk, ENGLISH, "migration", **changes)
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)


async def corrected(talk: Talk, **changes: dict[str, str]) -> None:
    """Its author changes it in their list."""
    form = await talk.click("Change 1", await talk.command("/update mine", ENGLISH), ENGLISH)
    await talk.box.submit(ENGLISH, modal(form)["id"], changes)
    await insisted(talk, ENGLISH)


async def decided(talk: Talk, button: str, reason: str) -> None:
    """An editor gives their words to what waits first."""
    form = await talk.click(button, await talk.command("/update review", EDITOR), EDITOR)
    await talk.box.submit(EDITOR, modal(form)["id"], {"reason": {"value": reason}})


async def test_when_a_correction_is_declined_the_text_that_was_published_stands_again(talk: Talk) -> None:
    await published(
        talk, next_step={"value": "Publish the agenda"}, next_due={"value": "2027-01-31"},
        link={"value": "https://example.org/first"}, theme={"value": "supply_chains"},
    )  # fmt: skip
    form = await talk.click("Traduire 1", await talk.command("/update published", EDITOR), EDITOR)
    given = {"headline": {"value": "Deuxième réunion"}, "body": {"value": "Douze partenaires."}}
    await talk.box.submit(EDITOR, modal(form)["id"], {"language": {"value": "fr"}, **given})
    before = await stored(talk)
    await corrected(
        talk, subject={"value": "group:supply-chains"}, headline={"value": "An odd headline"},
        body={"value": "Thirteen partners met."}, visibility={"value": "members"}, link={"value": ""},
        next_step={"value": ""}, next_due={"value": ""},
    )  # fmt: skip
    assert "shown nowhere; if they decline it, the earlier" in str(talk.box.view_of(ENGLISH)), (
        "its author knows"
    )
    (message,) = talk.box.messages(MIGRATION)
    for words in (in_channel(talk), message["text"]):
        assert "It is being corrected" in words
        assert "withdrawn" not in words
        assert "supply" not in words.lower(), "nobody has looked yet at where it is to go"
    await decided(talk, "Refuser 1", "No source for it.")

    after = await stored(talk)
    kept = (
        "group_id", "place_id", "theme", "language", "headline", "body", "link", "visibility", "state",
        "next_step", "next_due", "next_owner", "files", "is_flagged", "posted_at", "published_at",
        "corrected_at",
    )  # fmt: skip
    assert {one: getattr(after, one) for one in kept} == {one: getattr(before, one) for one in kept}
    assert after.revision == before.revision + 2, "no form that was open meanwhile passes for a newer one"
    assert "Twelve partners" in in_channel(talk)
    assert len(talk.box.messages(MIGRATION)) == 1, "in the same place"
    assert "corrected" not in in_channel(talk)
    assert "Second meeting" in await talk.ask("/actiongroup migration", SPANISH)
    assert "Deuxième réunion" in await talk.ask("/actiongroup migration", FRENCH), "translated as it was"
    assert "odd headline" not in await talk.ask("/actiongroup supply chains", ENGLISH)

    heard = await told(talk, ENGLISH)
    assert "The correction of your update *Second meeting held online* was not taken" in heard
    assert "The earlier text stands again" in heard
    assert "No source for it." in heard
    assert heard.count("is published.") == 1, "when it first was"
    mine = await talk.command("/update mine", ENGLISH)
    assert "its correction was not taken" in said(mine)
    assert "No source for it." in said(mine)
    assert "its correction was not taken" in await told(talk, SECRETARIAT), "said in place of the review"

    await corrected(talk, body={"value": "Thirteen partners met (minutes, page 2)."})
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    assert "Thirteen partners met (minutes" in in_channel(talk)
    assert "was not taken" not in said(await talk.command("/update mine", ENGLISH))


async def test_of_several_corrections_none_that_was_never_published_comes_back(talk: Talk) -> None:
    await published(talk)
    await corrected(talk, body={"value": "Eleven partners met."})
    await decided(talk, "Demander un changement 1", "Eleven or twelve?")
    assert "It is being corrected" in in_channel(talk)
    await corrected(talk, body={"value": "Ten partners met."})
    await decided(talk, "Refuser 1", "It was twelve.")
    assert "Twelve partners" in in_channel(talk)
    assert (await stored(talk)).body == FILLED["body"]["value"]


async def test_it_comes_back_on_the_group_that_its_own_went_into_meanwhile(talk: Talk) -> None:
    await published(talk)
    await corrected(talk, subject={"value": "group:supply-chains"})
    conflict = select(Group.id).where(Group.key == "conflict-humanitarian").scalar_subquery()
    async with talk.database.writing() as session:
        gone = update(Group).where(Group.key == "migration").values(merged_into_id=conflict)
        await session.execute(gone.execution_options(synchronize_session=False))
    await decided(talk, "Refuser 1", "It was right before.")
    group = (await stored(talk)).group
    assert group is not None
    assert group.key == "conflict-humanitarian"
    assert "Second meeting" in await talk.ask("/actiongroup conflict more")


async def test_what_was_never_published_is_declined_as_it_reads(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    await corrected(talk, body={"value": "Eleven partners met."})
    await decided(talk, "Refuser 1", "No source for it.")
    row = await stored(talk)
    assert (row.state.value, row.body) == ("declined", "Eleven partners met.")
    assert in_channel(talk) == ""


async def test_who_sleeps_while_it_is_reviewed_again_hears_of_it_in_the_morning(talk: Talk) -> None:
    await talk.ask("/alliance follow group:migration", FRENCH)
    async with talk.database.writing() as session:
        member = await member_by_slack_id(session, FRENCH)
        assert member is not None
        member.quiet_from, member.quiet_until, member.zone = time(0, 0), time(23, 59), "UTC"
    await posted(talk, ENGLISH)
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    form = await talk.click("Change 1", await talk.command("/update mine", ENGLISH), ENGLISH)
    await talk.box.submit(ENGLISH, modal(form)["id"], {"body": {"value": "Eleven partners met."}})
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    async with talk.database.reading() as session:
        query = select(Delivery).where(Delivery.kind == "post", Delivery.channel == FRENCH)
        (row,) = (await session.scalars(query)).all()
    assert row.state.value == "pending"
    assert "Eleven partners" in str(row.payload)


async def test_an_author_without_the_right_to_publish_cannot_publish_a_translation(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    assert "Translate 1" not in labels(await talk.command("/update mine", ENGLISH))
    opened = await forged(talk, ENGLISH, f"update_translate {(await stored(talk)).id}")
    assert "If you need it done" in str(modal(opened))


async def test_a_translation_adds_no_details_of_a_person_and_no_news_to_its_author(talk: Talk) -> None:
    await posted(talk, SPANISH)
    heard = await told(talk, SPANISH)
    listed = await talk.command("/update published", EDITOR)
    form = await talk.click("Traduire 1", listed, EDITOR)
    values = {
        "language": {"value": "fr"}, "headline": {"value": "Réunion"},
        "body": {"value": "Écrivez à amina.k@example.org."},
    }  # fmt: skip
    sent = await talk.box.submit(EDITOR, modal(form)["id"], values)
    assert set(sent.errors) == {"body"}
    sent = await talk.box.submit(EDITOR, modal(form)["id"], {"body": {"value": "Douze partenaires."}})
    assert not sent.errors
    assert "*Réunion*" in await talk.ask("/actiongroup migration more", FRENCH)
    assert "Douze partenaires." in await talk.ask("/actiongroup migration more", FRENCH)
    assert await told(talk, SPANISH) == heard, "it was published long ago"


async def test_a_translation_of_what_was_changed_meanwhile_is_not_taken(talk: Talk) -> None:
    await posted(talk, SPANISH)
    listed = await talk.command("/update published", EDITOR)
    form = await talk.click("Traduire 1", listed, EDITOR)
    change = await talk.click("Cambiar 1", await talk.command("/update mine", SPANISH), SPANISH)
    await talk.box.submit(SPANISH, modal(change)["id"], {"body": {"value": "Eleven partners met."}})
    values = {
        "language": {"value": "fr"}, "headline": {"value": "Réunion"},
        "body": {"value": "Douze partenaires."},
    }  # fmt: skip
    await talk.box.submit(EDITOR, modal(form)["id"], values)
    assert "Douze partenaires." in str(talk.box.view_of(EDITOR)), "what was typed is said back"
    async with talk.database.reading() as session:
        assert (await session.scalars(select(UpdateTranslation))).first() is None


async def test_an_editor_does_not_approve_their_own_that_looks_like_a_case(talk: Talk) -> None:
    await posted(talk, EDITOR, body={"value": "A 12-year-old girl was found at the mill."})
    view = talk.box.view_of(EDITOR)
    assert view is not None
    await talk.box.submit(EDITOR, view["id"], {})
    refused = await talk.click("Approuver 1", await talk.command("/update review", EDITOR), EDITOR)
    assert "un autre membre de la rédaction" in said(refused)
    assert (await stored(talk)).state.value == "in_review"
    await talk.click("Approve 1", await talk.command("/update review", SECRETARIAT), SECRETARIAT)
    assert (await stored(talk)).state.value == "published"


async def test_a_report_of_what_nobody_saw_is_not_taken_and_tells_nothing(talk: Talk) -> None:
    await posted(talk, ENGLISH)
    waits = await stored(talk)
    for number in (waits.id, waits.id + 1, 0):
        form = await forged(talk, GUEST, f"update_report {number}", GUESTS)
        sent = await talk.box.submit(GUEST, modal(form)["id"], {"note": {"value": "Hm"}})
        assert set(sent.errors) == {"note"}
    async with talk.database.reading() as session:
        assert (await session.scalars(select(Request))).first() is None


async def test_what_came_of_a_report_does_not_name_a_post_that_is_for_its_group(talk: Talk) -> None:
    await posted(talk, SPANISH, visibility={"value": "group"})
    form = await forged(talk, GUEST, f"update_report {(await stored(talk)).id}", GUESTS)
    await talk.box.submit(GUEST, modal(form)["id"], {"note": {"value": "Hm"}})
    await talk.click("Accepter 1", await talk.command("/alliance requests", EDITOR), EDITOR)
    assert "La redacción ha mirado la publicación" in await told(talk, GUEST)
    assert "Second meeting" not in await told(talk, GUEST)


async def test_with_nothing_on_record_the_forms_say_so(talk: Talk) -> None:
    async with talk.database.writing() as session:
        await session.execute(update(Group).values(merged_into_id=Group.id))
        await session.execute(update(Place).values(merged_into_id=Place.id))
    opened = await talk.box.command(ENGLISH, GENERAL, "/update")
    assert "Nothing is on record yet" in str(modal(opened))
    form = await talk.click(
        "Change a group", await talk.command("/alliance manage", SECRETARIAT), SECRETARIAT
    )
    assert "No action group is on record yet" in str(modal(form))


async def test_a_subject_that_is_gone_meanwhile_is_said_under_its_field(talk: Talk) -> None:
    opened = await talk.box.command(ENGLISH, GENERAL, "/update migration")
    async with talk.database.writing() as session:
        gone = update(Group).where(Group.key == "migration").values(merged_into_id=Group.id)
        await session.execute(gone)
    sent = await talk.box.submit(ENGLISH, modal(opened)["id"], FILLED)
    assert set(sent.errors) == {"subject"}
    async with talk.database.reading() as session:
        acts = [row.action for row in (await session.scalars(select(AuditEntry))).unique()]
    assert "update_posted" not in acts
