"""Pictures in answers: an address that Slack can reach for what was drawn, or none."""

from __future__ import annotations

from handlers.slack.asking import Ask
from templates.messages import Picture
from templates.pictures import Drawing


def of_public(ask: Ask, drawing: Drawing, about: str = "", *, first: bool = False) -> Picture | None:
    """A picture that everybody may see, about `place:KEY`, `group:KEY` or all pathfinders.

    None where Slack could not fetch it: the words say the same.
    """
    if not ask.services.is_reachable:
        return None
    address = ask.services.links.picture(ask.voice.language, about, drawing.revision)
    return Picture(address, drawing.title, drawing.alt, first)


def of_event(ask: Ask, drawing: Drawing, number: int) -> Picture | None:
    """Who came to an event, under an address that is good for that picture alone; None as above."""
    links = ask.services.links
    if not (ask.services.is_reachable and links.signs):
        return None
    address = links.own_picture(ask.voice.language, number, drawing.revision)
    return Picture(address, drawing.title, drawing.alt)
