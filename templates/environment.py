"""The Jinja environment for Slack's mrkdwn: what a template puts in is escaped, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from community.contributed import Contributed
from community.events import Happening
from community.facts import Citation
from community.history import Version
from community.names import PlaceName
from community.posted import Posted, Translated
from storage.base import Words
from storage.members import FORMER
from storage.partial_dates import PartialDate
from templates import dates, mrkdwn, terms
from templates.budget import cut
from templates.footnotes import Footnotes
from templates.voice import Voice

_TEMPLATES = Path(__file__).parent / "slack"


def environment() -> Environment:
    """A new environment. Templates are compiled once, at their first use, and kept."""
    jinja = made(_TEMPLATES, _safe, autoescape=True)
    jinja.globals.update(gettext=_gettext, ngettext=_ngettext, _=_gettext)
    jinja.filters.update(
        dots=terms.dots,
        hours=_hours,
        clock=_clock,
        cite=_cite,
        credited=_credited,
        brief=_brief,
        link=mrkdwn.link,
        address=mrkdwn.address,
        mention=_mention,
        champion=_champion,
        channel=mrkdwn.channel_link,
    )
    return jinja


def made(folder: Path, finalize: Callable[[Any], Any], *, autoescape: bool) -> Environment:
    """An environment of the house over a folder of templates, with the filters that all share.

    `finalize` gets all that stands between `{{` and `}}`.
    """
    jinja = Environment(
        loader=FileSystemLoader(folder),
        autoescape=autoescape,  # noqa: S701 - plain text has no markup to escape
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.newstyle_gettext = True  # type: ignore[attr-defined]
    jinja.filters.update(FILTERS)
    return jinja


def _safe(value: Any) -> Markup:
    """What stands between `{{` and `}}`: escaped for mrkdwn, unless a filter of ours made it."""
    return Markup("") if value is None else mrkdwn.escape(value)


def voice_of(context: Context) -> Voice:
    """The voice with which a template is rendered."""
    voice = context["voice"]
    assert isinstance(voice, Voice)  # noqa: S101 - every render passes one
    return voice


def _brief(text: str, most: int) -> Markup:
    """Text of at most so many characters as Slack counts them, on one line, whatever signs stand in it."""
    return Markup(cut(mrkdwn.escape(" ".join(text.split())), most))  # noqa: S704 - escaped just now


@pass_context
def _gettext(context: Context, message: str, **values: Any) -> Markup:
    return voice_of(context).marked(message, values)


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int, **values: Any) -> Markup:
    return voice_of(context).marked_many(one, many, n, {"num": n, **values})


@pass_context
def _words(context: Context, words: Words | None) -> str:
    return voice_of(context).words(words)


@pass_context
def _country(context: Context, place: PlaceName) -> str:
    return voice_of(context).country(place)


@pass_context
def _term(context: Context, word: StrEnum) -> str:
    return terms.term(voice_of(context), word)


@pass_context
def _date(context: Context, when: PartialDate) -> str:
    return dates.bare(voice_of(context), when)


@pass_context
def _day(context: Context, day: date) -> str:
    return dates.day(voice_of(context), day)


@pass_context
def _day_of(context: Context, at: datetime) -> str:
    return dates.day_of(voice_of(context), at)


@pass_context
def _when(context: Context, event: Happening | Version) -> str:
    return dates.said_when(voice_of(context), event.when or PartialDate(), event.standing)


@pass_context
def _hours(context: Context, when: PartialDate) -> Markup:
    return dates.hours(voice_of(context), when)


@pass_context
def _clock(context: Context, at: time) -> str:
    return dates.clock(voice_of(context), at)


@pass_context
def _distance(context: Context, day: date) -> str:
    return voice_of(context).distance(day)


@pass_context
def _moment(context: Context, at: datetime) -> str | Markup:
    return dates.moment(voice_of(context), at)


@pass_context
def _translated(context: Context, item: Posted) -> Translated | None:
    """An update's translation for this reader, if theirs is not its own language and somebody gave one.

    One that was made before the text was corrected is not shown: it may say what the correction took back.
    """
    language = voice_of(context).language
    if language == item.language:
        return None
    return next((one for one in item.translations if one.language == language and one.is_current), None)


@pass_context
def _language(context: Context, code: str) -> str:
    return Locale.parse(code).get_language_name(voice_of(context).language) or code


@pass_context
def _mention(context: Context, slack_id: str) -> Markup | str:
    """A person; in a channel without their name, for there a mention would ping them."""
    voice = voice_of(context)
    if voice.to_channel and slack_id != FORMER:
        return voice.say("a member of this workspace")
    return _credited(context, slack_id)


@pass_context
def _credited(context: Context, slack_id: str) -> Markup | str:
    """A person, in a channel too: who wrote or decided what is looked at there."""
    return voice_of(context).say("a former member") if slack_id == FORMER else mrkdwn.mention(slack_id)


@pass_context
def _champion(context: Context, item: Contributed) -> Markup | str:
    """A champion, in a channel too: they agreed to be named there. Whoever did not is not named anywhere."""
    if item.champion and item.may_be_named:
        return mrkdwn.mention(item.champion)
    return voice_of(context).say("a member of this workspace")


@pass_context
def _number(context: Context, value: int) -> str:
    return voice_of(context).number(value)


@pass_context
def _cite(context: Context, citation: Citation | None) -> Markup:
    footnotes = context["footnotes"]
    assert isinstance(footnotes, Footnotes)  # noqa: S101 - every render passes them
    return footnotes.mark(citation)


FILTERS = {
    "words": _words,
    "country": _country,
    "term": _term,
    "date": _date,
    "day": _day,
    "day_of": _day_of,
    "when": _when,
    "distance": _distance,
    "moment": _moment,
    "language": _language,
    "translated": _translated,
    "truncated": cut,
    "number": _number,
}
"""What is said alike in Slack, on the web and in letters."""
