"""Pages of the web: valid in every language, read in order, and nothing that somebody wrote runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from community.events import Happening
from community.issues import Issue, Texts
from community.names import HOUSE_LANGUAGES, Names, PlaceName
from community.news import Advance, Outlook, Partner
from community.pathfinders import PathfinderLine, Reached
from community.posted import Posted, Translated
from community.schedules import Plan
from community.start import Start
from storage.partial_dates import PartialDate, Precision, Standing, Status
from storage.vocabulary import (
    Cadence,
    Constituency,
    EditionState,
    EventKind,
    Mode,
    PlaceKind,
    Quiet,
    Region,
    Stage,
    UpdateState,
    Visibility,
)
from templates import web
from templates.pictures import drawing
from templates.voice import Voice
from templates.web import feed, start
from tests.checker import complaints, needs_java

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script> & \"quotes\" ]]> <!-- <img src=x onerror=alert(1)>"
PLAN = Plan((("C0GENERAL", "en"),), Cadence.WEEKLY, 0, time(9), "UTC", False, Quiet.SKIP, leaves_slack=True)
PAGES = web.make_pages()


def update(number: int, **changes: Any) -> Posted:
    made = Posted(
        id=number, revision=1, state=UpdateState.PUBLISHED, subject="place:NP", group=None,
        place=PlaceName("NP", None), headline="Second meeting held online", body="One.\n\nTwo.\nThree.",
        language="en", theme=None, link=None, files=(), next_step=None, next_owner=None, next_due=None,
        visibility=Visibility.PUBLIC, is_flagged=False, author="U0AUTHORX", reason=None,
        decided_by="U0EDITORX", published_at=MONDAY, corrected_at=None, withdrawn_at=None, translations=(),
    )  # fmt: skip
    return replace(made, **changes)


def event(**changes: Any) -> Happening:
    made = Happening(
        id=1,
        key="x", kind=EventKind.MEETING, name={"en": "Annual meeting", "fr": "Réunion annuelle"},
        when=PartialDate(Precision.DAY, date(2026, 12, 2), date(2026, 12, 2), status=Status.PLANNED),
        yearly=False, standing=Standing.PLANNED, about=None, venue={"en": "Geneva"}, organiser=None,
        mode=Mode.HYBRID, place=None, region=None, group=None, group_name=None, themes=(), note=None,
        citation=None, said=None,
    )  # fmt: skip
    return replace(made, **changes)


MIGRATION = {
    "subject": "group:migration",
    "group": {"en": "Migration", "fr": "Migration", "es": "Migración"},
    "place": None,
}
WITHDRAWN = datetime(2026, 11, 25, 8, tzinfo=UTC)
NOVEMBER = PartialDate(Precision.MONTH, date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = PartialDate(Precision.MONTH, date(2026, 12, 1), date(2026, 12, 31))
AUTHORS = {"en": "Alliance 8.7", "fr": "Alliance 8.7", "es": "Alianza 8.7"}
SPANISH = Translated("es", "Segunda reunión", "Uno.", "U0MEMBERX", True)
ISSUE = Issue(
    7, 1, EditionState.APPROVED, "2026-W48", PLAN, MONDAY,
    {
        "en": Texts(
            "en", "Dear all, <b>welcome</b>", "The Chair reports.", "Thanks to Nepal.", "In brief", "Soon."
        ),
        "fr": Texts("fr", "Chères et chers collègues"),
    },
    (
        update(1, translations=(SPANISH,), link="https://example.org/?a=1&b=2", files=({"id": "F1"},)),
        update(2, headline=HOSTILE, body=HOSTILE, corrected_at=datetime(2026, 11, 24, 8, tzinfo=UTC)),
        update(3, **MIGRATION, state=UpdateState.WITHDRAWN, withdrawn_at=WITHDRAWN),
        update(
            4, **MIGRATION, headline="Première réunion", language="fr", next_step="Réunir le comité",
            next_owner="Ministère du Travail", next_due=date(2026, 12, 1),
        ),
        update(5, **MIGRATION, headline="For members only", visibility=Visibility.MEMBERS),
    ),
    (Advance(1, PlaceName("NP", None), Stage.ROADMAP, NOVEMBER, False),),
    (Partner(2, {"es": "Red de Trabajo Decente"}, Constituency.CIVIL_SOCIETY),),
)  # fmt: skip
OUTLOOK = Outlook(
    (
        event(),
        event(name={"fr": "Atelier"}, when=DECEMBER),
        event(
            when=PartialDate(
                Precision.DAY, date(2026, 12, 3), date(2026, 12, 3), starts_at=time(9), ends_at=time(11),
                zone="Asia/Kathmandu",
            ),
            place=PlaceName("NP", None), venue=None,
        ),
    ),
    (
        update(8, next_step="Publish <the> plan", next_owner="Ministry", next_due=date(2026, 11, 20)),
        update(9, next_step="Réunir le comité", language="fr", next_due=date(2026, 12, 1)),
    ),
)  # fmt: skip

PATHFINDERS = (
    PathfinderLine(
        PlaceName("NP", None), PlaceKind.COUNTRY, Region.ASIA_PACIFIC,
        Reached(Stage.ROADMAP, NOVEMBER, None, None, None), event(),
    ),
    PathfinderLine(PlaceName("african-union", {"en": "African Union"}), PlaceKind.BODY, None, None, None),
)  # fmt: skip


@pytest.fixture
def voice(names: Names) -> Callable[[str], Voice]:
    return lambda language, zone="Europe/Zurich": Voice(language, zone, MONDAY, names)


def around(language: str) -> web.Around:
    paths = {one: f"/{one}/newsletters/7" for one in HOUSE_LANGUAGES}
    return web.Around(
        language, f"/{language}", f"/{language}/newsletters", f"/{language}/newsletters.atom", "/style.css",
        calendar=f"/{language}/calendar.ics", subscribe=f"/{language}/subscribe", paths=paths,
        complete={one: f"https://a.example{path}" for one, path in paths.items()},
    )  # fmt: skip


def every(voice: Voice) -> dict[str, str]:
    frame, alone = around(voice.language), replace(around(voice.language), paths={}, complete={})
    return {
        "start": start.start(PAGES, voice, frame, Start(ISSUE, OUTLOOK.coming, PATHFINDERS, ())),
        "start-empty": start.start(PAGES, voice, frame, Start(None, (), (), ())),
        "archive": web.archive(PAGES, voice, frame, [ISSUE, replace(ISSUE, id=6)], page=2, older=True),
        "archive-empty": web.archive(PAGES, voice, frame, [], page=1, older=False),
        "newsletter": web.newsletter(PAGES, voice, frame, ISSUE, OUTLOOK),
        "newsletter-quiet": web.newsletter(
            PAGES, voice, frame, Issue(8, 1, EditionState.APPROVED, "2026-W49", PLAN, MONDAY), Outlook()
        ),
        "problem-404": web.problem(PAGES, voice, alone, 404),
        "problem-500": web.problem(PAGES, voice, alone, 500),
    }


def plain(page: str) -> str:
    """What a screen reader reads, in its order."""
    main = page.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@needs_java
def test_every_page_is_valid_in_every_language(tmp_path: Path, voice: Callable[[str], Voice]) -> None:
    for language in HOUSE_LANGUAGES:
        for name, page in every(voice(language)).items():
            (tmp_path / f"{name}-{language}.html").write_text(page, encoding="utf-8")
        held = web.content(PAGES, voice(language), ISSUE, OUTLOOK)
        shell = f'<!doctype html><html lang="{language}"><title>x</title><h1>x</h1>{held}</html>'
        (tmp_path / f"content-{language}.html").write_text(shell, encoding="utf-8")
    assert complaints(tmp_path) == []


@needs_java
def test_the_checker_would_have_complained(tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text("<!doctype html><html lang=en><title>x</title><ul><p>y</ul></html>")
    assert any("not allowed as child" in one for one in complaints(tmp_path))


def test_a_newsletter_is_read_in_its_order(voice: Callable[[str], Voice]) -> None:
    text = plain(web.newsletter(PAGES, voice("en"), around("en"), ISSUE, OUTLOOK))
    expected = [
        "Newsletter of week 48 of 2026", "23 November 2026", "Dear all,", "The Chair’s report on progress",
        "The Chair reports.", "Updates", "Nepal", "Second meeting held online", "One.", "Two.",
        "https://example.org/", "A file goes with it", "Migration",
        "An update on Migration stood here. It was withdrawn on 25 November 2026.", "Première réunion",
        "Next step:", "An update on Migration stood here. It is shown here no more.",
        "On their way", "Nepal : Priorities and roadmap", "Welcome to new partners",
        "Red de Trabajo Decente", "With thanks to", "Thanks to Nepal.", "In brief", "Soon.",
        "What was promised", "Publish", "by 20 November 2026 · the day has passed", "What is coming",
        "Annual meeting", "planned for 2 December 2026",
    ]  # fmt: skip
    assert "For members only" not in text
    for words in expected:
        before, found, text = text.partition(words)
        assert found, f"{words!r} does not stand after the one before it: {before[:200]!r}"


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
def test_headings_step_down_one_at_a_time(voice: Callable[[str], Voice], language: str) -> None:
    for name, page in every(voice(language)).items():
        levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_what_people_wrote_is_text_and_names_nobody(voice: Callable[[str], Voice]) -> None:
    page = web.newsletter(PAGES, voice("en"), around("en"), ISSUE, OUTLOOK)
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;alert(" in page
    assert "Publish &lt;the&gt; plan" in page
    for nobody in ("U0AUTHORX", "U0EDITORX", "U0MEMBERX", "For members only"):
        assert nobody not in page


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", " https://x", "//evil.example"])
def test_what_is_no_web_address_becomes_no_link(voice: Callable[[str], Voice], link: str) -> None:
    page = web.newsletter(
        PAGES, voice("en"), around("en"), replace(ISSUE, items=(update(1, link=link),)), Outlook()
    )
    assert 'class="link"' not in page


def test_text_in_another_language_says_so_to_eyes_and_to_screen_readers(
    voice: Callable[[str], Voice],
) -> None:
    english = web.newsletter(PAGES, voice("en"), around("en"), ISSUE, OUTLOOK)
    assert '<h4 lang="fr">Première réunion</h4>' in english
    assert '<span class="mark">French</span>' in english
    assert '<span lang="es">Red de Trabajo Decente</span> <span class="mark">Spanish</span>' in english
    spanish = web.newsletter(PAGES, voice("es"), around("es"), ISSUE, OUTLOOK)
    assert "<h4>Segunda reunión</h4>" in spanish
    assert "Second meeting" not in spanish
    assert '<div lang="en">\n<p>Dear all,' in spanish, "what the editors did not write in Spanish"
    french = web.newsletter(PAGES, voice("fr"), around("fr"), ISSUE, OUTLOOK)
    assert "Chères et chers collègues" in french
    assert '<div lang="en">\n<p>The Chair reports' in french, "a part that French lacks is not left out"


def test_a_translation_of_an_earlier_text_is_not_shown(voice: Callable[[str], Voice]) -> None:
    stale = update(1, translations=(replace(SPANISH, is_current=False),))
    page = web.newsletter(PAGES, voice("es"), around("es"), replace(ISSUE, items=(stale,)), Outlook())
    assert "Segunda reunión" not in page
    assert '<h4 lang="en">Second meeting held online</h4>' in page


def test_dates_are_there_for_machines_too_as_exact_as_they_are_known(voice: Callable[[str], Voice]) -> None:
    page = web.newsletter(PAGES, voice("en"), around("en"), ISSUE, OUTLOOK)
    assert '<time datetime="2026-12-02">planned for 2 December 2026</time>' in page
    assert '<time datetime="2026-12">' in page
    assert '<time datetime="2026-12-03T09:00:00+05:45">' in page
    assert "09:00–11:00 (Kathmandu time)" in page
    assert "Dates and times: Central European Time." in page


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
def test_a_page_leads_to_itself_in_the_other_languages(voice: Callable[[str], Voice], language: str) -> None:
    page = web.newsletter(PAGES, voice(language), around(language), ISSUE, OUTLOOK)
    assert f'<html lang="{language}">' in page
    assert f'<link rel="canonical" href="https://a.example/{language}/newsletters/7">' in page
    for other in HOUSE_LANGUAGES:
        shown = f'<a href="/{other}/newsletters/7" hreflang="{other}" lang="{other}"' in page
        assert shown is (other != language)
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!a\.example|example\.org)', page), (
        "nothing from elsewhere"
    )


def parsed(voice: Voice, issues: list[Issue]) -> tuple[bytes, Any]:
    entries = [
        feed.Entry(
            f"https://a.example/{voice.language}/newsletters/{issue.id}", web.title_of(voice, issue),
            issue.out_at, web.changed(issue), web.content(PAGES, voice, issue, OUTLOOK),
        )
        for issue in issues
    ]  # fmt: skip
    base = f"https://a.example/{voice.language}/newsletters"
    data = feed.atom(voice, f"{base}.atom", base, entries)
    return data, feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
def test_a_feed_reader_gets_back_what_was_written(voice: Callable[[str], Voice], language: str) -> None:
    _, read = parsed(voice(language), [ISSUE, replace(ISSUE, id=6)])
    assert read.bozo == 0
    assert read.version == "atom10"
    assert [one.id for one in read.entries] == [
        f"https://a.example/{language}/newsletters/{n}" for n in (7, 6)
    ]
    first = read.entries[0]
    assert first.link == first.id
    assert first.content[0].type == "text/html"
    assert first.content[0].value.strip() == web.content(PAGES, voice(language), ISSUE, OUTLOOK).strip()
    assert "<script" not in first.content[0].value
    assert (read.feed.language, read.feed.author) == (language, AUTHORS[language])


def test_a_feed_has_what_the_standard_asks_for(voice: Callable[[str], Voice]) -> None:
    data, _ = parsed(voice("en"), [ISSUE])
    atom = {"a": feed.ATOM}
    root = ET.fromstring(data)
    for part in ("a:id", "a:title", "a:updated", "a:author/a:name", "a:link[@rel='self']"):
        assert len(root.findall(part, atom)) == 1, part
    for part in ("a:id", "a:title", "a:updated", "a:link[@rel='alternate']", "a:content[@type='html']"):
        assert len(root.findall(f"a:entry/{part}", atom)) == 1, part
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
    assert all(moment.fullmatch(one.text or "") for one in root.iter(f"{{{feed.ATOM}}}updated"))


def test_a_withdrawal_and_a_correction_are_an_update_of_the_feed(voice: Callable[[str], Voice]) -> None:
    data, _ = parsed(voice("en"), [ISSUE])
    root = ET.fromstring(data)
    assert [one.text for one in root.iter(f"{{{feed.ATOM}}}updated")] == ["2026-11-25T08:00:00+00:00"] * 2
    assert [one.text for one in root.iter(f"{{{feed.ATOM}}}published")] == ["2026-11-23T09:00:00+00:00"]


@pytest.mark.parametrize("headline", [HOSTILE, "\x00\x0b\ufffe]]>", "&amp;lt; already &#60;", "\u202egnorw"])
def test_no_headline_breaks_a_feed(voice: Callable[[str], Voice], headline: str) -> None:
    _, read = parsed(voice("en"), [replace(ISSUE, items=(update(1, headline=headline),))])
    assert read.bozo == 0
    assert "What is coming" in read.entries[0].content[0].value


def test_a_feed_without_newsletters_is_a_feed(voice: Callable[[str], Voice]) -> None:
    data, read = parsed(voice("fr"), [])
    assert (read.bozo, read.entries) == (0, [])
    assert b"<updated>" in data
    assert b"<updated />" not in data


def test_every_neutral_colour_of_a_picture_is_turned_by_night() -> None:
    style = PAGES.style.decode()
    for colour in (drawing.INK, drawing.FAINT, drawing.GROUND, drawing.LAND, drawing.EDGE):
        assert f'.picture [fill="{colour}"]' in style
