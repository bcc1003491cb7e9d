"""Pages of the web: the newsletters for everybody, and the frame in which every page stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from community.events import Happening
from community.facts import Citation
from community.issues import Issue
from community.news import Outlook
from community.posted import Posted
from storage.partial_dates import PartialDate, Precision
from templates import boundaries, dates, pages, terms
from templates.environment import voice_of
from templates.footnotes import Footnotes
from templates.pictures import Drawing
from templates.slack.editions import name
from templates.voice import Voice
from templates.web import leaves

_TERRITORIES = {"en": "en_GB", "fr": "fr_FR", "es": "es_ES"}
DESCRIBED = 200
"""Characters of a newsletter's introduction that stand in a preview of its link."""


@dataclass(frozen=True)
class Around:
    """The addresses around a page in `language`, without the host.

    `paths` are the page itself in each of its languages, `complete` the same with the host. A page without
    them is found by nobody who was not given its address, and kept out of search engines. `subscribe` is None
    where no e-mail is sent.
    """

    language: str
    start: str
    newsletters: str
    feed: str
    style: str
    calendar: str
    subscribe: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)
    complete: Mapping[str, str] = field(default_factory=dict)

    picture: str = ""
    """The complete address of the picture that a preview of the page's link shows."""

    @property
    def path(self) -> str:
        """The page itself, if it has an address for everybody."""
        return self.paths.get(self.language, "")

    def is_in(self, path: str) -> bool:
        """Whether the page stands under a path of the site, such as `/calendar`."""
        return self.path.startswith((f"{self.start}{path}/", f"{self.start}{path}?"))

    def territory(self, language: str) -> str:
        """A language as previews of links want it: with a country."""
        return _TERRITORIES[language]


@dataclass(frozen=True)
class Pages:
    """The templates of pages, compiled once, and the style sheet for which each asks."""

    jinja: Environment
    style: bytes

    def page(
        self,
        template: str,
        voice: Voice,
        around: Around,
        title: str,
        *,
        about: str = "",
        drawing: Drawing | None = None,
        **values: Any,
    ) -> str:
        """A page from `web/<template>.html`, which extends `web/page.html`.

        `about` is one sentence on it, for search engines and previews; `drawing` the picture on it, if any.
        """
        shows = brief(drawing.alt) if drawing else voice.say("Pathfinders on a map of the world")
        return self.jinja.get_template(f"web/{template}.html").render(
            voice=voice, around=around, title=title, about=about, zone=_zone(voice), drawing=drawing,
            shows=shows, footnotes=Footnotes(voice), boundaries=boundaries.note(voice), **values,
        )  # fmt: skip


def make_pages() -> Pages:
    """The templates of pages, with the filters that only they need."""
    jinja = pages.html()
    jinja.filters.update(
        moments=_moments,
        is_address=_is_address,
        cite=_cite,
        dots=terms.dots,
        clock=_clock,
        hours_on_page=_hours,
        machine=_machine_of,
        leaf=_leaf,
        opens=_opens,
        doubt=_doubt,
    )
    return Pages(jinja, (Path(__file__).parent / "style.css").read_bytes())


def archive(
    made: Pages, voice: Voice, around: Around, issues: Sequence[Issue], *, page: int, older: bool
) -> str:
    """One page of the newsletters that went out, newest first. `older` tells that there is another."""
    named = [(issue, name(voice, issue), issue.out_at) for issue in issues]
    title = voice.say("Newsletters")
    about = voice.say("Every newsletter of Alliance 8.7, newest first.")
    return made.page("archive", voice, around, title, about=about, issues=named, page=page, older=older)


def newsletter(made: Pages, voice: Voice, around: Around, issue: Issue, outlook: Outlook) -> str:
    """One newsletter in full, as of the moment at which it went out."""
    texts = issue.texts_for(voice.language, "introduction")
    about = texts.introduction if texts else ""
    return made.page(
        "newsletter", replace(voice, moment=issue.sends_at), around, title_of(voice, issue),
        about=brief(about), at=issue.out_at, issue=issue, outlook=outlook, batches=_batches(issue),
    )  # fmt: skip


def content(made: Pages, voice: Voice, issue: Issue, outlook: Outlook) -> str:
    """What a newsletter holds, as a piece of HTML without a frame."""
    return made.jinja.get_template("web/issue.html").render(
        voice=replace(voice, moment=issue.sends_at), issue=issue, outlook=outlook, batches=_batches(issue)
    )


def problem(made: Pages, voice: Voice, around: Around, status: int, reference: str = "") -> str:
    """In place of a page that there is not (404), or that failed: what happened, and where to go.

    `reference` is the number under which the log tells of a failure.
    """
    if status >= 500:
        title = voice.say("That did not work")
        about = voice.say("The fault is ours, and we are sorry. Please try again in a moment.")
    elif status == 404:
        title = voice.say("There is no such page")
        about = voice.say("The address may be mistyped, or what stood there is not public any more.")
    else:
        title = voice.say("That cannot be done here")
        about = voice.say("This address is for reading only, or the request was not complete.")
    return made.page("problem", voice, around, title, about=about, reference=reference)


def title_of(voice: Voice, issue: Issue) -> str:
    """A newsletter by its name, as a heading."""
    return voice.say("Newsletter %(when)s", when=name(voice, issue))


def brief(text: str) -> str:
    """The beginning of a text, on one line."""
    text = " ".join(text.split())
    return f"{text[:DESCRIBED].rstrip()} …" if len(text) > DESCRIBED else text


def changed(issue: Issue) -> datetime:
    """The aware moment at which it came to read as it does: a correction, withdrawal or return counts."""
    moments = [moment for item in issue.items for moment in (item.corrected_at, item.withdrawn_at) if moment]
    moments += [item.decided_at for item in issue.items if item.is_restored and item.decided_at]
    return max([issue.out_at, *moments])


def _batches(issue: Issue) -> list[list[Posted]]:
    """The updates, those on one subject together."""
    return [list(items) for _, items in groupby(issue.items, key=lambda item: item.subject)]


def _zone(voice: Voice) -> str:
    """The name of the zone in which times are written."""
    return "UTC" if voice.zone == "UTC" else str(get_timezone_name(voice.zone, locale=voice.locale))


def _is_address(link: str | None) -> bool:
    """Whether something may be a link: whatever else a browser would run is shown to nobody."""
    return bool(link and link.startswith(("https://", "http://")))


@pass_context
def _moments(context: Context, event: Happening) -> tuple[str, Markup]:
    """When an event begins, as machines read it ("" where no day or month is known), and its hours there."""
    zone = event.when.zone
    if event.when.instant() is None or zone is None:
        return _machine_of(event), Markup("")
    return _machine_of(event), dates.hours(replace(voice_of(context), zone=zone), event.when)


@pass_context
def _cite(context: Context, citation: Citation) -> Markup:
    """The number of its document, which leads to it, and where in it."""
    footnotes = context["footnotes"]
    number, where = footnotes.place(citation)
    cited = Markup('<span class="cite"><a href="#source-%(number)s">[%(number)s]</a>%(where)s</span>')
    return cited % {"number": number, "where": f" {pages.clean(where)}" if where else ""}


@pass_context
def _clock(context: Context, at: time) -> str:
    return dates.clock(voice_of(context), at)


@pass_context
def _hours(context: Context, when: PartialDate) -> str:
    return dates.hours_on_page(voice_of(context), when)


@pass_context
def _leaf(context: Context, event: Happening) -> leaves.Leaf:
    return leaves.leaf(voice_of(context), event.when)


@pass_context
def _opens(context: Context, event: Happening) -> str:
    return dates.begins(voice_of(context), event.when)


@pass_context
def _doubt(context: Context, event: Happening) -> str:
    return leaves.doubt(voice_of(context), event.standing)


def _machine_of(event: Happening) -> str:
    """When an event begins, as machines read it; "" where not even a year is known."""
    begins, zone = event.when.instant(), event.when.zone
    return begins.astimezone(ZoneInfo(zone)).isoformat() if begins and zone else _machine(event.when)


def _machine(when: PartialDate) -> str:
    if when.start is None:
        return when.end.isoformat() if when.end else ""
    if when.precision is Precision.YEAR:
        return str(when.start.year)
    return when.start.isoformat()[:7] if when.precision is Precision.MONTH else when.start.isoformat()
