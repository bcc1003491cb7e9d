"""`/events subscribe`: the addresses of calendars, and a new one for one's own."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from community import calendars, groups, pathfinders
from community.calendars import Named
from community.errors import Ambiguous, NotFound
from community.events import Happening
from handlers.slack import words
from handlers.slack.asking import Ask
from storage.vocabulary import Visibility
from templates.messages import Message
from templates.slack import calendars as said


async def answer(ask: Ask) -> Message:
    """Where one subscribes; `new` makes a new address first, `new 3` only if the present one is the third.

    One's own address is shown to oneself alone: where others read, it is left out.
    """
    changed, about = "", Named()
    if (version := _renewed(ask.text)) is not None:
        async with ask.services.database.writing() as session:
            actor = await replace(ask, session=session).actor()
            done = await calendars.renew(session, actor, ask.voice.now, version if version >= 0 else None)
        changed = "new" if done else "new_already"
    elif ask.text:
        about = await _about(ask)
    own, links = await calendars.own_of(ask.session, await ask.actor()), ask.services.links
    address = ""
    if own and links.signs and not ask.voice.to_channel:
        address = links.own_calendar(own.member_id, own.version)
    return said.page(
        ask.templates, ask.voice,
        own=address, version=own.version if own else 0, signs=links.signs,
        everything=links.calendar(ask.voice.language), about=about,
        address=links.calendar(ask.voice.language, about.topic) if about.topic else "",
        changed=changed,
    )  # fmt: skip


async def file_of(ask: Ask, event: Happening) -> str:
    """The address of an event as a file; empty where it has no day, or no link can be signed for it.

    That of an event which is not for everybody is the asker's own, and never given where others read.
    """
    links = ask.services.links
    if not calendars.is_dated(event) or event.is_proposed:
        return ""
    if event.visibility is Visibility.PUBLIC:
        return links.event_file(ask.voice.language, event.id)
    own = await calendars.own_of(ask.session, await ask.actor())
    if own is None or not links.signs or ask.voice.to_channel:
        return ""
    return links.own_event(own.member_id, own.version, event.id)


def _renewed(text: str) -> int | None:
    """The version after `new`, -1 for whichever it is; None if no new address is asked for."""
    word, _, version = text.partition(" ")
    if words.meaning(word) != "new" or not (version == "" or (version.isascii() and version.isdigit())):
        return None
    return int(version[:9]) if version else -1


async def _about(ask: Ask) -> Named:
    """The group or the place meant. Raises `Ambiguous` or `NotFound`."""
    with contextlib.suppress(NotFound, Ambiguous):
        key = groups.find_group(await groups.group_names(ask.session), ask.text)
        return await calendars.named(ask.session, ask.services.names, "group", key)
    key = await pathfinders.find_place(ask.session, ask.services.names, ask.text, ask.reader.locale)
    return await calendars.named(ask.session, ask.services.names, "place", key)
