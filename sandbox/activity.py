"""What is under way, and when the bot has nothing more to do.

A bot that runs against the sandbox may hold a WebSocket to ``/sandbox/link``: it is told the time,
and says when it is idle. Without one the sandbox waits until the bot has asked nothing for a moment.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Iterator
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.clock import Clock
from sandbox.record import Settled

QUIET = 0.15  # seconds


class Activity:
    """Counts what goes on in both directions."""

    def __init__(self) -> None:
        self.dispatching = 0
        self.started = 0
        self.asking = 0
        self.last = time.monotonic()
        self.nothing = asyncio.Event()
        self.nothing.set()

    @contextlib.contextmanager
    def dispatch(self) -> Iterator[None]:
        """Something is on its way to the bot."""
        self.dispatching += 1
        self.started += 1
        self.nothing.clear()
        try:
            yield
        finally:
            self.dispatching -= 1
            if not self.dispatching:
                self.nothing.set()
            self.last = time.monotonic()

    @contextlib.contextmanager
    def ask(self) -> Iterator[None]:
        """The bot asks something."""
        self.asking += 1
        try:
            yield
        finally:
            self.asking -= 1
            self.last = time.monotonic()


class Links:
    """The bots that said they would tell when they are idle."""

    def __init__(self, clock: Clock, activity: Activity, seconds: float, quiet: float) -> None:
        self._clock = clock
        self._activity = activity
        self._seconds = seconds
        self._quiet_seconds = quiet
        self._open: list[WebSocket] = []
        self._ids = itertools.count(1)
        self._waiting: dict[tuple[int, WebSocket], asyncio.Future[None]] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self.ever = False

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    async def serve(self, socket: WebSocket) -> None:
        """One link, from loopback only."""
        host = socket.client.host if socket.client else ""
        if host not in {"127.0.0.1", "::1", "testclient"}:
            await socket.close(4003)
            return
        await socket.accept()
        self._open.append(socket)
        self.ever = True
        try:
            await socket.send_json(self._time())
            while True:
                self._settled(socket, await socket.receive_json())
        except (WebSocketDisconnect, RuntimeError, ValueError):
            self._drop(socket)

    def tell_time(self) -> None:
        """Say to every link what the clock shows now."""
        for socket in self._open:  # none is open while no loop runs
            task = asyncio.get_running_loop().create_task(self._send(socket, self._time()))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def settle(self) -> Settled:
        """Wait until nothing is under way on either side, the link is gone, or time is up."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._settle()
        except TimeoutError:
            return "timeout"

    async def _settle(self) -> Settled:
        while True:
            await self._told()
            if not self.ever:
                return await self._quiet()
            await self._activity.nothing.wait()
            started = self._activity.started
            if not self._open:
                return "gone"
            await self._ask_all()
            if not self._open:
                return "gone"
            await asyncio.sleep(0)
            if self._activity.started == started and not self._activity.dispatching:
                return "idle"

    async def _told(self) -> None:
        """Let what is due start, and the links hear the time first."""
        for _ in range(3):
            await asyncio.sleep(0)
        while self._sending:
            await asyncio.wait(tuple(self._sending))

    async def _quiet(self) -> Settled:
        self._activity.last = time.monotonic()
        while True:
            idle = time.monotonic() - self._activity.last
            if idle >= self._quiet_seconds and not self._activity.asking and not self._activity.dispatching:
                return "quiet"
            await asyncio.sleep(max(0.005, self._quiet_seconds - idle))

    async def _ask_all(self) -> None:
        number, loop = next(self._ids), asyncio.get_running_loop()
        asked = {(number, socket): loop.create_future() for socket in self._open}
        self._waiting |= asked
        try:
            for _, socket in asked:
                await self._send(socket, {"type": "settle", "id": number})
            await asyncio.gather(*asked.values())
        finally:
            for key in asked:
                self._waiting.pop(key, None)

    def _settled(self, socket: WebSocket, answer: Any) -> None:
        if isinstance(answer, dict) and answer.get("type") == "settled":
            waiting = self._waiting.get((answer.get("id", 0), socket))
            if waiting is not None and not waiting.done():
                waiting.set_result(None)

    async def _send(self, socket: WebSocket, what: dict[str, Any]) -> None:
        try:
            await socket.send_json(what)
        except (RuntimeError, WebSocketDisconnect):
            self._drop(socket)

    def _drop(self, socket: WebSocket) -> None:
        if socket in self._open:
            self._open.remove(socket)
        for (_, owner), waiting in self._waiting.items():
            if owner is socket and not waiting.done():
                waiting.set_result(None)

    def _time(self) -> dict[str, Any]:
        return {"type": "clock", "now": self._clock.now(), "frozen": self._clock.frozen}
