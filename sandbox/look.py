"""What the page shows one person: the latest of one channel, one thread, their windows, what is unread.

Answers grow with what is on the screen, not with what was ever said: a page asks again at every change.
"""

from dataclasses import dataclass
from typing import Any

from sandbox.people import Channel
from sandbox.things import File, Json, Message
from sandbox.workspace import Workspace

LATEST = 60
"""Messages of a channel that are shown at first."""
MOST = 1_000
EVERYBODY = ("!here", "!channel", "!everyone")
MOST_UNREAD = 100
"""From here on "99+" stands there, and nobody counts further."""


@dataclass(frozen=True)
class Wanted:
    """Who looks (`user`), at which channel, how many of its messages back, and which thread is open."""

    user: str
    place: str | None = None
    thread: str | None = None
    limit: int = LATEST


def looked(space: Workspace, wanted: Wanted) -> Json:
    """The part of the workspace that one person has before them."""
    rooms = [room for room in space.channels.values() if space.may_see(wanted.user, room.id)]
    place = next((room for room in rooms if room.id == wanted.place), None)
    return {
        "channels": [_channel(space, room, wanted.user) for room in rooms if not room.is_archived],
        "place": _place(space, place, wanted) if place else None,
        "thread": _thread(space, place, wanted) if place and wanted.thread else None,
        "views": [space.views[one].as_slack() for one in space.stacks.get(wanted.user, [])],
        "home": _home(space, wanted.user),
        "files": {file.id: _file(file) for file in space.files.values() if file.content is not None},
    }


def _channel(space: Workspace, room: Channel, user: str) -> Json:
    unread, pinged = _unread(space, room, user)
    return {
        "id": room.id,
        "name": room.name,
        "topic": room.topic,
        "is_private": room.is_private,
        "is_im": room.is_im,
        "has_bot": room.has_bot,
        "is_member": user in (room.members or ()),
        "unread": unread,
        "pinged": pinged,
        "read": space.read_until(user, room.id),
    }


def _unread(space: Workspace, room: Channel, user: str) -> tuple[int, int]:
    """How many messages of others somebody has not seen yet, and how many of them call for them."""
    if user not in (room.members or ()):
        return 0, 0
    until, unread, pinged = space.read_until(user, room.id), 0, 0
    calling = {f"@{user}", *EVERYBODY}
    for message in reversed(space.messages.get(room.id, {}).values()):
        if message.ts <= until or unread >= MOST_UNREAD:
            break
        in_thread = message.is_reply and not message.broadcast
        if message.user != user and message.only_for is None and not in_thread:
            unread += 1
            pinged += room.is_im or not calling.isdisjoint(message.pings)
    return unread, pinged


def _place(space: Workspace, room: Channel, wanted: Wanted) -> Json:
    known = space.messages.get(room.id, {})
    replies: dict[str, list[Message]] = {}
    roots: list[Message] = []
    for message in known.values():
        if not space.sees(wanted.user, message):
            continue
        if message.is_reply and message.thread_ts in known:
            replies.setdefault(str(message.thread_ts), []).append(message)
        if not message.is_reply or message.broadcast or message.thread_ts not in known:
            roots.append(message)
    roots.sort(key=lambda message: message.ts)
    shown = roots[-min(wanted.limit, MOST) :]
    return {
        "id": room.id,
        "older": len(roots) > len(shown),
        "messages": [message.as_seen() | _answers(replies.get(message.ts, [])) for message in shown],
    }


def _answers(replies: list[Message]) -> Json:
    lasting = [message for message in replies if message.only_for is None]
    return {
        "reply_count": len(lasting),
        "reply_users": list(dict.fromkeys(message.user for message in lasting))[:5],
        "latest_reply": max((message.ts for message in lasting), default=None),
    }


def _thread(space: Workspace, room: Channel, wanted: Wanted) -> Json:
    found = space.seen(room.id, wanted.user, wanted.thread)
    rest = [message.as_seen() for message in found if message.ts != wanted.thread]
    return {
        "ts": wanted.thread,
        "messages": [message.as_seen() for message in found if message.ts == wanted.thread] + rest[-MOST:],
        "older": len(rest) > MOST,
    }


def _home(space: Workspace, user: str) -> Json | None:
    view = space.views.get(space.homes.get(user, ""))
    return view.as_slack() if view else None


def _file(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "title": file.title or file.name,
        "alt_text": file.alt_text,
        "url": f"/files/{file.id}/{file.name}",
        "is_image": file.picture is not None,
    }
