"""Commitments where they leave Slack: in the newsletter by e-mail and on the web, and nobody named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import unescape

import pytest

from community.names import HOUSE_LANGUAGES, Names
from community.news import Outlook
from community.promised import Promised
from storage.partial_dates import PartialDate
from storage.vocabulary import RoleName, Visibility
from templates import email, web
from templates.voice import Voice
from tests.templates.test_letters import ADDRESS
from tests.templates.test_pages import ISSUE, PAGES, around, plain

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


TEXT = {"en": "Send <the> list", "fr": "Envoyer la liste", "es": "Enviar la lista"}


def promised(**changes: object) -> Promised:
    values: dict[str, object] = {
        "id": 1, "revision": 0, "text": TEXT,
        "when": PartialDate.parse("before 2026-12"), "due_words": None, "owner": None, "person": "U0NEWMEMB",
        "organisation": None, "role": None, "holders": (), "subject": "group:migration",
        "group": {"en": "Migration", "fr": "Migration", "es": "Migración"}, "place": None, "meeting_id": None,
        "meeting": None, "link": "https://example.org/archives/C1/p1", "visibility": Visibility.PUBLIC,
        "outcome": None, "reason": None, "ended_at": None, "ended_by": None, "by": "U0COCHAIR",
        "added_at": NOW, "is_live": True, "may_manage": False, "note": None, "citation": None,
    }  # fmt: skip
    return Promised(**{**values, **changes})  # type: ignore[arg-type]


FOUND = (
    promised(),
    promised(id=2, person=None, organisation={"en": "ILO", "fr": "OIT", "es": "OIT"}),
    promised(id=3, person=None, role=RoleName.SECRETARIAT, when=PartialDate.parse("2026-11-20")),
)


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
def test_the_letter_and_the_page_say_what_is_due_and_name_nobody(names: Names, language: str) -> None:
    voice, outlook = Voice(language, "UTC", NOW, names), Outlook(promised=FOUND)
    page = web.newsletter(PAGES, voice, around(language), ISSUE, outlook)
    letter = email.newsletter(voice, ISSUE, outlook, ADDRESS)
    organisation = {"en": "ILO", "fr": "OIT", "es": "OIT"}[language]
    for written in (unescape(plain(page)), letter.text):
        assert written.count(TEXT[language]) == 3
        assert organisation in written
        assert {"en": "Secretariat", "fr": "Secrétariat", "es": "Secretaría"}[language] in written
        assert {"en": "before December 2026", "fr": "avant décembre", "es": "antes de diciembre"}[
            language
        ] in written
    for written in (page, letter.text):
        assert "U0NEWMEMB" not in written
        assert "archives/C1" not in written
    assert "<the>" not in page


def test_what_was_due_before_today_says_so(names: Names) -> None:
    voice = Voice("en", "UTC", NOW, names)
    late = FOUND[2]
    assert late.late_since(date(2026, 11, 23)) == date(2026, 11, 21)
    page = plain(web.newsletter(PAGES, voice, around("en"), ISSUE, Outlook(promised=(late,))))
    assert "20 November 2026 · the day has passed" in page
    kept = promised(is_live=False, when=PartialDate.parse("before 2019-07"))
    assert kept.late_since(date(2026, 11, 23)) is None
    assert kept.has_passed(date(2026, 11, 23))
