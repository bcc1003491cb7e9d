"""Days that are observed: their pages, their posts, and what becomes of what was sent in. Forms: `forms`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community.contributed import ALIVE, Contributed
from community.events import Happening
from community.folding import fold
from community.helplines import Help
from community.observances import Observed, Post
from community.paging import listed
from community.safeguards import Detail
from storage.vocabulary import ContributionState
from templates import dates
from templates.budget import cut
from templates.forms import sentences
from templates.messages import Button, Message, Templates, turning
from templates.mrkdwn import escape
from templates.slack.observances.forms import CHAMPION, DECLINE, HIGHLIGHT
from templates.slack.updates import DETAILS
from templates.voice import Voice

LISTED = 7
"""Entries a page that have buttons of their own."""
MINE = 5
"""Of what somebody sent in: each has a button on the page of the day, beside those of the page."""
OTHERS = 3
"""Further days, and earlier years, that are a click away."""
EXCERPT = 2_500
"""Characters of a text on a page, as Slack counts them: all that was typed, whatever signs stand in it."""
CHAMPIONS, HIGHLIGHTS = (12, 200, 2_700), (24, 350, 4_300)
"""In a post: how many at most, characters of each text, and of all together, within what a message holds."""

FRAME = 100
"""Characters that a name, a language and the signs between them take."""


@dataclass(frozen=True)
class Fitted:
    """What a post has room for, `most` characters of each text, and how many are left for the page."""

    shown: tuple[Contributed, ...]
    most: int
    left: int


def page(
    templates: Templates,
    voice: Voice,
    found: Observed,
    *,
    further: Sequence[Happening] = (),
    shared: bool = False,
    number: int = 1,
) -> Message:
    """The page of an observed day. `further` are the days after it; `number` is which part of it."""
    line = f"/events day {found.event.id} {found.year}"
    buttons = [] if shared else _buttons(voice, found, further, line)
    highlights = _by_country(voice, found.highlights)
    return templates.message(
        "observances/page",
        voice,
        buttons=buttons,
        command=line,
        page=number,
        personal=bool(found.mine or found.asked),
        found=found,
        event=found.event,
        highlights=highlights,
        champions=_by_name(voice, found.champions),
        people=[one for one in found.champions if one.champion],
        countries=len({one.place.key for one in highlights if one.place}),
        mine=list(enumerate(found.mine[:MINE], start=1)),
        most=EXCERPT,
        on_page=f"/events day {found.event.id}",
    )


def none(templates: Templates, voice: Voice, what: str) -> Message:
    """There is no such day (`day`), or no country yet that a highlight could be of (`place`)."""
    return templates.message("observances/none", voice, what=what, personal=True)


def on_card(voice: Voice, event: Happening, *, may_contribute: bool, reviews: bool) -> list[Button]:
    """What the card of an observed day offers."""
    buttons = _contributing(voice, event) if may_contribute else []
    buttons.append(Button(voice.say("What is gathered"), f"/events day {event.id}"))
    if reviews:
        buttons.append(Button(voice.say("What was sent in"), f"/events day review {event.id}"))
    return buttons


def sent(templates: Templates, voice: Voice, what: str, item: Contributed) -> Message:
    """After a form or a click: what came of it."""
    buttons = [Button(voice.say("What is gathered"), f"/events day {item.event_id} {item.year}")]
    return templates.message("observances/sent", voice, buttons=buttons, what=what, item=item, personal=True)


def doubts(templates: Templates, voice: Voice, details: Sequence[Detail], helps: Sequence[Help]) -> str:
    """What stands above a form that is shown once more, as mrkdwn."""
    said = [voice.say(DETAILS[one]) for one in details]
    return sentences(templates.message("observances/doubts", voice, details=said, helps=helps))


def review(
    templates: Templates,
    voice: Voice,
    event: Happening,
    found: Sequence[Contributed],
    *,
    what: str = "",
    number: int = 1,
) -> Message:
    """What waits for the editors, longest first, each to approve or decline."""
    shown = listed(found, number, LISTED)
    buttons = []
    for n, one in shown.entries:
        buttons += _deciding(voice, one, n)
    buttons += turning(voice, f"/events day review {event.id}", shown)
    return templates.message(
        "observances/review", voice, buttons=buttons, personal=True, event=event, found=shown.entries,
        what=what, most=700,
    )  # fmt: skip


def to_review(templates: Templates, voice: Voice, item: Contributed) -> Message:
    """What waits, before the editors."""
    return templates.message(
        "observances/to_review", voice, buttons=_deciding(voice, item), item=item, most=EXCERPT
    )


def became(templates: Templates, voice: Voice, item: Contributed, to: str) -> Message:
    """What became of it: told to its `author`, or to the `editors` in place of what waited."""
    buttons = []
    if to == "author" and item.state in ALIVE:
        buttons = [_withdraw(voice, item, voice.say("Take it back"))]
    return templates.message("observances/became", voice, buttons=buttons, item=item, to=to)


def consent(templates: Templates, voice: Voice, item: Contributed) -> Message:
    """To somebody who was proposed as a champion: the question, and then how it stands."""
    buttons = []
    if item.state is ContributionState.CONSENT_ASKED:
        buttons = _consenting(voice, item)
    elif item.state in ALIVE:
        buttons = [_withdraw(voice, item, voice.say("Take back my consent"))]
    by_champion = item.decided_by == item.champion
    return templates.message(
        "observances/consent", voice, buttons=buttons, personal=True, item=item, by_champion=by_champion,
        most=EXCERPT,
    )  # fmt: skip


def post(templates: Templates, voice: Voice, found: Post, gone: Sequence[Contributed]) -> Message:
    """What stands in a channel on the day; `gone` stood there and was taken back."""
    champions = _fitting(_by_name(voice, found.champions), *CHAMPIONS)
    highlights = _fitting(_by_country(voice, found.highlights), *HIGHLIGHTS)
    all_of_it = Button(voice.say("Show all of it"), f"/events day {found.event.id} {found.year}")
    return templates.message(
        "observances/post", voice, buttons=[all_of_it], event=found.event, day=found.event.when.start,
        champions=champions, highlights=highlights, gone=gone[:OTHERS], left=champions.left + highlights.left,
    )  # fmt: skip


def is_empty(found: Post) -> bool:
    """Whether there is nothing to post."""
    return not found.highlights and not found.champions


def _buttons(voice: Voice, found: Observed, further: Sequence[Happening], line: str) -> list[Button]:
    event, buttons = found.event, list[Button]()
    if found.asked and found.asked.state is ContributionState.CONSENT_ASKED:
        buttons += _consenting(voice, found.asked)
    elif found.asked:
        buttons.append(_withdraw(voice, found.asked, voice.say("Take back my consent")))
    if found.may_contribute:
        buttons += _contributing(voice, event)
    if found.waiting is not None:
        buttons.append(Button(voice.say("What was sent in"), f"/events day review {event.id}"))
    for n, one in enumerate(found.mine[:MINE], start=1):
        buttons.append(_withdraw(voice, one, voice.say("Take back %(n)s", n=n)))
    buttons.append(Button(voice.say("Share here"), line, share=True))
    if not found.is_next:
        following = event.when.start
        if following:
            buttons.append(Button(str(following.year), f"/events day {event.id} {following.year}"))
    buttons += [Button(str(year), f"/events day {event.id} {year}") for year in found.earlier[:OTHERS]]
    for other in further[:OTHERS]:
        if other.when.start:
            label = f"{dates.day(voice, other.when.start)} · {voice.words(other.name)}"
            buttons.append(Button(cut(label, 75), f"/events day {other.id}"))
    return buttons


def _contributing(voice: Voice, event: Happening) -> list[Button]:
    return [
        Button(voice.say("Send in a highlight"), str(event.id), opens=HIGHLIGHT),
        Button(voice.say("Nominate a champion"), str(event.id), opens=CHAMPION),
    ]


def _consenting(voice: Voice, item: Contributed) -> list[Button]:
    seen = f"{item.id} {item.revision}"
    return [
        Button(voice.say("I agree"), f"/events day agree {seen}"),
        Button(voice.say("No thank you"), f"/events day refuse {seen}"),
    ]


def _deciding(voice: Voice, item: Contributed, n: int | None = None) -> list[Button]:
    seen = f"{item.id} {item.revision}"
    approve = voice.say("Approve %(n)s", n=n) if n else voice.say("Approve")
    decline = voice.say("Decline %(n)s", n=n) if n else voice.say("Decline")
    question = voice.say("It may hold a person’s details or a case. Once published, many may have read it.")
    return [
        Button(approve, f"/events day approve {seen}", confirm=question if item.is_flagged else ""),
        Button(decline, seen, opens=DECLINE),
    ]


def _withdraw(voice: Voice, item: Contributed, label: str) -> Button:
    sure = voice.say("From then on nothing of it is shown.")
    return Button(label, f"/events day withdraw {item.id}", confirm=sure)


def _by_country(voice: Voice, found: Sequence[Contributed]) -> list[Contributed]:
    return sorted(found, key=lambda one: (fold(voice.country(one.place)) if one.place else "", one.id))


def _by_name(voice: Voice, found: Sequence[Contributed]) -> list[Contributed]:
    """People first, in the order in which they were proposed; then organisations by their names."""
    return sorted(found, key=lambda one: (fold(voice.words(one.organisation)), one.id))


def _fitting(found: Sequence[Contributed], many: int, each: int, together: int) -> Fitted:
    shown: list[Contributed] = []
    left = together
    for one in found[:many]:
        left -= min(len(escape(one.body)), each) + FRAME
        if left < 0:
            break
        shown.append(one)
    return Fitted(tuple(shown), each, len(found) - len(shown))
