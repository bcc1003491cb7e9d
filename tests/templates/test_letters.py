"""Letters: valid in every language, whole in plain text too, and nobody's own before they are sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.envelope import packed
from community.digests import Digest
from community.issues import Issue, Texts
from community.mail import What
from community.names import HOUSE_LANGUAGES, Names
from community.news import Outlook
from handlers.letters import Envelope
from storage.vocabulary import Cadence, EditionState
from templates import email, web
from templates.email import Written
from templates.voice import Voice
from templates.web import feed, mail
from tests.checker import complaints, needs_java
from tests.templates.test_pages import (
    HOSTILE,
    ISSUE,
    MIGRATION,
    MONDAY,
    OUTLOOK,
    PAGES,
    PLAN,
    around,
    update,
)

ADDRESS = "https://bot.example.org/en/newsletters/7"
STOP = "https://bot.example.org/mail/stop/" + "WyJuZXdzbGV0dGVyIiwxXQ." * 5
DIGEST = Digest(
    9,
    "U0MEMBERX",
    Cadence.WEEKLY,
    (update(1), update(2, **MIGRATION, headline=HOSTILE, body=HOSTILE), update(3, language="fr"), update(4)),
    gone=frozenset({4}),
)


@pytest.fixture
def voice(names: Names) -> Callable[[str], Voice]:
    return lambda language: Voice(language, "UTC", MONDAY, names)


def every(voice: Voice) -> dict[str, Written]:
    quiet = Issue(8, 1, EditionState.APPROVED, "2026-W49", PLAN, MONDAY)
    made = {
        "newsletter": email.newsletter(voice, ISSUE, OUTLOOK, ADDRESS),
        "newsletter-quiet": email.newsletter(voice, quiet, Outlook(), ADDRESS),
        "digest": email.digest(voice, DIGEST),
        "digest-daily": email.digest(voice, replace(DIGEST, cadence=Cadence.DAILY)),
        "digest-monthly": email.digest(voice, replace(DIGEST, cadence=Cadence.MONTHLY)),
        "confirm": email.confirm(voice, What.NEWSLETTER),
        "confirm-digests": email.confirm(voice, What.DIGESTS),
    }
    late = email.late(voice, MONDAY)
    own = {name: email.addressed(one, STOP) for name, one in made.items()}
    return {**own, **{f"{name}-late": email.addressed(one, STOP, late) for name, one in made.items()}}


def test_all_that_letters_are_made_of_is_read_at_the_start(voice: Callable[[str], Voice]) -> None:
    email._environments.cache_clear()
    email.warm()
    read = [set(one.list_templates()) & {name for _, name in one.cache} for one in email._environments()]
    every(voice("en"))
    assert [{name for _, name in one.cache} for one in email._environments()] == read


@needs_java
def test_every_letter_is_valid_in_every_language(tmp_path: Path, voice: Callable[[str], Voice]) -> None:
    for language in HOUSE_LANGUAGES:
        for name, one in every(voice(language)).items():
            (tmp_path / f"{name}-{language}.html").write_text(one.html, encoding="utf-8")
    assert complaints(tmp_path) == []


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
def test_every_letter_stands_for_itself(voice: Callable[[str], Voice], language: str) -> None:
    for name, one in every(voice(language)).items():
        assert f'<html lang="{language}"' in one.html, name
        links = re.findall(r'(?:href|src|action)="([^"]*)"', one.html)
        assert links, name
        assert all(link.startswith(("https://", "http://")) for link in links), name
        assert not re.search(r"<(img|script|link|iframe|form|object)\b|url\(|@import", one.html), name
        assert "style=" in one.html, "many readers of mail drop a style sheet"
        assert STOP in one.html, name
        assert STOP in one.text, name
        assert "\x1a" not in one.text + one.html + one.subject, name
        assert "\n" not in one.subject, name
        assert one.subject, name
        levels = [int(level) for level in re.findall(r"<h([1-6])", one.html)]
        assert levels[0] == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), name


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
def test_plain_text_has_all_that_the_html_has(voice: Callable[[str], Voice], language: str) -> None:
    for name, one in every(voice(language)).items():
        shown = one.html.partition('<div class="letter"')[2].partition(">")[2]
        words = set(re.findall(r"\w{4,}", re.sub(r"<[^>]*>", " ", shown).replace("&nbsp;", " ")))
        missing = words - set(re.findall(r"\w{4,}", one.text)) - {"quot"}
        assert not missing, f"{name}: {missing}"


def test_plain_text_breaks_lines_and_never_a_link(voice: Callable[[str], Voice]) -> None:
    long = update(1, body="word " * 100, link="https://example.org/" + "x" * 200)
    issue = replace(ISSUE, items=(long,))
    made = email.addressed(email.newsletter(voice("en"), issue, OUTLOOK, ADDRESS), STOP)
    lines = made.text.split("\n")
    assert all(len(line) <= 76 for line in lines if "https://" not in line)
    assert "https://example.org/" + "x" * 200 in lines
    assert STOP in lines
    assert "\n\n\n" not in made.text


def test_what_people_wrote_is_text(voice: Callable[[str], Voice]) -> None:
    for name, one in every(voice("en")).items():
        assert "<script" not in one.html, name
        assert "onerror=alert(1)>" not in one.html.replace("&gt;", ""), name


def test_no_text_of_anybodys_is_a_place_for_a_link_or_names_who_wrote_it(
    voice: Callable[[str], Voice],
) -> None:
    sneaky = update(1, headline=f"{email.LINK}{email.LATE}", body=f"see {email.LINK}", language="en")
    made = email.newsletter(voice("en"), replace(ISSUE, items=(sneaky,), texts={}), Outlook(), ADDRESS)
    own = email.addressed(made, STOP, "Late.")
    assert (own.text.count(STOP), own.html.count(STOP)) == (1, 1)
    assert (own.text.count("Late."), own.html.count("Late.")) == (1, 1)
    assert "U0AUTHORX" not in own.text + own.html


def test_what_is_hidden_is_in_no_part_of_a_letter(voice: Callable[[str], Voice]) -> None:
    for one in every(voice("en")).values():
        assert "For members only" not in one.text + one.html
    gone = email.newsletter(voice("en"), replace(ISSUE, texts={}, items=ISSUE.items[2:]), Outlook(), ADDRESS)
    assert gone.html.count("Second meeting") == 0, "not in the preview either"


def test_a_list_of_letters_shows_what_is_in_it(voice: Callable[[str], Voice]) -> None:
    made = email.newsletter(voice("en"), replace(ISSUE, texts={}), OUTLOOK, ADDRESS)
    preview = re.search(r'<div class="preview"[^>]*>([^<]*)<', made.html)
    assert preview is not None
    assert preview[1].startswith("Second meeting held online")


def test_french_keeps_its_no_break_spaces_in_a_subject(voice: Callable[[str], Voice]) -> None:
    assert "\u00a0:" in email.confirm(voice("fr"), What.NEWSLETTER).subject


@needs_java
def test_the_pages_around_letters_are_valid_in_every_language(
    tmp_path: Path, voice: Callable[[str], Voice]
) -> None:
    for language in HOUSE_LANGUAGES:
        speaks, frame = voice(language), around(language)
        alone = replace(frame, paths={}, complete={})
        made = {"form": mail.form(PAGES, speaks, frame, HOSTILE, "fr", "no_mail_address")}
        for what in ("asked", "confirm", "confirmed", "stop", "stopped", "gone"):
            for of in What:
                made[f"{what}-{of}"] = mail.page(PAGES, speaks, alone, what, of)
        for name, page in made.items():
            assert "<script" not in page
            (tmp_path / f"{name}-{language}.html").write_text(page, encoding="utf-8")
    assert complaints(tmp_path) == []


HALVES = "\ud83d cut \udc00"
"""Halves of signs, such as a text has that was cut in the middle of one: no encoding bears them."""


@pytest.mark.parametrize(
    "odd",
    [
        HALVES, "nul \x00 bell \x07 escape \x1b", "\u202egnp.exe \u2066 isolate", "\ufffe not a sign \uffff",
        "x" * 40_000, "\r\nBcc: everybody@example.org\r\n\r\n.\r\n", "-- \n" * 50, "=?utf-8?q?hello?=",
        "\u2028 line \u2029 paragraph \x85 next", "<!channel> <@U0COCHAIR> &lt; %s {{ 7 * 7 }} {% raw %}",
    ],
)  # fmt: skip
def test_whatever_stands_in_a_text_the_letter_is_whole_and_so_is_the_feed(
    voice: Callable[[str], Voice], odd: str
) -> None:
    texts = Texts("en", odd, odd, odd, odd[:150], odd)
    item = update(
        1, headline=odd[:150], body=odd, link=f"javascript:{odd}", next_step=odd[:300], next_owner=odd
    )
    issue = replace(ISSUE, items=(item,), texts={"en": texts})
    written = email.addressed(email.newsletter(voice("en"), issue, Outlook(due=(item,)), ADDRESS), STOP)
    digest = email.addressed(email.digest(voice("en"), replace(DIGEST, items=(item,))), STOP)
    for one in (written, digest):
        raw = packed(Envelope("k", "newsletter", "a@example.org", "en", one, STOP), "b@example.org", MONDAY)
        assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
        read = message_from_bytes(raw, policy=default)
        assert read["Bcc"] is None
        assert read["To"] == "a@example.org"
        assert read["List-Unsubscribe"] == f"<{STOP}>"
        body = read.get_body(("html",))
        assert body is not None
        html = body.get_content()
        assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]", html)
        assert "javascript:" not in html
        assert html.count(STOP) == 1
    entry = feed.Entry(
        ADDRESS, "T", MONDAY, MONDAY, web.content(PAGES, voice("en"), issue, Outlook(due=(item,)))
    )
    ElementTree.fromstring(feed.atom(voice("en"), ADDRESS, ADDRESS, [entry]))
    page = web.newsletter(PAGES, voice("en"), around("en"), issue, OUTLOOK).encode()
    assert b"javascript:" not in page
