"""Talking to the bot in a sandbox workspace, and reading what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.run import Running
from handlers.web.health import Health
from sandbox import Outcome, Sandbox
from storage.database import Database

ENGLISH, FRENCH, SPANISH = "U0NEWMEMB", "U0MEMBERX", "U0COCHAIR"
NEPAL_FOCAL_POINT, GUEST, NO_ZONE = "U0NEPALFP", "U0GUESTXX", "U0NOZONEX"
GENERAL, LOUNGE = "C0GENERAL", "C0LOUNGEX"


async def _nothing() -> Any:
    return ()


UNASKED = Health("0", _nothing, _nothing)
"""The health of a site of which nobody asks it."""


@dataclass(frozen=True, repr=False)  # asyncio.Runner has the result of each fixture represented
class Talk:
    """A workspace, the bot in it, and its database."""

    box: Sandbox
    going: Running
    database: Database

    async def ask(self, text: str, user: str = ENGLISH, channel: str = GENERAL) -> str:
        """Type a command; all that the answer says, title first. Fails where Slack would show a failure."""
        return said(await self.command(text, user, channel))

    async def command(self, text: str, user: str = ENGLISH, channel: str = GENERAL) -> Outcome:
        outcome = await self.box.command(user, channel, text)
        assert outcome.failed is None, outcome.failed
        assert outcome.settled == "idle"
        return outcome

    async def click(self, label: str, outcome: Outcome, user: str = ENGLISH, **where: Any) -> Outcome:
        """Click the button with that label in the last answer."""
        message = shown(outcome)
        button = next(b for b in buttons(outcome) if b["text"]["text"] == label)
        clicked = await self.box.action(
            user,
            message["ts"],
            channel=message["channel"],
            action_id=button["action_id"],
            **where,
        )
        assert clicked.failed is None, clicked.failed
        return clicked


def shown(outcome: Outcome) -> dict[str, Any]:
    """The message that came of it: a new one, or the one that a click changed in place."""
    every = [*outcome.updated, *outcome.replies]
    answers = [message for message in every if message["ephemeral"]]  # the rest goes to others, or to all
    return dict((answers or every)[-1])


def modal(outcome: Outcome) -> dict[str, Any]:
    """The modal as it stands afterwards; Home may be drawn anew after it."""
    return next(view for view in reversed(outcome.views) if view["type"] == "modal")


def said(outcome: Outcome) -> str:
    """Every text of the answer, in the order in which it stands on the screen."""
    return "\n".join(texts(shown(outcome)["blocks"]))


def texts(node: Any) -> list[str]:
    """Every text in blocks."""
    if isinstance(node, dict):
        if node.get("type") in ("mrkdwn", "plain_text"):
            return [node["text"]]
        return [text for value in node.values() for text in texts(value)]
    return [text for value in node for text in texts(value)] if isinstance(node, list) else []


def buttons(outcome: Outcome) -> list[dict[str, Any]]:
    """The buttons of the answer."""
    blocks = shown(outcome)["blocks"]
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]


def labels(outcome: Outcome) -> list[str]:
    """What the buttons of the answer say."""
    return [button["text"]["text"] for button in buttons(outcome)]
