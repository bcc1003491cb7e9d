"""Answers: by a form, from a message's menu, by a click; and who hears what became of a question."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import answers, deliveries, helplines, inquiries, questions
from community.answers import CLOSED, TO_ANSWER, TO_ASKER, TO_HIDDEN, Settled
from community.deliveries import Outgoing
from community.inquiries import Inquiry
from community.safeguards import looks_personal
from handlers.slack import hearing, newsletters, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form, Lost, Shortcut
from handlers.slack.hearing import Destination
from storage.deliveries import deliveries_about
from storage.vocabulary import QuestionState, Visibility
from templates.forms import sentences
from templates.messages import Message
from templates.slack import questions as said
from templates.slack.questions import forms

ACTS = ("close", "withdraw", "record", "partly", "leave")
"""The words after `/ask` that do something to a question, each followed by its number."""
RECORD, SURE = "record", "sure"
"""The word before a message's text, and the mark that what looks like a person's details was looked at."""
_REPLY = re.compile(r"\w+\s+\d+\s+([\d.]{1,32})\s+(.+)", re.DOTALL)
"""What a button below a reply carries: the word, the question, when the reply was written, and the reply."""


def register(desk: Desk) -> None:
    """Put the forms of answers on the desk, and the way to them from a message's menu."""
    desk.form(Form(forms.ANSWER, open_answer, answer))
    desk.form(Form(forms.CORRECT, open_correct, correct))
    desk.shortcut(
        Shortcut(
            "record_as_answer",
            "Record as answer",
            "Carry this message into the answer to a question",
            opens=forms.ANSWER,
            of_message=True,
            argument=RECORD,
        )
    )


async def act(ask: Ask, word: str) -> Message:
    """`close 17`, `withdraw 17`, `record 17 1763.01 text` and `partly` likewise, or `leave`."""
    if word == "leave":
        return said.left(ask.templates, ask.voice)
    number = words.number(ask.text.split()[1])
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        if word == "close":
            return await _close(here, number)
        if word == "withdraw":
            return await _withdraw(here, number)
        return await _record(here, number, is_partial=word == "partly")


async def open_answer(ask: Ask) -> Mapping[str, Any] | Message:
    """The form: for the question whose number was clicked, or with the text of a message after `record`."""
    word, _, rest = ask.text.partition(" ")
    number = words.number(ask.text)
    waiting = await answers.answerable(ask.session, await ask.actor(), ask.day, number=number)
    if not waiting:
        return said.said(ask.templates, ask.voice, "nothing")
    if number and waiting[0].state is QuestionState.CLOSED:
        return said.said(ask.templates, ask.voice, "closed")
    chosen = [waiting[0].id] if number or len(waiting) == 1 else []
    text = rest if word == RECORD else ""
    return forms.answer(ask.voice, waiting, chosen=chosen, text=text, metadata=str(number))


async def answer(filled: Filled) -> Message | Lost:
    """Record the answer; who asked hears of it. What looks like a person's details comes back once."""
    ask, values = filled.ask, filled.values
    actor = await ask.actor()
    first, _, sure = filled.metadata.partition(" ")
    if (details := looks_personal(values["text"])) and not sure:
        number = words.number(first)
        waiting = await answers.answerable(ask.session, actor, ask.day, number=number)
        helps = await helplines.lines_for(ask.session, "")
        notice = sentences(said.doubts(ask.templates, ask.voice, details, helps, what="answer"))
        raise filled.again(forms.answer(ask.voice, waiting, notice=notice, metadata=f"{number} {SURE}"))
    settled = await answers.answer(
        ask.session,
        actor,
        [words.number(number) for number in values["questions"].split(",")],
        values["text"],
        ask.reader.language,
        ask.voice.now,
        is_partial=values["whole"] == forms.PARTLY,
    )
    if settled is None:
        return Lost(closed(ask))
    await _tell(ask, settled)
    return said.said(ask.templates, ask.voice, "answered")


async def open_correct(ask: Ask) -> Mapping[str, Any]:
    """The form to correct the answer whose id was clicked."""
    number = words.number(ask.text)
    row = await answers.to_correct(ask.session, await ask.actor(), number)
    text, language = ask.voice.stored(row.text)
    return forms.correct(ask.voice, text, f"{number} {language}")


async def correct(filled: Filled) -> Message:
    """Correct it; what was told of it is changed where it stands. Here too details come back once."""
    ask, text = filled.ask, filled.values["text"]
    number, language, sure = [*filled.metadata.split(), ""][:3]
    if (details := looks_personal(text)) and not sure:
        helps = await helplines.lines_for(ask.session, "")
        notice = sentences(said.doubts(ask.templates, ask.voice, details, helps, what="answer"))
        again = forms.correct(ask.voice, text, f"{number} {language} {SURE}", notice=notice)
        raise filled.again(again)
    settled = await answers.correct(
        ask.session, await ask.actor(), words.number(number), text, language, ask.voice.now
    )
    await _tell(ask, settled)
    return said.said(ask.templates, ask.voice, "corrected")


def closed(ask: Ask) -> Message:
    """The question takes nothing any more."""
    return said.said(ask.templates, ask.voice, "closed")


async def tell_who_answers(ask: Ask, number: int) -> tuple[list[str], bool]:
    """Tell each of those who are to answer, directly; who they are, and whether they hold the role asked."""
    people, is_theirs = await questions.told(ask.session, number, ask.day)
    await _redraw(ask, number, is_theirs=is_theirs)
    item = await inquiries.current(ask.session, number)
    for there in await hearing.at_each(ask, people):
        message = said.to_answer(ask.templates, there.voice, item, is_theirs=is_theirs)
        await _put(
            ask, there, message, f"{item.about}:{item.revision}:{there.channel}", item.about, TO_ANSWER
        )
    return people, is_theirs


async def _close(ask: Ask, number: int) -> Message:
    actor = await ask.actor()
    asker = await answers.close(ask.session, actor, number, ask.voice.now)
    if asker is None:
        item = await questions.one(ask.session, actor, number, ask.day, to_guests=ask.for_guests)
        return said.one(ask.templates, ask.voice, item, what="closed_already")
    item = await inquiries.current(ask.session, number)
    await _redraw(ask, number)
    if asker:
        there = await hearing.at(ask, asker)
        hidden = item.is_pseudonymous
        message = said.closed(ask.templates, there.voice, None if hidden else item)
        key = f"{CLOSED}:{secrets.token_hex(8)}" if hidden else f"{item.about}:{CLOSED}"
        about, kind = (CLOSED, CLOSED) if hidden else (item.about, TO_ASKER)
        await _put(ask, there, message, key, about, kind)
    return said.one(ask.templates, ask.voice, item, what="closed")


async def _withdraw(ask: Ask, number: int) -> Message:
    done = await answers.withdraw(ask.session, await ask.actor(), number, ask.voice.now)
    if done:
        await _redraw(ask, number)
        if (await inquiries.current(ask.session, number)).visibility is Visibility.PUBLIC:
            await newsletters.redraw_ahead(ask)
    return said.done(ask.templates, ask.voice, "withdrawn" if done else "not_withdrawn")


async def _record(ask: Ask, number: int, *, is_partial: bool) -> Message:
    """Record the reply that a click carries, once however often it is clicked."""
    carried = _REPLY.fullmatch(ask.typed)
    ts, text = carried.groups() if carried else ("", "")
    actor, now = await ask.actor(), ask.voice.now
    settled = await answers.answer(
        ask.session, actor, [number], text, ask.reader.language, now, is_partial=is_partial,
        key=f"reply/{number}/{ts}",
    )  # fmt: skip
    if settled is not None:
        await _tell(ask, settled)
    item = await questions.one(ask.session, actor, number, ask.day, to_guests=ask.for_guests)
    return said.one(ask.templates, ask.voice, item, what="recorded" if settled else "recorded_already")


async def _tell(ask: Ask, settled: Settled) -> None:
    """Whoever asked hears of an answer, or sees it corrected; who is to answer sees that it is there."""
    for number in settled.questions:
        await _redraw(ask, number)
        item = await inquiries.current(ask.session, number)
        asker = await answers.asker_of(ask.session, number)
        if asker is None or item.by == ask.user:
            continue
        given = next(one for one in item.answers if one.id == settled.answer)
        there = await hearing.at(ask, asker.slack_id)
        message = said.answered(ask.templates, there.voice, item, given)
        kind = TO_HIDDEN if item.is_pseudonymous else TO_ASKER
        await _put(ask, there, message, f"{item.about}:answer:{given.id}", item.about, kind)


async def _redraw(ask: Ask, number: int, *, is_theirs: bool = True) -> None:
    """What stands before those who are to answer says how it is now; what nobody needs is not sent."""
    item = await inquiries.current(ask.session, number)
    rows = await deliveries_about(ask.session, item.about, (TO_ANSWER,))
    for row in rows:
        if _is_needed(item) or not deliveries.cancelled(row):
            there = await hearing.at(ask, row.channel)
            message = said.to_answer(ask.templates, there.voice, item, is_theirs=is_theirs)
            await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)


def _is_needed(item: Inquiry) -> bool:
    return item.is_open or item.state is QuestionState.REMARK


async def _put(ask: Ask, there: Destination, message: Message, key: str, about: str, kind: str) -> None:
    outgoing = Outgoing(key, about, kind, there.channel, there.voice.language, message.payload())
    await deliveries.put(ask.session, outgoing, ask.voice.now, due=there.due)
