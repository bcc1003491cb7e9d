"""What a Web API method has at hand: its arguments, the workspace, and a way to tell the bot of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.app import App
from sandbox.errors import SlackError
from sandbox.pace import Pace
from sandbox.people import BOT_USER, Channel, Person
from sandbox.things import Json, Message
from sandbox.workspace import Workspace


@dataclass(frozen=True)
class Args:
    """The arguments of a call, whether they came as a form or as JSON."""

    given: Mapping[str, Any]

    def has(self, name: str) -> bool:
        """Whether it was given at all."""
        return self.given.get(name) is not None

    def text(self, name: str) -> str:
        """A required string."""
        value = self.given.get(name)
        if value in (None, ""):
            raise SlackError("invalid_arguments", details=(f"missing required field: {name}",))
        return str(value)

    def maybe(self, name: str) -> str | None:
        """A string, or None."""
        value = self.given.get(name)
        return None if value in (None, "") else str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, as JSON or as the words of a form."""
        value = self.given.get(name)
        return default if value is None else str(value).lower() in {"true", "1"}

    def whole(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.given.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError as error:
            raise SlackError("invalid_arguments", details=(f"{name} must be an integer",)) from error

    def moment(self, name: str, default: float) -> float:
        """A timestamp as a number."""
        try:
            return float(self.maybe(name) or default)
        except ValueError as error:
            raise SlackError(f"invalid_ts_{name}") from error

    def parsed(self, name: str) -> Any:
        """A JSON value: in a form it comes as a string, in a JSON body as itself or as a string."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            code = "invalid_blocks_format" if name == "blocks" else "invalid_arguments"
            raise SlackError(code, details=(f"{name} is not valid JSON",)) from error

    def list(self, name: str) -> "list[str]":
        """A list that may come as words between commas."""
        value = self.given.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one for one in str(value or "").split(",") if one]

    def body(self) -> Json:
        """The contents of a message."""
        parsed = {name: self.parsed(name) for name in ("blocks", "attachments", "metadata")}
        return {**self.given, **parsed}


@dataclass(frozen=True)
class Desk:
    """The workspace as a method sees it. ``emit`` sends an event to the bot, if it subscribed to it."""

    space: Workspace
    app: App
    pace: Pace
    emit: Callable[[str, Json, str | None], None]
    address: Callable[[], str]
    new_socket: Callable[[], str]
    changed: Callable[[], None]

    def need(self, *scopes: str) -> None:
        """Refuse when none of these scopes was granted."""
        if scopes and not self.app.scopes.intersection(scopes):
            raise SlackError(
                "missing_scope", needed=",".join(scopes), provided=",".join(sorted(self.app.scopes))
            )

    def person(self, user: str) -> Person:
        """A person, or ``user_not_found``."""
        found = self.space.people.get(user)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, name: str, *, member: bool = True, live: bool = False) -> Channel:
        """A channel as the bot sees it: private ones where it is not are not found at all."""
        found = self.space.find_channel(name)
        if found is None or (found.is_private and BOT_USER not in (found.members or ())):
            raise SlackError("channel_not_found")
        if live and found.is_archived:
            raise SlackError("is_archived")
        if member and BOT_USER not in (found.members or ()):
            raise SlackError("not_in_channel")
        return found

    def user(self, person: Person, *, locale: bool) -> Json:
        """A user object with what the scopes allow."""
        email = "users:read.email" in self.app.scopes
        return person.as_slack(now=self.space.clock.now(), locale=locale, email=email)

    def own_message(self, channel: str, ts: str, refusal: str) -> Message:
        """The bot's own message; ephemeral ones cannot be found again (chat.update's page)."""
        message = self.space.message(channel, ts)
        if message is None or message.only_for is not None:
            raise SlackError("message_not_found")
        if not message.by_bot:
            raise SlackError(refusal)
        return message


def page(items: list[Any], args: Args, most: int = 1000) -> tuple[list[Any], Json]:
    """One page of a list and where the next begins. https://docs.slack.dev/apis/web-api/pagination ."""
    limit = args.whole("limit", 0) or most
    if not 0 < limit <= most:
        raise SlackError("invalid_limit")
    cursor = args.maybe("cursor")
    if cursor is not None and not (cursor.startswith("next:") and cursor[5:].isdigit()):
        raise SlackError("invalid_cursor")
    start = int(cursor[5:]) if cursor else 0
    following = f"next:{start + limit}" if start + limit < len(items) else ""
    return items[start : start + limit], {"next_cursor": following}
