"""`/ask`: ask a group, a country, the secretariat or the Chair; see what is open, answered, or one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import addressees, answers, helplines, questions
from community.addressees import Addressee
from community.questions import LONGEST, Draft
from community.rights import Action, may, require
from community.safeguards import looks_personal
from handlers.slack import words
from handlers.slack.answers import ACTS, SURE, act, closed, tell_who_answers
from handlers.slack.asking import Ask
from handlers.slack.desk import Command, Desk, Filled, Form, Lost
from storage.vocabulary import Visibility
from templates.forms import sentences
from templates.messages import Message
from templates.slack import questions as said
from templates.slack.questions import forms
from templates.terms import N_


def register(desk: Desk) -> None:
    """Put `/ask` and the forms of who asks on the desk; those of answers are in `handlers.slack.answers`."""
    desk.command(
        Command(
            "/ask",
            N_("[country, group, secretariat or Chair, then your question]"),
            N_("Asks, and shows the questions still open; `answered` finds the others"),
            forms={"new": forms.ASK},
        ),
        answer,
    )
    desk.form(Form(forms.ASK, open_ask, ask_it))
    desk.form(Form(forms.FURTHER, open_further, ask_further))


async def answer(ask: Ask) -> Message:
    """Open questions, answered ones, one's own, or one; `close 17` acts first; else a question is put."""
    word, _, rest = ask.text.partition(" ")
    meant = words.meaning(word)
    actor = await ask.actor()
    guests = ask.for_guests
    if word in ACTS and (word == "leave" or words.number(rest.partition(" ")[0])):
        return await act(ask, word)
    if number := words.number(ask.text):
        item = await questions.one(ask.session, actor, number, ask.day, to_guests=guests)
        return said.one(ask.templates, ask.voice, item, page=ask.page, shared=ask.shared)
    if meant == said.MINE:
        found = await questions.mine(ask.session, actor, ask.day, page=ask.page, most=said.LISTED)
    elif meant == said.ANSWERED:
        names = ask.services.names
        found = await questions.answered(
            ask.session, actor, names, rest, ask.day, to_guests=guests, page=ask.page, most=said.LISTED
        )
    elif ask.text:
        return await _put(ask)
    else:
        meant = said.OPEN
        found = await questions.unsettled(
            ask.session, actor, ask.day, to_guests=guests, page=ask.page, most=said.LISTED
        )
    asks = may(actor, Action.ASK)
    return said.listing(ask.templates, ask.voice, found, which=meant, may_ask=asks, words=rest)


async def _put(ask: Ask) -> Message:
    """Ask what was typed, if it is clear to whom; else nothing is lost, and the choice is offered."""
    require(await ask.actor(), Action.ASK)
    first, _, rest = ask.typed.partition(" ")
    typed = rest.strip() if first == SURE else ask.typed
    found = addressees.read(typed, await _known(ask), ask.services.names)
    if len(found.to) != 1:
        return said.whom(ask.templates, ask.voice, found)
    (to,) = found.to
    if not found.question:
        return said.no_question(ask.templates, ask.voice, to)
    if len(found.question) > LONGEST:
        return said.too_long(ask.templates, ask.voice, to, found.question)
    details = looks_personal(found.question)
    if details and first != SURE:
        helps = await helplines.lines_for(ask.session, to.key)
        return said.doubts(ask.templates, ask.voice, details, helps, to=to, typed=found.question)
    async with ask.services.database.writing() as session:
        ask, draft = replace(ask, session=session), Draft(to.key, found.question, ask.reader.language)
        number = await questions.ask_once(session, await ask.actor(), draft, ask.voice.now)
        return await _asked(ask, number)


async def open_ask(ask: Ask) -> Mapping[str, Any]:
    """The form: with an addressee's key and a question, where a button carries them; or what was typed."""
    require(await ask.actor(), Action.ASK)
    known = await _known(ask)
    key, _, text = ask.text.partition(" ")
    if key != "?" and key not in {one.key for one in known}:
        found = addressees.read(ask.text, known, ask.services.names)
        key, text = found.to[0].key if len(found.to) == 1 else "", found.question
    return forms.ask(ask.voice, _named(ask, known), to=key, text=text.strip())


async def ask_it(filled: Filled) -> Message:
    """Ask. What looks like a person's details comes back once."""
    ask, values = filled.ask, filled.values
    details = looks_personal(values["text"])
    if details and filled.metadata != SURE:
        helps = await helplines.lines_for(ask.session, values["to"])
        notice = sentences(said.doubts(ask.templates, ask.voice, details, helps))
        known = _named(ask, await _known(ask))
        raise filled.again(forms.ask(ask.voice, known, notice=notice, metadata=SURE))
    draft = Draft(
        values["to"],
        values["text"],
        ask.reader.language,
        Visibility(values["visibility"]),
        is_remark=values["remark"] == "yes",
        is_pseudonymous=values["hidden"] == "yes",
    )
    return await _asked(ask, await questions.ask(ask.session, await ask.actor(), draft, ask.voice.now))


async def open_further(ask: Ask) -> Mapping[str, Any]:
    """The form to open an answered question of one's own again."""
    require(await ask.actor(), Action.ASK)
    return forms.further(ask.voice, str(words.number(ask.text)))


async def ask_further(filled: Filled) -> Message | Lost:
    """Open it again; who answers hears what is missing. Here too what looks like details comes back once."""
    ask, (first, _, sure) = filled.ask, filled.metadata.partition(" ")
    number = words.number(first)
    if (details := looks_personal(filled.values["more"])) and not sure:
        helps = await helplines.lines_for(ask.session, "")
        notice = sentences(said.doubts(ask.templates, ask.voice, details, helps))
        raise filled.again(forms.further(ask.voice, f"{number} {SURE}", notice=notice))
    done = await answers.ask_further(
        ask.session, await ask.actor(), number, filled.values["more"], ask.reader.language, ask.voice.now
    )
    if not done:
        return Lost(closed(ask))
    await tell_who_answers(ask, number)
    return said.done(ask.templates, ask.voice, "further")


async def _asked(ask: Ask, number: int) -> Message:
    holders, is_theirs = await tell_who_answers(ask, number)
    item = await questions.one(ask.session, await ask.actor(), number, ask.day)
    return said.asked(ask.templates, ask.voice, item, holders, is_theirs=is_theirs)


async def _known(ask: Ask) -> tuple[Addressee, ...]:
    return await addressees.everybody(ask.session, ask.services.names, ask.reader.locale)


def _named(ask: Ask, known: tuple[Addressee, ...]) -> list[tuple[str, Addressee]]:
    return [(said.name_of(ask.voice, one), one) for one in known]
