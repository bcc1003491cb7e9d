"""`/digest`: newsletters: previewed, scheduled, reviewed, approved, looked up."""

from __future__ import annotations

from dataclasses import replace

from community import editions, issues
from community.issues import Issue
from community.rights import Action, may, require
from community.schedules import plans
from handlers.slack import following, newsletters, schedules, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Command, Desk
from storage.vocabulary import EditionState
from templates.messages import Message
from templates.slack import editions as said
from templates.terms import N_

DECISIONS = {
    "approve": EditionState.APPROVED,
    "send": EditionState.APPROVED,
    "hold": EditionState.HELD,
    "drop": EditionState.DROPPED,
}


def register(desk: Desk) -> None:
    """Put `/digest` and its forms on the desk."""
    desk.command(
        Command(
            "/digest",
            N_("[preview, follow, past]"),
            N_("The newsletter: what the next one holds, what reaches you directly, what went out"),
        ),
        answer,
    )
    schedules.register(desk)
    newsletters.register(desk)


async def answer(ask: Ask) -> Message:
    """Where newsletters go; `preview`, `past`, `look 17 fr`; for editors `approve 17 2` and its like."""
    word, _, rest = ask.text.partition(" ")
    meant, first, second = words.meaning(word) or word, *[*rest.split(), "", ""][:2]
    number = words.number(first)
    match meant:
        case "follow":
            return await following.answer(ask.rest(rest))
        case "past":
            sent = await issues.past(ask.session, ask.voice.now)
            found = [(one, newsletters.address(ask, one, ask.voice.language)) for one in sent]
            return said.past(ask.templates, ask.voice, found)
        case "preview":
            return await _preview(ask, first, second)
        case "look":
            return await _look(ask, number, second)
        case "review":
            require(await ask.actor(), Action.SEND_EDITION)
            return await _draft(ask, await issues.one(ask.session, number))
        case "approve" | "hold" | "drop" | "send":
            return await _decided(ask, meant, number, words.number(second))
        case "again":
            return await newsletters.again(ask, number)
        case "end":
            return await schedules.end(ask, number)
    return await schedules.overview(ask)


async def _preview(ask: Ask, which: str, language: str) -> Message:
    """What the next edition holds: of the newsletter whose number is typed, or of the only one there is."""
    number = words.number(which)
    if not number:
        running = await plans(ask.session)
        if len(running) != 1:
            return await schedules.overview(ask, "which" if running else "")
        number, language = running[0].id, which
    issue = await issues.preview(ask.session, number, ask.voice.now)
    return await _part(ask, issue, "/digest preview", number, language)


async def _look(ask: Ask, number: int, language: str) -> Message:
    """An edition as it is sent; one that was not yet, for the editors alone."""
    issue = await issues.one(ask.session, number)
    if not issue.is_out(ask.voice.now):
        require(await ask.actor(), Action.SEND_EDITION)
    return await _part(ask, issue, "/digest look", number, language)


async def _part(ask: Ask, issue: Issue, command: str, number: int, language: str) -> Message:
    """The part of an edition that is asked for, as it is sent, and the ways on: its pages, its languages."""
    languages = newsletters.languages_of(issue)
    wanted = (one for one in (language, ask.voice.language) if one in languages)
    chosen = next(wanted, languages[0])
    found = await newsletters.parts(ask, issue, chosen)
    page = min(max(ask.page, 1), len(found))
    on = f"{command} {number} {chosen} page {page + 1}" if page < len(found) else ""
    others = {one: f"{command} {number} {one}" for one in languages if one != chosen}
    may_edit = bool(issue.id) and may(await ask.actor(), Action.SEND_EDITION)
    edits = f"{issue.id} {issue.revision} {chosen}" if may_edit and not issue.is_out(ask.voice.now) else ""
    return said.with_ways_on(ask.voice, found[page - 1], on, others, edits)


async def _decided(ask: Ask, act: str, number: int, revision: int) -> Message:
    """Approve it, send it now, hold it or drop it; whoever is too late sees how it stands."""
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        issue = await editions.decide(
            session,
            await here.actor(),
            number,
            revision,
            DECISIONS[act],
            ask.voice.now,
            at_once=act == "send",
        )
        if issue is None:
            return said.draft(ask.templates, ask.voice, await issues.one(session, number), "faster")
        await newsletters.tell(here, issue)
        return await _draft(here, issue)


async def _draft(ask: Ask, issue: Issue) -> Message:
    """How an edition stands; of one that should be out, whether it waits because all sending is stopped."""
    waits = issue.is_out(ask.voice.now) and await newsletters.is_stopped(ask.session, issue)
    return said.draft(ask.templates, ask.voice, issue, "stopped" if waits else "")
