"""What the workspace holds: messages, views, triggers, response addresses, files. All frozen."""

from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.people import TEAM

Json = dict[str, Any]

APP = "A0PATHFND"
BOT = "B0PATHBOT"
PICTURES = {"png": "image/png", "gif": "image/gif", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
"""By the ending of a file's name, what a browser shows; nothing that could hold a script."""


@dataclass(frozen=True)
class Message:
    """A message; ``only_for`` makes it ephemeral; ``pings`` is whom it notified."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str | None = None
    broadcast: bool = False
    only_for: str | None = None
    by_bot: bool = False
    metadata: Json | None = None
    edited_ts: str | None = None
    pings: tuple[str, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()
    subtype: str | None = None

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    def as_slack(self, *, metadata: bool = False) -> Json:
        """The message object; metadata only when asked for.

        https://docs.slack.dev/reference/objects/message-object
        """
        body: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": TEAM}
        if self.by_bot:
            body |= {"bot_id": BOT, "app_id": APP}
        if self.subtype:
            body["subtype"] = self.subtype
        if self.blocks:
            body["blocks"] = list(self.blocks)
        if self.attachments:
            body["attachments"] = list(self.attachments)
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        if self.edited_ts:
            body["edited"] = {"user": self.user, "ts": self.edited_ts}
        if self.files:
            body["files"] = [{"id": file} for file in self.files]
        if self.reactions:
            names = dict.fromkeys(name for name, _ in self.reactions)
            body["reactions"] = [
                {"name": name, "users": (who := [user for n, user in self.reactions if n == name])}
                | {"count": len(who)}
                for name in names
            ]
        if metadata and self.metadata:
            body["metadata"] = self.metadata
        return body

    def as_seen(self) -> Json:
        """The message as a test or the page looks at it: nothing hidden."""
        return {
            "channel": self.channel,
            "ts": self.ts,
            "thread_ts": self.thread_ts,
            "user": self.user,
            "text": self.text,
            "blocks": list(self.blocks),
            "attachments": list(self.attachments),
            "ephemeral": self.only_for is not None,
            "only_for": self.only_for,
            "by_bot": self.by_bot,
            "metadata": self.metadata,
            "edited": self.edited_ts is not None,
            "pings": list(self.pings),
            "reactions": [list(reaction) for reaction in self.reactions],
            "files": list(self.files),
        }


@dataclass(frozen=True)
class View:
    """A modal or a Home tab as one person has it open; ``values`` is what stands in its inputs."""

    id: str
    user: str
    kind: Literal["modal", "home"]
    body: Json
    hash: str
    root: str
    previous: str | None = None
    values: dict[str, Json] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        return list(self.body["blocks"])

    def as_slack(self) -> Json:
        """The view object, https://docs.slack.dev/reference/views ."""
        body = self.body
        return {
            "id": self.id,
            "team_id": TEAM,
            "type": self.kind,
            "blocks": self.blocks,
            "private_metadata": body.get("private_metadata", ""),
            "callback_id": body.get("callback_id", ""),
            "state": {"values": self.values},
            "hash": self.hash,
            "title": body.get("title", {"type": "plain_text", "text": ""}),
            "clear_on_close": body.get("clear_on_close", False),
            "notify_on_close": body.get("notify_on_close", False),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "previous_view_id": self.previous,
            "root_view_id": self.root,
            "app_id": APP,
            "external_id": body.get("external_id", ""),
            "app_installed_team_id": TEAM,
            "bot_id": BOT,
        }


@dataclass(frozen=True)
class Trigger:
    """Leave to open one view: for whom, until when, and in which modal the act was made."""

    id: str
    user: str
    until: float
    view: str | None = None
    used: bool = False


@dataclass(frozen=True)
class Address:
    """A response_url: what it answers to, until when, and how often it was used."""

    key: str
    user: str
    channel: str
    until: float
    act: int
    original: str | None = None
    posts: int = 0


@dataclass(frozen=True)
class File:
    """An upload: ``waiting`` for its bytes, ``uploaded``, shared and after a moment ready."""

    id: str
    name: str
    length: int
    content: bytes | None = None
    title: str = ""
    alt_text: str = ""
    channels: tuple[str, ...] = ()
    ready_at: float | None = None

    @property
    def picture(self) -> str | None:
        """The content type, when it is a picture that a browser may show as it is."""
        return PICTURES.get(self.name.rpartition(".")[2].lower())


@dataclass(frozen=True)
class Change:
    """One thing that became different; ``act`` when it is known whose doing it was."""

    kind: Literal["posted", "updated", "deleted", "view"]
    thing: Message | View
    act: int | None = None
