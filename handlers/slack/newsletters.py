"""Editions on their way: drafted by the clock, put before editors, frozen for each channel, kept right."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from community import deliveries, editions, issues, reopening
from community.deliveries import Outgoing
from community.editions import Edit
from community.issues import PART, Issue, Texts
from community.members import Reader
from community.names import HOUSE_LANGUAGES
from community.rights import Action, require
from handlers import letters
from handlers.slack import hearing, words
from handlers.slack.asking import Ask, Services
from handlers.slack.desk import Desk, Filled, Form, Lost
from storage.deliveries import deliveries_about, failed_about
from storage.switches import sending_stopped
from storage.vocabulary import EditionState, Quiet
from templates.messages import Message
from templates.slack import editions as said
from templates.slack import updates
from templates.voice import Voice

DRAFT = "draft"
"""The kind of delivery that puts an edition before the editors."""


def register(desk: Desk) -> None:
    """Put the form of an edition on the desk."""
    desk.form(Form(said.EDIT, open_edit, edit))


async def open_edit(ask: Ask) -> Mapping[str, Any] | Message:
    """The form to change an edition, for `17 2 fr`: its id, its revision, the language of the texts.

    The language is the editor's own where none is named. What went out, or never does, is only shown.
    """
    require(await ask.actor(), Action.SEND_EDITION)
    number, _, rest = ask.text.partition(" ")
    language = rest.partition(" ")[2]
    issue = await issues.one(ask.session, words.number(number))
    if not issue.is_open(ask.voice.now):
        return said.draft(ask.templates, ask.voice, issue, "faster")
    return said.edit(ask.voice, issue, language if language in HOUSE_LANGUAGES else ask.voice.language)


async def edit(filled: Filled) -> Message | Lost:
    """Change it; it waits for approval anew. If it was changed meanwhile, the form comes once more.

    It holds then what they typed, and what somebody else wrote where they typed nothing.
    """
    ask, values = filled.ask, filled.values
    first, second, language, *marks = filled.metadata.split()
    opened = dict(zip(said.TEXTS, marks, strict=False))  # a form of an older version carries no marks
    parts = {name: values[name] for name in said.TEXTS}
    if said.CHANGED in marks:  # what was left empty takes nothing away from whoever changed it
        stands = await issues.one(ask.session, words.number(first))
        theirs = stands.texts.get(language) or Texts(language)
        parts = {name: typed or getattr(theirs, name) for name, typed in parts.items()}
    hidden = frozenset(filter(None, (values.get("hidden") or "").split(",")))
    top = tuple(one for one in (values.get("first") or "").split(",") if one and one not in hidden)
    number, revision = words.number(first), words.number(second)
    changes = Edit(Texts(language, **parts), hidden, top)
    issue = await editions.edit(ask.session, await ask.actor(), number, revision, changes, ask.voice.now)
    if issue is None:
        stands = await issues.one(ask.session, number)
        if not stands.is_open(ask.voice.now):
            return Lost(updates.lost(ask.templates, ask.voice))
        untouched = {name for name in said.TEXTS if said.mark(values[name]) == opened.get(name)}
        written = {
            name: typed for name, typed in filled.state.items() if values.get(name) and name not in untouched
        }
        raise replace(filled, state=written).again(said.edit(ask.voice, stands, language, is_changed=True))
    await tell(ask, issue)
    return said.draft(ask.templates, ask.voice, issue)


async def send(services: Services) -> None:
    """Draft or send what is due, each edition in a transaction of its own; one that breaks stops no other."""
    now, reader = services.clock(), services.default_reader
    async with services.database.reading() as session:
        waiting = await editions.due(session, now)
    for number in waiting:
        try:
            async with services.database.writing() as session:
                ask = Ask(services, session, reader, Voice.to(reader, now, services.names), "", "")
                issue = await editions.draft(session, number, now)
                if issue is not None:
                    await tell(ask, issue)
        except Exception as error:
            services.broke("edition_failed", error)


async def redraw(ask: Ask, update_id: int) -> None:
    """Let the newsletters that hold an update say what it says now; what is not sent yet waits anew.

    Where only its next step is told, among what lies ahead, that is kept right and no approval is void.
    """
    await _shown_anew(ask, await reopening.touched_by(ask.session, update_id, ask.voice.now))
    for issue in await reopening.promising(ask.session, update_id, ask.voice.now):
        await _corrected(ask, issue)


async def redraw_change(ask: Ask, change_id: int) -> None:
    """The same for a change of the record that was taken back."""
    await _shown_anew(ask, await reopening.touched_by_change(ask.session, change_id, ask.voice.now))


async def redraw_ahead(ask: Ask) -> None:
    """Let what lies ahead say what it says now, where something of it may be shown no more."""
    for issue in await reopening.lately(ask.session, ask.voice.now):
        await _corrected(ask, issue)


async def _shown_anew(ask: Ask, issues: Sequence[Issue]) -> None:
    for issue in issues:
        if not issue.is_out(ask.voice.now):
            await tell(ask, issue, "touched")
        else:
            await _corrected(ask, issue)


async def _corrected(ask: Ask, issue: Issue) -> None:
    """Let an edition's parts, wherever they stand or go, and its letters say what it says now."""
    drawn: dict[str, Sequence[Message]] = {}
    for row in await deliveries_about(ask.session, issue.about, (PART,)):
        if row.letter_id is not None:
            continue
        if row.language not in drawn:
            drawn[row.language] = await parts(ask, issue, row.language)
        number = int(row.key.rpartition(":")[2])
        if number <= len(drawn[row.language]):
            payload = drawn[row.language][number - 1].payload()
            await deliveries.replace(ask.session, row, payload, ask.voice.now)
    await letters.corrected(ask.services, ask.session, issue, ask.voice.now)


async def tell(ask: Ask, issue: Issue, what: str = "") -> None:
    """Put down what follows from an edition's state: its parts for its readers, its draft for the editors."""
    session, now = ask.session, ask.voice.now
    await deliveries.call_off(session, issue.about, (PART,))
    silent = issue.state is EditionState.EMPTY and issue.plan.quiet is Quiet.SKIP
    if issue.state in (EditionState.APPROVED, EditionState.EMPTY) and not silent:
        due = max(issue.sends_at, now)
        await deliveries.put_all(session, [(part, due) async for part in _outgoing(ask, issue)], now)
    if issue.state is EditionState.APPROVED and issue.plan.leaves_slack:
        await letters.newsletter(ask.services, session, issue, now)
    await _drafts(ask, issue, what)


async def _drafts(ask: Ask, issue: Issue, what: str) -> None:
    """The draft of this revision before the editors; the earlier ones say that they are."""
    for row in await deliveries.call_off(ask.session, issue.about, (DRAFT,)):
        there = await hearing.at(ask, row.channel)
        same = row.key.startswith(f"{issue.about}:{DRAFT}:{issue.revision}:")
        message = (
            said.draft(ask.templates, there.voice, issue, what)
            if same
            else said.superseded(ask.templates, there.voice, issue)
        )
        await deliveries.replace(ask.session, row, message.payload(), ask.voice.now)
    # Without review nobody looks at what is approved by itself; what waits all the same was reviewed before.
    if issue.plan.is_reviewed or issue.decided_at or issue.state is not EditionState.APPROVED:
        for there in await hearing.editors(ask):
            key = f"{issue.about}:{DRAFT}:{issue.revision}:{there.channel}"
            message = said.draft(ask.templates, there.voice, issue, what)
            told = Outgoing(key, issue.about, DRAFT, there.channel, there.voice.language, message.payload())
            await deliveries.put(ask.session, told, ask.voice.now, due=there.due)


async def again(ask: Ask, number: int) -> Message:
    """Send what did not arrive once more, where it did not, and only there."""
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        require(await here.actor(), Action.SEND_EDITION)
        issue = await issues.one(session, number)
        failed = [row for row in await failed_about(session, issue.about) if row.kind == PART]
        for row in failed:
            deliveries.retry(session, row, ask.voice.now)
        await session.flush()
        await _corrected(here, issue)
        return said.again(ask.templates, ask.voice, issue, [row.channel for row in failed])


async def is_stopped(session: AsyncSession, issue: Issue) -> bool:
    """Whether some of an edition waits because all sending is stopped."""
    if await sending_stopped(session) is None:
        return False
    return any(row.sent_at is None for row in await deliveries_about(session, issue.about, (PART,)))


def languages_of(issue: Issue) -> list[str]:
    """The languages in which an edition goes out: its channels', or all where it leaves Slack."""
    found = dict.fromkeys(language for _, language in issue.plan.channels)
    return list(dict.fromkeys([*found, *HOUSE_LANGUAGES])) if issue.plan.leaves_slack else list(found)


async def parts(ask: Ask, issue: Issue, language: str) -> Sequence[Message]:
    """The messages of an edition in a language, in its own zone."""
    reader = Reader(language, language, issue.plan.zone)
    voice = Voice.to(reader, ask.voice.now, ask.services.names, to_channel=True)
    outlook = await issues.outlook(ask.session, issue, issue.plan.zone)
    return said.parts(ask.templates, voice, issue, outlook, address(ask, issue, language))


def address(ask: Ask, issue: Issue, language: str) -> str:
    """Where an edition stands on the web in a language; "" if it does not leave Slack."""
    return ask.services.links.newsletter(language, issue.id) if issue.plan.leaves_slack and issue.id else ""


async def _outgoing(ask: Ask, issue: Issue) -> AsyncIterator[Outgoing]:
    """The messages of an edition for each of its channels, rendered once a language."""
    drawn: dict[str, Sequence[Message]] = {}
    for channel, language in issue.plan.channels:
        if language not in drawn:
            drawn[language] = await parts(ask, issue, language)
        for number, message in enumerate(drawn[language], start=1):
            key = f"{issue.occurrence}:{channel}:{language}:{number}"
            yield Outgoing(
                key, issue.about, PART, channel, language, message.payload(), promised=issue.sends_at
            )
