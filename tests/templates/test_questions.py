"""Questions where they leave Slack: in the newsletter by e-mail and on the web, and nobody named."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest

from community.addressees import Addressee
from community.inquiries import Inquiry
from community.names import HOUSE_LANGUAGES, Names, PlaceName
from community.news import Outlook
from storage.vocabulary import QuestionState, RoleName, Visibility
from templates import email, web
from templates.voice import Voice
from tests.templates.test_letters import ADDRESS
from tests.templates.test_pages import ISSUE, PAGES, around, plain


def asked(number: int, to: Addressee, days: int) -> Inquiry:
    return Inquiry(
        id=number, revision=0, state=QuestionState.OPEN, text={"en": "Who <pays> for it?"}, to=to,
        by="U0NEWMEMB", asked_by=None, is_pseudonymous=False, visibility=Visibility.PUBLIC,
        asked_at=ISSUE.sends_at - timedelta(days=days), closed_at=None, answers=(), citation=None, note=None,
    )  # fmt: skip


FOUND = (
    asked(1, Addressee("secretariat", office=RoleName.SECRETARIAT), 0),
    asked(2, Addressee("group:migration", group={"en": "Moving", "fr": "Bouger", "es": "Mover"}), 1),
    asked(3, Addressee("place:NP", place=PlaceName("NP", None)), 12),
)


@pytest.mark.parametrize("language", HOUSE_LANGUAGES)
def test_the_letter_and_the_page_say_what_is_open_and_name_nobody(names: Names, language: str) -> None:
    later = ISSUE.sends_at + timedelta(days=40)
    voice, outlook = Voice(language, "UTC", later, names), Outlook(questions=FOUND)
    page = web.newsletter(PAGES, voice, around(language), ISSUE, outlook)
    letter = email.newsletter(voice, ISSUE, outlook, ADDRESS)
    said = {
        "en": ("To: Secretariat · asked today", "To: Moving · asked 1 day ago", "To: Nepal · asked 12 days"),
        "fr": ("Secrétariat · posée aujourd’hui", "Bouger · posée il y a 1 jour", "Népal · posée il y a 12"),
        "es": (
            "Para: Secretaría · hecha hoy",
            "Para: Mover · hecha hace 1 día",
            "Nepal · hecha hace 12 días",
        ),
    }[language]
    for written in (unescape(plain(page)), letter.text):
        assert written.count("Who <pays> for it?") == 3
        for line in said:
            assert line in written.replace("\u00a0", " ")
    for written in (page, letter.text, letter.html):
        assert "U0NEWMEMB" not in written
    assert "<pays>" not in page + letter.html
