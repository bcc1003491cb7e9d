"""`/events agenda 17` and `/events feeds 17 18`: an event's agenda, and what its results go into."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from community import agendas, deliveries, feeding, programmes
from community.agendas import Presenter
from community.deliveries import Outgoing
from community.errors import NotFound
from community.programmes import Changed, Draft
from handlers.slack import cards, hearing, words
from handlers.slack.asking import Answer, Ask
from handlers.slack.desk import Desk, Filled, Form
from storage.vocabulary import SessionFormat
from templates.messages import Message
from templates.slack import agendas as said

SPEAKER = "speaker"
"""The kind of delivery that tells members that they present something, or do no more."""


def register(desk: Desk) -> None:
    """Put the forms on the desk; the commands are `/events`'s."""
    desk.form(Form(said.ITEM, open_item, save_item))
    desk.form(Form(said.SPEAKER, open_speaker, save_speaker))


async def answer_agenda(ask: Ask) -> Message:
    """The agenda of an event; with `17 remove 3` or `17 up 3`, that item is removed or moved up first."""
    number, _, rest = ask.text.partition(" ")
    word, _, item = rest.partition(" ")
    if word and not ask.shared:
        return await _changed(ask, words.number(number), words.meaning(word) or word, words.number(item))
    return await _agenda(ask, words.number(number))


async def answer_feeds(ask: Ask) -> Message:
    """Say that the results of the first event go into the second; with "not" between, that they do not."""
    parts = ask.text.split()
    link = len(parts) == 2
    if ask.shared or not (link or (len(parts) == 3 and words.meaning(parts[1]) == "not")):
        raise NotFound("command", ask.text)
    numbers = words.number(parts[0]), words.number(parts[-1])
    async with ask.services.database.writing() as session:
        inside = replace(ask, session=session)
        came, event, later = await feeding.feed(
            session, await inside.actor(), *numbers, ask.voice.now, ask.day, link=link
        )
        await cards.redraw(inside, event.ref)
        await cards.redraw(inside, later.ref)
    return said.fed(ask.templates, ask.voice, came, event, later)


async def open_item(ask: Ask) -> Mapping[str, Any]:
    """The form for a new item of an event, `17`, or for one of its items, `17 3`."""
    number, _, item = ask.text.partition(" ")
    found = await agendas.to_change(ask.session, await ask.actor(), words.number(number), ask.today)
    return said.item(ask.voice, found.event, found.item(words.number(item)) if item else None)


async def save_item(filled: Filled) -> Message:
    """Save it, and tell its speakers."""
    ask, (number, item) = filled.ask, _metadata(filled)
    changed = await programmes.save(
        ask.session, await ask.actor(), number, item, _draft(filled), ask.voice.now
    )
    await _tell(ask, changed)
    return await _agenda(ask, number, "saved")


async def open_speaker(ask: Ask) -> Mapping[str, Any]:
    """The form to replace a speaker of an event."""
    number = words.number(ask.text)
    found = await agendas.to_change(ask.session, await ask.actor(), number, ask.today)
    if not any(one.speakers for one in found.items):
        raise NotFound("command", ask.text)
    return said.speaker(ask.templates, ask.voice, found)


async def save_speaker(filled: Filled) -> Message:
    """Let somebody else present, and tell both."""
    ask, (number, _) = filled.ask, _metadata(filled)
    speaker = words.number(filled.values["speaker"])
    changed = await programmes.replace_speaker(
        ask.session, await ask.actor(), number, speaker, _draft(filled), ask.voice.now
    )
    await _tell(ask, changed)
    return await _agenda(ask, number, "saved")


async def _agenda(ask: Ask, number: int, changed: str = "") -> Message:
    found = await agendas.agenda(
        ask.session, await ask.actor(), number, ask.today, to_guests=ask.voice.to_channel
    )
    return said.listing(ask.templates, ask.voice, found, changed=changed, shared=ask.shared, page=ask.page)


async def _changed(ask: Ask, number: int, word: str, item: int) -> Message:
    async with ask.services.database.writing() as session:
        inside = replace(ask, session=session)
        actor, now = await inside.actor(), ask.voice.now
        if word == "remove":
            gone = await programmes.remove(session, actor, number, item, now)
            await _call_off(inside, gone or ())
            done = "gone" if gone is None else "removed"
        elif word == "up":
            moved = await programmes.move_up(session, actor, number, item, now)
            done = "moved" if moved else "first"
        else:
            raise NotFound("command", ask.text)
        return await _agenda(inside, number, done)


async def _tell(ask: Ask, changed: Changed) -> None:
    """Tell members that they present something, or that somebody else does; each once."""
    await _call_off(ask, [*changed.gone, *(one.id for one in changed.replaced)])
    await _told(ask, changed, changed.new, "on")
    await _told(ask, changed, changed.replaced, "off")


async def _told(ask: Ask, changed: Changed, speakers: Sequence[Presenter], what: str) -> None:
    for one in speakers:
        if one.slack_id is None or one.slack_id == ask.user:
            continue
        there = await hearing.at(ask, one.slack_id)
        message = said.told(ask.templates, there.voice, changed.event, changed.item, what)
        about = f"{SPEAKER}:{one.id}"
        outgoing = Outgoing(
            f"{about}:{what}", about, SPEAKER, one.slack_id, there.voice.language, message.payload()
        )
        await deliveries.put(ask.session, outgoing, ask.voice.now, due=there.due)


async def _call_off(ask: Ask, speakers: Collection[int]) -> None:
    """What was not sent yet to speakers who present no more is not sent."""
    for one in speakers:
        await deliveries.call_off(ask.session, f"{SPEAKER}:{one}", (SPEAKER,))


def _draft(filled: Filled) -> Draft:
    values = filled.values
    chosen = values.get("format", said.NO_FORMAT)
    return Draft(
        title=values.get("title", ""),
        language=filled.ask.voice.language,
        format=None if chosen in ("", said.NO_FORMAT) else SessionFormat(chosen),
        day=filled.day("day"),
        starts_at=filled.hour("starts_at"),
        ends_at=filled.hour("ends_at"),
        people=tuple(one for one in values["people"].split(",") if one),
        organisations=values["organisations"],
        name=values["name"],
    )


def _metadata(filled: Filled) -> tuple[int, int]:
    number, _, item = filled.metadata.partition(" ")
    return words.number(number), words.number(item)


ANSWERS: Mapping[str, Answer] = {"agenda": answer_agenda, "feeds": answer_feeds}
"""Words after `/events`, and who answers each."""
