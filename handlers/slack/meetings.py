"""`/events meetings`, `record 17` and `report 17`: a group's meetings, and the report of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import groups, meetings, reports
from community import minutes as minuting
from community.errors import NotFound
from community.minutes import Minutes
from community.reports import Came, NoteDraft
from community.rights import Action, require
from handlers.slack import other_business, words
from handlers.slack import reports as telling
from handlers.slack.asking import Answer, Ask
from handlers.slack.desk import Desk, Filled, Form, Lost
from handlers.slack.priorities import texts_of
from storage.vocabulary import NoteKind
from templates import forms as modal
from templates.messages import Message
from templates.slack import meetings as said
from templates.slack.meetings import forms


def register(desk: Desk) -> None:
    """Put the forms on the desk; the commands are `/events`'s."""
    desk.form(Form(forms.NOTE, open_note, save_note))
    desk.form(Form(forms.INTRODUCTION, open_introduction, save_introduction))
    desk.form(Form(forms.SEND_BACK, open_send_back, send_back))
    other_business.register(desk)


async def answer_meetings(ask: Ask) -> Message:
    """The meetings of the group that is named, or of the coordinating group."""
    key = meetings.COORDINATING
    if ask.text:
        key = groups.find_group(await groups.group_names(ask.session), ask.text)
    found = await meetings.series(
        ask.session, await ask.actor(), key, ask.voice.now, ask.today, ask.day, to_guests=ask.for_guests
    )
    return said.listing(ask.templates, ask.voice, found, shared=ask.shared, page=ask.page)


async def answer_report(ask: Ask) -> Message:
    """The report of a meeting; `17 send 3` and `17 publish 3` do so first, in that revision."""
    number, _, rest = ask.text.partition(" ")
    word, _, revision = rest.partition(" ")
    what = ""
    if word in _DECISIONS and not ask.shared:
        async with ask.services.database.writing() as session:
            here = replace(ask, session=session)
            what = await _DECISIONS[word](here, words.number(number), words.number(revision))
    found = await _minutes(ask, words.number(number))
    return said.report(ask.templates, ask.voice, found, what=what, shared=ask.shared, page=ask.page)


async def answer_record(ask: Ask) -> Message:
    """What was recorded at a meeting, for its organisers; `17 remove 3 MARK` removes that first."""
    number, word, note, seen = [*ask.text.split(), "", "", "", ""][:4]
    what = ""
    if words.meaning(word) == "remove":
        async with ask.services.database.writing() as session:
            here = replace(ask, session=session)
            came = await reports.remove_note(
                session, await here.actor(), words.number(number), words.number(note), seen, ask.voice.now
            )
            what = "removed" if came in _WRITTEN else "faster"
            if came in _WRITTEN:
                await telling.changed(here, await _minutes(here, words.number(number)), came)
    return said.record(
        ask.templates, ask.voice, await _to_record(ask, words.number(number)), what=what, page=ask.page
    )


async def open_note(ask: Ask) -> Mapping[str, Any]:
    """The form for a new point or decision, `17 decision`, or for what is recorded already, `17 3`."""
    number, _, which = ask.text.partition(" ")
    found = await _to_record(ask, words.number(number))
    kind = NoteKind.DECISION if which == NoteKind.DECISION else NoteKind.POINT
    if not words.number(which):
        return forms.note(ask.voice, found, kind, None)
    old = next((one for one in found.notes if one.id == words.number(which)), None)
    if old is None:
        raise NotFound("command", which)
    return forms.note(ask.voice, found, kind, old)


async def save_note(filled: Filled) -> Message | Lost:
    """Record it, or change it."""
    ask, values = filled.ask, filled.values
    number, note, seen = filled.metadata.split()
    texts = texts_of(ask, values)
    draft = NoteDraft(NoteKind(values["kind"]), texts, words.number(values["item"]) or None)
    came = await reports.save_note(
        ask.session, await ask.actor(), words.number(number), words.number(note), seen, draft, ask.voice.now
    )
    return await _saved(ask, words.number(number), came)


async def open_introduction(ask: Ask) -> Mapping[str, Any]:
    """The form for the words with which the report of a meeting begins."""
    found = await _to_record(ask, words.number(ask.text))
    return forms.introduction(ask.voice, found, reports.mark(found.introduction))


async def save_introduction(filled: Filled) -> Message | Lost:
    """Let it begin with them."""
    ask, (number, seen) = filled.ask, filled.metadata.split()
    texts = texts_of(ask, filled.values)
    came = await reports.introduce(
        ask.session, await ask.actor(), words.number(number), seen, texts, ask.voice.now
    )
    return await _saved(ask, words.number(number), came)


async def open_send_back(ask: Ask) -> Mapping[str, Any]:
    """The form for a reviewer's words, for `17 3`: the meeting, and the revision that was looked at."""
    require(await ask.actor(), Action.REVIEW_REPORT)
    number, _, revision = ask.text.partition(" ")
    found = await _minutes(ask, words.number(number))
    if found.revision != words.number(revision) or found.readable is not meetings.Readable.IN_REVIEW:
        page = said.report(ask.templates, ask.voice, found, what="faster")
        return modal.answer(ask.voice, page)
    return forms.send_back(ask.voice, found)


async def send_back(filled: Filled) -> Message | Lost:
    """Send it back, and tell those who organise the meeting why."""
    ask, typed = filled.ask, filled.values["words"]
    number, revision = (words.number(part) for part in filled.metadata.split())
    came = await reports.send_back(ask.session, await ask.actor(), number, revision, ask.voice.now)
    if came is not Came.DONE:
        return Lost(said.said(ask.templates, ask.voice, "lost"))
    await telling.decided(ask, await _minutes(ask, number), "sent_back", typed)
    return said.said(ask.templates, ask.voice, "sent_back")


async def _send(ask: Ask, number: int, revision: int) -> str:
    came = await reports.send(ask.session, await ask.actor(), number, revision, ask.voice.now)
    if came is not Came.DONE:
        return came.value
    await telling.sent(ask, await _minutes(ask, number))
    return "sent"


async def _publish(ask: Ask, number: int, revision: int) -> str:
    came = await reports.publish(ask.session, await ask.actor(), number, revision, ask.voice.now)
    if came is not Came.DONE:
        return came.value
    await telling.decided(ask, await _minutes(ask, number), "published")
    return "published"


async def _saved(ask: Ask, number: int, came: Came) -> Message | Lost:
    """What came of a form: what is recorded by now, or what was typed, where somebody was faster."""
    if came not in _WRITTEN:
        return Lost(said.said(ask.templates, ask.voice, "lost"))
    found = await _minutes(ask, number)
    await telling.changed(ask, found, came)
    return said.record(ask.templates, ask.voice, found, what="saved")


async def _to_record(ask: Ask, number: int) -> Minutes:
    """What was recorded at a meeting, for an organiser. Raises `NotAllowed`, `NotFound`, `Invalid`."""
    await reports.to_record(ask.session, await ask.actor(), number, ask.voice.now)
    return await _minutes(ask, number)


async def _minutes(ask: Ask, number: int) -> Minutes:
    return await minuting.minutes(
        ask.session, await ask.actor(), number, ask.voice.now, ask.today, ask.day, to_guests=ask.for_guests
    )


_WRITTEN = (Came.DONE, Came.VOIDED)
_DECISIONS = {"send": _send, "publish": _publish}
"""Words after the number of a report that act first."""

ANSWERS: Mapping[str, Answer] = {
    "meetings": answer_meetings,
    "meeting": answer_meetings,
    "report": answer_report,
    "record": answer_record,
    "aob": other_business.answer,
}
"""Words after `/events`, and who answers each."""
