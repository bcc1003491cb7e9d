"""`/update`: post what moved; `mine` one's own, `published` those one may change, `review` what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import groups, helplines, offers, pathfinders, posted, requests, updates
from community.errors import Ambiguous, NotFound
from community.names import OwnName
from community.posted import Posted
from community.rights import Action, require
from community.updates import Decision, Draft
from handlers.slack import announcing, cards, translations, words
from handlers.slack.asking import Ask
from handlers.slack.carried import Carried
from handlers.slack.desk import Command, Desk, Filled, Form, Lost, Shortcut
from handlers.slack.requests import announced
from storage.vocabulary import RequestKind, Theme, Visibility
from templates.messages import Message
from templates.slack import updates as said
from templates.slack.updates import forms
from templates.terms import N_

SCOPES = ("files:read",)
"""For the files of the form (docs.slack.dev/reference/block-kit/block-elements/file-input-element)."""
SAVE, TRANSLATE = "save", "translate"
"""The words before a message's text that is carried into the form, and before a language."""


def register(desk: Desk) -> None:
    """Put `/update`, its forms and its shortcuts on the desk."""
    desk.command(
        Command(
            "/update",
            N_("[country or group, mine, review, published, translate]"),
            N_("A form to post what moved; `mine` shows your own updates"),
            opens=forms.POST,
            answers=("mine", "published", "review", TRANSLATE),
        ),
        answer,
    )
    desk.form(Form(forms.POST, open_post, post))
    desk.form(Form(forms.REASON, open_reason, decide))
    desk.form(Form(forms.REPORT, open_report, report))
    desk.shortcut(
        Shortcut("post_update", "Post an update", "What moved on a group or a country", opens=forms.POST)
    )
    desk.shortcut(
        Shortcut(
            "save_as_update",
            "Save as update",
            "Carry this message into an update",
            opens=forms.POST,
            of_message=True,
            argument=SAVE,
        )
    )


async def answer(ask: Ask) -> Message:
    """One's own updates, or what waits; `mine withdraw 3` and `review approve 3 1` act first.

    `review 3` shows that one whole; `translate` is answered in `handlers.slack.translations`.
    """
    word, _, rest = ask.text.partition(" ")
    if words.meaning(word) == TRANSLATE:
        return await translations.answer(ask.rest(rest))
    which, act, *numbers = [*ask.text.split(), "", ""][:4]
    which = words.meaning(which) or said.MINE
    if which == said.REVIEW:
        what = await _approved(ask, *numbers) if act == "approve" else ""
        waiting = await posted.waiting(ask.session, await ask.actor())
        if one := next((item for item in waiting if str(item.id) == act), None):
            return replace(said.to_review(ask.templates, ask.voice, one), personal=True)
        offered = await offers.waiting(ask.session, await ask.actor())
        return said.review(ask.templates, ask.voice, waiting, offered, what=what)
    what = await _withdrawn(ask, numbers[0]) if act == "withdraw" else ""
    listed = posted.own if which == said.MINE else posted.changeable
    found = await listed(ask.session, await ask.actor())
    return said.own(ask.templates, ask.voice, found, which=which, what=what, page=ask.page)


async def open_post(ask: Ask) -> Mapping[str, Any] | Message:
    """The form: for the group or country named, with a message's text, or with `revise 3` that update's."""
    actor = await ask.actor()
    require(actor, Action.POST_UPDATE)
    word, _, rest = ask.text.partition(" ")
    names, places = await groups.group_names(ask.session), await pathfinders.names_of_all(ask.session)
    if not names and not places:
        return said.nothing(ask.templates, ask.voice)
    if word == "revise":
        old = await posted.to_change(ask.session, actor, words.number(rest))
        carried = Carried(old.id, old.revision, files=old.files)
        return forms.post(ask.voice, names, places, revised=old, metadata=carried.written())
    if word == SAVE:
        return forms.post(ask.voice, names, places, body=rest[: forms.LONGEST_BODY])
    return forms.post(ask.voice, names, places, subject=await _subject(ask, names))


async def post(filled: Filled) -> Message | Lost:
    """Post the update, or change the one that the form was opened for. In doubt the form comes once more."""
    ask, carried = filled.ask, Carried.read(filled.metadata)
    actor, draft = await ask.actor(), _draft(filled, carried)
    if not carried.seen:
        found = await updates.doubts(ask.session, actor, draft, ask.voice.now, number=carried.number)
        if found.alike or found.details:
            helps = await helplines.lines_for(ask.session, draft.subject)
            again = replace(carried, seen=True, files=draft.files)
            notice = said.doubts(ask.templates, ask.voice, found, helps)
            names, places = await groups.group_names(ask.session), await pathfinders.names_of_all(ask.session)
            raise filled.again(forms.post(ask.voice, names, places, notice=notice, metadata=again.written()))
    if not carried.number:
        item = await updates.post(ask.session, actor, draft, ask.voice.now)
    else:
        stood = await posted.one(ask.session, carried.number)
        revised = await updates.revise(
            ask.session, actor, carried.number, carried.revision, draft, ask.voice.now
        )
        if revised is None:
            return Lost(said.lost(ask.templates, ask.voice))
        item = revised
        if stood.subject != item.subject:
            await cards.redraw(ask, stood.subject)
    await announcing.announce(ask, item, corrected=bool(carried.number))
    return said.sent(ask.templates, ask.voice, "sent", item)


async def open_reason(ask: Ask) -> Mapping[str, Any]:
    """The form for an editor's words, for `ask_change 3 1` or `decline 3 1`."""
    require(await ask.actor(), Action.REVIEW_UPDATE)
    decision, seen, revision = (*ask.text.split(), "", "", "")[:3]
    if decision not in set(Decision):
        raise NotFound("command", ask.text)
    return forms.reason(ask.voice, Decision(decision), words.number(seen), words.number(revision))


async def decide(filled: Filled) -> Message | Lost:
    """Send back or decline, with the editor's words."""
    ask = filled.ask
    decision, seen, revision = filled.metadata.split()
    reason = filled.values["reason"]
    if await _decided(ask, Decision(decision), words.number(seen), words.number(revision), reason):
        return said.sent(ask.templates, ask.voice, "decided")
    return Lost(said.lost(ask.templates, ask.voice))


async def open_report(ask: Ask) -> Mapping[str, Any]:
    """The form to tell the editors of a post."""
    require(await ask.actor(), Action.REPORT)
    return forms.report(ask.voice, words.number(ask.text))


async def report(filled: Filled) -> Message:
    """Tell the editors."""
    ask = filled.ask
    asked = await requests.ask(
        ask.session, await ask.actor(), RequestKind.REPORT, update_id=words.number(filled.metadata),
        note=filled.values["note"], now=ask.voice.now,
    )  # fmt: skip
    await announced(ask, asked)
    return said.sent(ask.templates, ask.voice, "reported")


async def _approved(ask: Ask, seen: str, revision: str) -> str:
    async with ask.services.database.writing() as session:
        done = await _decided(
            replace(ask, session=session), Decision.APPROVE, words.number(seen), words.number(revision), ""
        )
    return "done" if done else "faster"


async def _withdrawn(ask: Ask, seen: str) -> str:
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        item = await updates.withdraw(session, await here.actor(), words.number(seen), ask.voice.now)
        if item is not None:
            await announcing.announce(here, item)
    return "done" if item else "faster"


async def _decided(ask: Ask, decision: Decision, seen: int, revision: int, reason: str) -> Posted | None:
    item = await updates.decide(
        ask.session, await ask.actor(), seen, revision, decision, reason, ask.voice.now
    )
    if item is not None:
        await announcing.announce(ask, item)
    return item


def _draft(filled: Filled, carried: Carried) -> Draft:
    values = filled.values
    return Draft(
        subject=values["subject"],
        headline=values["headline"],
        body=values["body"],
        language=values["language"],
        visibility=Visibility(values["visibility"]),
        theme=Theme(values["theme"]) if values["theme"] else None,
        link=values["link"],
        files=filled.files or carried.files,
        next_step=values["next_step"],
        next_owner=values["next_owner"],
        next_due=filled.day("next_due"),
    )


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
