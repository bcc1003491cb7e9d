"""The page on which somebody gets what is stored about them, by one button."""

from __future__ import annotations

from templates.voice import Voice
from templates.web import Around, Pages


def page(pages: Pages, voice: Voice, around: Around, *, holds: bool) -> str:
    """The button; or, where the address holds no more, how one gets another."""
    if holds:
        title = voice.say("What is stored about you")
        about = voice.say("One click gives you all of it, as a file. It is for you alone: keep it well.")
        button = voice.say("Get the file")
    else:
        title, button = voice.say("This link is good no more"), ""
        about = voice.say(
            "It was good for an hour, or a newer one took its place. In Slack, `/alliance privacy` gives "
            "you another."
        )
    return pages.page("mail", voice, around, title, said=about, button=button, offers=False)
