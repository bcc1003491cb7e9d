"""The manifest says what the code does: commands, events and scopes, no more and no less."""

from __future__ import annotations

from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app import build, make_desk
from bot.clock import Clock
from bot.manifest import make_manifest
from bot.settings import read_settings
from sandbox import METHODS
from storage.database import Database

LIMITS = {"name": 35, "description": 140, "long_description": 4_000}
"""api.slack.com/reference/manifests."""


def bolt(database: Database) -> Any:
    settings = read_settings({"_env_file": None, "slack_bot_token": "xoxb-1"})
    return build(settings, database, Clock()).app


async def matches(app: Any, body: dict[str, Any]) -> bool:
    """Whether a listener of the app takes such a payload."""
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    for listener in app._async_listeners:
        if await listener.async_matches(req=request, resp=None):
            return True
    return False


async def test_every_command_of_the_manifest_is_answered(database: Database) -> None:
    app = bolt(database)
    manifest = make_manifest(make_desk())
    commands = [command["command"] for command in manifest["features"]["slash_commands"]]
    assert commands == [
        "/pathfinder",
        "/actiongroup",
        "/events",
        "/commitments",
        "/update",
        "/digest",
        "/ask",
        "/alliance",
    ]
    for command in commands:
        assert await matches(app, {"command": command, "text": ""})
    assert not await matches(app, {"command": "/consult", "text": ""})


async def test_every_event_of_the_manifest_is_heard_and_no_other(database: Database) -> None:
    app = bolt(database)
    subscribed = make_manifest(make_desk())["settings"]["event_subscriptions"]["bot_events"]
    for event in ("app_mention", "team_join", "user_change", "message", "app_home_opened", "reaction_added"):
        heard = await matches(app, {"type": "event_callback", "event": {"type": event}})
        assert heard is (event in subscribed), event
    for kind, subscription in (("im", "message.im"), ("channel", "message.channels")):
        written = {"type": "message", "channel_type": kind}
        heard = await matches(app, {"type": "event_callback", "event": written})
        assert heard is (subscription in subscribed), subscription


def test_the_scopes_are_those_of_the_methods_called() -> None:
    """What the code calls, by hand here; that it calls nothing else the sandbox sees to in every test."""
    called = ("chat.postMessage", "chat.postEphemeral", "chat.update", "users.list", "users.info")
    needed = {scope for method in called for scope in METHODS[method].scopes}
    needed |= {"im:write", "im:history", "channels:history", "groups:history"}  # to find a lost message
    needed |= {"channels:read", "groups:read"}  # for the doctor
    needed |= {"files:read"}  # for the field of files
    scopes = set(make_manifest(make_desk())["oauth_config"]["scopes"]["bot"])
    assert scopes == {"commands", "app_mentions:read", *needed}


def test_it_stays_within_slacks_limits() -> None:
    manifest = make_manifest(make_desk())
    for field, most in LIMITS.items():
        assert 0 < len(manifest["display_information"][field]) <= most
    assert len(manifest["display_information"]["long_description"]) >= 175
    for command in manifest["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert command["description"]


def test_http_mode_has_its_address_everywhere() -> None:
    url = "https://bot.example.org/slack/events"
    manifest = make_manifest(make_desk(), request_url=url)
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["settings"]["interactivity"]["request_url"] == url
    assert manifest["settings"]["event_subscriptions"]["request_url"] == url
    assert all(command["url"] == url for command in manifest["features"]["slash_commands"])


def test_home_and_the_messages_tab_are_there_and_people_may_write_to_it() -> None:
    tabs = make_manifest(make_desk())["features"]["app_home"]
    assert tabs == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
