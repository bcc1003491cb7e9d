"""`/events day`: what is gathered for an observed day, its forms, consent, and what the editors review."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from community import contributions, events, helplines, observances
from community.contributed import Contributed, day_of
from community.contributions import Draft
from community.errors import NotFound
from community.events import Happening
from community.rights import Action, Actor, may, require
from handlers.slack import contributing, words
from handlers.slack.asking import Ask
from handlers.slack.carried import Carried
from handlers.slack.desk import Desk, Filled, Form, Lost
from storage.vocabulary import ContributionState
from templates.messages import Button, Message
from templates.slack import observances as said
from templates.slack.observances import forms


def register(desk: Desk) -> None:
    """Put the forms on the desk; the command is `/events`'s."""
    desk.form(Form(forms.HIGHLIGHT, open_highlight, send_highlight))
    desk.form(Form(forms.CHAMPION, open_champion, nominate))
    desk.form(Form(forms.DECLINE, open_decline, decline))


async def answer(ask: Ask) -> Message:
    """The next observed day; `17` that one, `17 2026` in that year; `agree 5 1` and others act first."""
    word, first, second = [*ask.text.split(), "", "", ""][:3]
    meant = words.meaning(word) or word
    if act := ACTS.get(meant):
        if ask.shared:  # what is for one person's eyes is not shared with a channel
            raise NotFound("command", ask.text)
        return await act(ask, words.number(first), words.number(second))
    if number := words.number(word):
        return await _page(ask, number, words.year(first))
    coming = await observances.coming(ask.session, house_day(ask))
    if not coming:
        return said.none(ask.templates, ask.voice, "day")
    return await _page(ask, coming[0].id, further=coming[1:])


def buttons(ask: Ask, actor: Actor, event: Happening) -> list[Button]:
    """What the card of an event offers, if it is an observed day."""
    if not observances.is_observed(event):
        return []
    contributes, reviews = may(actor, Action.CONTRIBUTE), may(actor, Action.REVIEW_CONTRIBUTION)
    return said.on_card(ask.voice, event, may_contribute=contributes, reviews=reviews)


def house_day(ask: Ask) -> date:
    """The day in the installation's own zone, by which observed days begin and end for everybody."""
    return ask.services.default_reader.today(ask.voice.now)


async def open_highlight(ask: Ask) -> Mapping[str, Any] | Message:
    """The form for a highlight for the observed day of an id."""
    own, others = await observances.countries(ask.session, await ask.actor())
    if not own and not others:
        return said.none(ask.templates, ask.voice, "place")
    return await _form(ask, forms.HIGHLIGHT, Carried(words.number(ask.text)))


async def send_highlight(filled: Filled) -> Message:
    """Send it in. What looks like a person's details comes back once."""
    ask, number, draft = filled.ask, Carried.read(filled.metadata).number, _draft(filled)
    await _look_again(filled, forms.HIGHLIGHT, draft)
    item, is_new = await contributions.send_highlight(
        ask.session, await ask.actor(), number, draft, house_day(ask), ask.voice.now
    )
    if not is_new:
        return said.sent(ask.templates, ask.voice, "there", item)
    await contributing.announce(ask, item)
    what = "published" if item.state is ContributionState.APPROVED else "waits"
    return said.sent(ask.templates, ask.voice, what, item)


async def open_champion(ask: Ask) -> Mapping[str, Any]:
    """The form to nominate a champion for the observed day of an id."""
    return await _form(ask, forms.CHAMPION, Carried(words.number(ask.text)))


async def nominate(filled: Filled) -> Message:
    """Nominate them: a member is asked first. What looks like somebody's details comes back once."""
    ask, number, draft = filled.ask, Carried.read(filled.metadata).number, _draft(filled)
    await _look_again(filled, forms.CHAMPION, draft)
    item, is_new = await contributions.nominate(
        ask.session, await ask.actor(), number, draft, house_day(ask), ask.voice.now
    )
    agreed = item.champion == ask.user and item.state is ContributionState.IN_REVIEW
    if is_new or agreed:
        await contributing.announce(ask, item)
    what = "own" if agreed else "asked" if item.state is ContributionState.CONSENT_ASKED else "waits"
    return said.sent(ask.templates, ask.voice, what if is_new or agreed else "there", item)


async def open_decline(ask: Ask) -> Mapping[str, Any]:
    """The form for an editor's words, for `5 1`: what was looked at, and its revision."""
    require(await ask.actor(), Action.REVIEW_CONTRIBUTION)
    number, _, revision = ask.text.partition(" ")
    item = await contributions.one(ask.session, words.number(number))
    return forms.decline(ask.voice, replace(item, revision=words.number(revision)))


async def decline(filled: Filled) -> Message | Lost:
    """Decline it, with the editor's words."""
    ask = filled.ask
    number, _, revision = filled.metadata.partition(" ")
    item = await contributions.decide(
        ask.session, await ask.actor(), words.number(number), words.number(revision),
        filled.values["reason"], ask.voice.now, approves=False,
    )  # fmt: skip
    if item is None:
        stands = await contributions.one(ask.session, words.number(number))
        return Lost(await _review(ask, stands.event_id, "faster"))
    await contributing.announce(ask, item)
    return await _review(ask, item.event_id, "done")


async def _page(
    ask: Ask, number: int, year: int | None = None, further: tuple[Happening, ...] = ()
) -> Message:
    personal = not ask.shared and not ask.voice.to_channel
    found = await observances.page(
        ask.session, await ask.actor(), number, house_day(ask), year=year, is_personal=personal
    )
    return said.page(ask.templates, ask.voice, found, further=further, shared=ask.shared, number=ask.page)


async def _to_review(ask: Ask, number: int, _revision: int) -> Message:
    return await _review(ask, number)


async def _review(ask: Ask, number: int, what: str = "") -> Message:
    actor = await ask.actor()
    found = await observances.waiting(ask.session, actor, number)
    event = events.happening(await observances.row_of(ask.session, number), house_day(ask))
    voice = replace(ask.voice, to_channel=False)  # it is shown to nobody else, wherever it was asked
    return said.review(ask.templates, voice, event, found, what=what, number=ask.page)


async def _approved(ask: Ask, number: int, revision: int) -> Message:
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        item = await contributions.decide(
            session, await here.actor(), number, revision, "", ask.voice.now, approves=True
        )
        if item is not None:
            await contributing.announce(here, item)
        event_id = (await contributions.one(session, number)).event_id
        return await _review(here, event_id, "done" if item else "faster")


async def _agreed(ask: Ask, number: int, revision: int) -> Message:
    return await _answered(ask, number, revision, agrees=True)


async def _refused(ask: Ask, number: int, revision: int) -> Message:
    return await _answered(ask, number, revision, agrees=False)


async def _answered(ask: Ask, number: int, revision: int, *, agrees: bool) -> Message:
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        item = await contributions.answer(
            session, await here.actor(), number, revision, ask.voice.now, agrees=agrees
        )
        what = "faster" if item is None else "agreed" if agrees else "refused"
        return await _after(here, number, item, what)


async def _withdrawn(ask: Ask, number: int, _revision: int) -> Message:
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        item = await contributions.withdraw(session, await here.actor(), number, ask.voice.now)
        return await _after(here, number, item, "withdrawn" if item else "faster")


async def _after(ask: Ask, number: int, item: Contributed | None, what: str) -> Message:
    """Tell who is to hear of it, and say what came of it."""
    if item is not None:
        await contributing.announce(ask, item)
    stands = item or await contributions.one(ask.session, number)
    return said.sent(ask.templates, ask.voice, what, stands)


async def _form(ask: Ask, name: str, carried: Carried, notice: str = "") -> Mapping[str, Any]:
    actor, day = await ask.actor(), house_day(ask)
    row = await contributions.to_contribute(ask.session, actor, carried.number, day)
    given = {"notice": notice, "metadata": carried.written()}
    on = day_of(row, day) or day
    if name == forms.CHAMPION:
        return forms.champion(ask.voice, row.name, on, **given)
    own, others = await observances.countries(ask.session, actor)
    return forms.highlight(ask.voice, row.name, on, own, others, **given)


async def _look_again(filled: Filled, name: str, draft: Draft) -> None:
    """Raise `Again` with what looks like a person's details, unless it was looked at already."""
    ask, carried = filled.ask, Carried.read(filled.metadata)
    details = contributions.doubts(draft)
    if not details or carried.seen:
        return
    helps = await helplines.lines_for(ask.session, draft.place)
    notice = said.doubts(ask.templates, ask.voice, details, helps)
    raise filled.again(await _form(ask, name, replace(carried, seen=True), notice))


def _draft(filled: Filled) -> Draft:
    values = filled.values
    return Draft(
        text=values["text"],
        language=values["language"],
        place=values.get("place", ""),
        person=values.get("person", ""),
        organisation=values.get("organisation", ""),
    )


ACTS: Mapping[str, Callable[[Ask, int, int], Awaitable[Message]]] = {
    "review": _to_review,
    "approve": _approved,
    "agree": _agreed,
    "refuse": _refused,
    "withdraw": _withdrawn,
}
"""What is done first, by the word after `/events day`, to something of a number in the revision seen."""
