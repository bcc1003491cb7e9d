"""The sandbox itself: its parts put together, and served on this machine only."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from sandbox import control, tools
from sandbox.acting import Parts
from sandbox.activity import QUIET, Activity, Links
from sandbox.acts import Acts
from sandbox.app import read_manifest
from sandbox.clock import Clock
from sandbox.errors import BadRequest
from sandbox.events import WAITS, Events
from sandbox.faults import Faults
from sandbox.live import Live
from sandbox.look import Wanted, looked
from sandbox.mailbox import Mailbox
from sandbox.methods.desk import Desk
from sandbox.pace import Limits, Pace
from sandbox.people import BOT_USER, DEFAULT_CHANNELS, DEFAULT_PEOPLE, Channel, Person
from sandbox.record import Exchange, Record
from sandbox.server import HERE, listen, served
from sandbox.snapshot import everybody, home_seen, snapshot, view_seen
from sandbox.sockets import Sockets
from sandbox.things import Message
from sandbox.webapi import Tokens, WebApi
from sandbox.windows import Windows
from sandbox.wire import Wire
from sandbox.workspace import Workspace

Json = dict[str, Any]
PAGE = Path(__file__).parent / "page"


class Sandbox(Acts, Windows):
    """A Slack workspace in memory. See ``docs/sandbox.md``."""

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        people: Iterable[Person] = DEFAULT_PEOPLE,
        channels: Iterable[Channel] = DEFAULT_CHANNELS,
        request_url: str | None = None,
        app_scopes: Iterable[str] = ("connections:write",),
        limits: Limits | None = None,
        ack_seconds: float = 3.0,
        settle_seconds: float = 10.0,
        quiet_seconds: float = QUIET,
        retry_waits: tuple[float, ...] = WAITS,
        begins: datetime | None = None,
    ) -> None:
        app = read_manifest(manifest)
        self.bot_token = f"xoxb-sandbox-{secrets.token_hex(8)}"
        self.app_token = f"xapp-sandbox-{secrets.token_hex(8)}"
        self.signing_secret = secrets.token_hex(16)
        self.bot_user_id = BOT_USER
        self.guide: Json | None = None
        """What there is to try: ``{language: {"steps": [...], "cope": {...}}}``; None: no guide."""
        self.web: str | None = None
        """Where the bot's public pages are, if the page should lead there."""
        self.url = f"http://{HERE}"
        self.faults = Faults()
        self._live = Live()
        self._activity = Activity()
        self.clock = Clock(self._time_moved, begins)
        self.mailbox = Mailbox(self.clock.now, self._live.changed)
        self._space = Workspace(self.clock, people, channels, app.name)
        self._space.on_change = self._live.changed
        self._record = Record(self.clock.now, self._live.changed)
        self._sockets = Sockets(self._live.changed)
        self._wire = Wire(self._sockets, self.faults, self._record, self.signing_secret, ack_seconds)
        self._wire.request_url = request_url
        self._links = Links(self.clock, self._activity, settle_seconds, quiet_seconds)
        self._events = Events(self._space, app, self._wire, self._activity, retry_waits)
        self._pace = Pace(limits or Limits())
        self._app = app
        desk = Desk(
            space=self._space,
            app=app,
            pace=self._pace,
            emit=self._events.emit,
            address=lambda: self.url,
            new_socket=self._new_socket,
            changed=self._live.changed,
        )
        tokens = Tokens(self.bot_token, self.app_token, frozenset(app_scopes))
        self._api = WebApi(desk, tokens, self.faults, self._record, self._activity)
        super().__init__(
            Parts(
                space=self._space,
                app=app,
                wire=self._wire,
                events=self._events,
                links=self._links,
                activity=self._activity,
                record=self._record,
                desk=desk,
                address=lambda: self.url,
            )
        )

    # Where it is, and serving it

    @property
    def api_url(self) -> str:
        """The base address for the SDK's clients."""
        return f"{self.url}/api/"

    @property
    def link_url(self) -> str:
        """Where a bot says that it is idle, and hears the time."""
        return f"{self.url.replace('http', 'ws', 1)}/sandbox/link"

    def _new_socket(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/socket?ticket={self._sockets.new_ticket()}"

    def asgi(self) -> Starlette:
        """The application, without a server."""
        control_routes = [
            *control.routes(self),
            *tools.routes(self),
            *self.mailbox.routes(),
            WebSocketRoute("/link", self._links.serve),
            Route("/live", self._stream),
        ]
        return Starlette(
            routes=[
                Route("/api/{method}", self._api.method, methods=["GET", "POST"]),
                Route("/respond/{key}", self._api.respond, methods=["POST"]),
                Route("/upload/{file}", self._api.upload, methods=["POST"]),
                Route("/files/{file}/{name}", self._file),
                WebSocketRoute("/socket", self._sockets.serve),
                Mount("/sandbox", routes=control_routes),
                Route("/archives/{rest:path}", _index),
                Route("/mailbox", _mailbox),
                Route("/gallery", _gallery),
                Route("/", _index),
                Mount("/page", StaticFiles(directory=PAGE)),
            ]
        )

    @contextlib.asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator["Sandbox"]:
        """Serve on this machine for as long as the context lasts; port 0 takes any that is free."""
        listener = listen(port)
        self.url = f"http://{HERE}:{listener.getsockname()[1]}"
        async with self.mailbox.open(), served(self.asgi(), listener, self._stop):
            yield self

    async def _stop(self) -> None:
        self._api.closing.set()
        self._live.close()
        await self._events.stop()
        await self._sockets.cut()
        await self._wire.close()
        self._api.closing = asyncio.Event()

    # The levers

    def connect_http(self, url: str | None) -> None:
        """Deliver to a request URL; None: over Socket Mode."""
        self._wire.request_url = url
        self._live.changed()

    async def verify_request_url(self) -> bool:
        """Whether the request URL gives the challenge back (Socket Mode: whether a bot is connected)."""
        return await self._wire.verify() if self._wire.request_url else self._sockets.count > 0

    @property
    def connected(self) -> bool:
        """Whether there is a bot to deliver to."""
        return self._wire.connected

    async def refresh_sockets(self) -> None:
        """Ask every connection of Socket Mode to come back, as Slack does now and then."""
        await self._sockets.refresh()

    async def cut_sockets(self) -> None:
        """Close every connection of Socket Mode without a word."""
        await self._sockets.cut()

    def reset(self) -> None:
        """Everything as in the beginning, except who is connected."""
        self.faults.clear()
        self._pace.reset()
        self._space.reset()
        self._record.reset()
        self._events.forget()
        self.mailbox.clear()
        self._links.ever = self._links.count > 0
        self.clock.reset()
        self._live.changed()

    async def areset(self) -> None:
        """As ``reset``, once nothing sent to the bot before is under way any more."""
        await self._events.stop()
        self.reset()

    def _time_moved(self) -> None:
        self._links.tell_time()
        self._live.changed()

    # Looking

    @property
    def calls(self) -> list[Exchange]:
        """Every exchange so far, in both directions."""
        return list(self._record.exchanges)

    def dm(self, user: str) -> str:
        """The channel of direct messages between a person and the bot."""
        return self._space.dm(self._person(user).id)

    def messages(self, channel: str, as_user: str | None = None, thread_ts: str | None = None) -> list[Json]:
        """What a person sees in a channel or a thread; without a person everything, ephemerals too."""
        room = self._space.find_channel(channel)
        if room is None:
            raise BadRequest(f"there is no channel {channel!r}")
        return [message.as_seen() for message in self._space.seen(room.id, as_user, thread_ts)]

    def view_of(self, user: str) -> Json | None:
        """The modal that a person sees, the uppermost of the stack."""
        return view_seen(self._space, user)

    def home_of(self, user: str) -> Json | None:
        """The Home tab as published for a person."""
        return home_seen(self._space, user)

    def state(self, user: str | None = None) -> Json:
        """A snapshot; for a person only what they see, with their own view and Home tab."""
        return self._around() | snapshot(self._space, self._app, user)

    def everybody(self) -> Json:
        """The app and everybody there is, and nothing of what was said."""
        return everybody(self._space, self._app)

    def look(self, wanted: Wanted) -> Json:
        """What the page shows one person: a channel's latest, a thread, their windows, what is unread."""
        user = self._person(wanted.user).id
        rest = {"faults": self.faults.listed(), "web": self.web, "dm": self._space.dm(user)}
        return self._around() | rest | everybody(self._space, self._app) | looked(self._space, wanted)

    def put(self, user: str, channel: str, text: str) -> None:
        """A message that stands there already: history, of which the bot hears nothing."""
        room = self._room(user, channel).id
        self._space.post(Message(room, self._space.new_ts(), user, text), act=-1)

    def mark_read(self, user: str, channel: str) -> None:
        """Somebody has seen all that stands in a channel now."""
        self._space.mark_read(self._person(user).id, self._room(user, channel).id)

    def _around(self) -> Json:
        return {
            "connected": self.connected,
            "mode": "http" if self._wire.request_url else "socket",
            "clock": {"now": self.clock.now(), "frozen": self.clock.frozen},
            "calls": len(self._record.exchanges),
            "letters": len(self.mailbox.letters),
        }

    async def _stream(self, _request: Request) -> Response:
        return StreamingResponse(self._live.lines(), media_type="text/event-stream")

    async def _file(self, request: Request) -> Response:
        file = self._space.files.get(request.path_params["file"])
        if file is None or file.content is None:
            return PlainTextResponse("no such file", 404)
        # Pictures are shown; what else people upload could be a page with a script in it.
        way = {"X-Content-Type-Options": "nosniff"} | (
            {} if file.picture else {"Content-Disposition": "attachment"}
        )
        return Response(file.content, media_type=file.picture or "application/octet-stream", headers=way)


async def _index(_request: Request) -> Response:
    return FileResponse(PAGE / "index.html")


async def _mailbox(_request: Request) -> Response:
    return FileResponse(PAGE / "mailbox.html")


async def _gallery(_request: Request) -> Response:
    return FileResponse(PAGE / "gallery.html")
