"""`/alliance roles` and `/alliance audit`: the secretariat gives, ends and hands over roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import audit, groups, pathfinders, roles
from community.rights import Action, actor_of, require
from handlers.slack import cards, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form
from storage.vocabulary import RoleName
from templates.messages import Message
from templates.slack import roles as said


def register(desk: Desk) -> None:
    """Put the forms on the desk; the commands are `/alliance`'s."""
    desk.form(Form(said.GIVE, open_give, give))
    desk.form(Form(said.HAND_OVER, open_hand_over, hand_over))


async def answer(ask: Ask) -> Message:
    """The list of roles; with `end 17` that role is ended first."""
    word, _, rest = ask.text.partition(" ")
    changed, number = "", words.number(rest)
    if word == "end" and number:
        async with ask.services.database.writing() as session:
            actor = await actor_of(session, ask.user, ask.day)
            scope = await roles.scope_of(session, number)
            ended = await roles.end(session, actor, number, ask.day, ask.voice.now)
            await cards.redraw(replace(ask, session=session), scope)
            changed = "ended" if ended else "gone"
    actor = await ask.actor()
    found = await roles.holdings(ask.session, actor, ask.day)
    return said.listing(ask.templates, ask.voice, found, changed=changed, page=ask.page)


async def answer_audit(ask: Ask) -> Message:
    """The latest acts."""
    return said.audit(
        ask.templates, ask.voice, await audit.latest(ask.session, await ask.actor()), page=ask.page
    )


async def open_give(ask: Ask) -> Mapping[str, Any]:
    """The form to give a role."""
    require(await ask.actor(), Action.MANAGE_ROLES)
    names, places = await groups.group_names(ask.session), await pathfinders.names_of_all(ask.session)
    return said.give(ask.voice, names, places)


async def give(filled: Filled) -> Message:
    """Give the role."""
    ask, values = filled.ask, filled.values
    await roles.grant(
        ask.session,
        await ask.actor(),
        values["person"],
        RoleName(values["role"]),
        "" if values["scope"] == "alliance" else values["scope"],
        is_deputy=values["deputy"] == "yes",
        today=ask.day,
        now=ask.voice.now,
    )
    await cards.redraw(ask, values["scope"])
    return said.done(ask.templates, ask.voice, "given")


async def open_hand_over(ask: Ask) -> Mapping[str, Any]:
    """The form to hand over the role whose id was clicked."""
    require(await ask.actor(), Action.MANAGE_ROLES)
    return said.hand_over(ask.voice, ask.text)


async def hand_over(filled: Filled) -> Message:
    """Hand the role over, if it is held still."""
    ask = filled.ask
    role_id = words.number(filled.metadata)
    done = await roles.hand_over(
        ask.session, await ask.actor(), role_id, filled.values["person"], ask.day, ask.voice.now
    )
    await cards.redraw(ask, await roles.scope_of(ask.session, role_id))
    return said.done(ask.templates, ask.voice, "handed_over" if done else "gone")
