"""Letters: rendered once a language, stored once, and made somebody's own only when they are sent.

What is a reader's own, the link and whether it comes late, is put in at places marked by a control character,
which `templates.pages` takes out of all that people wrote: no text of theirs can be such a place.
"""

from __future__ import annotations

import html
import re
import textwrap
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment
from markupsafe import Markup

from community.digests import Digest
from community.issues import Issue
from community.mail import What
from community.news import Outlook
from storage.vocabulary import Cadence, UpdateState, Visibility
from templates import dates, pages, web
from templates.slack.editions import name
from templates.voice import Voice

LINK, LATE = "\x1alink\x1a", "\x1alate\x1a"
"""Where the reader's own link and the line on a late arrival are put in."""
WIDTH = 76
"""Characters of a line of plain text: RFC 3676, 4.2, has 78 at most, and a quotation adds some."""
PREVIEWED = 140
"""Characters that a list of letters shows of one beside its subject."""
SUBJECT = 150
_TEMPLATES = (
    [f"email/{name}.html" for name in ("layout", "newsletter", "digest", "confirm")]
    + [f"web/{name}.html" for name in ("issue", "words")],
    [f"email/{name}.txt" for name in ("newsletter", "digest", "confirm")],
)
"""What letters are made of, in HTML and in plain text."""
_GAPS = re.compile(r"[\s\x00-\x1f]+", re.ASCII)
_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Written:
    """A letter as it is stored: its subject, on one line, its plain text and its HTML."""

    subject: str
    text: str
    html: str


def warm() -> None:
    """Read at the start what the first letter would wait for: templates, and the library that sets the style.

    It takes 0.05 s and 3 MB; a first letter may come days later (`tests/soak`).
    """
    for environment, templates in zip(_environments(), _TEMPLATES, strict=True):
        for template in templates:
            environment.get_template(template)
    _inliner().inline(f"<style>{_ours()['style']}</style><p>")


def newsletter(voice: Voice, issue: Issue, outlook: Outlook, address: str) -> Written:
    """An edition, said as of the moment at which it goes out. `address` is its page on the web."""
    voice = replace(voice, moment=issue.sends_at)
    own = issue.texts_for(voice.language, "introduction")
    shown = [
        item.headline
        for item in issue.items
        if item.state is UpdateState.PUBLISHED and item.visibility is Visibility.PUBLIC
    ]
    preview = own.introduction if own else " · ".join(shown[:3])
    subject = voice.say("Alliance 8.7: the newsletter %(when)s", when=name(voice, issue))
    batches = [list(items) for _, items in groupby(issue.items, key=lambda item: item.subject)]
    return _written(
        "newsletter", voice, subject, preview,
        issue=issue, outlook=outlook, batches=batches, address=address,
    )  # fmt: skip


def digest(voice: Voice, found: Digest) -> Written:
    """What a member follows, as it comes together."""
    subject, why = {
        Cadence.DAILY: (
            voice.say("Today, of what you follow"),
            voice.say("This comes once a day by e-mail, as you chose in Slack."),
        ),
        Cadence.MONTHLY: (
            voice.say("This month, of what you follow"),
            voice.say("This comes once a month by e-mail, as you chose in Slack."),
        ),
    }.get(
        found.cadence,
        (
            voice.say("This week, of what you follow"),
            voice.say("This comes once a week by e-mail, as you chose in Slack."),
        ),
    )
    preview = " · ".join(item.headline for item in found.items[:3] if item.id not in found.gone)
    return _written("digest", voice, subject, preview, digest=found, why=why)


def confirm(voice: Voice, what: What) -> Written:
    """The one letter that somebody gets who did not confirm yet."""
    if what is What.DIGESTS:
        subject = voice.say("Please confirm: what you follow, by e-mail")
        asked = voice.say("A member of the Alliance 8.7 workspace wants to have what they follow here.")
    else:
        subject = voice.say("Please confirm: the newsletter of Alliance 8.7")
        asked = voice.say("Somebody asked for the newsletter of Alliance 8.7 at this address.")
    return _written("confirm", voice, subject, asked, asked=asked)


def addressed(written: Written, link: str, late: str = "") -> Written:
    """A letter as one reader gets it. `late` is the line on it, "" if it comes in time."""
    text = written.text.replace(LATE, f"{textwrap.fill(late, WIDTH)}\n" if late else "")
    line = f'<p style="margin:0 0 16px;font-style:italic">{html.escape(late)}</p>' if late else ""
    return Written(
        written.subject,
        text.replace(LINK, link).lstrip("\n"),
        written.html.replace(LATE, line).replace(LINK, html.escape(link)),
    )


def late(voice: Voice, promised: datetime) -> str:
    """The line on a letter that comes later than it was to."""
    said = dates.moment(replace(voice, zone="UTC"), promised)
    return voice.say("Sent late: it was due on %(date)s.", date=f"{said} UTC")


def _written(template: str, voice: Voice, subject: str, preview: str, **values: Any) -> Written:
    in_html, in_text = _environments()
    subject = _short(subject, SUBJECT)
    values = {
        "voice": voice, "subject": subject, "preview": _short(preview, PREVIEWED),
        **{name: Markup(ours) for name, ours in _ours().items()}, **values,  # noqa: S704 - nobody else’s
    }  # fmt: skip
    page = in_html.get_template(f"email/{template}.html").render(values)
    text = in_text.get_template(f"email/{template}.txt").render(values)
    return Written(subject, _wrapped(text), _inliner().inline(page))


@cache
def _environments() -> tuple[Environment, Environment]:
    """The templates of HTML and of plain text, compiled once; they hold nothing of anybody's."""
    in_html, in_text = web.make_pages().jinja, pages.text()
    of_pages = {name: in_html.filters[name] for name in ("moments", "is_address")}
    in_text.filters.update(of_pages, underlined=_underlined)
    return in_html, in_text


@cache
def _ours() -> dict[str, str]:
    """What stands in a letter as it is: our style sheet, and the places for what is a reader's own."""
    style = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    return {"link": LINK, "late": LATE, "style": style}


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def _short(text: str, most: int) -> str:
    """Text on one line, cut at a word; a no-break space is none to break at, nor to lose."""
    line = _GAPS.sub(" ", text).strip()
    return line if len(line) <= most else f"{line[: most - 2].rpartition(' ')[0] or line[: most - 2]} …"


def _underlined(text: str, sign: str) -> str:
    return f"{text}\n{sign * min(len(text), WIDTH)}"


def _wrapped(text: str) -> str:
    """Plain text with no line longer than it should be, links left whole, and no gaps."""
    lines = (_wrap(line.rstrip()) if line != "-- " else line for line in text.replace("\r", "").split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def _wrap(line: str) -> str:
    if len(line) <= WIDTH:
        return line
    further = "  " if line.startswith(("- ", "* ")) else ""
    return textwrap.fill(
        line, WIDTH, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )
