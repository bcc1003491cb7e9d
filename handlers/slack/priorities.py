"""`/alliance priorities` and `/alliance progress`: what the Chair wants, and what was achieved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community import priorities
from community.names import HOUSE_LANGUAGES
from community.priorities import Which
from community.rights import Action, require
from handlers.slack import words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form, Lost
from templates import forms
from templates.messages import Message
from templates.slack import priorities as said


def register(desk: Desk) -> None:
    """Put the form on the desk; the commands are `/alliance`'s."""
    desk.form(Form(said.FORM, open_form, save))


async def answer_priorities(ask: Ask) -> Message:
    """The priorities; with `end 17 MARK` that one is ended first."""
    return await _answer(ask, Which.PRIORITIES)


async def answer_progress(ask: Ask) -> Message:
    """The progress report; with `end 17 MARK` that entry is ended first."""
    return await _answer(ask, Which.PROGRESS)


async def open_form(ask: Ask) -> Mapping[str, Any]:
    """The form for a new entry of `priorities` or `progress`, or with a number for that one."""
    which, number = _asked(ask.text)
    actor = await ask.actor()
    require(actor, Action.REPORT_PROGRESS)
    if not number:
        return said.form(ask.voice, which, None)
    entry = await priorities.to_change(ask.session, actor, which, number)
    if entry is None:
        return forms.closing(ask.voice, said.FORM, said.done(ask.templates, ask.voice, "gone"))
    return said.form(ask.voice, which, entry)


async def save(filled: Filled) -> Message | Lost:
    """Add the entry, or change the one that the form was opened for."""
    ask = filled.ask
    which, number = _asked(filled.metadata)
    texts = texts_of(ask, filled.values)
    actor, now = await ask.actor(), ask.voice.now
    if not number:
        await priorities.add(ask.session, actor, which, texts, now)
        return said.done(ask.templates, ask.voice, "added")
    seen = filled.metadata.split()[2]
    if await priorities.change(ask.session, actor, which, number, seen, texts, now):
        return said.done(ask.templates, ask.voice, "changed")
    return Lost(said.done(ask.templates, ask.voice, "gone"))


def texts_of(ask: Ask, values: Mapping[str, str]) -> dict[str, str]:
    """What was typed in each language of the house, the reader's own first, as the form has them."""
    order = sorted(HOUSE_LANGUAGES, key=lambda code: code != ask.voice.language)
    return {code: values.get(f"text_{code}", "") for code in order}


async def _answer(ask: Ask, which: Which) -> Message:
    what = ""
    word, *rest = [*ask.text.split(), "", "", ""][:3]
    if word == "end" and words.number(rest[0]) and not ask.shared:
        async with ask.services.database.writing() as session:
            actor = await ask.actor()
            done = await priorities.end(session, actor, which, words.number(rest[0]), rest[1], ask.voice.now)
            what = "ended" if done else "gone"
    found = await priorities.entries(ask.session, await ask.actor(), which)
    return said.page(ask.templates, ask.voice, found, what=what, shared=ask.shared, page=ask.page)


def _asked(text: str) -> tuple[Which, int]:
    """`progress 17` → the progress report, and the id of an entry; 0 for a new one."""
    which, number = [*text.split(), "", ""][:2]
    return (Which.PROGRESS if which == Which.PROGRESS else Which.PRIORITIES), words.number(number)
