"""The guided first minute of the demo: who does what where, in the form that the workspace page draws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from community.names import HOUSE_LANGUAGES, Names
from handlers.links import Links
from templates.guide import about, coping, guide
from templates.voice import Voice

GENERAL = "C0GENERAL"
DEEDS: Mapping[str, Mapping[str, Any]] = {
    "country": {"user": "U0NEWMEMB", "place": GENERAL, "do": {"command": "/pathfinder Nepal"}},
    "language": {"user": "U0MEMBERX", "place": GENERAL, "do": {"command": "/pathfinder népal"}},
    "update": {"user": "U0COCHAIR", "place": "C0MIGRATE", "do": {"command": "/update migration"}},
    "home": {"user": "U0NEPALFP", "place": "home", "do": {}},
    "newsletter": {"user": "U0NEWMEMB", "place": GENERAL, "do": {"clock": {"weekday": 0, "hour": 9}}},
}
"""By the step's key: who, where (a channel, or Home), and a command or an hour of the week (UTC)."""
COPE = {
    "user": "U0NEWMEMB", "place": GENERAL, "do": {"command": "/ask migration When do you meet next?"},
    "fault": {"kind": "timeout_after", "method": "chat.postMessage", "seconds": 2.0}, "wait": 60,
    "found_by": "conversations.history",
}  # fmt: skip
"""What shows that a message which Slack takes without answering is looked for, not sent again: a command,
what goes wrong with it, the seconds to let pass, and the method by which it is looked for."""


def guided(names: Names, now: datetime, links: Links, people: Mapping[str, str]) -> dict[str, Any]:
    """The guide in every language. `people` are the names of the workspace's people by id."""
    doers = {key: people[deed["user"]] for key, deed in DEEDS.items()}
    return {
        language: {
            "about": about(Voice(language, "UTC", now, names)),
            "steps": [
                {
                    "key": step.key,
                    "title": step.title,
                    "text": step.text,
                    **DEEDS[step.key],
                    "then": [_link(links, language, key, text) for key, text in step.after.items()],
                }
                for step in guide(Voice(language, "UTC", now, names), doers)
            ],
            "cope": COPE | {"text": coping(Voice(language, "UTC", now, names), people[str(COPE["user"])])},
        }
        for language in HOUSE_LANGUAGES
    }


def _link(links: Links, language: str, key: str, text: str) -> dict[str, str]:
    """A tool of the page, or the public page of the newsletters."""
    return {"text": text, "tool": "mailbox"} if key == "mailbox" else {
        "text": text, "href": links.newsletters(language),
    }  # fmt: skip
