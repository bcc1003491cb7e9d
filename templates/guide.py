"""The guided first minute: what there is to try in a workspace of one's own, and what to look at then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from templates.terms import N_
from templates.voice import Voice

STEPS: tuple[tuple[str, str, str, Mapping[str, str]], ...] = (
    (
        "country",
        N_("Ask for a country"),
        N_("%(name)s, a new member, types /pathfinder Nepal. Every fact on the card names its source."),
        {},
    ),
    (
        "language",
        N_("Ask the same in French"),
        N_("%(name)s types /pathfinder népal: the same facts, in the reader’s own language."),
        {},
    ),
    (
        "update",
        N_("Post an update"),
        N_("%(name)s, co-chair of Migration, opens the form. Send it empty, and it says what is missing."),
        {},
    ),
    (
        "home",
        N_("Look at a page of one’s own"),
        N_("%(name)s, focal point of Nepal, opens Home: what waits, what they look after, what is coming."),
        {},
    ),
    (
        "newsletter",
        N_("Skip to Monday, 09:00 UTC"),
        N_("The newsletter arrives in #general, by e-mail and on the web, with what was posted until then."),
        {"mailbox": N_("Open the mailbox"), "web": N_("Read it on the web")},
    ),
)
"""Key, title, text, and the words of the links that follow, by key."""


@dataclass(frozen=True)
class Step:
    """One thing to try. `key` says which; `text` what to look at; `after` are the words of links, by key."""

    key: str
    title: str
    text: str
    after: Mapping[str, str]


def guide(voice: Voice, people: Mapping[str, str]) -> list[Step]:
    """The steps in their order. `people` are the names of who does each, by the step's key."""
    return [
        Step(
            key,
            voice.say(title),
            voice.say(text, name=people[key]),
            {link: voice.say(words) for link, words in after.items()},
        )
        for key, title, text, after in STEPS
    ]


def about(voice: Voice) -> str:
    """What this is, for somebody who has never seen it."""
    return voice.say(
        "pathfinder-bot is the memory and voice of the Alliance 8.7 community of practice. Here you meet it "
        "in a workspace like Slack, on your own machine; its people are made up."
    )


def coping(voice: Voice, name: str) -> str:
    """What happens where one watches the bot cope with a Slack that does not answer; `name` acts."""
    return voice.say(
        "%(name)s asks the co-chair of Migration a question. Slack delivers it, but never says so. A minute "
        "later you see what the bot did.",
        name=name,
    )


def example(voice: Voice) -> tuple[str, str]:
    """Headline and body of an update for a newsletter that would be empty; it says what it is."""
    return (
        voice.say("An example: this is how an update looks"),
        voice.say(
            "It was posted for this demo, so that Monday’s newsletter has something to bring. "
            "Post your own with /update."
        ),
    )
