"""App Home's sections: what waits, where one belongs, what is coming, what one follows, one's settings."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, TypeVar

from community.events import Happening
from community.following import Followed
from community.home import Aging, Belonging, Need
from community.inquiries import Inquiry
from community.issues import Issue
from community.members import Reader
from community.offers import Offer
from community.posted import Posted
from community.profile import AboutMe
from community.promised import Promised
from community.requests import Waiting
from storage.vocabulary import RoleName, UpdateState
from templates.home import Part
from templates.messages import Button, Message, Templates
from templates.slack import commitments, events, translations, updates
from templates.slack.questions.forms import ANSWER
from templates.slack.requests import DECLINE
from templates.slack.updates.forms import POST
from templates.slack.welcome import PROFILE, next_step
from templates.terms import N_
from templates.voice import Voice

LISTED = 5
"""Entries of a section a page: with their buttons, all sections together stay within 100 blocks."""
EXCERPT = 300
"""Characters of a text that are shown here: a few lines on a phone."""
NEEDS, MINE, COMING = N_("What waits for me"), N_("My groups and countries"), N_("What is coming")
PROMISED, QUESTIONS = N_("What I promised"), N_("Questions for me")
FOLLOWING, SETTINGS = N_("What I follow"), N_("My settings")
FOLLOW = "follow_choose"

Entry = TypeVar("Entry")


def top(templates: Templates, voice: Voice, *, may_post: bool, untranslated: int) -> Part:
    """What most people come for, a click away; `untranslated` updates wait for the reader's language."""
    buttons = [Button(voice.say("Post an update"), "", opens=POST, first=True)] if may_post else []
    buttons += [
        Button(voice.say("All pathfinders"), "/pathfinder"),
        Button(voice.say("All action groups"), "/actiongroup"),
        Button(voice.say("What is coming"), "/events"),
    ]
    if untranslated:
        buttons.append(Button(voice.say("Translate"), translations.COMMAND))
    return Part((templates.message("home/top", voice, buttons=buttons, personal=True, num=untranslated),))


def needs(templates: Templates, voice: Voice, found: Sequence[Need], page: int) -> Part:
    """What waits for the reader, each with its own buttons."""
    shown, pages = _page(found, page)
    if not found and page == 1:
        return Part((_message(templates, voice, "need", NEEDS, kind="", one=None),))
    messages = tuple(
        _message(
            templates, voice, "need", NEEDS if i == 0 else "", _answers(voice, one),
            kind=_kind(one), one=one, count=len(found), excerpt=EXCERPT,
        )
        for i, one in enumerate(shown)
    )  # fmt: skip
    return Part(messages, pages)


def promised(templates: Templates, voice: Voice, found: Sequence[Promised], page: int) -> Part:
    """The reader's own open commitments, late ones first; no section where there are none."""
    if not found or page > 1:
        return Part(())
    buttons = commitments.of_home(voice, found[:LISTED])
    return Part((_message(templates, voice, "promised", PROMISED, buttons, found=found[:LISTED]),))


def questions(templates: Templates, voice: Voice, found: Sequence[Inquiry], page: int, *, mine: int) -> Part:
    """What the reader is to answer, and how many of their own wait; no section where there is neither."""
    if page > 1 or not (found or mine):
        return Part(())
    buttons = [
        Button(voice.say("Answer %(n)s", n=number), str(one.id), opens=ANSWER)
        for number, one in enumerate(found, start=1)
    ]
    if mine:
        buttons.append(Button(voice.say("My questions"), "/ask mine"))
    return Part((_message(templates, voice, "questions", QUESTIONS, buttons, found=found, mine=mine),))


def mine(
    templates: Templates, voice: Voice, found: Sequence[Belonging], alliance: Sequence[RoleName], page: int
) -> Part:
    """Where the reader belongs, each with a button to its card; `alliance` are roles of the Alliance."""
    shown, pages = _page(found, page)
    if page > 1 and not shown:
        return Part((), pages)
    buttons = [_card(voice, one) for one in shown]
    roles = alliance if page == 1 else ()
    message = _message(templates, voice, "mine", MINE, buttons, found=shown, alliance=roles)
    return Part((message,), pages)


def coming(templates: Templates, voice: Voice, found: Sequence[Happening], page: int, *, own: bool) -> Part:
    """The coming events of the reader's groups and countries, or, if not `own`, the next of all."""
    shown, pages = _page(found, page)
    if page > 1 and not shown:
        return Part((), pages)
    return Part((_message(templates, voice, "coming", COMING, events=shown, own=own),), pages)


def following(
    templates: Templates, voice: Voice, found: Sequence[Followed], page: int, *, can_choose: bool
) -> Part:
    """What the reader follows, and how often they hear of it."""
    shown, pages = _page(found, page)
    if page > 1 and not shown:
        return Part((), pages)
    buttons = [Button(voice.say("Choose what I follow"), "", opens=FOLLOW)] if can_choose else []
    return Part((_message(templates, voice, "following", FOLLOWING, buttons, found=shown),), pages)


def settings(templates: Templates, voice: Voice, reader: Reader, me: AboutMe, page: int) -> Part:
    """Language, zone and quiet hours, and the form that changes them."""
    if page > 1:
        return Part(())
    buttons = [Button(voice.say("Change my settings"), "", opens=PROFILE)]
    return Part((_message(templates, voice, "settings", SETTINGS, buttons, reader=reader, me=me),))


def broken(templates: Templates, voice: Voice, heading: str, reference: str) -> Part:
    """In place of a section that could not be fetched."""
    return Part((_message(templates, voice, "broken", heading, reference=reference),))


def _page(found: Sequence[Entry], page: int) -> tuple[Sequence[Entry], int]:
    first = LISTED * (page - 1)
    return found[first : first + LISTED], max(1, ceil(len(found) / LISTED))


def _message(
    templates: Templates,
    voice: Voice,
    name: str,
    heading: str,
    buttons: Sequence[Button] = (),
    **values: Any,
) -> Message:
    said = voice.say(heading) if heading else ""
    return templates.message(f"home/{name}", voice, buttons=buttons, personal=True, heading=said, **values)


def _kind(one: Need) -> str:
    if isinstance(one, Issue):
        return "newsletter"
    if isinstance(one, Offer):
        return "change" if one.state is UpdateState.CHANGE_ASKED else "translation"
    if isinstance(one, Posted):
        return "change" if one.state is UpdateState.CHANGE_ASKED else "review"
    if isinstance(one, Happening):
        return "event"
    return "request" if isinstance(one, Waiting) else "aging" if isinstance(one, Aging) else "welcome"


def _answers(voice: Voice, one: Need) -> list[Button]:
    """The buttons under what waits: the same commands and forms as everywhere else."""
    if isinstance(one, Waiting):
        return [
            Button(voice.say("Accept"), f"/alliance requests accept {one.id}"),
            Button(voice.say("Decline"), str(one.id), opens=DECLINE),
        ]
    if isinstance(one, Aging):
        kind, _, key = one.scope.partition(":")
        command = "/actiongroup" if kind == "group" else "/pathfinder"
        return [Button(voice.say("Look at it"), f"{command} {key} change")]
    if isinstance(one, Happening):
        return events.deciding(voice, one)
    if isinstance(one, Issue):
        return [Button(voice.say("Review"), f"/digest review {one.id}")]
    if isinstance(one, Offer):
        return translations.answers(voice, one)
    if not isinstance(one, Posted):
        return next_step(voice, one)
    if one.state is UpdateState.CHANGE_ASKED:
        return [Button(voice.say("Change it"), f"revise {one.id}", opens=POST)]
    is_cut = len(" ".join(one.body.split())) > EXCERPT
    return [
        *updates.deciding(voice, one),
        *([Button(voice.say("Read it all"), f"/update review {one.id}")] if is_cut else []),
    ]


def _card(voice: Voice, one: Belonging) -> Button:
    key = one.scope.partition(":")[2]
    if one.place:
        return Button(voice.country(one.place), f"/pathfinder {key}")
    return Button(voice.words(one.group), f"/actiongroup {key}")
