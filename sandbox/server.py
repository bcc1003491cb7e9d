"""The web server under the sandbox: on this machine only, in the caller's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import formatdate
from typing import Any

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = "127.0.0.1"
OWN_NAMES = (HERE, "localhost")


def listen(port: int) -> socket.socket:
    """A socket bound on this machine; port 0 takes any that is free."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HERE, port))
    return listener


@contextlib.asynccontextmanager
async def served(
    inner: ASGIApp, listener: socket.socket, stop: Callable[[], Awaitable[None]]
) -> AsyncIterator[None]:
    """Serve an application for as long as the context lasts; ``stop`` ends what would hold it open."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await _guarded(inner, scope, receive, send)

    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            lifespan="off",
            timeout_graceful_shutdown=2,
            # Of uvicorn's own 5 a test's machine may stand still all, and whoever then asks again is cut off.
            timeout_keep_alive=60,
            date_header=False,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    up = asyncio.create_task(server.up.wait())
    await asyncio.wait((serving, up), return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        await stop()
        server.end.set()
        up.cancel()
        await serving
        listener.close()


async def _guarded(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Only this machine, by its own name: a page elsewhere must not reach the workspace."""
    headers = dict(scope.get("headers") or ())
    host = headers.get(b"host", b"").decode("latin-1").rpartition(":")[0]
    origin = headers.get(b"origin", b"").decode("latin-1")
    own = not origin or origin.partition("://")[2].rpartition(":")[0] in OWN_NAMES
    if host not in OWN_NAMES or not own:
        if scope["type"] == "http":
            await PlainTextResponse("the sandbox is for this machine only", 403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 4003})
        return
    if scope["type"] == "http":
        cycle = getattr(send, "__self__", None)
        scope["sandbox.cut"] = lambda: cycle.transport.abort() if cycle is not None else None
        send = _dated(send)
    await app(scope, receive, send)


def _dated(send: Send) -> Send:
    """With the moment of each answer; uvicorn's own date is that of its last tick, and there is only one."""

    async def dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            date = (b"date", formatdate(usegmt=True).encode())
            message = {**message, "headers": [*message.get("headers", ()), date]}
        await send(message)

    return dated


class _Server(uvicorn.Server):
    """A server that says when it is up and leaves the signals of the process to whoever runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self.end = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        """Serve until told to end, at once then and not at the next tenth of a second."""
        await self.on_tick(0)
        await self.end.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close at once what is open, and give answers under way two seconds, not uvicorn's own pauses."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
        if self.server_state.tasks:
            await asyncio.wait(tuple(self.server_state.tasks), timeout=2)

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Nothing to capture."""
        yield
