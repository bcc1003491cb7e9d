"""The newsletters on the web: each with what is public in it, in three languages, and nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import feedparser
import httpx
import pytest
from sqlalchemy import func, select, update

from community import editions, issues, schedules
from community.editions import Edit
from community.issues import Issue, Texts
from community.rights import actor_of
from community.schedules import Plan
from handlers.links import Links
from handlers.slack import newsletters
from handlers.web.pages import liked
from handlers.web.site import make_site
from storage.database import open_database
from storage.tables import AuditEntry, Edition, Schedule, Update
from storage.vocabulary import Cadence, EditionState, Quiet
from tests.handlers.talk import GENERAL, SPANISH, UNASKED, Talk, modal
from tests.handlers.test_update_life import phrase, posted
from tests.handlers.wishes import chaired_by

SECRETARIAT = "U0SECRETA"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> & <img src=x onerror="alert(2)"> ]]>'
PLAN = Plan(((GENERAL, "en"),), Cadence.WEEKLY, 0, time(9), "UTC", False, Quiet.SKIP, leaves_slack=True)


@pytest.fixture(autouse=True)
async def a_chair(talk: Talk) -> None:
    await at(talk, MONDAY - timedelta(days=5))
    await chaired_by(talk, SPANISH)


@pytest.fixture
async def web(talk: Talk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{talk.going.port}", trust_env=False, headers={"Accept-Language": "en"}
    ) as client:
        yield client


async def at(talk: Talk, moment: datetime) -> None:
    """The clock strikes at that moment, and what is due is drafted and sent."""
    talk.box.clock.at(moment)
    await talk.box.settle()
    await newsletters.send(talk.going.bot.services)
    await talk.box.settle()


async def weekly(talk: Talk, **changes: Any) -> None:
    async with talk.database.writing() as session:
        actor = await actor_of(session, SECRETARIAT, MONDAY.date())
        await schedules.save(session, actor, replace(PLAN, **changes), talk.going.bot.clock.now())


async def number(talk: Talk) -> int:
    """The latest edition."""
    async with talk.database.reading() as session:
        return (await session.scalars(select(func.max(Edition.id)))).one()


async def edited(talk: Talk, *texts: Texts, approve: bool = True) -> Issue:
    """What editors wrote into the draft; each language is one edit."""
    async with talk.database.writing() as session:
        actor, now = await actor_of(session, SECRETARIAT, MONDAY.date()), talk.going.bot.clock.now()
        issue: Issue | None = await issues.one(session, await number(talk))
        for one in texts:
            assert issue is not None
            issue = await editions.edit(session, actor, issue.id, issue.revision, Edit(one), now)
        assert issue is not None
        if approve:
            decided = (session, actor, issue.id, issue.revision, EditionState.APPROVED, now)
            issue = await editions.decide(*decided)
            assert issue is not None
        return issue


async def page(web: httpx.AsyncClient, path: str, status: int = 200, **headers: str) -> str:
    answer = await web.get(path, headers=headers)
    assert answer.status_code == status, (path, answer.status_code, answer.text)
    return answer.text


def plain(html: str) -> str:
    """What a screen reader reads of the content, in its order."""
    main = html.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


async def out(talk: Talk, **changes: dict[str, Any]) -> int:
    """A newsletter with one update went out."""
    await weekly(talk)
    await posted(talk, SPANISH, **changes)
    await at(talk, MONDAY)
    return await number(talk)


async def test_a_newsletter_stands_on_the_web_once_it_went_out_and_not_before(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await weekly(talk, is_reviewed=True)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    one = f"/en/newsletters/{await number(talk)}"
    await page(web, one, 404)
    await edited(talk)
    await page(web, one, 404)
    assert "None has gone out yet" in await page(web, "/en/newsletters")
    await at(talk, MONDAY)
    text = plain(await page(web, one))
    assert text.startswith("Newsletter of week 48 of 2026 23 November 2026 Updates Migration")
    assert "Second meeting held online" in text
    assert "Twelve partners met and agreed on the research agenda." in text
    archive = await page(web, "/en/newsletters")
    assert f'<a href="{one}">Newsletter of week 48 of 2026</a>' in archive
    assert '<time datetime="2026-11-23T09:00:00+00:00">23 November 2026</time>' in archive


async def test_the_whole_text_stands_there_in_paragraphs(talk: Talk, web: httpx.AsyncClient) -> None:
    words = "\n\n".join(f"Paragraph {count}. " + "word " * 90 for count in range(4)) + "the very end"
    one = await out(talk, body={"value": words})
    html = await page(web, f"/en/newsletters/{one}")
    assert html.count("<p>Paragraph ") == 4
    assert "the very end</p>" in html


async def test_it_is_read_in_its_order_with_what_editors_wrote(talk: Talk, web: httpx.AsyncClient) -> None:
    await weekly(talk, is_reviewed=True)
    await posted(talk, SPANISH)
    await at(talk, MONDAY - timedelta(hours=20))
    await edited(
        talk,
        Texts("en", "Dear all", "The Chair reports", "Nepal, for its workshop", "In brief", "Soon more"),
        Texts("fr", "Chères et chers collègues"),
    )
    await at(talk, MONDAY)
    one = await number(talk)
    english = plain(await page(web, f"/en/newsletters/{one}"))
    order = (
        "Newsletter of week 48", "Dear all", "The Chair reports", "Second meeting", "Nepal, for its workshop",
        "In brief", "Soon more", "What is coming", "International Day for the Abolition of Slavery",
    )  # fmt: skip
    rest = english
    for words in order:
        _, found, rest = rest.partition(words)
        assert found, words
    french = await page(web, f"/fr/newsletters/{one}")
    assert "Chères et chers collègues" in french
    assert "Dear all" not in french
    assert '<div lang="en">\n<p>The Chair reports</p>' in french, "what is missing there is not left out"
    assert '<div lang="en">\n<p>Dear all</p>' in await page(web, f"/es/newsletters/{one}")


@pytest.mark.parametrize(
    ("language", "title", "marked"),
    [
        ("en", "Newsletter of week 48 of 2026", True),
        ("fr", "Lettre d’information de la semaine 48 de 2026", True),
        ("es", "Boletín de la semana 48 de 2026", False),
    ],
)
async def test_it_speaks_each_language_and_marks_what_was_written_in_another(
    talk: Talk, web: httpx.AsyncClient, language: str, title: str, *, marked: bool
) -> None:
    one = await out(talk)
    html = await page(web, f"/{language}/newsletters/{one}")
    assert f'<html lang="{language}">' in html
    assert f"<h1>{title}</h1>" in html
    assert ('<h4 lang="es">Second meeting' in html) is marked
    assert ('class="mark"' in html) is marked
    for other in {"en", "fr", "es"} - {language}:
        assert f'<a href="/{other}/newsletters/{one}" hreflang="{other}" lang="{other}"' in html
    base = f"http://127.0.0.1:{talk.going.port}"
    assert f'<link rel="canonical" href="{base}/{language}/newsletters/{one}">' in html
    assert f'<meta property="og:url" content="{base}/{language}/newsletters/{one}">' in html


async def test_what_is_for_members_is_never_there_and_nobody_is_named(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await weekly(talk)
    await posted(talk, SPANISH, visibility={"value": "members"})
    await posted(talk, SPANISH, headline={"value": "For everybody to read"})
    await at(talk, MONDAY)
    for path in (f"/en/newsletters/{await number(talk)}", "/en/newsletters.atom"):
        html = await page(web, path)
        assert "For everybody to read" in html
        assert "Second meeting" not in html
        for nobody in (SPANISH, SECRETARIAT, "Prado"):
            assert nobody not in html


async def test_what_becomes_members_only_later_leaves_the_web(talk: Talk, web: httpx.AsyncClient) -> None:
    one = await out(talk)
    async with talk.database.writing() as session:
        await session.execute(update(Update).values(visibility="members"))
    for path in (f"/en/newsletters/{one}", "/en/newsletters.atom"):
        html = await page(web, path)
        assert "Second meeting" not in html
        assert "It is shown here no more." in html


async def test_what_is_withdrawn_leaves_a_dated_note_and_the_feed_tells(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    one = await out(talk)
    await at(talk, MONDAY + timedelta(days=1))
    mine = await talk.command("/update mine", SPANISH)
    await talk.click(phrase("es", "Withdraw %(n)s", n=1), mine, SPANISH)
    assert "Se retiró el 24 de noviembre de 2026" in plain(await page(web, f"/es/newsletters/{one}"))
    html = await page(web, f"/en/newsletters/{one}")
    assert "It was withdrawn on 24 November 2026." in plain(html)
    read = feedparser.parse(await page(web, "/en/newsletters.atom"))
    assert read.entries[0].updated.startswith("2026-11-24T09:00")
    assert read.entries[0].published.startswith("2026-11-23T09:00")
    for said in (html, read.entries[0].content[0].value):
        assert "Twelve partners" not in said
        assert "Second meeting" not in said


async def test_what_is_corrected_says_so_and_reads_anew(talk: Talk, web: httpx.AsyncClient) -> None:
    one = await out(talk)
    await at(talk, MONDAY + timedelta(days=1))
    before = await web.get(f"/en/newsletters/{one}")
    mine = await talk.command("/update mine", SPANISH)
    form = await talk.click(phrase("es", "Change %(n)s", n=1), mine, SPANISH)
    await talk.box.submit(SPANISH, modal(form)["id"], {"headline": {"value": "Third meeting held"}})
    html = await page(web, f"/en/newsletters/{one}", **{"If-None-Match": before.headers["etag"]})
    assert "Third meeting held" in html
    assert "Second meeting" not in html
    assert "corrected on 24 November 2026" in html


async def test_hostile_words_are_words_everywhere(talk: Talk, web: httpx.AsyncClient) -> None:
    await weekly(talk, is_reviewed=True)
    await posted(
        talk, SPANISH, headline={"value": HOSTILE}, body={"value": HOSTILE}, next_step={"value": HOSTILE},
        next_owner={"value": HOSTILE}, next_due={"value": "2026-12-01"},
    )  # fmt: skip
    await at(talk, MONDAY - timedelta(hours=20))
    await edited(talk, Texts("en", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE))
    await at(talk, MONDAY)
    html = await page(web, f"/en/newsletters/{await number(talk)}")
    read = feedparser.parse(
        await page(web, "/en/newsletters.atom"), sanitize_html=False, resolve_relative_uris=False
    )
    assert read.bozo == 0
    for said in (html, read.entries[0].content[0].value):
        assert "<script" not in said
        assert "<img" not in said
        assert said.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp;") >= 9
    assert 'content="&lt;script&gt;' in html, "in the preview of the link, too"


async def test_every_page_is_guarded_and_changes_nothing(talk: Talk, web: httpx.AsyncClient) -> None:
    one = await out(talk)
    async with talk.database.reading() as session:
        before = (await session.scalars(select(func.count(AuditEntry.id)))).one()
    for path in (
        "/", "/fr", "/fr/newsletters", f"/fr/newsletters/{one}", "/fr/newsletters.atom", "/style.css",
        "/fr/nowhere", "/xx/newsletters",
    ):  # fmt: skip
        answer = await web.get(path)
        guard = answer.headers["content-security-policy"]
        assert guard == (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        ), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text
        assert "style=" not in answer.text, "the guard would not let it stand"
    async with talk.database.reading() as session:
        assert (await session.scalars(select(func.count(AuditEntry.id)))).one() == before


async def test_who_has_a_page_already_gets_a_nod_and_head_gets_no_body(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    one = await out(talk)
    for path in ("/en", f"/en/newsletters/{one}", "/en/newsletters", "/en/newsletters.atom", "/style.css"):
        first = await web.get(path)
        strong = first.headers["etag"].removeprefix("W/")
        again = await web.get(path, headers={"If-None-Match": f'"other", {strong}'})
        assert (again.status_code, again.content) == (304, b""), path
        other = await web.get(path, headers={"If-None-Match": '"other"'})
        assert other.status_code == 200
        head = await web.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == first.headers["etag"]
    assert (await web.post(f"/en/newsletters/{one}")).status_code == 405


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("pt, es;q=0.5, en;q=0.4", "es"),
        ("de, ne", "en"),
        ("", "en"),
        ("en;q=0, es;q=0.1", "es"),
        ("fr;q=nonsense, es", "es"),
    ],
)
async def test_the_first_page_is_in_the_readers_language(
    web: httpx.AsyncClient, header: str, language: str
) -> None:
    answer = await web.get("/", headers={"Accept-Language": header})
    assert (answer.status_code, answer.headers["location"]) == (302, f"/{language}")
    assert answer.headers["vary"] == "Accept-Language"
    assert f'<html lang="{language}">' in await page(web, "/nowhere", 404, **{"Accept-Language": header})


def test_a_language_is_liked_only_if_it_is_ours() -> None:
    assert liked("de") is None
    assert liked("fr;q=0") is None
    assert liked("EN-gb") == "en"


async def test_what_there_is_not_is_said_in_the_language_of_its_address(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    for path in (
        "/fr/newsletters/999999",
        "/fr/newsletters/abc",
        f"/fr/newsletters/{10**20}",
        "/fr/nowhere",
        "/fr/newsletters?page=2",
    ):
        html = await page(web, path, 404)
        assert '<html lang="fr">' in html, path
        assert "Cette page n’existe pas" in html
        assert 'href="/fr/newsletters"' in html
        assert 'content="noindex"' in html
    for path in ("/de/newsletters", "/de", "/en/newsletters?page=0", "/en/newsletters?page=x"):
        await page(web, path, 404)


async def test_a_page_without_its_database_says_so_and_whose_fault_it_is(talk: Talk) -> None:
    one = await out(talk)
    away = open_database("postgresql://127.0.0.1:9/nothing")
    site = make_site(UNASKED, replace(talk.going.bot.services, database=away))
    road = httpx.ASGITransport(site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=road, base_url="http://x") as client:
        answer = await client.get(f"/fr/newsletters/{one}")
    await away.close()
    assert answer.status_code == 503
    assert "La faute est de notre côté" in answer.text
    assert "content-security-policy" in answer.headers
    assert "Traceback" not in answer.text


async def test_a_site_below_another_address_leads_to_itself(talk: Talk) -> None:
    one = await out(talk)
    links = Links("https://alliance.example/bot/")
    site = make_site(UNASKED, replace(talk.going.bot.services, links=links))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://x") as client:
        html = (await client.get(f"/fr/newsletters/{one}")).text
        assert (await client.get("/")).headers["location"] == "/bot/en"
    assert '<link rel="stylesheet" href="/bot/style.css">' in html
    assert f'<a href="/bot/es/newsletters/{one}"' in html
    assert f'<link rel="canonical" href="https://alliance.example/bot/fr/newsletters/{one}">' in html


async def test_a_newsletter_that_stays_in_slack_is_not_on_the_web(talk: Talk, web: httpx.AsyncClient) -> None:
    await weekly(talk, leaves_slack=False)
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    await page(web, f"/en/newsletters/{await number(talk)}", 404)
    assert "None has gone out yet" in await page(web, "/en/newsletters")
    assert feedparser.parse(await page(web, "/en/newsletters.atom")).entries == []


async def test_a_long_archive_has_pages_newest_first(talk: Talk, web: httpx.AsyncClient) -> None:
    first = await out(talk)
    async with talk.database.writing() as session:
        row = await session.get_one(Edition, first)
        for week in range(1, 45):
            session.add(
                Edition(
                    reader=row.reader, schedule_id=row.schedule_id, cadence=row.cadence,
                    period=f"2025-W{week:02}", state=row.state, leaves_slack=True, texts={}, hidden=[],
                    at=row.at - timedelta(weeks=99), sends_at=row.sends_at - timedelta(weeks=99 - week),
                )
            )  # fmt: skip
    one, two, three = [await page(web, f"/en/newsletters?page={count}") for count in (1, 2, 3)]
    assert [html.count("<time ") for html in (one, two, three)] == [20, 20, 5]
    assert one.index("week 48 of 2026") < one.index("week 44 of 2025") < one.index("week 43 of 2025")
    assert 'rel="prev"' not in one
    assert 'rel="next" href="/en/newsletters?page=2"' in one
    assert 'rel="prev" href="/en/newsletters"' in two
    assert 'rel="next"' not in three
    assert len(feedparser.parse(await page(web, "/en/newsletters.atom")).entries) == 10


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_a_feed_a_language_leads_to_its_pages(
    talk: Talk, web: httpx.AsyncClient, language: str
) -> None:
    one = await out(talk)
    answer = await web.get(f"/{language}/newsletters.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(answer.content)
    base = f"http://127.0.0.1:{talk.going.port}/{language}/newsletters"
    assert (read.bozo, read.feed.id, read.feed.language) == (0, f"{base}.atom", language)
    (entry,) = read.entries
    assert (entry.id, entry.link) == (f"{base}/{one}", f"{base}/{one}")
    assert "Second meeting held online" in entry.content[0].value
    assert entry.title in await page(web, entry.link)


async def test_no_answer_leads_where_a_forged_host_wants(talk: Talk) -> None:
    services = talk.going.bot.services
    for base, start in (("https://alliance.example/", "/"), ("https://alliance.example/bot/", "/bot/")):
        site = make_site(UNASKED, replace(services, links=Links(base)))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url="http://x", headers={"Host": "evil.example"}
        ) as client:
            for path, leads in (
                ("/en/", "en"), ("/en/newsletters/", "en/newsletters"), ("//evil.example/", "evil.example"),
                ("/%5Cevil.example/", "%5Cevil.example"),
            ):  # fmt: skip
                answer = await client.get(f"http://x{path}")
                assert (answer.status_code, answer.headers["location"]) == (302, start + leads), path
                assert "content-security-policy" in answer.headers
            assert "evil" not in (await client.get("/en")).text


async def test_a_wrong_method_is_told_the_right_ones(web: httpx.AsyncClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = await web.request(method, "/en/newsletters")
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
        assert "content-security-policy" in answer.headers


async def test_where_an_edition_went_stays_so_whatever_its_schedule_does_later(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await weekly(talk, leaves_slack=False)
    await posted(talk, SPANISH)
    await at(talk, MONDAY)
    page = f"/en/newsletters/{await number(talk)}"
    assert (await web.get(page)).status_code == 404
    async with talk.database.writing() as session:
        await session.execute(update(Schedule).values(leaves_slack=True))
    assert (await web.get(page)).status_code == 404, "it was written for Slack"
    async with talk.database.writing() as session:
        await session.execute(update(Edition).values(leaves_slack=True))
        await session.execute(update(Schedule).values(leaves_slack=False))
    assert (await web.get(page)).status_code == 200, "links in letters go on"


async def test_pages_leave_compressed_for_whoever_takes_that(talk: Talk, web: httpx.AsyncClient) -> None:
    packed = await web.get("/fr/pathfinders", headers={"Accept-Encoding": "gzip"})
    whole = await web.get("/fr/pathfinders", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in whole.headers
    assert packed.text == whole.text
    assert int(packed.headers["content-length"]) < len(whole.content) / 2
    assert "accept-encoding" in packed.headers["vary"].lower()
    again = await web.get("/fr/pathfinders", headers={"If-None-Match": packed.headers["etag"]})
    assert again.status_code == 304
