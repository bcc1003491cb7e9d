"""The pages for everybody: calendar, events, pathfinders and groups hold what is public, and nothing else."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from sqlalchemy import event as listening
from sqlalchemy import func, select, update

from community.members import ensure_member
from community.names import load_names
from handlers.links import Links
from handlers.web.site import make_site
from storage.agendas import AgendaItem, Speaker
from storage.base import Base
from storage.events import FeedsInto
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import (
    AuditEntry,
    Commitment,
    Event,
    EventAudience,
    Fact,
    Group,
    Organisation,
    Place,
    Question,
    Role,
    Update,
)
from storage.vocabulary import (
    EventKind,
    EventState,
    FactKind,
    Mode,
    QuestionState,
    RoleName,
    UpdateState,
    Visibility,
)
from tests.checker import complaints, needs_java
from tests.handlers.conftest import keep, put_back
from tests.handlers.talk import ENGLISH, FRENCH, SPANISH, UNASKED, Talk

TODAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
LANGUAGES = ("en", "fr", "es")
SECRET = "Undisclosed"
"""Stands in everything that is not for everybody."""
JOIN = "https://meet.example.org/secret-room"
LIGHT = 100_000
"""Bytes of a page with its style sheet, without pictures."""
FEW = 12
"""Queries of a page."""
ROOTS = (
    "", "/calendar", "/calendar?past=1", "/calendar/2026-12", "/calendar/2026-11", "/calendar?month=2026-12",
    "/calendar?group=migration", "/calendar?place=NP", "/pathfinders", "/pathfinders?by=stage", "/groups",
    "/newsletters",
)  # fmt: skip
FEEDS = (
    "/calendar.ics", "/calendar/group/migration.ics", "/calendar/place/NP.ics", "/newsletters.atom",
    "/pictures/pathfinders.png", "/pictures/pathfinders/NP.png", "/pictures/groups/migration.png",
)  # fmt: skip


@pytest.fixture(autouse=True)
async def as_shipped(talk: Talk) -> AsyncIterator[None]:
    """Every test leaves the shipped rows as it found them, and what it added goes."""
    tables: tuple[type[Base], ...] = (Commitment, Question, Role, Speaker, AgendaItem, Fact, Organisation)
    talk.box.clock.at(TODAY)
    await talk.box.settle()
    async with talk.database.reading() as session:
        kept = await keep(session, Group, Place, *tables, Event)
    yield
    async with talk.database.writing() as session:
        await session.execute(FeedsInto.__table__.delete())  # type: ignore[attr-defined]
        await session.execute(EventAudience.__table__.delete())  # type: ignore[attr-defined]
        await put_back(session, kept)


@pytest.fixture
async def web(talk: Talk) -> AsyncIterator[httpx.AsyncClient]:
    address = f"http://127.0.0.1:{talk.going.port}"
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        yield client


async def page(web: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await web.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
    return answer.text


def plain(html: str) -> str:
    """What a screen reader reads of the content, in its order; without pictures."""
    main = html.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    main = re.sub(r"<svg.*?</svg>", " ", main, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def on(first: date, last: date | None = None, **more: Any) -> PartialDate:
    precision = Precision.RANGE if last else Precision.DAY
    given = {"status": Status.PLANNED, **more}
    return PartialDate(precision, first, last or first, **given)


async def group_id(session: Any, key: str = "migration") -> int:
    return int((await session.scalars(select(Group.id).where(Group.key == key))).one())


async def place_id(session: Any, key: str = "NP") -> int:
    return int((await session.scalars(select(Place.id).where(Place.key == key))).one())


async def gathered(talk: Talk, **values: Any) -> int:
    """An event of the Migration group, put down at once; gives its id."""
    async with talk.database.writing() as session:
        given = {
            "key": f"member/{secrets.token_hex(8)}", "kind": EventKind.MEETING, "themes": [], "zones": [],
            "languages": [], "name": {"en": "Recruitment fees: what next"}, "link": JOIN,
            "when": on(date(2026, 12, 3), starts_at=time(15), ends_at=time(16), zone="Asia/Bangkok"),
            "group_id": await group_id(session), "added_at": TODAY, "changed_at": TODAY, **values,
        }  # fmt: skip
        row = Event(**given)
        session.add(row)
        await session.flush()
        return row.id


async def posted(talk: Talk, **values: Any) -> None:
    """An update on Nepal, published at once."""
    async with talk.database.writing() as session:
        author = await ensure_member(session, SPANISH)
        given = {
            "author_id": author.id, "place_id": await place_id(session), "language": "en",
            "headline": "Committee met", "body": "It agreed on a budget.", "visibility": Visibility.PUBLIC,
            "state": UpdateState.PUBLISHED, "posted_at": TODAY, "published_at": TODAY, "released_at": TODAY,
            **values,
        }  # fmt: skip
        session.add(Update(**given))


async def promised(talk: Talk, **values: Any) -> None:
    """A commitment on Nepal that somebody made here."""
    async with talk.database.writing() as session:
        member = await ensure_member(session, SPANISH)
        given = {
            "key": f"member/{secrets.token_hex(8)}", "text": {"en": "Publish the plan"},
            "place_id": await place_id(session), "member_id": member.id, "by_id": member.id,
            "added_at": TODAY, "when": on(date(2026, 12, 1)), **values,
        }  # fmt: skip
        session.add(Commitment(**given))


def addresses(sitemap: str) -> list[str]:
    """The paths of a sitemap."""
    name = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
    return [re.sub(r"^https?://[^/]+", "", one.text or "") for one in ET.fromstring(sitemap).iter(name)]


async def everything(web: httpx.AsyncClient, language: str) -> dict[str, bytes]:
    """Every page of the sitemap in a language, lists, feeds and pictures: their bytes by path."""
    sitemap = await page(web, "/sitemap.xml")
    paths = [path for path in addresses(sitemap) if path.startswith(f"/{language}")]
    files = [f"{path}.ics" for path in paths if re.fullmatch(r"/../events/\d+", path)]
    paths += [f"/{language}{path}" for path in (*ROOTS, *FEEDS)]
    found = {path: await web.get(path) for path in dict.fromkeys(paths)}
    wrong = {path: got.status_code for path, got in found.items() if got.status_code != 200}
    assert not wrong
    for path in files:  # what has no date is no file
        got = await web.get(path)
        assert got.status_code in (200, 404)
        found[path] = got
    return {"/sitemap.xml": sitemap.encode(), **{path: got.content for path, got in found.items()}}


async def test_what_is_not_for_everybody_is_nowhere_and_no_person_is_named(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    words = {"en": f"{SECRET} plan", "fr": f"{SECRET} projet"}
    public = await gathered(talk, name={"en": "Open consultation"})
    for hidden in (Visibility.MEMBERS, Visibility.GROUP):
        other = await gathered(
            talk, name=words, about=words, venue=words, organiser=words, outcome=words, visibility=hidden
        )
        async with talk.database.writing() as session:
            session.add(FeedsInto(event_id=public, into_id=other))
            item = {"key": f"member/{secrets.token_hex(8)}", "event_id": other, "title": words}
            session.add(AgendaItem(**item))
        await gathered(
            talk, name=words, kind=EventKind.PATHFINDER_WORKSHOP, visibility=hidden, group_id=None,
            when=on(date(2019, 2, 8), status=Status.HELD), place_id=await _nepal(talk),
        )  # fmt: skip
        await posted(talk, headline=SECRET, body=SECRET, next_step=SECRET, visibility=hidden)
        async with talk.database.reading() as session:
            migration = await group_id(session)
        of_group = {"place_id": None, "group_id": migration}
        await posted(talk, headline=SECRET, body=SECRET, next_step=SECRET, visibility=hidden, **of_group)
        await promised(talk, text=words, owner=words, visibility=hidden)
        await promised(talk, text=words, visibility=hidden, **of_group)
    await gathered(talk, name=words, state=EventState.PROPOSED)
    await posted(talk, headline=SECRET, body=SECRET, next_step=SECRET, state=UpdateState.IN_REVIEW)
    await posted(talk, headline=SECRET, body=SECRET, next_step=SECRET, state=UpdateState.WITHDRAWN)
    await promised(talk, text={"en": "Everybody may know this"})
    await _people(talk, public, words)
    for path, data in (await everything(web, "fr")).items():
        text = data.decode("utf-8", "replace")
        for nobody in (SECRET, SPANISH, ENGLISH, "Prado", JOIN, "secret-room"):
            assert nobody not in text, (path, nobody)
    assert "Everybody may know this" in await page(web, "/en/pathfinders/NP")
    assert "Open consultation" in await page(web, f"/en/events/{public}")


async def _nepal(talk: Talk) -> int:
    async with talk.database.reading() as session:
        return await place_id(session)


async def _people(talk: Talk, event: int, words: dict[str, str]) -> None:
    """Questions, seats held by persons, and speakers by name and by membership."""
    async with talk.database.writing() as session:
        member = await ensure_member(session, SPANISH)
        for visibility in (Visibility.MEMBERS, Visibility.GROUP):
            question = {"key": f"member/{secrets.token_hex(8)}", "text": words, "visibility": visibility}
            session.add(
                Question(
                    **question, state=QuestionState.OPEN, place_id=await place_id(session), asked_at=TODAY,
                    asker_id=member.id,
                )
            )  # fmt: skip
        for name, where in (
            (RoleName.FOCAL_POINT, {"place_id": await place_id(session)}),
            (RoleName.CHAIR, {"group_id": await group_id(session)}),
        ):
            key = f"member/{secrets.token_hex(8)}"
            session.add(Role(key=key, name=name, member_id=member.id, note=words, **where))
        item = AgendaItem(key=f"member/{secrets.token_hex(8)}", event_id=event, title={"en": "Opening"})
        session.add(item)
        await session.flush()
        for speaker in ({"name": words}, {"member_id": member.id}):
            session.add(Speaker(key=f"member/{secrets.token_hex(8)}", item_id=item.id, **speaker))


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [
        ("en", "December 2026", ("Wednesday 2", "International Day for the Abolition of Slavery")),
        ("fr", "Décembre 2026", ("Mercredi 2", "Journée internationale pour l’abolition de l’esclavage")),
        ("es", "Diciembre de 2026", ("Miércoles 2", "Día Internacional para la Abolición de la Esclavitud")),
    ],
)
async def test_a_month_is_a_table_with_its_days(
    web: httpx.AsyncClient, language: str, title: str, said: tuple[str, ...]
) -> None:
    html = await page(web, f"/{language}/calendar/2026-12")
    assert f"<h1>{title}</h1>" in html
    assert html.count('<th scope="col">') == 7
    assert html.count('<p class="day">') == 31
    assert f'<a rel="prev" href="/{language}/calendar/2026-11">' in html
    assert f'<a rel="next" href="/{language}/calendar/2027-01">' in html
    for words in said:
        assert words in plain(html)


async def test_a_date_that_names_no_day_stands_on_none(talk: Talk, web: httpx.AsyncClient) -> None:
    dates = {
        "A month": PartialDate(Precision.MONTH, date(2026, 12, 1), date(2026, 12, 31), status=Status.PLANNED),
        "A year": PartialDate(Precision.YEAR, date(2026, 1, 1), date(2026, 12, 31), status=Status.TENTATIVE),
        "A deadline": PartialDate(Precision.DEADLINE, None, date(2026, 12, 31), status=Status.PLANNED),
    }
    for name, when in dates.items():
        await gathered(talk, name={"en": name}, when=when)
    await gathered(talk, name={"en": "Any time"}, when=PartialDate())
    html = await page(web, "/en/calendar/2026-12")
    grid, _, beside = plain(html.replace("</table>", "</table> BESIDE ")).partition(" BESIDE ")
    for name in dates:
        assert name not in grid
        assert name in beside
    for words in ("planned for December 2026", "tentatively 2026", "planned by the end of 2026"):
        assert words in beside
    assert "Any time" not in plain(html)
    coming = plain(await page(web, "/en/calendar"))
    order = ("December 2026", "A month", "2026, month not stated", "A year", "Date not stated", "Any time")
    places = [coming.index(words) for words in order]
    assert places == sorted(places)
    assert "A year" in plain(await page(web, "/en/calendar/2026-03")), "a year has twelve months"


async def test_what_is_doubtful_cancelled_or_moved_is_said_to_be_so(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    sure = on(date(2026, 12, 7))
    await gathered(talk, name={"en": "One"}, when=replace(sure, status=Status.TENTATIVE))
    await gathered(talk, name={"en": "Two"}, when=replace(sure, status=Status.TO_BE_CONFIRMED))
    off = await gathered(talk, name={"en": "Three"}, when=replace(sure, status=Status.CANCELLED))
    moved = await gathered(talk, name={"en": "Four"}, when=sure, was="2026-12-01")
    grid = plain(await page(web, "/en/calendar/2026-12"))
    for words in ("One tentative", "Two to be confirmed", "Three cancelled"):
        assert words in grid
    assert "cancelled (was 7 December 2026)" in plain(await page(web, f"/en/events/{off}"))
    assert f'<li class="off"><a href="/en/events/{off}">' in await page(web, "/en/calendar/2026-12")
    assert "Moved from 1 December 2026" in plain(await page(web, f"/en/events/{moved}"))
    assert "moved from 1 December 2026" in plain(await page(web, "/en/calendar"))


async def test_several_days_stand_on_each_and_an_hour_by_its_own_clock(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    when = on(date(2026, 12, 30), date(2027, 1, 2), starts_at=time(9), zone="Asia/Kathmandu")
    one = await gathered(talk, name={"en": "Forum"}, when=when)
    december, january = [await page(web, f"/en/calendar/{month}") for month in ("2026-12", "2027-01")]
    assert december.count(f'href="/en/events/{one}"') == 2
    assert january.count(f'href="/en/events/{one}"') == 2
    assert "Forum 09:00 (Kathmandu)" in plain(december)
    assert plain(december).count("(Kathmandu)") == 1, "it begins once"
    assert "09:00 (Kathmandu) · 03:15 (UTC)" in plain(await page(web, f"/en/events/{one}"))


async def test_an_hour_that_is_another_day_elsewhere_says_which(talk: Talk, web: httpx.AsyncClient) -> None:
    when = on(date(2026, 12, 3), starts_at=time(2), ends_at=time(3), zone="Asia/Bangkok")
    one = await gathered(talk, when=when)
    assert "02:00–03:00 (Bangkok) · 2 December 2026, 19:00–20:00 (UTC)" in plain(
        await page(web, f"/en/events/{one}")
    )


async def test_the_calendar_is_filtered_by_group_and_country_and_offers_that_feed(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    of_group = await gathered(talk, name={"en": "Of the group"})
    async with talk.database.reading() as session:
        nepal = await place_id(session)
    of_place = await gathered(talk, name={"en": "In Nepal"}, group_id=None, place_id=nepal)
    for path in ("/en/calendar", "/en/calendar/2026-12"):
        by_group, by_place = [await page(web, path + end) for end in ("?group=migration", "?place=NP")]
        assert f'href="/en/events/{of_group}"' in by_group
        assert f'href="/en/events/{of_place}"' not in by_group
        assert "Human Rights Day" not in by_group
        assert f'href="/en/events/{of_place}"' in by_place
        assert 'href="/en/calendar/group/migration.ics"' in by_group
        assert 'href="/en/calendar/place/NP.ics"' in by_place
        assert '<option value="migration" selected>' in by_group
        assert 'href="/fr/calendar' in by_group
        assert "noindex" in by_group
    assert (
        "?group=migration" in (await page(web, "/en/calendar/2026-12?group=migration")).partition("next")[2]
    )
    assert await page(web, "/en/calendar?group=&place=") == await page(web, "/en/calendar?group=&place=")
    for wrong in ("?group=nobody", "?place=nowhere", "?page=0", "?page=x", "?page=99", "?month=2026-13"):
        await page(web, f"/en/calendar{wrong}", 404)


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "26-12", "1999-12", "2037-01", "9999-12", "x", "٢٠٢٦-12"]
)
async def test_what_is_no_month_has_no_page(web: httpx.AsyncClient, month: str) -> None:
    await page(web, f"/en/calendar/{month}", 404)


async def test_where_nothing_is_coming_the_calendar_denies_no_record(web: httpx.AsyncClient) -> None:
    coming = (await web.get("/en/calendar?place=NP")).text
    assert "Nothing that fits is coming up." in coming
    assert "Nothing is on record" not in coming
    assert "7 February 2019" in (await web.get("/en/calendar?place=NP&past=1")).text


async def test_a_month_far_away_is_empty_and_ends_the_turning(web: httpx.AsyncClient) -> None:
    last = await page(web, "/en/calendar/2036-12")
    assert 'rel="next"' not in last
    assert 'rel="prev"' in last
    empty = await page(web, "/en/calendar/2036-11")
    assert "Nothing is on record for this month." in empty
    assert "noindex" in empty


async def test_a_full_day_leads_to_the_list_and_a_full_list_has_pages(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    for number in range(60):
        await gathered(talk, name={"en": f"Meeting {number}"}, when=on(date(2026, 12, 9)))
    grid = await page(web, "/en/calendar/2026-12")
    assert len(re.findall(r">Meeting \d+<", grid)) == 6
    assert '<a href="/en/calendar?month=2026-12">54 more</a>' in grid
    found = []
    for number in (1, 2):
        html = await page(web, f"/en/calendar?month=2026-12&page={number}")
        found += re.findall(r">(Meeting \d+)<", html)
    assert len(found) == len(set(found)) == 60
    first = await page(web, "/en/calendar?month=2026-12")
    assert 'href="/en/calendar?month=2026-12&amp;page=2"' in first
    await page(web, "/en/calendar?month=2026-12&page=3", 404)


async def test_an_event_has_its_agenda_and_where_it_leads_and_never_where_one_joins(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    later = await gathered(talk, name={"en": "Global forum"}, when=on(date(2027, 5, 3)))
    one = await gathered(
        talk, about={"en": "On fees"}, organiser={"en": "ILO"}, venue={"en": "Bangkok"}, mode=Mode.HYBRID,
        takes_registrations=True, capacity=40, zones=["America/Lima"], languages=["fr"], number=3,
        themes=["migration"],
    )  # fmt: skip
    async with talk.database.writing() as session:
        session.add(FeedsInto(event_id=one, into_id=later))
        session.add(EventAudience(event_id=one, place_id=await place_id(session)))
        iom = (await session.scalars(select(Organisation.id).where(Organisation.key == "iom"))).one()
        item = AgendaItem(
            key=f"member/{secrets.token_hex(8)}", event_id=one, title={"en": "Opening"}, starts_at=time(15),
        )  # fmt: skip
        session.add(item)
        await session.flush()
        session.add(Speaker(key=f"member/{secrets.token_hex(8)}", item_id=item.id, organisation_id=iom))
    html = await page(web, f"/en/events/{one}")
    text = plain(html)
    for words in (
        "Meeting · No. 3", "planned for 3 December 2026", "15:00–16:00 (Bangkok) · 08:00–09:00 (UTC)",
        "in 15 days", "03:00–04:00 (Lima)", "Bangkok · in person and online", "ILO", "For Nepal",
        "On migration", "Held in French", "For members, in Slack.", "On fees", "Opening",
        "International Organization for Migration", "Its results go into: Global forum",
    ):  # fmt: skip
        assert words in text, words
    assert "meet.example.org" not in html
    assert f'href="/en/events/{one}.ics"' in html
    assert f'Takes up the results of: <a href="/en/events/{one}">' in await page(web, f"/en/events/{later}")
    for wrong in ("/en/events/999999", f"/en/events/{10**20}", "/en/events/x"):
        await page(web, wrong, 404)


async def test_pathfinders_stand_in_a_table_by_region_and_by_stage(web: httpx.AsyncClient) -> None:
    regions = plain(await page(web, "/fr/pathfinders"))
    order = ["Afrique", "Madagascar", "Tunisie", "Union africaine", "Amériques", "Chili", "Népal", "Albanie"]
    places = [regions.index(words) for words in order]
    assert places == sorted(places)
    assert "a eu lieu le 7 février 2019 [1] ligne 93" in regions
    stages = await page(web, "/fr/pathfinders?by=stage")
    order = [
        "Mise en œuvre",
        "Madagascar",
        "Priorités et feuille de route",
        "Chili",
        "Népal",
        "En préparation",
    ]
    places = [plain(stages).index(words) for words in order]
    assert places == sorted(places)
    assert "<table" in stages
    assert '<th scope="row"><a href="/fr/pathfinders/NP">Népal</a></th>' in stages
    assert stages.count("<svg") == 1


async def test_a_country_has_all_that_is_on_record_with_its_sources(web: httpx.AsyncClient) -> None:
    text = plain(await page(web, "/en/pathfinders/NP"))
    for words in (
        "Pathfinder country · Asia and the Pacific Nepal", "Stage: Priorities and roadmap",
        "held on 7 February 2019 [1] line 93",
        "National action plan on child labour · approved [1] lines 124–125",
        "raised from 16 to 18", "[1] lines 120–123", "[1] lines 190–192",
        "Not stated in the record: Priorities · Challenges · Next steps",
        "Report of the fourth meeting of the Alliance 8.7 Global Coordinating Group as of April 2019",
    ):  # fmt: skip
        assert words in text, words
    body = plain(await page(web, "/es/pathfinders/african-union"))
    assert body.startswith("Organismo regional pionero · África Unión Africana")
    other = await page(web, "/en/pathfinders/CH")
    assert "Not on record as a pathfinder" in other
    assert "noindex" in other
    for wrong in ("nowhere", "NPL", "nepal", "%2E%2E", "NP%2Fx"):
        await page(web, f"/en/pathfinders/{wrong}", 404)


async def test_a_country_and_a_group_show_what_members_said_publicly_but_not_who(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    await posted(talk, headline="Comité réuni", body="Il a décidé.", language="fr")
    await promised(talk)
    async with talk.database.writing() as session:
        member = await ensure_member(session, SPANISH)
        session.add(
            Fact(
                key=f"member/{secrets.token_hex(8)}", kind=FactKind.CHALLENGE, when=PartialDate(),
                text={"en": "Little money"},
                place_id=await place_id(session), said_by_id=member.id, said_at=TODAY - timedelta(days=500),
            )
        )  # fmt: skip
        session.add(
            Role(
                key=f"member/{secrets.token_hex(8)}", name=RoleName.FOCAL_POINT, member_id=member.id,
                place_id=await place_id(session),
            )
        )  # fmt: skip
    html = await page(web, "/en/pathfinders/NP")
    text = plain(html)
    assert '<h3 lang="fr">Comité réuni</h3>' in html
    assert "Publish the plan · to act: a member of the community · 1 December 2026" in text
    assert "Little money said by a member, 6 July 2025 · possibly out of date" in text
    assert "Focal point a member of the community" in text
    assert SPANISH not in html


async def test_groups_are_shown_with_chairs_that_are_organisations(web: httpx.AsyncClient) -> None:
    listing = plain(await page(web, "/en/groups"))
    assert "Active Migration Co-chairs: International Organization for Migration (IOM)" in listing
    assert "They report to: Global Coordinating Group" in listing
    text = plain(await page(web, "/en/groups/migration"))
    for words in (
        "Co-chairs:",
        "Work plan",
        "A research agenda on gaps in knowledge",
        "Next steps",
        "Outputs",
    ):
        assert words in text, words
    assert 'href="/en/calendar/group/migration.ics"' in await page(web, "/en/groups/migration")
    for wrong in ("nobody", "Migration group", "migratio"):
        await page(web, f"/en/groups/{wrong}", 404)


async def test_what_went_into_another_leads_there(talk: Talk, web: httpx.AsyncClient) -> None:
    async with talk.database.writing() as session:
        gone = Group(
            key="old-group", kind="thematic", name={"en": "Old"}, merged_into_id=await group_id(session)
        )
        session.add(gone)
    answer = await web.get("/fr/groups/old-group")
    assert (answer.status_code, answer.headers["location"]) == (302, "/fr/groups/migration")


async def test_the_first_page_counts_and_leads_on(talk: Talk, web: httpx.AsyncClient) -> None:
    await gathered(talk, name={"en": "Very soon"}, when=on(date(2026, 11, 19)))
    await gathered(talk, name={"en": "Cancelled one"}, when=on(date(2026, 11, 20), status=Status.CANCELLED))
    html = await page(web, "/en")
    text = plain(html)
    for words in (
        "pathfinder countries 10", "regional body 1", "action groups 5", "5 Preparing",
        "3 Priorities and roadmap",
        "1 Stage not stated", "Counted from the record on 18 November 2026.",
        "Latest source of a stage: April 2019 (worked out from the record).",
        "Very soon",
        "None has gone out yet.",
    ):  # fmt: skip
        assert words in text, words
    assert "Cancelled one" not in text
    assert len(re.findall(r'<h3><a href="/en/events/', html)) == 3
    for path in (
        "/newsletters",
        "/calendar",
        "/pathfinders",
        "/groups",
        "/newsletters.atom",
        "/calendar.ics",
    ):
        assert f'href="/en{path}"' in html


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_page_tells_previews_and_search_engines_what_it_is(
    talk: Talk, web: httpx.AsyncClient, language: str
) -> None:
    base, territory = f"http://127.0.0.1:{talk.going.port}", {"en": "en_GB", "fr": "fr_FR", "es": "es_ES"}
    html = await page(web, f"/{language}/pathfinders/NP")
    for line in (
        f'<link rel="canonical" href="{base}/{language}/pathfinders/NP">',
        f'<meta property="og:url" content="{base}/{language}/pathfinders/NP">',
        f'<meta property="og:locale" content="{territory[language]}">',
        f'<meta property="og:image" content="{base}/{language}/pictures/pathfinders/NP.png">',
        '<meta name="twitter:card" content="summary_large_image">',
        'type="application/atom+xml" title=',
        f'href="/{language}/calendar.ics">',
    ):
        assert line in html, line
    assert 'property="og:description"' in html
    for other in set(LANGUAGES) - {language}:
        assert f'<link rel="alternate" hreflang="{other}" href="{base}/{other}/pathfinders/NP">' in html
        assert f'<a href="/{other}/pathfinders/NP" hreflang="{other}"' in html
    picture = re.search(r'og:image" content="[^"]*?(/[a-z]{2}/pictures[^"]+)"', html)
    assert picture is not None
    assert (await web.get(picture[1])).headers["content-type"] == "image/png"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_note_on_boundaries_stands_with_the_map(web: httpx.AsyncClient, language: str) -> None:
    words = {
        "en": "The designations employed and the presentation of the material",
        "fr": "Les appellations employées dans la présente publication",
        "es": "Las denominaciones empleadas en esta publicación",
    }
    for path in ("", "/pathfinders", "/pathfinders/NP"):
        assert (await page(web, f"/{language}{path}")).count(words[language]) == 1, path


async def test_an_installation_has_its_own_names_and_its_own_note(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "names.yaml"
    file.write_text(
        "names: {NP: {fr: Népal (République fédérale du)}}\naliases: {NP: [Land of Yaks]}\n"
        "boundaries: {fr: Notre propre note <b>.}\n",
        encoding="utf-8",
    )
    names = load_names(file)
    assert names.find("land of yaks", "en") == "NP"
    assert names.find("Nepal", "en") == "NP"
    services = replace(talk.going.bot.services, names=names)
    async with away(services) as web:
        html = await page(web, "/fr/pathfinders")
        assert "Népal (République fédérale du)" in html
        assert "Notre propre note &lt;b&gt;." in html
        assert "Les appellations employées" not in html
        assert "The designations employed" in await page(web, "/en/pathfinders")


def away(services: Any) -> httpx.AsyncClient:
    """A site of these services, in this process."""
    road = httpx.ASGITransport(make_site(UNASKED, services))
    return httpx.AsyncClient(transport=road, base_url="http://x")


async def test_a_site_below_another_address_leads_to_itself(talk: Talk) -> None:
    links = Links("https://alliance.example/bot/")
    async with away(replace(talk.going.bot.services, links=links)) as web:
        for path in (
            "",
            "/calendar",
            "/calendar/2026-12",
            "/pathfinders",
            "/pathfinders/NP",
            "/groups/migration",
        ):
            html = await page(web, f"/fr{path}")
            inside = re.findall(r'href="(/[^"]*)"', html)
            assert inside
            assert all(one.startswith("/bot/") for one in inside), path
        robots = await page(web, "/robots.txt")
        assert "Disallow: /bot/calendar/" in robots
        assert "Sitemap: https://alliance.example/bot/sitemap.xml" in robots


async def test_the_sitemap_has_each_page_in_each_language(web: httpx.AsyncClient) -> None:
    found = addresses(await page(web, "/sitemap.xml"))
    assert len(found) == len(set(found))
    for path in ("", "/calendar", "/pathfinders", "/pathfinders/NP", "/groups/migration", "/newsletters"):
        assert all(f"/{language}{path}" in found for language in LANGUAGES), path
    assert not any("pathfinders/CH" in path for path in found)


async def test_who_has_a_page_already_gets_a_nod_and_opening_one_changes_nothing(
    talk: Talk, web: httpx.AsyncClient
) -> None:
    async with talk.database.reading() as session:
        before = (await session.scalars(select(func.count(AuditEntry.id)))).one()
    paths = [f"/en{path}" for path in (*ROOTS, "/pathfinders/NP", "/groups/migration", "/events/1")]
    for path in (*paths, "/sitemap.xml", "/robots.txt"):
        first = await web.get(path)
        again = await web.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert "script" not in first.headers["content-security-policy"]
        assert first.headers["cache-control"] == "no-cache"
        assert "<script" not in first.text
        assert "style=" not in first.text, "the guard would not let it stand"
        assert "set-cookie" not in first.headers
        assert (await web.post(path)).status_code == 405
    async with talk.database.reading() as session:
        assert (await session.scalars(select(func.count(AuditEntry.id)))).one() == before


@pytest.mark.parametrize("_workspace", ["socket-sqlite"], indirect=True)
async def test_every_page_is_light(web: httpx.AsyncClient) -> None:
    style = len((await web.get("/style.css")).content)
    pages = [path for path in addresses(await page(web, "/sitemap.xml")) if path.startswith("/es")]
    assert len(pages) > 20
    for path in (*pages, *(f"/es{path}" for path in ROOTS)):
        data = (await web.get(path)).content
        assert len(data) + style < LIGHT, f"{path} with its picture"


@contextmanager
def counting(talk: Talk) -> Iterator[list[str]]:
    """The statements that a database is asked."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    engine = talk.database.engine.sync_engine
    listening.listen(engine, "before_cursor_execute", note)
    yield asked
    listening.remove(engine, "before_cursor_execute", note)


async def test_a_page_asks_the_database_few_things(talk: Talk) -> None:
    services = replace(talk.going.bot.services, database=talk.database)
    async with away(services) as web:
        for path in (*ROOTS, "/pathfinders/NP", "/groups/migration", "/events/1"):
            with counting(talk) as asked:
                await page(web, f"/en{path}")
            asked = [
                one for one in asked if not one.lstrip().upper().startswith(("BEGIN", "PRAGMA", "COMMIT"))
            ]
            assert len(asked) <= FEW, (path, len(asked))


@needs_java
@pytest.mark.parametrize("_workspace", ["socket-sqlite"], indirect=True)  # the checker starts slowly
async def test_every_page_is_valid(talk: Talk, web: httpx.AsyncClient, tmp_path: Path) -> None:
    await gathered(talk, name={"es": "Foro <b>"}, about={"fr": "À propos"}, was="2026-11-01", number=2)
    await posted(talk, language="es", next_step="Publicar", next_due=date(2026, 12, 1))
    await promised(talk)
    for number in range(8):
        await gathered(talk, name={"en": f"Meeting {number}"}, when=on(date(2026, 12, 9)))
    others = (*ROOTS, "/pathfinders/CH", "/nowhere")
    paths = [
        *addresses(await page(web, "/sitemap.xml")),
        *(f"/{language}{path}" for language in LANGUAGES for path in others),
    ]
    for path in dict.fromkeys(paths):
        name = re.sub(r"\W", "-", path)
        (tmp_path / f"{name}.html").write_text((await web.get(path)).text, encoding="utf-8")
    assert complaints(tmp_path) == []


async def test_hostile_words_are_words_on_every_page(talk: Talk, web: httpx.AsyncClient) -> None:
    hostile = (
        '<script>alert(1)</script> & "quotes" <img src=x onerror=alert(2)> \u202egnorw {{ 7*7 }} %s %(x)s'
    )
    words = {"en": hostile}
    one = await gathered(
        talk, name=words, about=words, venue=words, organiser=words, note=words, outcome=words
    )
    await posted(talk, headline=hostile[:150], body=hostile, link="javascript:alert(1)", next_step=hostile)
    await promised(talk, text=words, due_words=words, owner=words)
    async with talk.database.writing() as session:
        await session.execute(update(Group).where(Group.key == "migration").values(name=words, about=words))
        await session.execute(
            update(Fact)
            .where(Fact.place_id == await place_id(session))
            .values(text=words, owner=words, note=words)
        )
        session.add(AgendaItem(key=f"member/{secrets.token_hex(8)}", event_id=one, title=words, note=words))
    for path in (
        "/en", "/en/calendar", "/en/calendar/2026-12", f"/en/events/{one}", "/en/pathfinders/NP",
        "/en/groups", "/en/groups/migration", "/fr/calendar", "/fr/pathfinders/NP", "/es/groups/migration",
    ):  # fmt: skip
        html = await page(web, path)
        assert "<script" not in html, path
        assert "<img" not in html, path
        assert "javascript:alert" not in re.sub(r">[^<]*<", "><", html), path
        assert "\u202e" not in html, path
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in html or path == "/en", path


async def test_a_card_in_slack_leads_to_its_page(talk: Talk) -> None:
    for command, path, words in (
        ("/pathfinder Nepal", "/en/pathfinders/NP", "On the web"),
        ("/actiongroup migration", "/en/groups/migration", "On the web"),
    ):
        assert f"{path}|{words}>" in str((await talk.command(command)).replies[-1]["blocks"])
    assert "/fr/pathfinders/NP|Sur le web>" in str(
        (await talk.command("/pathfinder Nepal", FRENCH)).replies[-1]["blocks"]
    )
