"""Events to the bot: only those it subscribed to, only from where it is, and again when they fail.

https://docs.slack.dev/apis/events-api#retries : three times more, at once, after a minute, after five,
always with the same ``event_id``.
"""

import asyncio
from typing import Any

from sandbox.activity import Activity
from sandbox.app import App
from sandbox.people import BOT_USER, TEAM
from sandbox.things import APP
from sandbox.wire import Wire
from sandbox.workspace import Workspace

Json = dict[str, Any]

WAITS = (0.0, 60.0, 300.0)


class Events:
    """Sends events beside whatever else goes on; waits for a retry follow the sandbox's clock."""

    def __init__(
        self, space: Workspace, app: App, wire: Wire, activity: Activity, waits: tuple[float, ...]
    ) -> None:
        self._space = space
        self._app = app
        self._wire = wire
        self._activity = activity
        self._waits = waits
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, subscription: str, event: Json, channel: str | None) -> None:
        """Send an event, if the app asked for its kind and the bot is in the channel."""
        if subscription not in self._app.events:
            return
        if channel is not None and BOT_USER not in self._space.members(channel):
            return
        self._activity.started += 1
        task = asyncio.get_running_loop().create_task(self._send(self._envelope(event)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def forget(self) -> None:
        """Give up all that is under way, without waiting for its end."""
        for task in self._tasks:
            task.cancel()

    async def stop(self) -> None:
        """Give up all that is under way or waits to be sent again."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, payload: Json) -> None:
        retry: tuple[int, str] | None = None
        for number in range(len(self._waits) + 1):
            with self._activity.dispatch():
                delivered = await self._wire.deliver("event", payload, retry=retry)
            if delivered.failed is None or delivered.no_retry or number == len(self._waits):
                return
            retry = (number + 1, delivered.reason or "unknown_error")
            if self._waits[number] > 0:
                await self._space.clock.sleep_until(self._space.clock.now() + self._waits[number])

    def _envelope(self, event: Json) -> Json:
        """https://docs.slack.dev/apis/events-api#event-type-structure ."""
        return {
            "token": "unused",
            "team_id": TEAM,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": self._space.new_id("Ev"),
            "event_time": int(self._space.clock.now()),
            "event_context": self._space.new_id("EC"),
            "is_ext_shared_channel": False,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
        }
