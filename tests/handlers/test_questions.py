"""Questions: asked by a command or a form, answered by a form, a thread or a menu, and closed."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from community import questions, roles
from community.rights import actor_of
from handlers.slack import failures, mentions, replies
from sandbox import Fault, Outcome
from storage.tables import (
    Answer,
    Asker,
    Delivery,
    Group,
    HelpLine,
    Member,
    Membership,
    Question,
    QuestionAnswer,
    metadata,
)
from storage.vocabulary import DeliveryState, QuestionState, RoleName, Visibility
from tests.handlers.talk import (
    ENGLISH,
    FRENCH,
    GENERAL,
    GUEST,
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
from tests.handlers.wishes import actions, heard, told

SECRETARIAT, CHAIR, SEEN_BY_GUESTS = "U0SECRETA", SPANISH, "C0PATHFND"
HOW = "How do partners <!channel> join the research?"
ESCAPED = "How do partners &lt;!channel&gt; join the research?"


@pytest.fixture(autouse=True)
async def holders(talk: Talk) -> AsyncIterator[None]:
    """Migration has a chair, Nepal a focal point; the Chair's seat and the other groups have nobody."""
    for who in (CHAIR, NEPAL_FOCAL_POINT):
        await talk.ask("/alliance settings language en", who)
    await give(talk, CHAIR, RoleName.CHAIR, "group:migration")
    await give(talk, NEPAL_FOCAL_POINT, RoleName.FOCAL_POINT, "place:NP")
    shipped = Question.asked_at.is_(None)
    states = select(Question.id, Question.state).where(shipped)
    async with talk.database.reading() as session:
        before = dict((await session.execute(states)).tuples().all())
    yield
    await talk.going.bot.busy.idle()
    async with talk.database.writing() as session:
        for number in await session.scalars(select(Question.id).where(shipped, Question.revision != 0)):
            as_it_was = {"state": before[number], "closed_at": None, "revision": 0}
            await session.execute(update(Question).where(Question.id == number).values(as_it_was))


async def give(talk: Talk, who: str, role: RoleName, scope: str = "", *, deputy: bool = False) -> None:
    async with talk.database.writing() as session:
        now = talk.going.bot.clock.now()
        manager = await actor_of(session, SECRETARIAT, now.date())
        await roles.grant(session, manager, who, role, scope, is_deputy=deputy, today=now.date(), now=now)


async def stored(talk: Talk) -> list[Question]:
    async with talk.database.reading() as session:
        query = select(Question).where(Question.asked_at.is_not(None)).order_by(Question.id)
        return list((await session.scalars(query)).unique())


async def asked(talk: Talk, user: str = ENGLISH, to: str = "migration", text: str = HOW) -> int:
    await talk.ask(f"/ask {to} {text}", user)
    return (await stored(talk))[-1].id


async def form(talk: Talk, user: str = ENGLISH) -> Outcome:
    return await talk.command("/ask new", user)


async def filled(talk: Talk, user: str = ENGLISH, **changes: Any) -> Outcome:
    values: dict[str, Any] = {"to": "group:migration", "text": HOW, "visibility": "members", **changes}
    opened = await form(talk, user)
    fields = {name: {"value": value} for name, value in values.items()}
    return await talk.box.submit(user, modal(opened)["id"], fields)


async def answered(
    talk: Talk, user: str = CHAIR, text: str = "By writing to IOM.", whole: str = "fully", **more: Any
) -> Outcome:
    """Answer by the button of the message that the bot sent."""
    opened = await click_in_message(talk, user, talk.box.dm(user), "Answer")
    view = modal(opened)["id"]
    fields = {"text": {"value": text}, "whole": {"value": whole}, **more}
    return await talk.box.submit(user, view, fields)


def page(talk: Talk, user: str) -> str:
    return "\n".join(texts(talk.box.view_of(user)["blocks"]))


async def wrote(talk: Talk, user: str, number: int) -> str:
    """When the message of a question stands before somebody."""
    async with talk.database.reading() as session:
        query = select(Delivery.ts).where(
            Delivery.about == f"question:{number}", Delivery.channel == user, Delivery.kind == "question"
        )
        return str((await session.scalars(query)).first())


# Asking


async def test_a_question_is_asked_at_once_and_its_addressee_hears_of_it(talk: Talk) -> None:
    outcome = await talk.command(f"/ask migration {HOW}", ENGLISH)
    assert "Asked: *Migration*" in said(outcome)
    assert ESCAPED in said(outcome)
    assert f"It goes directly to: <@{CHAIR}>." in said(outcome)
    assert "members of this workspace" in said(outcome)
    assert shown(outcome)["ephemeral"]
    (message,) = await heard(talk, CHAIR)
    assert ESCAPED in "\n".join(texts(message["blocks"]))
    assert f"from: <@{ENGLISH}> · asked today · still open" in "\n".join(texts(message["blocks"]))
    assert message["pings"] == [f"@{ENGLISH}"], "whose name it is, and nobody else; they are not in that room"
    assert HOW not in await told(talk, SECRETARIAT)
    assert (await actions(talk))[-1] == "question_asked"


async def test_a_question_that_slack_hands_over_twice_is_one_and_ten_minutes_later_it_is_meant(
    talk: Talk,
) -> None:
    talk.box.faults.add(Fault("redeliver", method="command"))
    await talk.box.command(ENGLISH, GENERAL, f"/ask migration {HOW}")  # over HTTP the second is refused
    both = await asyncio.gather(*(talk.command(f"/ask Nepal {HOW}", FRENCH) for _ in range(2)))
    assert all("Népal" in said(one) for one in both), "each hears what became of it"
    assert len(await heard(talk, CHAIR)) == 1
    assert (await actions(talk)).count("question_asked") == 2
    talk.box.clock.advance(601)
    await talk.command(f"/ask migration {HOW}", ENGLISH)
    assert (await actions(talk)).count("question_asked") == 3


async def test_a_question_by_mention_that_slack_sends_again_is_one(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, failing = mentions.claim, [True]

    async def claim(*given: Any, **how: Any) -> bool:
        if failing and failing.pop():
            raise OSError
        return await claimed(*given, **how)

    monkeypatch.setattr(mentions, "claim", claim)
    await talk.box.message(ENGLISH, GENERAL, f"<@{talk.box.bot_user_id}> ask migration {HOW}")
    await talk.box.settle()
    assert (await actions(talk)).count("question_asked") == 1
    heard_by_asker = [one for one in talk.box.messages(GENERAL, ENGLISH) if one["ephemeral"]]
    assert len(heard_by_asker) == 1
    assert "Asked: *Migration*" in "\n".join(texts(heard_by_asker[0]["blocks"]))


async def test_a_question_that_was_withdrawn_may_be_asked_again(talk: Talk) -> None:
    await talk.click("Withdraw it", await talk.command(f"/ask migration {HOW}", ENGLISH))
    await talk.command(f"/ask migration {HOW}", ENGLISH)
    assert (await actions(talk)).count("question_asked") == 2


@pytest.mark.parametrize(
    ("typed", "to"),
    [
        ("Migration how?", "Migration"),
        ("the migration: how?", "Migration"),
        ("migrattion how?", "Migration"),
        ("Nepal how?", "Nepal"),
        ("népal how?", "Nepal"),
        ("Nepall how?", "Nepal"),
        ("NP how?", "Nepal"),
        ("Viet Nam how?", "Viet Nam"),
        ("African Union how?", "African Union"),
        ("secretariat how?", "Secretariat"),
        ("the Chair how?", "Chair of the Alliance"),
        ("place:NP how?", "Nepal"),
    ],
)
async def test_the_addressee_is_read_forgivingly(talk: Talk, typed: str, to: str) -> None:
    answer = await talk.ask(f"/ask {typed}")
    assert f"Asked: *{to}*" in answer
    assert "\nhow?" in answer


@pytest.mark.parametrize(
    "typed", ["Niger a question?", "np is this so?", "is it so?", "no idea at all?", "Kenya why?"]
)
async def test_it_never_goes_to_a_wrong_one_in_silence(talk: Talk, typed: str) -> None:
    answer = await talk.ask(f"/ask {typed}")
    assert "I do not know whom you want to ask" in answer
    assert typed in answer
    assert await stored(talk) == []


async def test_the_question_is_kept_whole_however_long_and_its_last_words_are_no_command(talk: Talk) -> None:
    text = "Why " + "so " * 250 + "and who can say more"
    await talk.ask(f"/ask migration {text}")
    text2 = "What stands on page 2"
    await talk.ask(f"/ask migration {text2}")
    assert [row.text["en"] for row in await stored(talk)] == [text, text2]


async def test_an_unknown_addressee_gets_the_nearest_names_and_the_text_is_kept(talk: Talk) -> None:
    outcome = await talk.command("/ask supply who audits the auditors?")
    assert "supply who audits the auditors?" in said(outcome)
    assert labels(outcome) == ["Supply Chains", "Choose from all"]
    opened = await talk.click("Supply Chains", outcome)
    blocks = {block["block_id"]: block for block in modal(opened)["blocks"]}
    assert blocks["text"]["element"]["initial_value"] == "supply who audits the auditors?"
    assert blocks["to"]["element"]["initial_option"]["value"] == "group:supply-chains"
    outcome = await talk.command("/ask whoever knows it: why?")
    opened = await talk.click("Choose from all", outcome)
    blocks = {block["block_id"]: block for block in modal(opened)["blocks"]}
    assert blocks["text"]["element"]["initial_value"] == "whoever knows it: why?"
    assert "initial_option" not in blocks["to"]["element"]


async def test_an_ambiguous_addressee_is_a_choice_and_the_question_is_not_lost(talk: Talk) -> None:
    async with talk.database.writing() as session:
        for key in ("supply-chains", "rule-of-law"):
            mine = update(Group).where(Group.key == key)
            await session.execute(mine.values(aliases=[*(await aliases(session, key)), "fair work"]))
    try:
        outcome = await talk.command("/ask fair work what is it?")
        assert "Whom do you mean?" in said(outcome)
        assert "what is it?" in said(outcome)
        assert await stored(talk) == []
        chosen = await talk.click("Supply Chains", outcome)
        assert "Asked: *Supply Chains*" in said(chosen)
        assert [row.text for row in await stored(talk)] == [{"en": "what is it?"}]
    finally:
        async with talk.database.writing() as session:
            for key in ("supply-chains", "rule-of-law"):
                kept = [one for one in await aliases(session, key) if one != "fair work"]
                await session.execute(update(Group).where(Group.key == key).values(aliases=kept))


async def aliases(session: Any, key: str) -> list[str]:
    return list((await session.scalars(select(Group.aliases).where(Group.key == key))).one())


async def test_where_nobody_holds_the_role_the_secretariat_gets_it_and_the_asker_is_told_so(
    talk: Talk,
) -> None:
    answer = await talk.ask("/ask Chile how far is it?")
    assert f"Nobody holds that role just now, so the secretariat gets it: <@{SECRETARIAT}>" in answer
    assert "so it comes to the secretariat" in await told(talk, SECRETARIAT)


async def test_a_deputy_hears_of_it_too_and_may_answer(talk: Talk) -> None:
    await give(talk, FRENCH, RoleName.FOCAL_POINT, "place:NP", deputy=True)
    number = await asked(talk, to="Nepal")
    assert ESCAPED in await told(talk, FRENCH)
    assert "Répondre" in labels(await talk.command(f"/ask {number}", FRENCH))


async def test_empty_and_too_long_questions_are_not_asked_and_nothing_is_lost(talk: Talk) -> None:
    outcome = await talk.command("/ask migration")
    assert "What do you want to ask? To: Migration" in said(outcome)
    opened = await talk.click("Write it", outcome)
    assert modal(opened)["callback_id"] == "question_ask"
    long = "long " * 1_000
    answer = await talk.ask(f"/ask migration {long.strip()}")
    assert "This question has 4,999 characters; 1,500 are the most" in answer
    assert answer.count("long") == 1_000, "it is given back whole"
    sent = await filled(talk, text=" ")
    assert "Please write something here" in sent.errors["text"]
    assert await stored(talk) == []


async def test_the_form_says_to_whom_who_sees_it_and_what_a_pseudonym_is(talk: Talk) -> None:
    listing = await talk.command("/ask")
    opened = await talk.click("Ask something", listing)
    blocks = {block["block_id"]: block for block in modal(opened)["blocks"]}
    names = [option["text"]["text"] for option in blocks["to"]["element"]["options"]]
    assert names[:2] == ["Secretariat", "Chair of the Alliance"]
    assert {"Migration", "Nepal"} <= set(names)
    assert "Pseudonymous until it is closed, anonymous after" in blocks["hidden"]["hint"]["text"]
    assert modal(opened)["title"]["text"] == "Ask something"
    sent = await filled(talk, to="place:NP", visibility="group")
    assert "action group" in sent.errors["visibility"]
    await filled(talk, remark=["yes"], visibility="public")
    (row,) = await stored(talk)
    assert row.state is QuestionState.REMARK
    assert "A remark for you" in await told(talk, CHAIR)
    assert HOW not in await talk.ask("/ask"), "it needs no answer"


async def test_guests_ask_nothing_and_see_what_is_public_only(talk: Talk) -> None:
    await asked(talk)
    await filled(talk, text="A public one?", visibility="public")
    await filled(talk, text="One of the group?", visibility="group")
    listing = await talk.ask("/ask", GUEST, SEEN_BY_GUESTS)
    assert "A public one?" in listing
    assert ESCAPED not in listing
    assert "One of the group?" not in listing
    offered = labels(await talk.command("/ask", GUEST, SEEN_BY_GUESTS))
    assert phrase("es", "Ask something") not in offered
    refusal = "las personas invitadas leen"
    assert refusal in await talk.ask("/ask migration may I?", GUEST, SEEN_BY_GUESTS)
    opened = await talk.command("/ask new", GUEST, SEEN_BY_GUESTS)
    assert refusal in str(modal(opened))
    assert len(await stored(talk)) == 3


async def test_what_is_for_the_group_only_its_insiders_see(talk: Talk) -> None:
    await filled(talk, text="One of the group?", visibility="group")
    number = (await stored(talk))[0].id
    assert "One of the group?" in await talk.ask("/ask", CHAIR)
    assert "One of the group?" in await talk.ask("/ask", ENGLISH), "they asked it"
    for command in ("/ask", "/ask answered group", f"/ask {number}"):
        assert "One of the group?" not in await talk.ask(command, FRENCH)
    assert f"Il n’y a pas de question {number}" in await talk.ask(f"/ask {number}", FRENCH)


async def test_what_looks_like_a_case_comes_back_once_with_the_help_lines(talk: Talk) -> None:
    case = "What about the girl named Maya, passport no. 1234567?"
    now = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        session.add(HelpLine(name="Childline Nepal", contact="1098", country="NP", entered_at=now))
    outcome = await talk.command(f"/ask Nepal {case}")
    assert "Nobody’s case belongs here" in said(outcome)
    assert "Childline Nepal" in said(outcome)
    assert case in said(outcome)
    assert await stored(talk) == []
    await talk.click("Send it as it is", outcome)
    assert [row.text["en"] for row in await stored(talk)] == [case]
    sent = await filled(talk, text=case, visibility="public")
    assert "Please look again" in page(talk, ENGLISH)
    assert len(await stored(talk)) == 1
    await talk.box.submit(ENGLISH, talk.box.view_of(ENGLISH)["id"], {})
    assert [row.visibility.value for row in await stored(talk)] == ["members", "members"], (
        "it never leaves Slack", sent,
    )  # fmt: skip


async def test_what_is_asked_further_and_what_is_corrected_is_looked_at_too(talk: Talk) -> None:
    case = "And the girl named Maya, passport no. 1234567?"
    await filled(talk, visibility="public")
    number = (await stored(talk))[0].id
    await answered(talk)
    further = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "Ask further")
    await talk.box.submit(ENGLISH, modal(further)["id"], {"more": {"value": case}})
    assert "Please look again" in page(talk, ENGLISH)
    assert case not in str([row.text for row in await stored(talk)])
    await talk.box.submit(ENGLISH, talk.box.view_of(ENGLISH)["id"], {})
    (row,) = await stored(talk)
    assert case in row.text["en"]
    assert row.visibility is Visibility.MEMBERS, "it never leaves Slack"
    opened = await talk.click("Correct answer 1", await talk.command(f"/ask {number}", CHAIR), CHAIR)
    await talk.box.submit(CHAIR, modal(opened)["id"], {"text": {"value": case}})
    assert "Please look again" in page(talk, CHAIR)
    async with talk.database.reading() as session:
        assert case not in str((await session.scalars(select(Answer.text))).all())
    await talk.box.submit(CHAIR, talk.box.view_of(CHAIR)["id"], {})
    async with talk.database.reading() as session:
        assert case in str((await session.scalars(select(Answer.text))).all())


# Answering


async def test_an_answer_by_the_button_is_told_to_who_asked_and_closed_by_them(talk: Talk) -> None:
    number = await asked(talk)
    assert not (await answered(talk)).errors
    message = (await heard(talk, ENGLISH))[-1]
    text = "\n".join(texts(message["blocks"]))
    assert text.startswith("Your question is answered\n")
    assert f"<@{CHAIR}>" in text
    assert "By writing to IOM." in text
    assert message["pings"] == [f"@{CHAIR}"]
    assert "· answered" in await told(talk, CHAIR), "said in its place"
    closed = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "That answers it")
    assert "the question is closed" in said(closed)
    (row,) = await stored(talk)
    assert (row.state, row.id) == (QuestionState.CLOSED, number)
    assert "Answer" not in await labels_before(talk, CHAIR)
    again = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "That answers it")
    assert "It was closed already" in said(again)
    assert (await actions(talk)).count("question_closed") == 1
    assert ESCAPED in await talk.ask("/ask answered RESEARCH iom"), "it stays findable, by its answer too"
    assert ESCAPED in await talk.ask("/ask answered migracion iom"), "and by whom it was put to"
    assert ESCAPED not in await talk.ask("/ask")


async def labels_before(talk: Talk, user: str) -> list[str]:
    return [
        element["text"]["text"]
        for message in await heard(talk, user)
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


async def test_in_part_asked_further_and_then_fully(talk: Talk) -> None:
    number = await asked(talk)
    await answered(talk, text="Some do already.", whole="partly")
    assert "Your question is answered in part" in await told(talk, ENGLISH)
    assert "answered in part" in await talk.ask("/ask")
    further = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "Ask further")
    await talk.box.submit(ENGLISH, modal(further)["id"], {"more": {"value": "And the others?"}})
    assert "And the others?" in await told(talk, CHAIR)
    assert len(await heard(talk, CHAIR)) == 2, "they hear of it anew"
    await answered(talk, text="The others from May on.")
    (row,) = await stored(talk)
    assert row.state is QuestionState.ANSWERED
    card = await talk.ask(f"/ask {number}")
    assert card.index("Some do already.") < card.index("The others from May on.")
    further = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "Ask further")
    await talk.box.submit(ENGLISH, modal(further)["id"], {"more": {"value": ""}})
    assert (await stored(talk))[0].state is QuestionState.PARTLY


async def test_one_answer_settles_several_questions(talk: Talk) -> None:
    first = await asked(talk)
    second = await asked(talk, FRENCH, text="Comment rejoindre la recherche ?")
    other = await asked(talk, to="Nepal")
    opened = await click_in_message(talk, CHAIR, talk.box.dm(CHAIR), "Answer")
    field = next(block for block in modal(opened)["blocks"] if block["block_id"] == "questions")
    offered = {option["value"] for option in field["element"]["options"]}
    assert offered == {str(first), str(second)}, "those of the same addressee"
    values = {"questions": {"value": [str(first), str(second)]}, "text": {"value": "By writing to IOM."}}
    await talk.box.submit(CHAIR, modal(opened)["id"], values)
    states = {row.id: row.state.value for row in await stored(talk)}
    assert states == {first: "answered", second: "answered", other: "open"}
    assert "By writing to IOM." in await told(talk, ENGLISH)
    french = await told(talk, FRENCH)
    assert "Votre question a reçu une réponse" in french
    assert "By writing to IOM. (en anglais)" in french
    async with talk.database.reading() as session:
        assert len((await session.scalars(select(Answer).where(Answer.at.is_not(None)))).unique().all()) == 1


async def test_two_who_answer_at_once_both_stand(talk: Talk) -> None:
    await give(talk, FRENCH, RoleName.LEAD, "group:migration")
    await talk.ask("/alliance settings language en", FRENCH)
    number = await asked(talk)
    forms = [
        (user, await click_in_message(talk, user, talk.box.dm(user), "Answer")) for user in (CHAIR, FRENCH)
    ]
    for user, opened in forms:
        await talk.box.submit(user, modal(opened)["id"], {"text": {"value": f"From {user}."}})
    card = await talk.ask(f"/ask {number}")
    assert f"From {CHAIR}." in card
    assert f"From {FRENCH}." in card


async def test_what_was_typed_is_given_back_if_it_was_closed_meanwhile(talk: Talk) -> None:
    await asked(talk)
    opened = await click_in_message(talk, CHAIR, talk.box.dm(CHAIR), "Answer")
    await click_in_message(talk, CHAIR, talk.box.dm(CHAIR), "Close it")
    assert "It was closed without an answer." in await told(talk, ENGLISH)
    await talk.box.submit(CHAIR, modal(opened)["id"], {"text": {"value": "Too late for this."}})
    assert "Too late for this." in page(talk, CHAIR)
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Answer).where(Answer.at.is_not(None)))).unique().all()


async def test_what_was_asked_further_is_given_back_if_it_was_closed_meanwhile(talk: Talk) -> None:
    await asked(talk)
    await answered(talk)
    opened = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "Ask further")
    await talk.ask(f"/ask close {(await stored(talk))[0].id}", CHAIR)
    await talk.box.submit(ENGLISH, modal(opened)["id"], {"more": {"value": "And who pays?"}})
    assert "takes no answer any more" in page(talk, ENGLISH)
    assert "And who pays?" in page(talk, ENGLISH)
    assert "And who pays?" not in str((await stored(talk))[0].text)


async def test_who_may_not_answers_nothing_however_they_click(talk: Talk) -> None:
    number = await asked(talk)
    listing = await talk.command("/ask", FRENCH)
    assert not any(label.startswith("Répondre") for label in labels(listing))
    for value in (f"/ask close {number}", f"/ask record {number} 1.1 Mine", f"/ask withdraw {number}"):
        await talk.box.action(
            FRENCH, shown(listing)["ts"], channel=GENERAL, action_id="do:99", value=value, forged=True
        )
    opened = await talk.box.action(
        FRENCH, shown(listing)["ts"], channel=GENERAL, action_id="open:99",
        value=f"question_answer {number}", forged=True,
    )  # fmt: skip
    assert "Ceci est réservé" in str(modal(opened))
    (row,) = await stored(talk)
    assert row.state is QuestionState.OPEN
    assert (await actions(talk)).count("refused") == 3
    await answered(talk)
    opened = await talk.box.action(
        FRENCH, shown(listing)["ts"], channel=GENERAL, action_id="open:99",
        value=f"question_further {number}", forged=True,
    )  # fmt: skip
    await talk.box.submit(FRENCH, modal(opened)["id"], {"more": {"value": "Mine"}})
    assert "Mine" not in str((await stored(talk))[0].text)
    async with talk.database.reading() as session:
        answer = (await session.scalars(select(Answer.id).where(Answer.at.is_not(None)))).one()
    opened = await talk.box.action(
        FRENCH, shown(listing)["ts"], channel=GENERAL, action_id="open:99",
        value=f"answer_correct {answer}", forged=True,
    )  # fmt: skip
    assert "By writing" not in str(modal(opened))


async def test_a_role_that_ended_meanwhile_answers_no_more(talk: Talk) -> None:
    await asked(talk)
    opened = await click_in_message(talk, CHAIR, talk.box.dm(CHAIR), "Answer")
    listing = await talk.command("/alliance roles", SECRETARIAT)
    number = next(i for i, line in enumerate(said(listing).split("\n")) if f"<@{CHAIR}>" in line)
    await talk.click(f"End {number}", listing, SECRETARIAT)
    await talk.box.submit(CHAIR, modal(opened)["id"], {"text": {"value": "Still me."}})
    assert (await stored(talk))[0].state is QuestionState.OPEN
    assert "Still me." in page(talk, CHAIR), "what was typed is not lost"


async def test_an_answer_is_corrected_wherever_it_was_told(talk: Talk) -> None:
    number = await asked(talk)
    await answered(talk, text="By writting.")
    card = await talk.command(f"/ask {number}", CHAIR)
    opened = await talk.click("Correct answer 1", card, CHAIR)
    await talk.box.submit(CHAIR, modal(opened)["id"], {"text": {"value": "By writing."}})
    assert "By writing." in await talk.ask(f"/ask {number}")
    assert "By writing." in await told(talk, ENGLISH)
    assert "By writting." not in await told(talk, ENGLISH)
    assert len(await heard(talk, ENGLISH)) == 1
    assert "Correct answer 1" not in labels(await talk.command(f"/ask {number}", ENGLISH))
    assert "Correct answer 1" in labels(await talk.command(f"/ask {number}", SECRETARIAT))


async def test_a_withdrawn_question_is_shown_nowhere_any_more(talk: Talk) -> None:
    outcome = await talk.command(f"/ask migration {HOW}", ENGLISH)
    number = (await stored(talk))[0].id
    done = await talk.click("Withdraw it", outcome)
    assert "Nobody sees it any more" in said(done)
    assert "was withdrawn" in await told(talk, CHAIR)
    for user in (ENGLISH, CHAIR, SECRETARIAT):
        for command in ("/ask", "/ask mine", "/ask answered partners", f"/ask {number}"):
            assert ESCAPED not in await talk.ask(command, user)
    assert ESCAPED not in await told(talk, CHAIR)


# In a thread, and from a message's menu


async def test_a_reply_in_the_thread_is_offered_for_recording_and_recorded_once(talk: Talk) -> None:
    number = await asked(talk)
    thread = await wrote(talk, CHAIR, number)
    outcome = await talk.box.message(CHAIR, talk.box.dm(CHAIR), "Write to *IOM* & ask", thread_ts=thread)
    assert labels(outcome) == ["Record as the answer", "It answers in part", "Leave it"]
    assert shown(outcome)["ephemeral"]
    assert (await stored(talk))[0].state is QuestionState.OPEN, "nothing is recorded without a click"
    done = await talk.click("Record as the answer", outcome, CHAIR)
    assert "your answer stands with the question" in said(done)
    for word in ("record", "partly"):
        again = await talk.ask(f"/ask {word} {number} {outcome.ts} Write to IOM", CHAIR)
        assert "This was recorded already" in again
    async with talk.database.reading() as session:
        (row,) = (await session.scalars(select(Answer).where(Answer.at.is_not(None)))).unique().all()
    assert (row.text, row.is_partial) == ({"en": "Write to *IOM* & ask"}, False)
    assert len(await heard(talk, ENGLISH)) == 1


async def test_a_reply_may_answer_in_part_or_be_left(talk: Talk) -> None:
    number = await asked(talk)
    thread = await wrote(talk, CHAIR, number)
    outcome = await talk.box.message(CHAIR, talk.box.dm(CHAIR), "Thinking about it", thread_ts=thread)
    left = await talk.click("Leave it", outcome, CHAIR)
    assert "nothing was recorded" in said(left)
    outcome = await talk.box.message(CHAIR, talk.box.dm(CHAIR), "Some can", thread_ts=thread)
    await talk.click("It answers in part", outcome, CHAIR)
    (row,) = await stored(talk)
    assert row.state is QuestionState.PARTLY
    outcome = await talk.box.message(CHAIR, talk.box.dm(CHAIR), "word " * 500, thread_ts=thread)
    assert "Record as answer" in said(outcome)
    assert labels(outcome) == []
    outcome = await talk.box.message(CHAIR, talk.box.dm(CHAIR), "Ask the girl named Maya", thread_ts=thread)
    assert "nobody’s case belongs here" in said(outcome)


async def test_other_messages_to_the_bot_get_no_such_offer(talk: Talk) -> None:
    number = await asked(talk)
    await answered(talk)
    for user, text, thread in (
        (CHAIR, "Hello", None),
        (ENGLISH, "Thank you", (await heard(talk, ENGLISH))[-1]["ts"]),
        (CHAIR, "Later", "1.000001"),
    ):
        outcome = await talk.box.message(user, talk.box.dm(user), text, thread_ts=thread)
        assert outcome.replies == []
    await talk.ask(f"/ask close {number}", CHAIR)
    thread = await wrote(talk, CHAIR, number)
    outcome = await talk.box.message(CHAIR, talk.box.dm(CHAIR), "One more thing", thread_ts=thread)
    assert outcome.replies == [], "it takes no answer any more"


async def test_a_message_is_carried_into_an_answer_from_its_menu(talk: Talk) -> None:
    number = await asked(talk)
    message = await talk.box.message(ENGLISH, GENERAL, "Partners write to <@U0SECRETA> & IOM.")
    opened = await talk.box.shortcut(CHAIR, "record_as_answer", GENERAL, message.ts)
    blocks = {block["block_id"]: block for block in modal(opened)["blocks"]}
    assert blocks["text"]["element"]["initial_value"] == "Partners write to  & IOM."
    assert [one["value"] for one in blocks["questions"]["element"]["initial_options"]] == [str(number)]
    await talk.box.submit(CHAIR, modal(opened)["id"], {})
    assert "Partners write to" in await told(talk, ENGLISH)
    opened = await talk.box.shortcut(ENGLISH, "record_as_answer", GENERAL, message.ts)
    assert "No open question waits for your answer" in str(modal(opened))


# Under a pseudonym


async def links(talk: Talk, user: str, number: int) -> list[str]:
    """Every row, of any table, that holds the person and the question: by id, by Slack id, by its text."""
    found = []
    async with talk.database.reading() as session:
        me = (await session.scalars(select(Member.id).where(Member.slack_id == user))).one()
        for table in metadata.sorted_tables:
            members = {
                column.name
                for column in table.columns
                if any(key.column.table.name == "members" for key in column.foreign_keys)
            }
            for row in (await session.execute(select(table))).mappings():
                person = any(row[name] == me for name in members) or user in str(dict(row))
                questions = [
                    column.name
                    for column in table.columns
                    if any(key.column.table.name == "questions" for key in column.foreign_keys)
                ]
                about = any(row[name] == number for name in questions) or (
                    table.name == "questions" and row["id"] == number
                )
                named = f"question:{number}" in str(dict(row)) or "join the research" in str(dict(row))
                if person and (about or named):
                    found.append(table.name)
    return found


async def test_who_asks_under_a_pseudonym_is_in_one_row_alone_and_after_closing_in_none(
    talk: Talk, log: io.StringIO
) -> None:
    await filled(talk, ENGLISH, hidden=["yes"])
    (row,) = await stored(talk)
    assert "forgets it when the question is closed" in page(talk, ENGLISH)
    assert await links(talk, ENGLISH, row.id) == ["askers"]
    assert "from: under a pseudonym" in await told(talk, CHAIR)
    for user in (CHAIR, SECRETARIAT, FRENCH):
        for command in ("/ask", f"/ask {row.id}", "/alliance audit"):
            assert f"<@{ENGLISH}>" not in await talk.ask(command, user)
    assert ESCAPED in await talk.ask("/ask mine", ENGLISH)
    assert ESCAPED not in await talk.ask("/ask mine", FRENCH)
    await answered(talk)
    assert "By writing to IOM." in await told(talk, ENGLISH), "the bot brings it"
    assert f"<@{ENGLISH}>" not in await told(talk, CHAIR)
    await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "That answers it")
    assert await links(talk, ENGLISH, row.id) == []
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Asker))).all()
        assert not (await session.scalars(select(Delivery).where(Delivery.channel == ENGLISH))).all()
    assert "from: anonymous" in await talk.ask(f"/ask {row.id}", CHAIR)
    assert ESCAPED not in await talk.ask("/ask mine", ENGLISH), "nobody knows any more"
    audit = await talk.ask("/alliance audit", SECRETARIAT)
    assert "the installation · asked a question · no. " in audit
    assert "the installation · closed a question · no. " in audit
    assert ENGLISH not in log.getvalue()
    assert "research" not in log.getvalue()


@pytest.mark.parametrize("closer", [CHAIR, SECRETARIAT])
async def test_closed_by_another_the_asker_is_told_in_words_that_say_nothing(talk: Talk, closer: str) -> None:
    await filled(talk, ENGLISH, hidden=["yes"])
    (row,) = await stored(talk)
    await answered(talk, whole="partly")
    await talk.ask(f"/ask close {row.id}", closer)
    last = "\n".join(texts((await heard(talk, ENGLISH))[-1]["blocks"]))
    assert "A question that you asked under a pseudonym is closed" in last
    assert "research" not in last
    assert await links(talk, ENGLISH, row.id) == []
    await replies.send(talk.going.bot.services)
    async with talk.database.reading() as session:
        assert not (await session.scalars(select(Delivery).where(Delivery.channel == ENGLISH))).all()
    assert f"<@{closer}> · closed a question" in await talk.ask("/alliance audit", SECRETARIAT)


async def test_a_message_that_could_not_be_brought_betrays_nobody(talk: Talk) -> None:
    await filled(talk, ENGLISH, hidden=["yes"])
    await talk.box.settle()
    await answered(talk)
    async with talk.database.writing() as session:
        kind = Delivery.kind == "answer_hidden"
        await session.execute(update(Delivery).where(kind).values(state=DeliveryState.FAILED, reason="x"))
    await failures.report(talk.going.bot.services)
    assert f"<@{ENGLISH}>" not in await told(talk, SECRETARIAT)


async def test_withdrawn_or_asked_further_it_names_nobody_either(talk: Talk) -> None:
    await filled(talk, ENGLISH, hidden=["yes"])
    (row,) = await stored(talk)
    await answered(talk)
    further = await click_in_message(talk, ENGLISH, talk.box.dm(ENGLISH), "Ask further")
    await talk.box.submit(ENGLISH, modal(further)["id"], {"more": {"value": "And then?"}})
    await talk.ask(f"/ask withdraw {row.id}", ENGLISH)
    assert await links(talk, ENGLISH, row.id) == []
    assert f"<@{ENGLISH}>" not in await talk.ask("/alliance audit", SECRETARIAT)
    assert (await actions(talk))[-2:] == ["question_reopened", "question_withdrawn"]


# On Mondays

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


async def at(talk: Talk, moment: datetime) -> None:
    talk.box.clock.at(moment)
    for _ in range(2):
        await talk.box.settle()
        await replies.send(talk.going.bot.services)
    await talk.box.settle()


async def lists(talk: Talk, user: str) -> list[str]:
    found = ["\n".join(texts(message["blocks"])) for message in await heard(talk, user)]
    return [text for text in found if "for your answer" in text.split("\n", maxsplit=1)[0]]


@pytest.fixture
async def in_november(talk: Talk) -> None:
    talk.box.clock.at(MONDAY - timedelta(days=40))
    await talk.box.settle()
    async with talk.database.writing() as session:
        await session.execute(delete(Membership))
    await give(talk, CHAIR, RoleName.LEAD, "group:migration")
    await talk.ask("/alliance settings zone America/Mexico_City", CHAIR)


@pytest.mark.usefixtures("in_november")
async def test_on_mondays_what_is_older_than_a_week_comes_up_once_at_nine_of_ones_morning(talk: Talk) -> None:
    talk.box.clock.at(MONDAY - timedelta(days=10))
    await talk.box.settle()
    await asked(talk)
    talk.box.clock.at(MONDAY - timedelta(days=3))
    await talk.box.settle()
    await asked(talk, text="A younger one?")
    await at(talk, MONDAY + timedelta(hours=5, minutes=59))
    assert await lists(talk, CHAIR) == []
    await at(talk, MONDAY + timedelta(hours=6))
    (text,) = await lists(talk, CHAIR)
    assert ESCAPED in text
    assert "asked 10 days ago" in text
    assert "younger" not in text
    for days in range(1, 7):
        await at(talk, MONDAY + timedelta(days=days, hours=6))
    assert len(await lists(talk, CHAIR)) == 1
    assert await lists(talk, SECRETARIAT) == []
    await at(talk, MONDAY + timedelta(days=7, hours=6))
    assert "2 questions wait for your answer" in (await lists(talk, CHAIR))[-1]
    opened = await click_in_message(talk, CHAIR, talk.box.dm(CHAIR), "Answer 1")
    assert modal(opened)["callback_id"] == "question_answer"


@pytest.mark.usefixtures("in_november")
async def test_who_opts_out_gets_no_list_and_what_nobody_is_for_goes_to_the_secretariat(talk: Talk) -> None:
    talk.box.clock.at(MONDAY - timedelta(days=10))
    await talk.box.settle()
    await asked(talk)
    await asked(talk, to="Chile", text="How far is it?")
    await talk.ask("/alliance reminders off question", CHAIR)
    await at(talk, MONDAY + timedelta(hours=12))
    assert await lists(talk, CHAIR) == []
    (text,) = await lists(talk, SECRETARIAT)
    assert "How far is it?" in text
    assert ESCAPED not in text


# The record, Home, and languages


async def test_the_record_of_the_fourth_meeting_is_found_and_nags_nobody(talk: Talk) -> None:
    listing = await talk.ask("/ask")
    assert "From the record" in listing
    assert "from: ITUC" in listing
    found = await talk.ask("/ask answered délta")
    assert "How can pathfinder countries benefit from Delta 8.7?" in found
    assert "To: Chair of the Alliance · from: OHCHR · answered in part" in found
    assert "coordinating" in found.lower(), "its source"
    assert "I found no answered question" in await talk.ask("/ask answered zebra crossings")
    assert "ONU Mujeres" in await talk.ask("/ask respondidas género", await spanish(talk))
    async with talk.database.reading() as session:
        number = (
            await session.scalars(select(Question.id).where(Question.key == "gcg4/humanitarian-group"))
        ).one()
    card = await talk.command(f"/ask {number}", SECRETARIAT)
    assert "Answer" in labels(card)
    opened = await talk.click("Answer", card, SECRETARIAT)
    await talk.box.submit(SECRETARIAT, modal(opened)["id"], {"text": {"value": "They can, since 2020."}})
    assert "They can, since 2020." in await talk.ask(f"/ask {number}")
    talk.box.clock.at(MONDAY + timedelta(days=70))
    await talk.box.settle()
    await replies.send(talk.going.bot.services)
    assert await lists(talk, SECRETARIAT) == []


async def put(talk: Talk, count: int, **values: Any) -> list[str]:
    """So many questions of Alex's, one a day: their texts, the oldest first."""
    texts = [f"Question number {n:02}?" for n in range(count)]
    begun = talk.going.bot.clock.now() - timedelta(days=count)
    async with talk.database.writing() as session:
        asker = (await session.scalars(select(Member).where(Member.slack_id == ENGLISH))).one()
        for n, text in enumerate(texts):
            given = {"key": f"question/{n}", "text": {"en": text}, "asker_id": asker.id}
            session.add(Question(asked_at=begun + timedelta(days=n), **given, **values))
    return texts


async def pages(talk: Talk, line: str, user: str = ENGLISH) -> list[str]:
    """Which of these questions a list shows, all its pages one after the other."""
    told, number = [], 1
    while True:
        found = re.findall(r"Question number \d\d\?", await talk.ask(f"{line} page {number}", user))
        if not found or found[0] in told:  # then comes the record; beyond the last page it is the last one
            return told
        told, number = [*told, *found], number + 1


@pytest.mark.parametrize(
    ("line", "state", "newest"),
    [
        ("/ask", QuestionState.OPEN, False),
        ("/ask mine", QuestionState.OPEN, True),
        ("/ask answered", QuestionState.CLOSED, True),
        ("/ask answered question", QuestionState.CLOSED, True),
    ],
)
async def test_each_of_many_questions_is_on_exactly_one_page(
    talk: Talk, line: str, state: QuestionState, newest: bool
) -> None:
    texts = await put(talk, 16, state=state, visibility=Visibility.MEMBERS)
    assert await pages(talk, line) == (texts[::-1] if newest else texts)
    assert "1. " in await talk.ask(line)
    assert "8. " in await talk.ask(f"{line} page 2")


async def test_no_answered_question_is_too_old_to_be_found_by_its_words(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "AT_A_TIME", 5)
    await put(talk, 16, state=QuestionState.CLOSED, visibility=Visibility.MEMBERS)
    found = await talk.ask("/ask answered number 00", ENGLISH)
    assert "1. *Question number 00?*" in found
    assert "2. " not in found


async def spanish(talk: Talk) -> str:
    await talk.ask("/alliance settings language es", CHAIR)
    return CHAIR


async def test_home_shows_questions_for_me_and_how_many_of_mine_are_open(talk: Talk) -> None:
    await asked(talk)
    await talk.box.open_home(CHAIR)
    home = "\n".join(texts(talk.box.home_of(CHAIR)["blocks"]))
    assert "Questions for me" in home
    assert ESCAPED in home
    await talk.box.open_home(ENGLISH)
    home = "\n".join(texts(talk.box.home_of(ENGLISH)["blocks"]))
    assert "1 question of yours waits for an answer" in home
    assert ESCAPED not in home


@pytest.mark.parametrize(
    ("user", "language", "word", "found"),
    [(FRENCH, "fr", "nouvelle", "réponses"), (CHAIR, "es", "nueva", "respuestas")],
)
async def test_a_question_from_beginning_to_end_in_french_and_in_spanish(
    talk: Talk, user: str, language: str, word: str, found: str
) -> None:
    await talk.ask(f"/alliance settings language {language}", user)
    await talk.ask(f"/alliance settings language {language}", NEPAL_FOCAL_POINT)
    opened = await talk.command(f"/ask {word}", user)
    assert modal(opened)["title"]["text"] == phrase(language, "Ask something")
    await talk.command("/ask Nepal ¿Cuándo? Quand ?", user)
    (row,) = await stored(talk)
    assert row.text == {language: "¿Cuándo? Quand ?"}
    assert phrase(language, "A question for you") in await told(talk, NEPAL_FOCAL_POINT)
    opened = await click_in_message(
        talk, NEPAL_FOCAL_POINT, talk.box.dm(NEPAL_FOCAL_POINT), phrase(language, "Answer")
    )
    values = {"text": {"value": "En mai."}, "whole": {"value": "partly"}}
    await talk.box.submit(NEPAL_FOCAL_POINT, modal(opened)["id"], values)
    assert phrase(language, "Your question is answered in part") in await told(talk, user)
    closed = await click_in_message(talk, user, talk.box.dm(user), phrase(language, "That answers it"))
    assert phrase(language, "Done: the question is closed. It stays findable.") in said(closed)
    assert "¿Cuándo?" in await talk.ask(f"/ask {found} quand", user)


async def test_a_mention_is_answered_in_its_thread_with_what_guests_may_read(talk: Talk) -> None:
    await asked(talk)
    outcome = await talk.box.message(ENGLISH, GENERAL, "<@U0PATHBOT> ask")
    assert ESCAPED not in str(outcome.replies)
    async with talk.database.reading() as session:
        assert (await session.scalars(select(QuestionAnswer))).all(), "the record's answers are there"


async def test_from_one_question_and_from_the_answered_ones_a_click_leads_back(talk: Talk) -> None:
    for asked in ("/ask 1", "/ask answered", "/ask mine"):
        page = await talk.command(asked)
        assert "Open questions" in labels(page), asked
        assert "Open questions" in said(await talk.click("Open questions", page))
    assert "asks at once" in await talk.ask("/ask")
    assert "la envía al momento" not in await talk.ask("/ask", GUEST, "C0PATHFND"), "guests ask nothing"
