"""`/actiongroup`: a group's card, or all action groups."""

from __future__ import annotations

from community import groups
from handlers.links import Links
from handlers.slack import membership, pictures, record
from handlers.slack.asking import Ask
from handlers.slack.desk import Command, Desk
from templates import pictures as drawings
from templates.messages import Message
from templates.slack import groups as said
from templates.terms import N_


def register(desk: Desk) -> None:
    """Put `/actiongroup` on the desk."""
    desk.command(
        Command(
            "/actiongroup",
            N_("[group, join, leave, chair]"),
            N_("Who chairs an action group, its work plan and next steps; all groups without a name"),
        ),
        answer,
    )


async def answer(ask: Ask) -> Message:
    """A card for a name, all groups for nothing; `join`, `leave` or `chair` with a name take part in it.

    `change` after a name is for those who may change that record.
    """
    if wished := membership.wished(ask.text):
        name, wish = wished
        return await membership.answer(ask.rest(name), wish)
    if changing := record.asked(ask.text):
        return await record.of_group(ask, *changing)
    if not ask.text:
        return said.listing(
            ask.templates, ask.voice, await groups.listing(ask.session, ask.today), page=ask.page
        )
    card = await groups.card(
        ask.session, ask.text, ask.today, to_guests=ask.for_guests, member_id=ask.member_id
    )
    picture = None
    if ask.full and drawings.has_work_plan(card):
        picture = pictures.of_public(ask, drawings.work_plan(ask.voice, card), f"group:{card.line.key}")
    return said.card(
        ask.templates,
        ask.voice,
        card,
        stale_after=ask.services.stale_after,
        full=ask.full,
        shared=ask.shared,
        page=ask.page,
        picture=picture,
        address=ask.page_on_web(Links.group, card.line.key),
    )
