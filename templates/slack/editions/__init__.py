"""A newsletter's edition: as it is sent, as editors see it before, and those that went out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from babel import Locale
from babel.dates import format_skeleton
from markupsafe import Markup
from slack_sdk.models.blocks import ActionsBlock

from community.issues import Issue, Texts
from community.news import Outlook
from storage.vocabulary import Cadence, EditionState
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Button, Message, Templates, button_element
from templates.mrkdwn import channel_link
from templates.voice import Voice

EDIT = "digest_edit"
TEXTS = ("introduction", "report", "thanks", "heading", "section")
"""What editors write, by the names of the form's fields."""
CHANGED = "changed"
"""The last word that a form carries along which comes for the second time."""
LISTED = 5
"""Updates a message: with an introduction and a report they stand on one page (`templates.budget`)."""
TOGETHER = 3
"""Up to so many updates stand in one message with all that follows them."""
IN_FULL, LINES = 40, 30
"""From so many updates on, each is one line, so many a message: more nobody reads in a channel."""
JUST = timedelta(minutes=10)
"""How long after its hour an edition is said to go out now: until then some channel may not have it."""
SHOWN = 5
"""Stages and partners named in Slack; the web has them all."""


def parts(
    templates: Templates, voice: Voice, issue: Issue, outlook: Outlook, url: str = ""
) -> Sequence[Message]:
    """The messages of an edition, exactly as they are sent; said as of the moment at which it goes out.

    `url` is where it stands on the web, "" if it does not.
    How many there are, and which update stands in which, never changes once it is approved.
    """
    voice = replace(voice, moment=issue.sends_at, to_channel=True)
    texts = {part: issue.texts_for(voice.language, part) for part in TEXTS}
    in_full = len(issue.items) <= IN_FULL
    size = LISTED if in_full else LINES
    batches = [issue.items[first : first + size] for first in range(0, len(issue.items), size)] or [()]
    together = len(batches[-1]) <= TOGETHER and not (texts["report"] or texts["section"])
    of = len(batches) if together else len(batches) + 1
    pages = [(items, number == 1, together) for number, items in enumerate(batches, start=1)]
    if not together:
        pages.append(((), False, True))
    return [
        templates.message(
            "editions/edition", voice, issue=issue, items=items, number=number, of=of, texts=texts,
            is_first=first, is_last=last, in_full=in_full, outlook=outlook, shown=SHOWN,
            when=name(voice, issue), url=url,
        )
        for number, (items, first, last) in enumerate(pages, start=1)
    ]  # fmt: skip


def with_ways_on(
    voice: Voice, message: Message, following: str, others: Mapping[str, str], edits: str
) -> Message:
    """A part as it is sent, and below it the ways to the next one, to other languages, and to change it."""
    row = [Button(voice.say("Next page"), following, first=True)] if following else []
    row += [Button(_own_name(language), command) for language, command in others.items()]
    if edits:
        row.append(Button(voice.say("Edit the texts"), edits, opens=EDIT))
        row.append(Button(voice.say("Back to the draft"), f"/digest review {edits.partition(' ')[0]}"))
    if not row:
        return message
    block = ActionsBlock(elements=[button_element(i, button, voice) for i, button in enumerate(row)])
    return replace(message, blocks=(*message.blocks, block.to_dict()))


def draft(templates: Templates, voice: Voice, issue: Issue, what: str = "") -> Message:
    """Before the editors: what waits, when it goes out, and what they may say. `what` says how it came."""
    seen = f"{issue.id} {issue.revision}"
    buttons = []
    if issue.state in (EditionState.IN_REVIEW, EditionState.HELD, EditionState.APPROVED):
        if not issue.is_out(voice.now):
            if issue.state is not EditionState.APPROVED:
                buttons.append(Button(voice.say("Approve"), f"/digest approve {seen}", first=True))
            buttons.append(Button(voice.say("Edit"), seen, opens=EDIT))
            if issue.state is not EditionState.HELD:
                buttons.append(Button(voice.say("Hold"), f"/digest hold {seen}"))
            if issue.sends_at > voice.now:
                sure = voice.say("It goes to all its readers at once.")
                buttons.append(Button(voice.say("Send now"), f"/digest send {seen}", confirm=sure))
            sure = voice.say("It never goes out. What it held is for the next one.")
            buttons.append(Button(voice.say("Drop"), f"/digest drop {seen}", confirm=sure))
        buttons.insert(1, Button(voice.say("Look at it"), f"/digest look {issue.id}"))
    return templates.message(
        "editions/draft", voice, buttons=buttons, issue=issue, what=what, when=name(voice, issue),
        channels=channels(issue), is_just_out=voice.now - issue.out_at < JUST, personal=True,
    )  # fmt: skip


def superseded(templates: Templates, voice: Voice, issue: Issue) -> Message:
    """In place of a draft that was changed since."""
    return templates.message("editions/superseded", voice, when=name(voice, issue), issue=issue)


def again(templates: Templates, voice: Voice, issue: Issue, tried: Sequence[str]) -> Message:
    """After what did not arrive was sent once more, to these channels."""
    return templates.message(
        "editions/again", voice, when=name(voice, issue), personal=True, channels=sorted(set(tried))
    )


def past(templates: Templates, voice: Voice, issues: Sequence[tuple[Issue, str]]) -> Message:
    """What went out, newest first, each with where it stands on the web ("" if it does not)."""
    shown = issues[:10]
    buttons = [
        Button(voice.say("Show %(n)s", n=number), f"/digest look {one.id} {voice.language}")
        for number, (one, _) in enumerate(shown, start=1)
    ]
    return templates.message(
        "editions/past", voice, buttons=buttons, personal=True,
        issues=[(one, name(voice, one), channels(one), url) for one, url in shown],
    )  # fmt: skip


def channels(issue: Issue) -> Sequence[str]:
    """The channels of an edition, each once, as mrkdwn."""
    return [channel_link(one) for one in dict.fromkeys(channel for channel, _ in issue.plan.channels)]


def name(voice: Voice, issue: Issue) -> str:
    """An edition by its period: a day, the week of a day, or a month."""
    if issue.plan.cadence is Cadence.DAILY:
        return voice.say("of %(period)s", period=issue.period)
    if issue.plan.cadence is Cadence.MONTHLY:
        first = date.fromisoformat(f"{issue.period}-01")
        return voice.say("of %(period)s", period=format_skeleton("yMMMM", first, locale=voice.locale))
    year, _, week = issue.period.partition("-W")
    return voice.say("of week %(week)s of %(year)s", week=int(week), year=year)


def edit(voice: Voice, issue: Issue, language: str, *, is_changed: bool = False) -> Mapping[str, Any]:
    """The form to write an edition's texts in a language, to order its updates, and to leave pieces out.

    `is_changed` says that somebody changed the edition while the form was filled in. It carries along which
    edition it is, its revision, the language, the mark of each text, and `CHANGED` if it was.
    """
    texts = issue.texts.get(language) or Texts(language)
    drawn = str(issue.revision) if is_changed else ""
    labels = {
        "introduction": voice.say("Introduction"),
        "report": voice.say("The Chair’s report on progress"),
        "thanks": voice.say("With thanks to"),
        "heading": voice.say("A section of your own: its heading"),
        "section": voice.say("A section of your own: its text"),
    }
    fields = [
        Field(
            one,
            labels[one],
            forms.text(initial=getattr(texts, one), lines=one != "heading", most=MOST[one], drawn=drawn),
            optional=True,
        )
        for one in TEXTS
    ]
    updates = [Choice(item.headline, f"update:{item.id}") for item in issue.items[:100]]
    others = [
        *(Choice(f"{voice.country(one.place)}", f"change:{one.change_id}") for one in issue.advances),
        *(Choice(voice.words(one.name), f"change:{one.change_id}") for one in issue.partners),
    ]
    if updates:
        hint = voice.say("In the order in which you choose them. The rest follows.")
        fields.append(
            Field("first", voice.say("Put first"), forms.several(updates), optional=True, hint=hint)
        )
    if updates or others:
        hint = voice.say("What is left out is free for the next one. What is new meanwhile comes in.")
        choices = forms.several([*updates, *others][:100])
        fields.append(Field("hidden", voice.say("Leave out"), choices, optional=True, hint=hint))
    notice = voice.marked(
        "These texts are in *%(language)s*. For those in another language: Look at it, choose the language, "
        "Edit the texts.",
        {"language": Locale.parse(language).get_language_name(voice.language) or language},
    )
    if is_changed:
        changed = voice.say(
            "*Somebody changed it or decided on it meanwhile.* What you typed is still here; what you left "
            "as it was, or empty, stands as it is now. Saved, it waits for approval anew."
        )
        notice = Markup("\n\n").join((Markup(changed), notice))  # noqa: S704 - ours
    carried = [str(issue.id), str(issue.revision), language, *(mark(getattr(texts, one)) for one in TEXTS)]
    return forms.form(
        EDIT,
        voice.say("Edit"),
        voice.say("Save"),
        voice.say("Cancel"),
        fields,
        metadata=" ".join([*carried, CHANGED] if is_changed else carried),
        notice=notice,
    )


def mark(text: str) -> str:
    """What tells whether a text is another one, in 16 characters. Blanks and line ends do not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


MOST = {"introduction": 1_000, "report": 3_000, "thanks": 1_000, "heading": 150, "section": 3_000}
"""Characters of each text; Slack shows the long ones shortened, letters and the web in full."""


def _own_name(language: str) -> str:
    return (Locale.parse(language).get_display_name(language) or language).capitalize()
