"""Text on its way out: escaped by default, within Slack's limits, dates as exact as they are known."""

from __future__ import annotations

import html
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from community.names import Names
from community.paging import listed
from sandbox import check_blocks
from storage.partial_dates import Part, PartialDate, Standing, Status
from storage.vocabulary import RoleName
from templates import mrkdwn
from templates.budget import (
    MESSAGE_BLOCKS,
    MESSAGE_CHARACTERS,
    PAGE_ENTRIES,
    SECTION_CHARACTERS,
    WHOLE_CHARACTERS,
    WHOLE_ENTRIES,
    cut,
    fitting,
    page_of,
    whole,
)
from templates.dates import bare, said_when
from templates.environment import environment
from templates.messages import Button, Templates
from templates.slack.errors import not_allowed
from templates.validation import UnfitMessage, check_message
from templates.voice import Voice

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def templates() -> Templates:
    return Templates(environment())


def voice(names: Names, language: str = "en") -> Voice:
    return Voice(language, "Europe/Paris", NOW, names)


# Escaping


@given(st.text())
def test_escaped_text_holds_no_token_and_reads_as_typed(text: str) -> None:
    escaped = mrkdwn.escape(text)
    assert "<" not in escaped
    assert ">" not in escaped
    typed = "".join(sign for sign in text if not mrkdwn._CONTROL.match(sign)).replace(mrkdwn.JOINER, "")
    assert mrkdwn.plain(escaped) == typed


@given(st.text())
def test_json_as_code_is_that_json_again_when_its_parts_are_copied(text: str) -> None:
    parts = mrkdwn.json_code(json.dumps({"text": text}, ensure_ascii=False), 30)
    assert all(len(part) <= 30 and part.count("`") == 6 and "<" not in part for part in parts)
    copied = "".join(html.unescape(part.strip("`")) for part in parts)
    assert json.loads(copied) == {"text": text}


def test_what_is_escaped_already_is_not_escaped_again() -> None:
    assert mrkdwn.escape(Markup("*bold* <@U1>")) == "*bold* <@U1>"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x.org/|<!channel>", "https://x.org/ y", "ftp://x", "<!here>"]
)
def test_only_plain_addresses_become_links(url: str) -> None:
    assert mrkdwn.link(url, "here <!channel>") == "here &lt;!channel&gt;"


def test_a_link_keeps_its_address() -> None:
    assert mrkdwn.link("https://x.org/?a=1&b=2", "A & B") == "<https://x.org/?a=1&amp;b=2|A &amp; B>"


@pytest.mark.parametrize("forged", ["U1> <!channel", "here", "!channel", ""])
def test_only_ids_become_mentions(forged: str) -> None:
    assert "<" not in mrkdwn.mention(forged)
    assert "<" not in mrkdwn.channel_link(forged)


def test_a_template_escapes_whatever_it_is_given(names: Names, templates: Templates) -> None:
    hostile = "<!channel> *b* & {{ 7*7 }} %(x)s"
    message = templates.message("errors/ambiguous", voice(names), query=hostile)
    text = message.blocks[0]["text"]["text"]
    assert "&lt;!channel&gt;" in text
    assert "*b*" not in text
    assert "{{ 7\u2060*\u20607 }} %(x)s" in text


# Refusals


@pytest.mark.parametrize(
    ("language", "secretariat"), [("en", "the secretariat"), ("fr", "secrétariat"), ("es", "la secretaría")]
)
@pytest.mark.parametrize("role", RoleName)
def test_a_refusal_is_a_sentence_and_always_leads_to_the_secretariat(
    names: Names, templates: Templates, role: RoleName, language: str, secretariat: str
) -> None:
    said = not_allowed(templates, voice(names, language), role.value, "").text
    assert secretariat in said
    assert ":" not in said


# Limits


@given(st.lists(st.text(min_size=1, max_size=9_000), max_size=40), st.integers(-3, 60))
def test_every_page_fits_and_nothing_is_lost(entries: list[str], wanted: int) -> None:
    first = page_of(entries, 1)
    assert 1 <= page_of(entries, wanted).number <= first.of
    pages = [page_of(entries, number + 1) for number in range(first.of)]
    shown = [part for page in pages for part in page.entries]
    assert shown == [part for entry in entries for part in fitting(entry)]
    assert all(len(part) <= SECTION_CHARACTERS for part in shown)
    assert all(len(page.entries) <= PAGE_ENTRIES for page in pages)
    assert [page.left for page in pages] == [
        sum(len(later.entries) for later in pages[i + 1 :]) for i in range(len(pages))
    ]


@given(st.lists(st.text(min_size=1, max_size=9_000), max_size=60))
def test_what_cannot_be_turned_fits_one_message(entries: list[str]) -> None:
    shown = whole(entries)
    assert (shown.number, shown.of) == (1, 1)
    assert sum(map(len, shown.entries)) <= WHOLE_CHARACTERS + 1
    assert len(shown.entries) <= WHOLE_ENTRIES + 1
    everything = [part for entry in entries for part in fitting(entry)]
    assert list(shown.entries) == everything or shown.entries[-1].endswith("…")


def test_a_long_line_is_split_between_words_and_nothing_is_lost() -> None:
    line = "fish &amp; chips " * 900
    parts = fitting(line)
    assert " ".join(part.strip() for part in parts) == line.strip()
    assert all(len(part) <= SECTION_CHARACTERS for part in parts)


@pytest.mark.parametrize(("page", "numbers"), [(-3, [1, 2]), (0, [1, 2]), (2, [3, 4]), (3, [5]), (99, [5])])
def test_a_list_has_whatever_page_is_asked_for(page: int, numbers: list[int]) -> None:
    assert [number for number, _ in listed("abcde", page, 2).entries] == numbers
    assert listed("", page, 2).entries == ()


@given(st.text(max_size=300), st.integers(10, 100))
def test_a_cut_text_is_a_beginning_with_an_ellipsis(text: str, most: int) -> None:
    short = cut(text, most)
    assert len(short) <= most
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_a_cut_never_leaves_half_a_token() -> None:
    assert cut("see <https://example.org/long|the page>", 20) == "see…"
    assert cut("fish &amp; chips", 9) == "fish…"


def test_a_long_list_fits_slack_and_says_what_is_left(names: Names, templates: Templates) -> None:
    from templates.slack.alliance import CommandHelp, help_page

    commands = [CommandHelp(f"/c{i}", "x" * 50, "word " * 300) for i in range(200)]
    message = help_page(templates, voice(names), commands)
    check_message(message.blocks, message.text)
    check_blocks(list(message.blocks), "message")
    assert "Page 1 of" in str(message.blocks)
    assert "more entries follow" in str(message.blocks)


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([{"type": "divider"}] * (MESSAGE_BLOCKS + 1), "51 blocks"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}], "3001 characters"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": " "}}], "is empty"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "must be plain text"),
        ([{"type": "marquee"}], "unknown type 'marquee'"),
        ([{"type": "actions", "elements": []}], "is empty"),
        (
            [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_900}}] * 4,
            f"at most {MESSAGE_CHARACTERS}",
        ),
        (
            [
                {
                    "type": "actions",
                    "elements": [
                        {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "b"}}
                    ]
                    * 2,
                }
            ],
            "stands twice",
        ),
    ],
)
def test_what_slack_would_refuse_never_leaves(blocks: list[dict[str, Any]], fault: str) -> None:
    with pytest.raises(UnfitMessage, match=fault):
        check_message(blocks, "text")


def test_a_message_without_a_text_for_screen_readers_never_leaves() -> None:
    with pytest.raises(UnfitMessage, match="screen readers"):
        check_message([{"type": "divider"}], "  ")


def test_a_button_carries_a_long_label_cut_at_a_word(names: Names, templates: Templates) -> None:
    message = templates.message(
        "errors/ambiguous", voice(names), query="x", buttons=[Button("word " * 40, "/pathfinder NP")]
    )
    label = message.blocks[1]["elements"][0]["text"]["text"]
    assert len(label) <= 75
    assert label.endswith("word…")


# Dates


SAID = {
    "2019-02-07": ("7 February 2019", "7 février 2019", "7 de febrero de 2019"),
    "2019-03-01": ("1 March 2019", "1er mars 2019", "1 de marzo de 2019"),
    "2019-03-20..2019-03-21": ("20–21 March 2019", "20–21 mars 2019", "20–21 de marzo de 2019"),
    "2019-04-01..2019-04-07": ("1–7 April 2019", "1er–7 avril 2019", "1–7 de abril de 2019"),
    "2019-07": ("July 2019", "juillet 2019", "julio de 2019"),
    "2019": ("2019", "2019", "2019"),
    "2021..2022": ("2021–2022", "2021–2022", "2021–2022"),
    "before 2019-07": ("before July 2019", "avant juillet 2019", "antes de julio de 2019"),
    "unknown": ("date not stated", "date non indiquée", "no consta la fecha"),
}


@pytest.mark.parametrize("compact", SAID)
def test_a_date_is_said_as_exactly_as_it_is_known(names: Names, compact: str) -> None:
    for language, said in zip(("en", "fr", "es"), SAID[compact], strict=True):
        assert bare(voice(names, language), PartialDate.parse(compact)) == said


@pytest.mark.parametrize(
    ("compact", "said"),
    [
        (
            "2019-04-01..2019-04-07",
            ("on 1–7 April 2019", "du 1er au 7 avril 2019", "del 1 al 7 de abril de 2019"),
        ),
        (
            "2019-03-30..2019-04-01",
            (
                "on 30 March 2019–1 April 2019",
                "du 30 mars 2019 au 1er avril 2019",
                "del 30 de marzo de 2019 al 1 de abril de 2019",
            ),
        ),
        ("2019-03-20..2019-03-20", ("on 20 March 2019", "le 20 mars 2019", "el 20 de marzo de 2019")),
    ],
)
def test_several_days_are_said_from_the_first_to_the_last(
    names: Names, compact: str, said: tuple[str, ...]
) -> None:
    when = PartialDate.parse(compact, status=Status.HELD)
    for language, words in zip(("en", "fr", "es"), said, strict=True):
        assert said_when(voice(names, language), when, Standing.HELD).endswith(words)


def test_an_inferred_date_says_so(names: Names) -> None:
    assert "worked out from the record" in bare(voice(names), PartialDate.parse("2019-04", inferred=True))


def test_a_part_of_a_day_is_said(names: Names) -> None:
    when = PartialDate.parse("2019-07-17", part=Part.MORNING)
    assert bare(voice(names), when) == "17 July 2019, in the morning"


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("compact", SAID)
@pytest.mark.parametrize("status", Status)
def test_whatever_its_status_a_date_is_never_said_to_be_held_unless_it_was(
    names: Names, language: str, compact: str, status: Status
) -> None:
    when = PartialDate.parse(compact, status=status)
    standing = when.standing(date(2026, 11, 21))
    said = said_when(voice(names, language), when, standing)
    held = {"en": "held", "fr": "eu lieu", "es": "se celebró"}[language]
    assert said
    assert (held in said) is (standing is Standing.HELD)
