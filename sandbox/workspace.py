"""The one truth about the workspace: who and what there is, who sees what, and every change to it.

Timestamps: unique and rising under a stopped clock and concurrency too, because a message is named
by its channel and ``ts`` (https://docs.slack.dev/reference/objects/message-object).
"""

import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import replace

from sandbox.clock import Clock
from sandbox.errors import SlackError
from sandbox.people import BOT_USER, Channel, Person
from sandbox.things import Address, Change, File, Json, Message, Trigger, View


class Workspace:
    """State in memory, changed only through the few functions here."""

    def __init__(
        self, clock: Clock, people: Iterable[Person], channels: Iterable[Channel], bot_name: str
    ) -> None:
        self._bot_name = bot_name
        self._start = (tuple(people), tuple(channels))
        self.clock = clock
        self.on_change: Callable[[], None] = lambda: None
        # Ids go on after a reset: a bot remembers those it has seen, as it may with Slack.
        self._numbers = itertools.count(1)
        self.reset()

    def reset(self) -> None:
        """Everything as it was in the beginning."""
        people, channels = self._start
        handle = self._bot_name.lower().replace(" ", "-")
        bot = Person(BOT_USER, handle, self._bot_name, is_bot=True, locale="en-US", tz="UTC")
        self.people: dict[str, Person] = {person.id: person for person in (bot, *people)}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.addresses: dict[str, Address] = {}
        self.files: dict[str, File] = {}
        self.changes: list[Change] = []
        self._read: dict[tuple[str, str], str] = {}
        self.typed: dict[tuple[str, str], dict[str, dict[str, Json]]] = {}
        self.offered: dict[tuple[str, str], list[Json]] = {}
        self._last_ts = 0
        self._names = random.Random(8_7)  # noqa: S311 - block ids that are the same in every run
        for channel in channels:
            self.channels[channel.id] = self._with_members(channel)

    def new_id(self, prefix: str) -> str:
        """An id of a kind: V for views, F for files, and so on."""
        return f"{prefix}0SBX{next(self._numbers):06d}"

    def new_ts(self) -> str:
        """A timestamp later than any before, whatever the clock does."""
        self._last_ts = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def named_blocks(self, blocks: Iterable[Json]) -> list[Json]:
        """The blocks with a ``block_id`` and ``action_id`` wherever there was none, as Slack adds them."""
        return [self._named(block) for block in blocks]

    def _named(self, part: Json) -> Json:
        part = dict(part)
        if "block_id" not in part:
            part["block_id"] = self._short_name()
        for key in ("accessory", "element"):
            if key in part:
                part[key] = self._with_action_id(part[key])
        for key in ("elements", "actions"):
            if isinstance(part.get(key), list):
                part[key] = [self._with_action_id(inner) for inner in part[key]]
        if "child_blocks" in part:
            part["child_blocks"] = self.named_blocks(part["child_blocks"])
        return part

    def _with_action_id(self, element: Json) -> Json:
        unnamed = ("image", "plain_text", "mrkdwn", "card")
        still = element.get("type") in unnamed or str(element.get("type")).startswith("rich_text")
        return element if still or "action_id" in element else {**element, "action_id": self._short_name()}

    def _short_name(self) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return "".join(self._names.choices(letters, k=5))

    # Who is where, and who sees what

    def _with_members(self, channel: Channel) -> Channel:
        everybody = tuple(
            person.id for person in self.people.values() if not person.is_restricted and not person.is_bot
        )
        members = everybody if channel.members is None else channel.members
        members = tuple(user for user in members if user != BOT_USER)
        return replace(channel, members=(*members, BOT_USER) if channel.has_bot else members)

    def members(self, channel: str) -> tuple[str, ...]:
        """Who is in a channel, the bot too when it is."""
        return self.channels[channel].members or ()

    def dm(self, user: str) -> str:
        """The direct messages between a person and the bot, made when first needed."""
        for channel in self.channels.values():
            if channel.is_im and user in (channel.members or ()):
                return channel.id
        new = Channel(f"D{user[1:]}", "directmessage", (user, BOT_USER), is_private=True, is_im=True)
        self.channels[new.id] = new
        return new.id

    def may_see(self, user: str, channel: str) -> bool:
        """Members see a channel; those who are not guests look into public ones too."""
        room, person = self.channels[channel], self.people[user]
        return user in (room.members or ()) or not (room.is_private or person.is_restricted)

    def sees(self, user: str, message: Message) -> bool:
        """Whether a person sees a message: an ephemeral one only its target."""
        return self.may_see(user, message.channel) and message.only_for in {None, user}

    def join(self, channel: str, user: str) -> bool:
        """Add a member; False when they were one."""
        room = self.channels[channel]
        if user in (room.members or ()):
            return False
        self.channels[channel] = replace(room, members=(*(room.members or ()), user))
        return True

    def find_channel(self, name: str) -> Channel | None:
        """A channel by id or by name, with or without "#"."""
        bare = name.removeprefix("#")
        by_name = (room for room in self.channels.values() if room.name == bare and not room.is_im)
        return self.channels.get(name) or next(by_name, None)

    # Messages

    def post(self, message: Message, *, act: int | None = None) -> Message:
        """Add a message."""
        self.messages.setdefault(message.channel, {})[message.ts] = message
        self._note(Change("posted", message, act))
        return message

    def update(self, message: Message, *, act: int | None = None) -> Message:
        """Put another message in the place of one."""
        self.messages[message.channel][message.ts] = message
        self._note(Change("updated", message, act))
        return message

    def delete(self, message: Message, *, act: int | None = None) -> None:
        """Take a message away."""
        self.messages[message.channel].pop(message.ts, None)
        self._note(Change("deleted", message, act))

    def message(self, channel: str, ts: str) -> Message | None:
        """One message, ephemeral ones too."""
        return self.messages.get(channel, {}).get(ts)

    def seen(self, channel: str, user: str | None, thread_ts: str | None = None) -> list[Message]:
        """What a person (None: nobody hidden) sees in a channel or a thread, oldest first."""
        found = self.messages.get(channel, {}).values()
        mine = [message for message in found if user is None or self.sees(user, message)]
        if thread_ts is not None:
            shown = [m for m in mine if thread_ts in {m.ts, m.thread_ts}]
        else:
            shown = [m for m in mine if not m.is_reply or m.broadcast]
        return sorted(shown, key=lambda message: message.ts)

    def read_until(self, user: str, channel: str) -> str:
        """The timestamp up to which a person has seen a channel; "" for one never looked at."""
        return self._read.get((user, channel), "")

    def mark_read(self, user: str, channel: str) -> None:
        """A person has seen all that a channel holds now."""
        latest = max(self.messages.get(channel, {}), default="")
        if latest > self.read_until(user, channel):
            self._read[user, channel] = latest
            self.on_change()

    # Views

    def show(self, view: View, *, act: int | None = None) -> View:
        """Keep a view and say that it is new or has changed."""
        self.views[view.id] = view
        self._note(Change("view", view, act))
        return view

    def top_view(self, user: str) -> View | None:
        """The modal that a person sees."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None

    def close_top(self, user: str) -> None:
        """Close the uppermost modal."""
        self.views.pop(self.stacks[user].pop(), None)

    def clear_stack(self, user: str) -> None:
        """Close every modal of a person."""
        for view in self.stacks.pop(user, []):
            self.views.pop(view, None)

    # Triggers

    def new_trigger(self, user: str, view: str | None = None) -> str:
        """Leave to open one view within 3 seconds."""
        key = f"{next(self._numbers)}.{self._last_ts}.sandbox"
        self.triggers[key] = Trigger(key, user, self.clock.now() + 3, view)
        return key

    def use_trigger(self, key: str) -> Trigger:
        """https://docs.slack.dev/interactivity/handling-user-interaction/#modal_responses: 3 s, once."""
        trigger = self.triggers.get(key)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() > trigger.until:
            raise SlackError("expired_trigger_id")
        self.triggers[key] = replace(trigger, used=True)
        return trigger

    def new_address(self, user: str, channel: str, act: int, original: str | None = None) -> str:
        """A response_url's key: 30 minutes, 5 posts."""
        key = f"{next(self._numbers)}{self._short_name()}"
        self.addresses[key] = Address(key, user, channel, self.clock.now() + 1800, act, original)
        return key

    def _note(self, change: Change) -> None:
        self.changes.append(change)
        self.on_change()
