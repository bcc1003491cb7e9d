"""The workspace as JSON: all of it, or what one person sees."""

from typing import Any

from sandbox.app import App
from sandbox.people import BOT_USER, Channel
from sandbox.things import Json
from sandbox.workspace import Workspace


def view_seen(space: Workspace, user: str) -> Json | None:
    """The uppermost modal of a person."""
    view = space.top_view(user)
    return view.as_slack() if view else None


def home_seen(space: Workspace, user: str) -> Json | None:
    """The Home tab of a person."""
    view = space.views.get(space.homes.get(user, ""))
    return view.as_slack() if view else None


def _messages(space: Workspace, room: Channel, user: str | None) -> list[Json]:
    found = sorted(space.messages.get(room.id, {}).values(), key=lambda message: message.ts)
    return [message.as_seen() for message in found if user is None or space.sees(user, message)]


def everybody(space: Workspace, app: App) -> Json:
    """The app as its manifest has it, and everybody there is."""
    now = space.clock.now()
    return {
        "app": {
            "name": app.name,
            "commands": [dict(one) for one in app.commands],
            "shortcuts": [dict(one) for one in app.shortcuts],
        },
        "bot_user_id": BOT_USER,
        "people": [one.as_slack(now=now, locale=True, email=True) for one in space.people.values()],
    }


def snapshot(space: Workspace, app: App, user: str | None) -> Json:
    """People, channels, messages, views; for a person only what they see."""
    rooms = [room for room in space.channels.values() if user is None or space.may_see(user, room.id)]
    viewers = [user] if user is not None else [*space.stacks, *space.homes]
    state: dict[str, Any] = everybody(space, app) | {
        "channels": [vars(room) | {"members": list(room.members or ())} for room in rooms],
        "messages": {room.id: _messages(space, room, user) for room in rooms},
        "views": {one: view_seen(space, one) for one in viewers},
        "homes": {one: home_seen(space, one) for one in viewers},
    }
    return state if user is None else state | {"dm": space.dm(user)}
