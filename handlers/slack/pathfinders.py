"""`/pathfinder`: a country's card, or all pathfinders by region and by stage."""

from __future__ import annotations

from community import pathfinders
from handlers.slack import words
from handlers.slack.asking import Ask
from handlers.slack.desk import Command, Desk
from templates.messages import Message
from templates.slack import pathfinders as said
from templates.terms import N_


def register(desk: Desk) -> None:
    """Put `/pathfinder` on the desk."""
    desk.command(
        Command(
            "/pathfinder",
            N_("[country, region or body]"),
            N_("A pathfinder’s stage, workshop, priorities, plans and laws; all of them without a name"),
        ),
        answer,
    )


async def answer(ask: Ask) -> Message:
    """A card for a name; a list for a region, for `stages`, or for nothing."""
    region = words.region(ask.text)
    by_stage = words.meaning(ask.text) == "stages"
    if not ask.text or region or by_stage:
        lines = await pathfinders.listing(ask.session, ask.today)
        return said.listing(ask.templates, ask.voice, lines, region=region, by_stage=by_stage, page=ask.page)
    card = await pathfinders.card(
        ask.session, ask.services.names, ask.text, ask.reader.locale, ask.today, to_guests=ask.for_guests
    )
    return said.card(
        ask.templates,
        ask.voice,
        card,
        delta87=ask.services.delta87,
        full=ask.full,
        shared=ask.shared,
        page=ask.page,
    )
