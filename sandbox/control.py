"""The control API under ``/sandbox/``: the acts of people and the levers of the workspace, as JSON.

Every POST that makes the bot do something answers, once the bot is done, with what it did. Only pages
of the sandbox itself may call it from a browser, so that no other site can reach into the workspace.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.errors import BadRequest
from sandbox.faults import Fault
from sandbox.look import LATEST, Wanted
from sandbox.people import Person
from sandbox.record import Outcome

if TYPE_CHECKING:
    from sandbox.box import Sandbox

Json = dict[str, Any]
Answer = Callable[["Sandbox", Json], Awaitable[Any]]


class Given(dict[str, Any]):
    """The body of a request, which names what is missing; null is missing too."""

    def __getitem__(self, name: str) -> Any:
        value = self.get(name)
        if value is None:
            raise BadRequest(f"{name!r} is missing")
        return value


async def _command(box: "Sandbox", given: Json) -> Outcome:
    return await box.command(given["user"], given["channel"], given["text"], given.get("thread_ts"))


async def _message(box: "Sandbox", given: Json) -> Outcome:
    return await box.message(given["user"], given["channel"], given["text"], given.get("thread_ts"))


async def _action(box: "Sandbox", given: Json) -> Outcome:
    return await box.action(
        given["user"],
        given.get("view_id") or given["message_ts"],
        action_id=given["action_id"],
        channel=given.get("channel"),
        block_id=given.get("block_id"),
        value=given.get("value"),
        forged=bool(given.get("forged", False)),
    )


async def _suggest(box: "Sandbox", given: Json) -> Json:
    target = given.get("view_id") or given["message_ts"]
    options = await box.suggest(
        given["user"], target, action_id=given["action_id"], query=given.get("query", "")
    )
    return {"options": options}


async def _submit(box: "Sandbox", given: Json) -> Outcome:
    values = given["values"]
    if not isinstance(values, dict) or not all(isinstance(one, dict) for one in values.values()):
        raise BadRequest("'values' must be an object by block_id, and each in it an object by action_id")
    return await box.submit(given["user"], given["view_id"], values)


async def _close(box: "Sandbox", given: Json) -> Outcome:
    return await box.close_view(given["user"], given["view_id"], clear=bool(given.get("clear", False)))


async def _shortcut(box: "Sandbox", given: Json) -> Outcome:
    return await box.shortcut(
        given["user"], given["callback_id"], given.get("channel"), given.get("message_ts")
    )


async def _open_home(box: "Sandbox", given: Json) -> Outcome:
    return await box.open_home(given["user"], given.get("tab", "home"))


async def _join(box: "Sandbox", given: Json) -> Outcome:
    who = given["person"]
    return await box.join(Person(**who) if isinstance(who, dict) else who, given.get("channel"))


async def _change_user(box: "Sandbox", given: Json) -> Outcome:
    return await box.change_user(given["user"], **given["fields"])


async def _clock(box: "Sandbox", given: Json) -> Outcome:
    """Any of ``freeze``, ``run``, ``at`` and ``advance``, in this order."""
    if given.get("freeze"):
        box.clock.freeze()
    if given.get("run"):
        box.clock.run()
    if "at" in given:
        box.clock.at(datetime.fromisoformat(given["at"]))
    if "advance" in given:
        box.clock.advance(float(given["advance"]))
    return await box.settle()


async def _faults(box: "Sandbox", given: Json) -> Json:
    """``clear`` and then ``add``, a list of faults; gives those in force."""
    if given.get("clear"):
        box.faults.clear()
    for one in given.get("add", []):
        box.faults.add(Fault(**one))
    return {"faults": box.faults.listed()}


async def _reset(box: "Sandbox", _given: Json) -> Json:
    await box.areset()
    return box.state()


async def _read(box: "Sandbox", given: Json) -> Json:
    """Somebody has seen all that stands in a channel."""
    box.mark_read(given["user"], given["channel"])
    return {}


async def _app(box: "Sandbox", given: Json) -> Json:
    """Set the request URL (null: Socket Mode) and say whether it answered the challenge."""
    box.connect_http(given.get("request_url"))
    return {"request_url": given.get("request_url"), "verified": await box.verify_request_url()}


_POSTS: tuple[tuple[str, Answer], ...] = (
    ("command", _command),
    ("message", _message),
    ("action", _action),
    ("suggest", _suggest),
    ("submit", _submit),
    ("close", _close),
    ("shortcut", _shortcut),
    ("open-home", _open_home),
    ("join", _join),
    ("change-user", _change_user),
    ("clock", _clock),
    ("faults", _faults),
    ("read", _read),
    ("reset", _reset),
    ("app", _app),
)


def routes(box: "Sandbox") -> list[Route]:
    """The routes of the control API."""

    async def messages(request: Request) -> Response:
        asked = request.query_params
        try:
            found = box.messages(asked.get("channel", ""), asked.get("user"), asked.get("thread_ts"))
        except BadRequest as error:
            return _bad(str(error))
        return JSONResponse({"messages": found})

    async def state(request: Request) -> Response:
        return JSONResponse(box.state(request.query_params.get("user")))

    async def people(_request: Request) -> Response:
        return JSONResponse(box.everybody())

    async def look(request: Request) -> Response:
        asked = request.query_params
        try:
            wanted = Wanted(
                asked.get("user", ""),
                asked.get("place"),
                asked.get("thread"),
                int(asked.get("limit", LATEST)),
            )
            return JSONResponse(box.look(wanted))
        except (BadRequest, ValueError) as error:
            return _bad(str(error))

    posts = [Route(f"/{name}", _posted(box, answer), methods=["POST"]) for name, answer in _POSTS]
    gets = (("messages", messages), ("state", state), ("people", people), ("look", look))
    return [*posts, *(Route(f"/{name}", answer) for name, answer in gets)]


def _posted(box: "Sandbox", answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def post(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _bad("the body must be application/json")
        try:
            given = json.loads(await request.body() or b"{}")
            if not isinstance(given, dict):
                return _bad("the body must be a JSON object")
            result = await answer(box, Given(given))
        except (BadRequest, ValueError, TypeError) as error:
            return _bad(str(error))
        return JSONResponse(result.json() if isinstance(result, Outcome) else result)

    return post


def _bad(sentence: str) -> Response:
    return JSONResponse({"error": sentence}, 400)
