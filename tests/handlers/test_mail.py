"""E-mail from the first click to the last: asked for, confirmed, received, ended, and nobody's unasked."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from bot.ticking import ticking
from community import editions, issues, mail, schedules
from community.rights import actor_of
from handlers.slack import digests, newsletters
from handlers.slack.asking import Ask
from handlers.web import pages
from sandbox import Outcome
from storage.tables import AuditEntry, Delivery, Edition, MailReader, Member, Update
from storage.vocabulary import EditionState
from templates.voice import Voice
from tests.community.filled import everything
from tests.handlers.talk import ENGLISH, FRENCH, SPANISH, Talk, modal, said
from tests.handlers.test_update_life import phrase, posted
from tests.handlers.test_web import MONDAY, PLAN, SECRETARIAT, web, weekly
from tests.handlers.wishes import chaired_by, told

__all__ = ["web"]
ANA, BO = "ana@example.org", "bo@example.org"
OF_AN_EDITION = re.compile(r"\b(FROM|INTO|UPDATE|JOIN) (editions|letters)\b")
ONE_CLICK = {
    "content": "List-Unsubscribe=One-Click",
    "headers": {"content-type": "application/x-www-form-urlencoded"},
}


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> None:
    await at(talk, MONDAY - timedelta(days=5))
    await chaired_by(talk, SPANISH)


async def at(talk: Talk, moment: datetime) -> None:
    """The clock strikes at that moment, and what is due is made and sent."""
    talk.box.clock.at(moment)
    await talk.box.settle()
    await digests.send(talk.going.bot.services)
    await newsletters.send(talk.going.bot.services)
    await talk.box.settle()


def letters(talk: Talk, to: str = ANA) -> list[EmailMessage]:
    """What came to an address, oldest first."""
    return [one.message for one in talk.box.mailbox.letters if to in one.to]


def text(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def link(letter: EmailMessage, purpose: str) -> str:
    """The reader's own link in a letter; the same in its text and in its HTML."""
    found = {
        match
        for kind in ("plain", "html")
        for match in re.findall(rf"http\S+?/mail/{purpose}/[\w.-]+", text(letter, kind))
    }
    [one] = found
    return str(one)


async def ask(talk: Talk, web: httpx.AsyncClient, address: str = ANA, language: str = "en") -> httpx.Response:
    filled = {"address": address, "language": language}
    answer = await web.post(f"/{language}/newsletters/subscribe", data=filled)
    await talk.box.settle()
    return answer


async def reads(talk: Talk, web: httpx.AsyncClient, address: str = ANA, language: str = "en") -> None:
    """Somebody signs up and confirms."""
    await ask(talk, web, address, language)
    answer = await web.post(link(letters(talk, address)[-1], "confirm"))
    assert answer.status_code == 200
    talk.box.mailbox.clear()


async def issued(talk: Talk, **changes: dict[str, Any]) -> None:
    """A newsletter with one update goes out on Monday."""
    await weekly(talk)
    await posted(talk, SPANISH, **changes)
    await at(talk, MONDAY)


async def rows(talk: Talk) -> list[MailReader]:
    async with talk.database.reading() as session:
        return list((await session.scalars(select(MailReader).order_by(MailReader.id))).unique())


async def test_in_slack_the_overview_leads_to_the_form(talk: Talk, web: httpx.AsyncClient) -> None:
    await weekly(talk, leaves_slack=False)
    assert "courriel" not in await talk.ask("/digest", FRENCH)
    await weekly(talk)
    overview = await talk.ask("/digest", FRENCH)
    assert "/fr/newsletters/subscribe|La recevoir par courriel>" in overview
    assert (await web.get("/fr/newsletters/subscribe")).status_code == 200


async def test_whoever_signs_up_gets_nothing_but_one_letter_until_they_confirm(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    form = await web.get("/en/newsletters/subscribe")
    assert form.status_code == 200
    assert "<script" not in form.text
    answer = await ask(talk, web, "  Ana@Example.ORG ")
    assert "Please look into your inbox" in answer.text
    [letter] = letters(talk)
    assert letter["Subject"] == "Please confirm: the newsletter of Alliance 8.7"
    assert letter["List-Unsubscribe"] is None, "there is nothing yet to end"
    await issued(talk)
    assert len(letters(talk)) == 1, "not confirmed"


async def test_a_link_that_is_only_opened_changes_nothing_and_a_click_confirms(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await ask(talk, web)
    address = link(letters(talk)[0], "confirm")
    shown = await web.get(address)
    assert "<form" in shown.text
    assert "Once you click" in shown.text, "it does not read as if it were done"
    assert shown.headers["cache-control"] == "no-store"
    [row] = await rows(talk)
    assert row.confirmed_at is None, "programs that look into letters open links"
    for _ in range(2):
        assert "Thank you, it is confirmed" in (await web.post(address)).text
    await issued(talk)
    stopping = await web.get(link(letters(talk)[-1], "stop"))
    assert "Once you click" in stopping.text
    assert len(letters(talk)) == 2


async def test_the_newsletter_comes_in_each_readers_language_and_as_it_stands_in_slack(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web, ANA, "en")
    await reads(talk, web, BO, "fr")
    await issued(talk)
    [english], [french] = letters(talk, ANA), letters(talk, BO)
    assert english["Subject"] == "Alliance 8.7: the newsletter of week 48 of 2026"
    assert str(french["Subject"]).startswith("Alliance 8.7")
    assert (french["Content-Language"], english["Content-Language"]) == ("fr", "en")
    for kind in ("plain", "html"):
        assert "Second meeting held online" in text(english, kind)
        assert "Second meeting held online" in text(french, kind)
        assert "Migrations" in text(french, kind)
        assert SPANISH not in text(english, kind), "people are not named outside Slack"
    assert '<html lang="fr"' in text(french, "html")
    number = re.search(rf"http://127.0.0.1:{talk.going.port}/fr/newsletters/(\d+)", text(french))
    assert number is not None
    assert (await web.get(f"/fr/newsletters/{number[1]}")).status_code == 200


async def test_signing_up_twice_or_again_looks_the_same_and_sends_one_letter_an_hour(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    first = await ask(talk, web)
    second = await ask(talk, web, "ANA@example.org")
    assert first.text == second.text
    assert len(letters(talk)) == 1
    await web.post(link(letters(talk)[0], "confirm"))
    assert (await ask(talk, web)).text == first.text, "whether it is known is nobody else's business"
    talk.box.clock.advance(3_601)
    await talk.box.settle()
    await ask(talk, web)
    assert len(letters(talk)) == 2
    assert len(await rows(talk)) == 1


@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@", "ana@example", "a b@example.org", "ana@example.org\r\nBcc: x@y.org"]
)
async def test_what_is_no_address_is_said_so_and_kept(talk: Talk, web: httpx.AsyncClient, typed: str) -> None:
    answer = await ask(talk, web, typed, "fr")
    assert answer.status_code == 422
    assert phrase("fr", "This is no e-mail address; one looks like name@example.org.") in answer.text.replace(
        "&nbsp;", " "
    )
    if typed == "ana@":
        assert 'value="ana@"' in answer.text
    assert talk.box.mailbox.letters == []
    assert await rows(talk) == []


async def test_what_is_typed_comes_back_as_text_and_never_as_markup(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    answer = await ask(talk, web, '"><script>alert(1)</script>')
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_a_flood_of_addresses_fills_no_inboxes_and_says_when_to_come_back(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    for number in range(mail.MOST_UNCONFIRMED):
        async with talk.database.writing() as session:
            await mail.ask(session, f"stranger{number}@example.org", "en", talk.going.bot.clock.now())
    answer = await ask(talk, web)
    assert answer.status_code == 429
    assert "try again in an hour" in answer.text
    assert letters(talk) == []
    talk.box.clock.advance(3_601)
    await talk.box.settle()
    assert (await ask(talk, web)).status_code == 200


async def test_a_body_larger_than_any_form_is_not_read(talk: Talk, web: httpx.AsyncClient) -> None:
    answer = await web.post("/en/newsletters/subscribe", data={"address": "x" * 10_000})
    assert answer.status_code == 413


async def test_one_click_of_a_mail_program_ends_it_from_anywhere_and_again_harms_nothing(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await issued(talk)
    [letter] = letters(talk)
    address = str(letter["List-Unsubscribe"]).strip("<>")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address == link(letter, "stop")
    shown = await web.get(address)
    assert "Send it no more?" in shown.text
    assert (await rows(talk))[0].newsletter_since is not None, "opening it changes nothing"
    async with httpx.AsyncClient(trust_env=False) as anybody:
        for _ in range(2):
            answer = await anybody.post(address, **ONE_CLICK)
            assert answer.status_code == 200
    await posted(talk, SPANISH, headline={"value": "Another week"})
    await at(talk, MONDAY + timedelta(days=7))
    assert len(letters(talk)) == 1


async def test_whoever_had_enough_is_not_signed_up_again_by_an_old_letter(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await ask(talk, web)
    confirm = link(letters(talk)[0], "confirm")
    await web.post(confirm)
    await issued(talk)
    await web.post(link(letters(talk)[-1], "stop"))
    for answer in (await web.get(confirm), await web.post(confirm)):
        assert answer.status_code == 404
        assert "This link is good no more" in answer.text
    assert (await rows(talk))[0].newsletter_since is None


async def test_a_forged_link_or_one_of_another_purpose_changes_nothing(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await issued(talk)
    stop = link(letters(talk)[0], "stop")
    wrong = (
        stop.replace("/stop/", "/confirm/"),
        f"{stop[:-2]}xx",
        "/mail/stop/x",
        "/mail/confirm/" + "x" * 3_000,
    )
    for address in wrong:
        for answer in (await web.get(address), await web.post(address, **ONE_CLICK)):
            assert answer.status_code == 404
            assert "Nothing was changed" in answer.text
    assert (await rows(talk))[0].newsletter_since is not None


async def test_a_link_names_no_address_and_no_log_does(
    talk: Talk, web: httpx.AsyncClient, log: io.StringIO
) -> None:
    await reads(talk, web)
    await issued(talk)
    async with talk.database.reading() as session:
        acts = [(row.action, row.subject) for row in (await session.scalars(select(AuditEntry))).unique()]
    assert {"mail_asked", "mail_confirmed"} <= {action for action, _ in acts}
    assert "ana@" not in f"{acts}{log.getvalue()}"
    assert "YW5h" not in link(letters(talk)[0], "stop"), "not in base 64 either"


async def test_what_members_write_puts_nothing_into_headers_or_markup(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    hostile = '<script>alert(1)</script> & "x"\x1alink\x1a'
    await issued(
        talk,
        headline={"value": hostile},
        body={"value": f"{hostile}\r\nBcc: everybody\r\n\r\n<img src=x>"},
    )
    [letter] = letters(talk)
    html = text(letter, "html")
    assert "<script" not in html
    assert "<img" not in html
    assert letter["Bcc"] is None
    assert [one.to for one in talk.box.mailbox.letters] == [(ANA,)]
    assert "&lt;script&gt;" in html
    assert len(re.findall(r"/mail/stop/", html)) == 1, "no text of theirs is the place of a link"


async def test_what_is_withdrawn_before_it_leaves_is_not_in_the_letter(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await talk.command("/alliance stop now", SECRETARIAT)
    await issued(talk)
    assert letters(talk) == [], "all sending is stopped"
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=1), mine, SPANISH)
    talk.box.clock.advance(7_200)
    await talk.box.settle()
    await talk.command("/alliance start", SECRETARIAT)
    await talk.box.settle()
    [letter] = letters(talk)
    for kind in ("plain", "html"):
        assert "Second meeting" not in text(letter, kind)
        assert "It was withdrawn on" in " ".join(text(letter, kind).split())
        assert "Sent late" in text(letter, kind)


async def chosen(talk: Talk, user: str = ENGLISH, **values: Any) -> Outcome:
    """Somebody follows Migration daily, and says where it is to arrive."""
    language = {ENGLISH: "en", FRENCH: "fr"}[user]
    page = await talk.command("/digest follow", user)
    form = await talk.click(phrase(language, "Choose what I follow"), page, user)
    filled = {"groups": {"value": ["group:migration"]}, "cadence": {"value": "daily"}}
    outcome = await talk.box.submit(user, modal(form)["id"], {**filled, **values})
    await talk.box.settle()
    return outcome


def by_mail(address: str = BO) -> dict[str, Any]:
    return {"way": {"value": "mail"}, "address": {"value": address}}


async def test_a_members_digest_comes_by_mail_once_the_address_is_confirmed(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    done = await chosen(talk, FRENCH, **by_mail())
    assert "Un courriel est en route" in str(done.views)
    [letter] = letters(talk, BO)
    assert letter["Subject"] == phrase("fr", "Please confirm: what you follow, by e-mail")
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(days=2))
    assert "Second meeting" in await told(talk, FRENCH), "not confirmed: in Slack"
    await web.post(link(letter, "confirm"))
    page = await talk.ask("/digest follow", FRENCH)
    assert phrase("fr", "What comes together goes to your e-mail address.") in page
    await posted(talk, SPANISH, headline={"value": "By e-mail now"}, visibility={"value": "members"})
    await at(talk, MONDAY + timedelta(days=1))
    assert "By e-mail now" not in await told(talk, FRENCH)
    _, digest = letters(talk, BO)
    assert digest["Subject"] == "Aujourd’hui, parmi ce que vous suivez"
    for kind in ("plain", "html"):
        assert "By e-mail now" in text(digest, kind)
        assert "Second meeting" not in text(digest, kind), "each update once"
    before = await web.get(link(digest, "stop"))
    assert "<h1>L’envoyer de nouveau dans Slack" in before.text
    await web.post(str(digest["List-Unsubscribe"]).strip("<>"), **ONE_CLICK)
    await posted(talk, SPANISH, headline={"value": "In Slack again"})
    await at(talk, MONDAY + timedelta(days=2))
    assert "In Slack again" in await told(talk, FRENCH)
    assert len(letters(talk, BO)) == 2


async def test_an_address_that_is_none_keeps_the_form_and_says_so_under_its_field(talk: Talk) -> None:
    done = await chosen(talk, **by_mail("bo@"))
    assert done.errors == {"address": "This is no e-mail address; one looks like name@example.org."}
    assert talk.box.mailbox.letters == []


async def test_an_address_of_somebody_else_gets_one_letter_and_no_digest(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web, BO)
    talk.box.clock.advance(3_601)
    await talk.box.settle()
    await chosen(talk, **by_mail())
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(days=1))
    assert [one["Subject"] for one in letters(talk, BO)] == ["Please confirm: what you follow, by e-mail"]
    assert "Second meeting" in await told(talk, ENGLISH)


async def test_a_member_returns_to_slack_in_the_same_form(talk: Talk, web: httpx.AsyncClient) -> None:
    await chosen(talk, **by_mail())
    await web.post(link(letters(talk, BO)[0], "confirm"))
    page = await talk.command("/digest follow")
    form = await talk.click("Choose what I follow", page)
    assert BO in str(modal(form)), "the address stands there"
    done = await talk.box.submit(ENGLISH, modal(form)["id"], {"way": {"value": "slack"}})
    assert not done.errors
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    assert "Second meeting" in await told(talk, ENGLISH)
    assert len(letters(talk, BO)) == 1
    await chosen(talk, **by_mail())
    assert len(letters(talk, BO)) == 1, "confirmed once is enough"
    await posted(talk, SPANISH, headline={"value": "And back"})
    await at(talk, MONDAY + timedelta(days=1))
    assert "And back" in text(letters(talk, BO)[-1])


async def test_a_digest_that_its_server_refuses_for_good_comes_in_slack(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await chosen(talk, **by_mail())
    await web.post(link(letters(talk, BO)[0], "confirm"))
    await posted(talk, SPANISH)
    async with talk.database.writing() as session:
        [row] = (await session.scalars(select(MailReader))).unique().all()
        number = row.id
    await talk.command("/alliance stop now", SECRETARIAT)
    await at(talk, MONDAY)
    async with talk.database.writing() as session:
        await mail.refuse(session, number, "550 5.1.1", MONDAY)
    await talk.command("/alliance start", SECRETARIAT)
    await talk.box.settle()
    await at(talk, MONDAY + timedelta(minutes=1))
    assert "Second meeting" in await told(talk, ENGLISH)
    await at(talk, MONDAY + timedelta(minutes=2))
    assert (await told(talk, ENGLISH)).count("Second meeting") == 1
    wrong = await chosen(talk, **by_mail())
    assert "refused it for good" in str(wrong.errors)


async def test_once_a_month_on_its_first_day_from_nine(talk: Talk) -> None:
    assert "Done: you hear of it" in await talk.ask("/digest follow group:migration monthly")
    await posted(talk, SPANISH)
    await at(talk, datetime(2026, 11, 25, 12, tzinfo=UTC))
    november = await told(talk, ENGLISH)
    assert "This month, of what you follow" in november, "the clock found November only now"
    await posted(talk, SPANISH, headline={"value": "For December"})
    await at(talk, datetime(2026, 12, 1, 8, 30, tzinfo=UTC))
    assert "For December" not in await told(talk, ENGLISH), "not before nine"
    await at(talk, datetime(2026, 12, 1, 9, 30, tzinfo=UTC))
    assert "For December" in await told(talk, ENGLISH)


async def test_unconfirmed_addresses_are_forgotten_after_a_week_and_readers_stay(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await ask(talk, web, BO)
    confirm = link(letters(talk, BO)[0], "confirm")
    async with talk.database.writing() as session:
        await mail.forget_unused(session, talk.going.bot.clock.now() + timedelta(days=8))
    assert [row.address for row in await rows(talk)] == [ANA]
    assert (await web.post(confirm)).status_code == 404


async def test_an_address_that_had_enough_is_forgotten_and_its_link_stays_harmless(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await issued(talk)
    stop = link(letters(talk)[0], "stop")
    for days in (6, 8):
        assert (await web.post(stop, **ONE_CLICK)).status_code == 200
        async with talk.database.writing() as session:
            await mail.forget_unused(session, MONDAY - timedelta(days=5) + timedelta(days=days))
        assert len(await rows(talk)) == (days < 7)
    assert (await web.post(stop, **ONE_CLICK)).status_code == 200
    assert await rows(talk) == []


async def test_an_address_that_nobody_confirms_leaves_nothing_that_tells_it(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await ask(talk, web)
    marked = hashlib.sha256(ANA.encode()).hexdigest()[:16]
    async with talk.database.writing() as session:
        [row] = [row for row in await session.scalars(select(Delivery)) if row.letter_id]
        assert marked not in row.key
        await mail.forget_unused(session, talk.going.bot.clock.now() + timedelta(days=8))
    assert await rows(talk) == []
    assert marked not in await everything_stored(talk)


async def everything_stored(talk: Talk) -> str:
    async with talk.database.reading() as session:
        return await everything(session)


async def test_an_address_that_its_server_refused_is_forgotten_once_it_might_be_tried_again(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await chosen(talk, **by_mail())
    await web.post(link(letters(talk, BO)[0], "confirm"))
    begun = talk.going.bot.clock.now()
    async with talk.database.writing() as session:
        for row in (await session.scalars(select(MailReader))).unique().all():
            await mail.refuse(session, row.id, "550 5.1.1", begun)
    for days, left in ((8, [ANA, BO]), (29, [ANA, BO]), (31, [BO])):
        async with talk.database.writing() as session:
            await mail.forget_unused(session, begun + timedelta(days=days))
        assert [row.address for row in await rows(talk)] == left, "a member's own stays while they are"


async def test_nothing_is_sent_twice_when_an_approved_newsletter_is_made_again(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await issued(talk)
    async with talk.database.writing() as session:
        await session.execute(update(Update).values(headline="Changed since"))
    mine = await talk.command("/update mine", SPANISH)
    form = await talk.click(phrase("es", "Change %(n)s", n=1), mine, SPANISH)
    await talk.box.submit(SPANISH, modal(form)["id"], {"body": {"value": "Thirteen partners met."}})
    await at(talk, MONDAY + timedelta(hours=1))
    assert len(letters(talk)) == 1, "a mail cannot be called back"
    async with talk.database.reading() as session:
        states = [row.state.value for row in await session.scalars(select(Delivery)) if row.letter_id]
    assert set(states) == {"sent"}


async def test_making_and_sending_an_edition_pushes_out_nothing_that_people_ask_for(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await weekly(talk)
    await posted(talk, SPANISH)
    talk.box.clock.at(MONDAY)
    kept = talk.database.engine.get_execution_options()["compiled_cache"]
    kept.clear()
    clock_work = ticking(talk.going.bot)
    for job in clock_work.get_jobs():
        await job.func(*job.args)
    clock_work.shutdown(wait=False)
    await talk.box.settle()
    assert "Second meeting held online" in text(letters(talk)[-1])
    assert [str(one) for one in kept.values() if OF_AN_EDITION.search(str(one))] == []
    assert [one for one in talk.database.rare.values() if OF_AN_EDITION.search(str(one))]


async def test_without_a_mail_server_nothing_offers_e_mail(talk: Talk) -> None:
    page = await talk.command("/digest follow")
    form = await talk.click("Choose what I follow", page)
    assert "By e-mail" in str(modal(form))
    assert said(page)


async def test_a_strangers_inbox_gets_three_letters_a_week_however_often_it_is_typed(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    pages = set()
    for _ in range(6):
        pages.add((await ask(talk, web)).text)
        talk.box.clock.advance(4_000)
        await talk.box.settle()
    assert len(letters(talk)) == 3
    assert len(pages) == 1, "and the form says the same each time"
    talk.box.clock.advance(8 * 86_400)
    await talk.box.settle()
    await ask(talk, web)
    assert len(letters(talk)) == 4


async def test_marks_behind_a_plus_are_the_same_inbox(talk: Talk, web: httpx.AsyncClient) -> None:
    for number in range(5):
        assert (await ask(talk, web, f"ana+{number}@example.org")).status_code == 200
    await ask(talk, web)
    assert [one.to for one in talk.box.mailbox.letters] == [("ana+0@example.org",)]
    assert len(await rows(talk)) == 1, "and nothing is stored of the others"
    await ask(talk, web, "ana_+1@example.org")
    await ask(talk, web, "ana+1@example.com")
    assert len(talk.box.mailbox.letters) == 3, "these are others'"


async def decided(talk: Talk, state: EditionState) -> None:
    """An editor decides on the edition, as a click would."""
    async with talk.database.writing() as session:
        actor, now = await actor_of(session, SECRETARIAT, MONDAY.date()), talk.going.bot.clock.now()
        services = talk.going.bot.services
        (number,) = await session.scalars(select(Edition.id))
        issue = await issues.one(session, number)
        issue_then = await editions.decide(session, actor, number, issue.revision, state, now)
        assert issue_then is not None
        voice = Voice.to(services.default_reader, now, services.names)
        await newsletters.tell(Ask(services, session, services.default_reader, voice, "", ""), issue_then)


async def reviewed(talk: Talk) -> None:
    """An edition waits for its review, twenty hours ahead."""
    async with talk.database.writing() as session:
        actor = await actor_of(session, SECRETARIAT, MONDAY.date())
        await schedules.save(session, actor, replace(PLAN, is_reviewed=True), talk.going.bot.clock.now())
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))


async def test_whoever_confirms_after_the_approval_gets_the_one_that_goes_out_next(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reviewed(talk)
    await decided(talk, EditionState.APPROVED)
    await reads(talk, web)
    assert letters(talk) == [], "not before its hour"
    await at(talk, MONDAY)
    [letter] = letters(talk)
    assert "Second meeting" in text(letter)
    await at(talk, MONDAY + timedelta(hours=1))
    assert len(letters(talk)) == 1


async def test_approved_anew_it_comes_once_and_as_it_was_approved_last_in_the_language_of_by_then(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await reads(talk, web)
    await reviewed(talk)
    await posted(talk, SPANISH, headline={"value": "The one that stays"})
    await decided(talk, EditionState.APPROVED)
    async with talk.database.writing() as session:
        await session.execute(update(MailReader).values(language="fr"))
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=2), mine, SPANISH)
    await posted(talk, SPANISH, headline={"value": "The one that stays, too"})
    await decided(talk, EditionState.APPROVED)
    await at(talk, MONDAY)
    [letter] = letters(talk)
    assert letter["Content-Language"] == "fr"
    assert "Second meeting" not in text(letter)


@pytest.mark.parametrize("what", ["is_active", "is_guest"])
async def test_who_left_or_became_a_guest_gets_no_members_text_by_mail(
    talk: Talk, web: httpx.AsyncClient, what: str
) -> None:
    await chosen(talk, **by_mail())
    await web.post(link(letters(talk, BO)[0], "confirm"))
    await posted(talk, SPANISH, visibility={"value": "members"})
    await posted(talk, SPANISH, headline={"value": "For everybody to read"})
    await talk.command("/alliance stop now", SECRETARIAT)
    await at(talk, MONDAY)
    async with talk.database.writing() as session:
        values = {what: what == "is_guest"}
        await session.execute(update(Member).where(Member.slack_id == ENGLISH).values(**values))
    await talk.command("/alliance start", SECRETARIAT)
    await talk.box.settle()
    await at(talk, MONDAY + timedelta(minutes=1))
    _, *digest = letters(talk, BO)
    assert "Second meeting" not in str([text(one, kind) for one in digest for kind in ("plain", "html")])
    assert len(digest) == (what == "is_guest")
    if digest:
        assert "For everybody to read" in text(digest[0])
    assert "Second meeting" not in await told(talk, ENGLISH)


async def test_a_digest_goes_to_no_address_that_became_somebody_elses(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await chosen(talk, **by_mail())
    await web.post(link(letters(talk, BO)[0], "confirm"))
    await posted(talk, SPANISH)
    await talk.command("/alliance stop now", SECRETARIAT)
    await at(talk, MONDAY)
    async with talk.database.writing() as session:
        other = select(Member.id).where(Member.slack_id == FRENCH).scalar_subquery()
        await session.execute(update(MailReader).values(member_id=other))
    await talk.command("/alliance start", SECRETARIAT)
    await talk.box.settle()
    await at(talk, MONDAY + timedelta(minutes=1))
    assert len(letters(talk, BO)) == 1, "the one that asked to confirm"
    assert "Second meeting" in await told(talk, ENGLISH)


async def test_a_body_without_a_length_or_without_an_end_is_not_waited_for(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SLOWEST", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", talk.going.port)
    writer.write(
        b"POST /en/newsletters/subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\naddress=ana"
    )
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(200), 5)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408")
