"""`/pathfinder`: a country's card, or all pathfinders by region, by stage and on a map."""

from __future__ import annotations

from community import pathfinders
from community.pathfinders import PathfinderCard
from handlers.links import Links
from handlers.slack import pictures, record, requests, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Command, Desk
from storage.vocabulary import RoleName
from templates import pictures as drawings
from templates.boundaries import note
from templates.messages import Message, Picture
from templates.slack import pathfinders as said
from templates.slack import requests as said_of_requests
from templates.terms import N_


def register(desk: Desk) -> None:
    """Put `/pathfinder` on the desk."""
    desk.command(
        Command(
            "/pathfinder",
            N_("[country, region or body, map, interest]"),
            N_("A pathfinder’s stage, workshop, priorities, plans and laws; all of them without a name"),
            forms={"interest": said_of_requests.INTEREST},
        ),
        answer,
    )


async def answer(ask: Ask) -> Message:
    """A card for a name; a list for a region, `stages` or nothing; `map`; `interest` asks to become one.

    `change` after a name is for those who may change that record.
    """
    word, _, rest = ask.text.partition(" ")
    if words.meaning(word) == "interest":
        return await requests.answer_interest(ask.rest(rest))
    if changing := record.asked(ask.text):
        page = await record.of_place(ask, *changing)
        if page is not None:
            return page
        ask = ask.rest(changing[0])
    if words.meaning(ask.text) == "map":
        return await _map(ask)
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
        stale_after=ask.services.stale_after,
        full=ask.full,
        shared=ask.shared,
        page=ask.page,
        picture=_journey(ask, card) if ask.full and card.is_pathfinder else None,
        address=ask.page_on_web(Links.pathfinder, card.place.key),
    )


async def _map(ask: Ask) -> Message:
    """All pathfinders on a map; the same in words."""
    lines = await pathfinders.listing(ask.session, ask.today)
    found = drawings.dots(ask.voice, lines)
    drawing = drawings.world(ask.voice, found, note=note(ask.voice))
    picture = pictures.of_public(ask, drawing, first=True)
    return said.on_a_map(
        ask.templates,
        ask.voice,
        lines,
        found,
        picture=picture,
        address=ask.services.links.pathfinders(ask.voice.language) if picture else "",
        to_have_pictures=picture is None and (await ask.actor()).holds(RoleName.SECRETARIAT),
        shared=ask.shared,
    )


def _journey(ask: Ask, card: PathfinderCard) -> Picture | None:
    return pictures.of_public(ask, drawings.journey(ask.voice, card), f"place:{card.place.key}")
