"""The Slack app manifest, made from what is registered, so that the two cannot drift apart."""

from __future__ import annotations

from typing import Any

from bot import worker
from handlers.slack import clicks, home, mentions, people, replies, updates
from handlers.slack.desk import Desk

NAME = "Pathfinder"
DESCRIPTION = "Pathfinder countries, action groups and events of Alliance 8.7, with dates and sources"
LONG_DESCRIPTION = (
    "The memory and voice of the Alliance 8.7 community of practice: ask it for a pathfinder country, an "
    "action group or what is coming, in English, French or Spanish, and it answers with the date and the "
    "source of everything it says. It keeps no case details of any person."
)
COLOUR = "#1f4e79"
LOOKING = ("channels:read", "groups:read")
"""For `doctor`: whether the bot is in the channels in which it is to post, and whether they are archived."""


def make_manifest(desk: Desk, *, request_url: str | None = None) -> dict[str, Any]:
    """The manifest for Socket Mode, or for HTTP at `request_url`."""
    events = sorted({*mentions.EVENTS, *people.EVENTS, *home.EVENTS, *replies.EVENTS})
    scopes = sorted(
        {
            "commands",
            *mentions.SCOPES,
            *clicks.SCOPES,
            *worker.SCOPES,
            *LOOKING,
            *people.SCOPES,
            *updates.SCOPES,
        }
    )
    address = {"url": request_url} if request_url else {}
    here = {"request_url": request_url} if request_url else {}
    return {
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "pathfinder-bot", "always_online": True},
            "shortcuts": [
                {
                    "name": shortcut.name,
                    "type": "message" if shortcut.of_message else "global",
                    "callback_id": shortcut.callback_id,
                    "description": shortcut.purpose,
                }
                for shortcut in desk.shortcuts
            ],
            "slash_commands": [
                {
                    "command": command.name,
                    "description": command.purpose,
                    "usage_hint": command.hint,
                    "should_escape": False,
                    **address,
                }
                for command in desk.commands
            ],
        },
        "oauth_config": {"scopes": {"bot": scopes}},
        "settings": {
            "event_subscriptions": {"bot_events": events, **here},
            "interactivity": {"is_enabled": True, **here},
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }
