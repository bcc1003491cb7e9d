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

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TypeVar

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from community import groups
from community.audit import note
from community.errors import Ambiguous, Asked, Invalid, NotAllowed, NotFound
from community.members import Reader, channel_reader, reader_from
from community.rights import actor_of
from handlers.slack import words
from handlers.slack.asking import Ask, Services, split
from handlers.slack.desk import HELP_COMMAND, Desk
from handlers.slack.kept import Answered, Question
from handlers.slack.people import UNANSWERED
from handlers.work import failed, reference, told_why_not
from storage.pathfinders import named_places
from templates.messages import Button, Message
from templates.slack import errors as said
from templates.voice import Voice

Made = TypeVar("Made")

DATABASE_AWAY = (DBAPIError, PoolTimeoutError, OSError, TimeoutError)
WRONG_STATEMENTS = (ProgrammingError, IntegrityError, DataError, NotSupportedError)
WRONG_CLASSES = ("0A", "22", "23", "42")
"""The same by what PostgreSQL calls them (its manual, appendix A): asyncpg's dialect knows no `DataError`."""


async def answer(
    desk: Desk, services: Services, line: str, user: str, *, in_public: bool = False
) -> Answered:
    """Answer a line for a person. `in_public` is for a thread that others read. Never raises."""
    try:
        asked, voice = await put(services, line, user, in_public=in_public)
        if not asked.reader.known:
            asked = replace(asked, reader=await services.read_as(asked.reader, user))
            voice = Voice.to(asked.reader, voice.moment, services.names, to_channel=in_public)
        if kept := services.store.find(asked, voice):
            return kept
        async with services.making:
            return services.store.find(asked, voice) or await _made(desk, services, asked, voice)
    except Exception as error:
        return Answered(_fault(services, services.default_reader, line, error), services.default_reader)


async def put(services: Services, line: str, user: str, *, in_public: bool = False) -> tuple[Question, Voice]:
    """A line as the question of a person, and the voice to answer with. Raises what the database raises."""
    glance = await services.database.glances.of(user)
    reader = reader_from(glance, services.default_reader)
    voice = Voice.to(reader, services.clock(), services.names, to_channel=in_public)
    return Question(glance.mark, line, reader, user, in_public), voice


async def _made(desk: Desk, services: Services, asked: Question, voice: Voice) -> Answered:
    """An answer made now, and kept if it serves again: what wrote something does not."""
    database, looked = services.database, set[str]()

    def wrote(session: AsyncSession) -> None:
        voice.made_of.once = True
        database.committed(session)

    watched = replace(services, database=replace(database, committed=wrote))
    async with database.reading(looked) as session:
        name, text, full, page = _parse(asked.line)
        whole = asked.line.partition(" ")[2].strip()
        ask = Ask(watched, session, asked.reader, voice, asked.user, text, full, page, whole=whole)
        message = await refused(ask, name, lambda: desk.answer_of(name)(ask))
    answered = Answered(
        message, replace(asked.reader, member_id=None), meets=not voice.made_of.leaves_nothing
    )
    if not looked:
        services.store.keep(asked, voice, answered)
    return answered


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


def is_ours(error: Exception) -> bool:
    """Whether a fault is ours to mend: a database or a Slack that is away is not, and passes."""
    if isinstance(error, DBAPIError) and _is_wrong(error.orig):
        return True
    return isinstance(error, WRONG_STATEMENTS) or not isinstance(error, (*DATABASE_AWAY, *UNANSWERED))


def _is_wrong(error: BaseException | None) -> bool:
    """Whether it is the statement or its values that a database's driver refuses."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_ERROR":
        return True  # SQLite's name for a wrong statement, which it tells with those of a broken file
    if (getattr(error, "sqlstate", None) or "").startswith(WRONG_CLASSES):
        return True
    return isinstance(getattr(error, "__cause__", None), ValueError)  # asyncpg's, of what it cannot send


def _parse(line: str) -> tuple[str, str, bool, int]:
    name, _, rest = line.partition(" ")
    text, full, page = split(rest)
    return HELP_COMMAND if words.meaning(text) == "help" else name, text, full, page


async def refused(ask: Ask, command: str, call: Callable[[], Awaitable[Made]]) -> Made | Message:
    """What `call` makes, or the sentence for why not. A refusal for want of a right is written down."""
    try:
        return await call()
    except (NotFound, Ambiguous, Invalid, NotAllowed) as refusal:
        told_why_not()
        return await _why_not(ask, command, refusal)


async def _why_not(ask: Ask, command: str, refusal: NotFound | Ambiguous | Invalid | NotAllowed) -> Message:
    if isinstance(refusal, NotFound):
        nearest = await _buttons(ask, command, refusal.asked, refusal.nearest)
        return said.not_found(ask.templates, ask.voice, refusal.asked, refusal.query, nearest)
    if isinstance(refusal, Ambiguous):
        choices = await _buttons(ask, command, refusal.asked, refusal.keys)
        return said.ambiguous(ask.templates, ask.voice, refusal.asked, refusal.query, choices)
    if isinstance(refusal, Invalid):
        return said.invalid(ask.templates, ask.voice, refusal.field, refusal.reason, refusal.value)
    await write_down(ask.services, ask.user, refusal)
    return said.not_allowed(ask.templates, ask.voice, refusal.who, refusal.why)


async def write_down(services: Services, user: str, refusal: NotAllowed) -> None:
    """Note in the audit that somebody was refused, in a transaction of its own: theirs was rolled back.

    They are told why even if that cannot be noted.
    """
    try:
        async with services.database.writing() as session:
            now = services.clock()
            actor = await actor_of(session, user, now.date())
            note(session, actor, "refused", refusal.action, now)
    except DATABASE_AWAY as error:
        structlog.get_logger().error("refusal_not_noted", error=type(error).__name__)


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
    ours = is_ours(error)
    failed(error, is_ours=ours)
    number = reference()
    structlog.get_logger().error(
        "answer_failed",
        reference=number,
        command=line.partition(" ")[0],
        error=type(error).__name__,
        exc_info=error,
    )
    voice = Voice.to(reader, services.clock(), services.names)
    is_away = not ours and isinstance(error, DATABASE_AWAY)
    return said.fault(services.templates, voice, number, database=is_away)
