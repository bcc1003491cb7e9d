"""What every act of a person shares: whom and what they see, and gathering what came of it.

A test, the control API and a click on the page all go through the same acts, so that none of them can
do what a person could not.
"""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.activity import Activity, Links
from sandbox.app import App
from sandbox.errors import BadRequest
from sandbox.events import Events
from sandbox.methods.desk import Desk
from sandbox.outcomes import outcome_of
from sandbox.people import Channel, Person
from sandbox.record import Outcome, Record
from sandbox.things import Json, Message, View
from sandbox.wire import Wire
from sandbox.workspace import Workspace


@dataclass
class Done:
    """What is known of an act when the bot has acknowledged it."""

    ack: Any = None
    failed: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    ts: str | None = None


@dataclass(frozen=True)
class Parts:
    """Everything that an act needs; made once by the sandbox."""

    space: Workspace
    app: App
    wire: Wire
    events: Events
    links: Links
    activity: Activity
    record: Record
    desk: Desk
    address: Callable[[], str]


class Actor:
    """Acts for people: the ground on which the acts stand."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._numbers = itertools.count(1)
        self._under_way: set[int] = set()

    def _person(self, user: str) -> Person:
        person = self._parts.space.people.get(user)
        if person is None:
            raise BadRequest(f"nobody is called {user!r}")
        return person

    def _room(self, user: str, channel: str) -> Channel:
        room = self._parts.space.find_channel(channel)
        if room is None or not self._parts.space.may_see(user, room.id):
            raise BadRequest(f"{user} sees no channel {channel!r}")
        return room

    def _seen_message(self, user: str, ts: str, channel: str | None) -> Message:
        space = self._parts.space
        rooms = [self._room(user, channel).id] if channel else list(space.messages)
        for room in rooms:
            message = space.message(room, ts)
            if message is not None and space.sees(user, message):
                return message
        raise BadRequest(f"{user} sees no message {ts!r}")

    def _seen_view(self, user: str, view_id: str) -> View:
        space = self._parts.space
        view = space.views.get(view_id)
        top = space.top_view(user)
        shown = view is not None and (top is view or space.homes.get(user) == view_id)
        if view is None or not shown:
            raise BadRequest(f"{user} does not see the view {view_id!r}")
        return view

    def _response_url(self, user: str, channel: str, act: int, original: str | None = None) -> str:
        key = self._parts.space.new_address(user, channel, act, original)
        return f"{self._parts.address()}/respond/{key}"

    async def _act(self, user: str | None, do: Callable[[int], Awaitable[Done]]) -> Outcome:
        """Do it, wait until the bot is done, and gather what came of it."""
        parts, act = self._parts, next(self._numbers)
        changes, calls = len(parts.space.changes), len(parts.record.exchanges)
        others = frozenset(self._under_way)
        self._under_way.add(act)
        try:
            done = await do(act)
            settled = await parts.links.settle()
        finally:
            self._under_way.discard(act)
        return outcome_of(
            parts.space,
            user,
            [change for change in parts.space.changes[changes:] if _belongs(change.act, act, others)],
            [call for call in parts.record.exchanges[calls:] if _belongs(call.act, act, others)],
            Outcome(settled, ack=done.ack, errors=done.errors, failed=done.failed, ts=done.ts),
        )

    async def _send(self, kind: str, payload: Json, act: int, use: Callable[[Any], None] | None) -> Done:
        with self._parts.activity.dispatch():
            delivered = await self._parts.wire.deliver(kind, payload, act=act, use=use)
        return Done(delivered.body, delivered.failed)

    async def settle(self) -> Outcome:
        """Do nothing but wait until the bot is done, for instance after the clock has moved."""

        async def nothing(_act: int) -> Done:
            return Done()

        return await self._act(None, nothing)


def _belongs(owner: int | None, act: int, others: frozenset[int]) -> bool:
    """Whether something came of an act, when several are under way.

    For acknowledgements and response_urls it is known whose they are: this act's, or a late answer to
    one that had ended before. A call of the Web API could be any's, and counts for each.
    """
    return owner in {None, act} or (owner is not None and 0 < owner < act and owner not in others)
