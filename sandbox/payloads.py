"""What Slack sends for each act of a person: only what it really carries.

https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling and
https://docs.slack.dev/reference/interaction-payloads . A command carries neither language nor zone.
"""

from typing import Any

from sandbox.methods.people import DOMAIN
from sandbox.people import TEAM, Channel, Person
from sandbox.things import APP, Json, Message, View


def command(person: Person, room: Channel, name: str, text: str, **where: str) -> Json:
    """A slash command; ``where`` is its response_url and trigger_id."""
    return {
        "token": "unused",
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": room.id,
        "channel_name": _channel_name(room),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": False,
        **where,
    }


def _channel_name(room: Channel) -> str:
    """Names of private conversations are not given away."""
    if room.is_im:
        return "directmessage"
    return "privategroup" if room.is_private else room.name


def _interaction(kind: str, person: Person) -> Json:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": DOMAIN},
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": TEAM},
        "api_app_id": APP,
        "token": "unused",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel(room: Channel) -> Json:
    return {"id": room.id, "name": _channel_name(room)}


def message_click(
    person: Person, room: Channel, message: Message, action: Json, state: Json, **where: str
) -> Json:
    """A click in a message. Of an ephemeral one Slack sends the container, not the message (seen)."""
    ephemeral = message.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": room.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = _interaction("block_actions", person) | {
        "container": container,
        "channel": _channel(room),
        "state": {"values": state},
        "actions": [action],
        **where,
    }
    return payload if ephemeral else payload | {"message": message.as_slack()}


def view_click(person: Person, view: View, action: Json, trigger_id: str) -> Json:
    """A click in a modal or on the Home tab: no channel and no response_url."""
    return _interaction("block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view.as_slack(),
        "actions": [action],
        "trigger_id": trigger_id,
    }


def suggestion(person: Person, container: Json, element: Json, block_id: str, query: str) -> Json:
    """What a menu with outside options asks for while a person types."""
    return _interaction("block_suggestion", person) | {
        "action_id": element["action_id"],
        "block_id": block_id,
        "value": query,
        **container,
    }


def submission(person: Person, view: View, trigger_id: str, response_urls: list[Json]) -> Json:
    """A form sent off."""
    return _interaction("view_submission", person) | {
        "view": view.as_slack(),
        "trigger_id": trigger_id,
        "response_urls": response_urls,
    }


def closed(person: Person, view: View, *, cleared: bool) -> Json:
    """A modal closed by hand."""
    return _interaction("view_closed", person) | {"view": view.as_slack(), "is_cleared": cleared}


def shortcut(person: Person, callback_id: str, trigger_id: str, action_ts: str) -> Json:
    """A global shortcut: no channel and no response_url."""
    return _interaction("shortcut", person) | {
        "callback_id": callback_id,
        "trigger_id": trigger_id,
        "action_ts": action_ts,
    }


def message_shortcut(person: Person, callback_id: str, room: Channel, message: Message, **where: Any) -> Json:
    """A shortcut from the menu of a message."""
    return _interaction("message_action", person) | {
        "callback_id": callback_id,
        "channel": _channel(room),
        "message_ts": message.ts,
        "message": message.as_slack(),
        **where,
    }
