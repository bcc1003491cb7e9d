"""`/update translate`: what waits for a translation; offering one, deciding on one, and giving one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import helplines, offers, translations
from community.errors import Invalid, NotFound
from community.offers import Offered
from community.rights import Action, may
from community.updates import Decision, Doubts
from handlers.slack import announcing, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form, Lost
from handlers.slack.offers import announce
from templates.messages import Message
from templates.slack import translations as said
from templates.slack import updates
from templates.slack.translations import forms

SEEN = "seen"
"""The mark of a form whose doubts were read."""


def register(desk: Desk) -> None:
    """Put the forms on the desk; the command is `/update`'s."""
    desk.form(Form(forms.TRANSLATE, open_translate, translate))
    desk.form(Form(forms.OFFER, open_offer, offer))
    desk.form(Form(forms.REASON, open_reason, decide))


async def answer(ask: Ask) -> Message:
    """What waits for a translation into the asker's language, or into the one that is named.

    `show 3` is an offer for who decides, `approve 3` takes it; `withdraw 3` takes back one's own; `ask 3`
    asks for a translation of an update into one's own language.
    """
    word, _, rest = ask.text.partition(" ")
    match word:
        case "show" | "approve":
            return await _shown(ask, words.number(rest), approve=word == "approve")
        case "withdraw":
            return await _withdrawn(ask, words.number(rest))
        case "ask":
            return await _asked(ask, words.number(rest))
    return await _queue(ask, _language(ask, ask.text))


async def open_translate(ask: Ask) -> Mapping[str, Any]:
    """The form to give an update in another language, for `3` or `3 fr`."""
    number, _, language = ask.text.partition(" ")
    item = await translations.to_translate(ask.session, await ask.actor(), words.number(number))
    return forms.translate(ask.voice, item, _language(ask, language))


async def translate(filled: Filled) -> Message | Lost:
    """Show it in that language from now on."""
    ask, values = filled.ask, filled.values
    seen, _, revision = filled.metadata.partition(" ")
    given = Offered(values["language"], values["headline"], values["body"], words.number(revision))
    item = await translations.translate(
        ask.session, await ask.actor(), words.number(seen), given, ask.voice.now
    )
    if item is None:
        return Lost(updates.lost(ask.templates, ask.voice))
    await announcing.show(ask, item)
    return updates.sent(ask.templates, ask.voice, "translated", item)


async def open_offer(ask: Ask) -> Mapping[str, Any]:
    """The form to offer a translation, for `3 fr`; with `revise 3` to change one's own offer."""
    actor = await ask.actor()
    word, _, rest = ask.text.partition(" ")
    if word == "revise":
        given = await offers.own(ask.session, actor, words.number(rest))
        item = await offers.to_offer(ask.session, actor, given.item.id, ask.day)
        return forms.offer(ask.voice, item, given.language, given=given)
    item = await offers.to_offer(ask.session, actor, words.number(word), ask.day)
    return forms.offer(ask.voice, item, _language(ask, rest))


async def offer(filled: Filled) -> Message | Lost:
    """Send it to the editors. In doubt, or if the update was changed, the form comes once more."""
    ask, values = filled.ask, filled.values
    actor = await ask.actor()
    seen, revision, language, *marks = filled.metadata.split()
    number = words.number(seen)
    given = Offered(language, values["headline"], values["body"], words.number(revision))
    details = await offers.doubts(ask.session, actor, number, given)
    if details and SEEN not in marks:
        item = await offers.to_offer(ask.session, actor, number, ask.day)
        helps = await helplines.lines_for(ask.session, item.subject)
        notice = updates.doubts(ask.templates, ask.voice, Doubts((), details), helps)
        raise filled.again(forms.offer(ask.voice, item, language, notice=notice, seen=True))
    made = await offers.offer(ask.session, actor, number, given, ask.day, ask.voice.now)
    if made is None:
        try:
            item = await offers.to_offer(ask.session, actor, number, ask.day)
        except NotFound:
            return Lost(updates.lost(ask.templates, ask.voice))
        raise filled.again(forms.offer(ask.voice, item, language, notice=said.changed(ask.voice)))
    new, replaced = made
    for one in (*replaced, new):
        await announce(ask, one)
    return said.done(ask.templates, ask.voice, "sent")


async def open_reason(ask: Ask) -> Mapping[str, Any] | Message:
    """The form for an editor's words, for `ask_change 3` or `decline 3`."""
    decision, _, number = ask.text.partition(" ")
    one = await offers.to_decide(ask.session, await ask.actor(), words.number(number))
    return forms.reason(ask.voice, Decision(decision), one.id)


async def decide(filled: Filled) -> Message | Lost:
    """Send back or decline, with the editor's words."""
    ask, reason = filled.ask, filled.values["reason"]
    decision, _, seen = filled.metadata.partition(" ")
    number, actor = words.number(seen), await ask.actor()
    one = await offers.decide(ask.session, actor, number, Decision(decision), reason, ask.voice.now)
    if one is None:
        stands = await offers.to_decide(ask.session, actor, number)
        return Lost(said.done(ask.templates, ask.voice, "faster", stands))
    await announce(ask, one)
    return said.done(ask.templates, ask.voice, "decided")


async def _queue(ask: Ask, language: str, what: str = "") -> Message:
    found = await translations.queue(ask.session, await ask.actor(), language, ask.page, ask.day)
    return said.queue(ask.templates, ask.voice, found, language, what=what)


async def _shown(ask: Ask, number: int, *, approve: bool) -> Message:
    actor, what = await ask.actor(), ""
    if approve:
        async with ask.services.database.writing() as session:
            here = replace(ask, session=session)
            one = await offers.decide(session, actor, number, Decision.APPROVE, "", ask.voice.now)
            if one is not None:
                await announce(here, one)
                await announcing.show(here, one.item)
        what = "done" if one else "faster"
    one = await offers.to_decide(ask.session, actor, number)
    more = may(actor, Action.REVIEW_UPDATE)
    return said.offer(ask.templates, ask.voice, one, page=ask.page, what=what, more=more)


async def _withdrawn(ask: Ask, number: int) -> Message:
    async with ask.services.database.writing() as session:
        one = await offers.withdraw(session, await ask.actor(), number, ask.voice.now)
        if one is not None:
            await announce(replace(ask, session=session), one)
    language = (await offers.own(ask.session, await ask.actor(), number)).language
    return await _queue(ask, language, "done" if one else "faster")


async def _asked(ask: Ask, number: int) -> Message:
    async with ask.services.database.writing() as session:
        actor, language = await ask.actor(), ask.voice.language
        asked = await translations.ask(session, actor, number, language, ask.day, ask.voice.now)
    return said.done(ask.templates, ask.voice, "asked" if asked else "stands")


def _language(ask: Ask, text: str) -> str:
    """The language that is named, or the asker's. Raises `Invalid` for one that is none of the house's."""
    found = words.language(text) if text else ask.voice.language
    if found is None:
        raise Invalid("translation", "no_language", text)
    return found
