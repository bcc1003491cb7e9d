"""`/update`: post what moved; `mine` shows one's own updates, `review` what waits for the editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community import groups, pathfinders, updates
from community.errors import Ambiguous, NotFound
from community.names import OwnName
from community.rights import Action, actor_of, require
from community.updates import Decision, Draft
from handlers.slack import words
from handlers.slack.asking import Ask
from handlers.slack.desk import Command, Desk, Filled, Form
from storage.vocabulary import Theme, Visibility
from templates.messages import Message
from templates.slack import updates as said
from templates.terms import N_


def register(desk: Desk) -> None:
    """Put `/update` and its forms on the desk."""
    desk.command(
        Command(
            "/update",
            N_("[country or group, mine, review]"),
            N_("A form to post what moved; your own updates with `mine`"),
            opens=said.POST,
            answers=("mine", "review"),
        ),
        answer,
    )
    desk.form(Form(said.POST, open_post, post))
    desk.form(Form(said.REASON, open_reason, decide))


async def answer(ask: Ask) -> Message:
    """One's own updates, or what waits; `mine withdraw 3` and `review approve 3 1` act first."""
    parts = ask.text.split()
    what = ""
    if parts and words.meaning(parts[0]) == "review":
        if len(parts) == 4 and parts[1] == "approve" and parts[2].isdigit() and parts[3].isdigit():
            what = await _decided(ask, Decision.APPROVE, int(parts[2]), int(parts[3]), "")
        return said.review(
            ask.templates, ask.voice, await updates.waiting(ask.session, await ask.actor()), what=what
        )
    if len(parts) == 3 and parts[1] == "withdraw" and parts[2].isdigit():
        async with ask.services.database.writing() as session:
            actor = await actor_of(session, ask.user, ask.day)
            done = await updates.withdraw(session, actor, int(parts[2]), ask.voice.now)
        what = "done" if done else "faster"
    found = await updates.own(ask.session, await ask.actor())
    return said.own(ask.templates, ask.voice, found, what=what)


async def open_post(ask: Ask) -> Mapping[str, Any]:
    """The form, for the group or country named; with `revise 3` it holds that update's text."""
    actor = await ask.actor()
    require(actor, Action.POST_UPDATE)
    lines = await pathfinders.listing(ask.session, ask.today)
    names = await groups.group_names(ask.session)
    word, _, number = ask.text.partition(" ")
    revised = None
    if word == "revise" and number.isdigit():
        revised = await updates.to_change(ask.session, actor, int(number))
    subject = "" if revised else await _subject(ask, names)
    return said.post(ask.voice, names, [line.place for line in lines], subject=subject, revised=revised)


async def post(filled: Filled) -> Message:
    """Post the update, or change the one that the form was opened for."""
    ask, values = filled.ask, filled.values
    actor = await ask.actor()
    draft = Draft(
        subject=values["subject"],
        headline=values["headline"],
        body=values["body"],
        language=values["language"],
        visibility=Visibility(values["visibility"]),
        theme=Theme(values["theme"]) if values["theme"] else None,
        link=values["link"],
    )
    if not filled.metadata:
        posted = await updates.post(ask.session, actor, draft, ask.voice.now)
        return said.sent(ask.templates, ask.voice, "sent", posted)
    number, revision = (int(part) for part in filled.metadata.split())
    revised = await updates.revise(ask.session, actor, number, revision, draft, ask.voice.now)
    if revised is None:
        return said.lost(ask.templates, ask.voice, draft.body)
    return said.sent(ask.templates, ask.voice, "sent", revised)


async def open_reason(ask: Ask) -> Mapping[str, Any]:
    """The form for an editor's words, for `ask_change 3 1` or `decline 3 1`."""
    require(await ask.actor(), Action.REVIEW_UPDATE)
    decision, number, revision = ask.text.split()
    return said.reason(ask.voice, Decision(decision), int(number), int(revision))


async def decide(filled: Filled) -> Message:
    """Send back or decline, with the editor's words."""
    ask = filled.ask
    decision, number, revision = filled.metadata.split()
    reason = filled.values["reason"]
    done = await updates.decide(
        ask.session, await ask.actor(), int(number), int(revision), Decision(decision), reason, ask.voice.now
    )
    return (
        said.sent(ask.templates, ask.voice, "decided")
        if done
        else said.lost(ask.templates, ask.voice, reason)
    )


async def _decided(ask: Ask, decision: Decision, number: int, revision: int, reason: str) -> str:
    async with ask.services.database.writing() as session:
        actor = await actor_of(session, ask.user, ask.day)
        done = await updates.decide(session, actor, number, revision, decision, reason, ask.voice.now)
    return "done" if done else "faster"


async def _subject(ask: Ask, names: tuple[OwnName, ...]) -> str:
    """What was named after the command, as a choice of the form; empty if it is not clear."""
    if not ask.text:
        return ""
    try:
        return f"group:{groups.find_group(names, ask.text)}"
    except (NotFound, Ambiguous):
        pass
    try:
        key = await pathfinders.find_place(ask.session, ask.services.names, ask.text, ask.reader.locale)
    except (NotFound, Ambiguous):
        return ""
    return f"place:{key}"
