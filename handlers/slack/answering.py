"""From a line such as `/pathfinder Nepal` to its answer, whatever happens on the way.

The table of what is said when something does not work, in this order:

| raised                         | said                                                      | logged |
|--------------------------------|-----------------------------------------------------------|--------|
| `NotFound`                     | what was not found, the nearest names as buttons          | no     |
| `Ambiguous`                    | "may mean more than one", each as a button                | no     |
| `Invalid`                      | what cannot be taken, and what can                        | no     |
| `NotAllowed`                   | who may do it                                             | audit  |
| the database does not answer   | an apology, "try again in a minute", a reference number   | yes    |
| anything else                  | an apology, a reference number                            | yes    |
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from community import groups
from community.audit import note
from community.errors import Ambiguous, Asked, Invalid, NotAllowed, NotFound
from community.members import Reader, channel_reader, reader_of
from community.rights import actor_of
from handlers.slack.asking import Ask, Services, split
from handlers.slack.desk import Desk
from storage.pathfinders import named_places
from templates.messages import Button, Message
from templates.slack import errors as said
from templates.voice import Voice

Made = TypeVar("Made")

DATABASE_AWAY = (DBAPIError, PoolTimeoutError, OSError)


@dataclass(frozen=True)
class Answered:
    """An answer, and for whom it was made."""

    message: Message
    reader: Reader


async def answer(
    desk: Desk, services: Services, line: str, user: str, *, in_public: bool = False
) -> Answered:
    """Answer a line for a person. `in_public` is for a thread that others read. Never raises."""
    try:
        async with services.database.reading() as session:
            reader = await reader_of(session, user, services.default_reader)
            voice = Voice.to(reader, services.clock(), services.names, to_channel=in_public)
            name, text, full, page = _parse(line)
            typed = line.partition(" ")[2].strip()
            ask = Ask(services, session, reader, voice, user, text, full, page, typed=typed)
            return Answered(await refused(ask, name, lambda: desk.answer_of(name)(ask)), reader)
    except Exception as error:
        return Answered(_fault(services, services.default_reader, line, error), services.default_reader)


async def answer_for_channel(
    desk: Desk, services: Services, line: str, user: str, channel: str
) -> tuple[Message, Voice]:
    """The same answer in a channel's language, without a second "Share here", and the voice that speaks it.

    Raises what goes wrong: the caller tells the person who asked for it.
    """
    async with services.database.reading() as session:
        reader = await channel_reader(session, channel, services.default_reader)
        voice = Voice.to(reader, services.clock(), services.names, to_channel=True)
        name, text, full, page = _parse(line)
        ask = Ask(services, session, reader, voice, user, text, full, page, shared=True)
        return await desk.answer_of(name)(ask), voice


def fault_for(services: Services, reader: Reader, line: str, error: Exception) -> Message:
    """Log a fault of ours and say sorry, with the number under which the log tells more."""
    return _fault(services, reader, line, error)


def _parse(line: str) -> tuple[str, str, bool, int]:
    name, _, rest = line.partition(" ")
    return name, *split(rest)


async def refused(ask: Ask, command: str, call: Callable[[], Awaitable[Made]]) -> Made | Message:
    """What `call` makes, or the sentence for why not. A refusal for want of a right is written down."""
    try:
        return await call()
    except NotFound as refusal:
        nearest = await _buttons(ask, command, refusal.asked, refusal.nearest)
        return said.not_found(ask.templates, ask.voice, refusal.asked, refusal.query, nearest)
    except Ambiguous as refusal:
        choices = await _buttons(ask, command, refusal.asked, refusal.keys)
        return said.ambiguous(ask.templates, ask.voice, refusal.asked, refusal.query, choices)
    except Invalid as refusal:
        return said.invalid(ask.templates, ask.voice, refusal.field, refusal.reason, refusal.value)
    except NotAllowed as refusal:
        await write_down(ask.services, ask.user, refusal)
        return said.not_allowed(ask.templates, ask.voice, refusal.who, refusal.why)


async def write_down(services: Services, user: str, refusal: NotAllowed) -> None:
    """Note in the audit that somebody was refused, in a transaction of its own: theirs was rolled back."""
    async with services.database.writing() as session:
        now = services.clock()
        actor = await actor_of(session, user, now.date())
        note(session, actor, "refused", refusal.action, now)


async def _buttons(ask: Ask, command: str, asked: Asked, keys: Iterable[str]) -> list[Button]:
    """A button for each thing that may have been meant, asking the same command for it."""
    keys = list(keys)
    if asked in ("place", "event", "commitment") and keys:
        stored = {place.key: place.names for place in await named_places(ask.session)}
        named = {key: _place_label(ask, key, stored.get(key)) for key in keys}
        return [Button(named[key], f"{command} {key}") for key in keys]
    if asked == "group" and keys:
        names = {option.key: dict(option.names) for option in await groups.group_names(ask.session)}
        return [Button(ask.voice.words(names[key]), f"{command} {key}") for key in keys]
    prefix = {"zone": "settings zone ", "term": "glossary "}.get(asked, "")
    return [Button(key, f"{command} {prefix}{key}") for key in keys]


def _place_label(ask: Ask, key: str, names: dict[str, str] | None) -> str:
    return ask.voice.words(names) if names else ask.services.names.of(key, ask.voice.language)


def _fault(services: Services, reader: Reader, line: str, error: Exception) -> Message:
    reference = secrets.token_hex(3).upper()
    structlog.get_logger().error(
        "answer_failed",
        reference=reference,
        command=line.partition(" ")[0],
        error=type(error).__name__,
        exc_info=error,
    )
    voice = Voice.to(reader, services.clock(), services.names)
    return said.fault(services.templates, voice, reference, database=isinstance(error, DATABASE_AWAY))
