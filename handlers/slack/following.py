"""`/alliance follow` and `unfollow`: what a member, or a channel, hears of, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import following, groups, mail, pathfinders
from community.errors import Ambiguous, NotFound
from community.following import Choice
from community.rights import Action, Actor, may, require
from handlers import letters
from handlers.slack import welcome, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form
from storage.vocabulary import Cadence
from templates import forms
from templates.messages import Message
from templates.slack import following as said


def register(desk: Desk) -> None:
    """Put the forms on the desk; the commands are `/alliance`'s."""

    async def chosen(filled: Filled) -> Mapping[str, Any]:
        return await choose(desk, filled)

    desk.form(Form(said.CHOOSE, open_choose, chosen))
    desk.form(Form(said.CHANNEL, open_channel, choose_for_channel))


async def answer(ask: Ask) -> Message:
    """What the asker follows; `group:migration`, `place:NP daily` or `Nepal daily` follows that first."""
    topic, _, often = ask.text.partition(" ")
    if topic and ":" not in topic:
        name, often = words.named_cadence(ask.text)
        topic = await _called(ask, name)
        if not topic:
            return await _page(ask, "unknown", name)
    if topic:
        async with ask.services.database.writing() as session:
            actor = await replace(ask, session=session).actor()
            await following.follow(session, actor, topic, words.cadence(often), ask.voice.now)
    return await _page(ask, "followed" if topic else "")


async def answer_unfollow(ask: Ask) -> Message:
    """What the asker follows still, once `group:migration`, `Nepal` or `C012AB3CD group:migration` is not."""
    channel, _, topic = ask.text.rpartition(" ")
    if ":" not in topic:
        channel, topic = "", await _called(ask, ask.text)
        if not topic:
            return await _page(ask, "unknown" if ask.text else "", ask.text)
    async with ask.services.database.writing() as session:
        actor = await replace(ask, session=session).actor()
        done = await following.unfollow(session, actor, topic, ask.voice.now, channel=channel)
    return await _page(ask, "unfollowed" if done else "not_followed")


async def open_choose(ask: Ask) -> Mapping[str, Any]:
    """The form in which one chooses, with what one follows chosen already."""
    actor = await ask.actor()
    found = await following.followed(ask.session, actor)
    mine = await mail.of_member(ask.session, actor)
    return await _form(ask, said.CHOOSE, chosen=found, by_mail=ask.services.by_mail, mine=mine)


async def choose(desk: Desk, filled: Filled) -> Mapping[str, Any]:
    """Follow exactly what was chosen."""
    ask = filled.ask
    actor = await ask.actor()
    await following.choose(ask.session, actor, _choice(filled), ask.voice.now)
    by_mail = await _choose_mail(filled, actor) if ask.services.by_mail else ""
    found = await following.followed(ask.session, actor)
    page = said.chosen(ask.templates, ask.voice, found, await welcome.progress(desk, ask), by_mail)
    return forms.answer(ask.voice, page)


async def _choose_mail(filled: Filled, actor: Actor) -> str:
    """Where it is to arrive: "asked" where the address is to be confirmed first, "on" where it is already."""
    ask, wanted = filled.ask, filled.values.get("way") == said.BY_MAIL
    address = filled.values["address"] if wanted else None
    shown = await mail.choose_mail(ask.session, actor, address, ask.reader.language, ask.voice.now)
    if shown is not None:
        await letters.confirm(ask.services, ask.session, shown, ask.voice.now)
    mine = await mail.of_member(ask.session, actor)
    if not wanted:
        return ""
    return "on" if mine and mine.is_on and mine.address == mail.folded(filled.values["address"]) else "asked"


async def open_channel(ask: Ask) -> Mapping[str, Any]:
    """The form to let a channel follow something."""
    require(await ask.actor(), Action.FOLLOW_FOR_CHANNEL)
    return await _form(ask, said.CHANNEL)


async def choose_for_channel(filled: Filled) -> Message:
    """Let the channel follow what was chosen, besides what it follows already."""
    ask = filled.ask
    await following.let_follow(
        ask.session, await ask.actor(), filled.values["channel"], _topics(filled), ask.voice.now
    )
    return said.channel_done(ask.templates, ask.voice, filled.values["channel"])


async def _form(ask: Ask, name: str, **given: Any) -> Mapping[str, Any]:
    names, places = await groups.group_names(ask.session), await pathfinders.names_of_all(ask.session)
    return said.form(ask.voice, name, names, places, **given)


async def _called(ask: Ask, name: str) -> str:
    """The topic called so; empty where that is not clear, or cannot be followed."""
    try:
        return await following.topic_called(ask.session, ask.services.names, name, ask.reader.locale)
    except (NotFound, Ambiguous):
        return ""


async def _page(ask: Ask, what: str, typed: str = "") -> Message:
    actor = await ask.actor()
    found = await following.followed(ask.session, actor)
    speaks = may(actor, Action.FOLLOW_FOR_CHANNEL)
    channels = await following.followed_by_channels(ask.session, actor) if speaks else None
    mine = await mail.of_member(ask.session, actor) if ask.services.by_mail else None
    by_mail = mine is not None and mine.is_on and not mine.is_refused
    return said.listing(
        ask.templates, ask.voice, found, channels, what=what, typed=typed, page=ask.page, by_mail=by_mail
    )


def _choice(filled: Filled) -> Choice:
    often = filled.values.get("cadence")
    return Choice(_topics(filled), None if often == said.AS_NOW else Cadence(often or "at_once"))


def _topics(filled: Filled) -> tuple[str, ...]:
    names = ("groups", "places", "themes")
    topics = [topic for name in names for topic in filled.values.get(name, "").split(",")]
    return tuple(topic for topic in topics if topic)
