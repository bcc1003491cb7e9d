"""Meetings: a group's series, what was recorded at each, its report and its review, and other business."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale

from community.agendas import Item
from community.events import Happening
from community.meetings import Readable, Series
from community.minutes import Lacking, Minutes
from community.other_business import Business, Closed, is_open
from community.paging import listed
from storage.vocabulary import EventKind, NoteKind, Visibility
from templates.messages import Button, Message, Templates, turning
from templates.slack.commitments.forms import ADD as PROMISE
from templates.slack.meetings import forms
from templates.voice import Voice

LISTED = 7
"""Meetings, notes or proposals a page, so that each has its buttons below Slack's limit of 25 in a row."""
MOST_LACKING = 5
"""Texts wanting in a language that have a button of their own."""


def listing(
    templates: Templates, voice: Voice, found: Series, *, shared: bool = False, page: int = 1
) -> Message:
    """The meetings of a group, latest first."""
    line = f"/events meetings {found.group}"
    shown = listed(found.lines, page, LISTED)
    buttons = []
    for n, one in () if shared else shown.entries:
        buttons.append(Button(voice.say("Open %(n)s", n=n), f"/events show {one.event.id}"))
        if one.readable:
            buttons.append(Button(voice.say("Report %(n)s", n=n), f"/events report {one.event.id}"))
    buttons += turning(voice, line, shown)
    if not shared:
        buttons.append(Button(voice.say("Share here"), line, share=True))
    return templates.message("meetings/list", voice, buttons=buttons, series=found, shown=shown)


def buttons(voice: Voice, event: Happening, *, readable: bool, to_members: bool) -> list[Button]:
    """What an event's card offers of a meeting: other business before it, what was recorded afterwards."""
    found = []
    if readable:
        found.append(Button(voice.say("Report"), f"/events report {event.id}"))
    if to_members and is_open(event, voice.now):
        found.append(Button(voice.say("Any other business"), f"/events aob {event.id}"))
    return found


def managing(voice: Voice, event: Happening) -> list[Button]:
    """What the page to manage an event offers for a meeting, from its first day on."""
    ahead = event.when.start is not None and event.when.start > voice.today
    if event.kind is not EventKind.MEETING or event.is_proposed or ahead:
        return []
    return [Button(voice.say("Record"), f"/events record {event.id}")]


def record(templates: Templates, voice: Voice, minutes: Minutes, *, what: str = "", page: int = 1) -> Message:
    """What was recorded, for organisers, with what they may do. `what` was just done."""
    number = minutes.event.id
    line = f"/events record {number}"
    shown = listed(minutes.notes, page, LISTED)
    buttons = [
        Button(voice.say("Add a point"), f"{number} {NoteKind.POINT}", opens=forms.NOTE, first=True),
        Button(voice.say("Add a decision"), f"{number} {NoteKind.DECISION}", opens=forms.NOTE),
        Button(voice.say("Add a commitment"), f"meeting {number}", opens=PROMISE),
    ]
    for n, one in shown.entries:
        buttons.append(Button(voice.say("Change %(n)s", n=n), f"{number} {one.id}", opens=forms.NOTE))
        buttons.append(
            Button(
                voice.say("Remove %(n)s", n=n),
                f"{line} remove {one.id} {one.seen}",
                confirm=voice.say("What was recorded here leaves the report."),
            )
        )
    buttons += turning(voice, line, shown)
    buttons.append(Button(voice.say("Introduction"), str(number), opens=forms.INTRODUCTION))
    buttons.append(Button(voice.say("Report"), f"/events report {number}"))
    return templates.message(
        "meetings/record", voice, buttons=buttons, personal=True, minutes=minutes, shown=shown, what=what,
        under={note.id: part.item for part in minutes.parts for note in part.notes},
        lacks=_lacks(voice, minutes.lacks),
    )  # fmt: skip


def report(
    templates: Templates,
    voice: Voice,
    minutes: Minutes,
    *,
    what: str = "",
    shared: bool = False,
    page: int = 1,
) -> Message:
    """What may be read of a meeting. `what` says what was just done: a word of `meetings/done.j2`."""
    buttons = [] if shared else _of_a_report(voice, minutes)
    event = minutes.event
    return templates.message(
        "meetings/report", voice, buttons=buttons, command=f"/events report {event.id}", page=page,
        personal=minutes.readable in (Readable.DRAFT, Readable.IN_REVIEW), minutes=minutes, event=event,
        what=what, lacks=_lacks(voice, minutes.lacks), changed=_was_corrected(minutes),
    )  # fmt: skip


def to_review(templates: Templates, voice: Voice, minutes: Minutes, sender: str) -> Message:
    """A report that waits, before those who review it."""
    buttons = [
        Button(voice.say("Read the report"), f"/events report {minutes.event.id}"),
        *_deciding(voice, minutes),
    ]
    decisions = sum(one.kind is NoteKind.DECISION for one in minutes.notes)
    return templates.message(
        "meetings/review", voice, buttons=buttons, minutes=minutes, event=minutes.event, sender=sender,
        points=len(minutes.notes) - decisions, decisions=decisions, lacks=_lacks(voice, minutes.lacks),
    )  # fmt: skip


def became(templates: Templates, voice: Voice, event: Happening, what: str, words: str = "") -> Message:
    """What became of a report: `published`, `sent_back` (with a reviewer's `words`), `voided`, `decided`."""
    buttons = [Button(voice.say("Read the report"), f"/events report {event.id}")]
    return templates.message("meetings/became", voice, buttons=buttons, event=event, what=what, words=words)


def said(templates: Templates, voice: Voice, what: str) -> Message:
    """The last page of a form; `lost` where somebody was faster."""
    return templates.message("meetings/said", voice, what=what)


def business(
    templates: Templates,
    voice: Voice,
    found: Business,
    *,
    what: str = "",
    shared: bool = False,
    page: int = 1,
) -> Message:
    """What was proposed for a meeting, and the way to propose something. `what` was just done."""
    number = found.event.id
    line = f"/events aob {number}"
    shown = listed(found.proposals, page, LISTED)
    buttons = []
    if not shared:
        if found.may_propose:
            propose = Button(voice.say("Propose something"), str(number), opens=forms.BUSINESS, first=True)
            buttons.append(propose)
        buttons += [
            Button(
                voice.say("Withdraw %(n)s", n=n),
                f"{line} withdraw {one.item.id}",
                confirm=voice.say("It leaves the agenda."),
            )
            for n, one in shown.entries
            if one.may_withdraw
        ]
        if found.closed is Closed.OUTSIDE and found.event.group:
            buttons.append(Button(voice.say("Join"), f"/actiongroup {found.event.group} join"))
    buttons += turning(voice, line, shown)
    buttons.append(Button(voice.say("Show the event"), f"/events show {number}"))
    return templates.message(
        "meetings/business", voice, buttons=buttons, found=found, event=found.event, shown=shown, what=what
    )


def proposed(
    templates: Templates, voice: Voice, event: Happening, item: Item | None, by: str, what: str
) -> Message:
    """To those who organise a meeting: something was proposed for it, or withdrawn again."""
    button = Button(voice.say("Show what was proposed"), f"/events aob {event.id}")
    return templates.message(
        "meetings/proposed", voice, buttons=[button], event=event, item=item, by=by, what=what
    )


def _of_a_report(voice: Voice, minutes: Minutes) -> list[Button]:
    """What a reader of the report may do with it."""
    event, found = minutes.event, list[Button]()
    number = event.id
    if minutes.readable is Readable.DRAFT and minutes.revision:
        send = f"/events report {number} send {minutes.revision}"
        found.append(Button(voice.say("Send for review"), send, first=not minutes.may_review))
    if minutes.may_review and minutes.revision and minutes.readable in (Readable.DRAFT, Readable.IN_REVIEW):
        found += _deciding(voice, minutes)
    if minutes.may_record:
        found.append(Button(voice.say("Record"), f"/events record {number}"))
        found += [_to_write(voice, number, one) for one in minutes.lacks[:MOST_LACKING]]
    is_out = minutes.readable in (Readable.PUBLISHED, Readable.FROM_RECORD)
    if is_out and event.visibility is Visibility.PUBLIC:
        found.append(Button(voice.say("Share here"), f"/events report {number}", share=True))
    found.append(Button(voice.say("Show the event"), f"/events show {number}"))
    if event.group:
        found.append(Button(voice.say("All meetings"), f"/events meetings {event.group}"))
    return found


def _deciding(voice: Voice, minutes: Minutes) -> list[Button]:
    seen = f"{minutes.event.id} {minutes.revision}"
    publish = Button(
        voice.say("Publish"),
        f"/events report {minutes.event.id} publish {minutes.revision}",
        confirm=voice.say("From then on, whoever may see the meeting reads its report."),
    )
    if minutes.readable is not Readable.IN_REVIEW:
        return [publish]
    return [publish, Button(voice.say("Send back"), seen, opens=forms.SEND_BACK)]


def _to_write(voice: Voice, event: int, one: Lacking) -> Button:
    if not one.n:
        return Button(voice.say("Write the introduction"), str(event), opens=forms.INTRODUCTION)
    return Button(voice.say("Write %(n)s", n=one.n), f"{event} {one.note}", opens=forms.NOTE)


def _lacks(voice: Voice, lacking: Sequence[Lacking]) -> list[str]:
    """What is wanting, such as "3: French, Spanish"."""
    found = []
    for one in lacking:
        names = [Locale.parse(code).get_language_name(voice.language) or code for code in one.languages]
        what = voice.say("no. %(n)s", n=one.n) if one.n else voice.say("the introduction")
        found.append(f"{what} ({', '.join(names)})")
    return found


def _was_corrected(minutes: Minutes) -> bool:
    return bool(
        minutes.corrected_at and minutes.published_at and minutes.corrected_at >= minutes.published_at
    )
