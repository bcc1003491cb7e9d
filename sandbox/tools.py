"""What the tools beside the workspace ask for: the guide, and the exchanges under the hood.

No token, ticket or signature leaves by it: signatures are never recorded, and the rest is hidden here.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.record import Exchange

if TYPE_CHECKING:
    from sandbox.box import Sandbox

Json = dict[str, Any]
SECRET = re.compile(r"\bxox[a-z]-[\w-]+|\bxapp-[\w-]+|(?<=[?&]ticket=)[^&\s]+")
HIDDEN = "hidden"
BODIES = ("request", "response")
MOST = 10_000
"""Exchanges in one answer, unless it says otherwise."""


def shown(exchange: Exchange) -> Json:
    """An exchange as JSON, what opens a door hidden in it."""
    return replace(exchange, request=_hidden(exchange.request), response=_hidden(exchange.response)).json()


def routes(box: "Sandbox") -> list[Route]:
    """``/guide``, ``/calls`` and ``/calls/{number}``, for reading.

    ``/calls?after=N&limit=L&brief=1``: those with a number above N, the last L of them, oldest first;
    brief ones without what was asked and answered.
    """

    async def guide(_request: Request) -> Response:
        return JSONResponse({"guide": box.guide})

    async def calls(request: Request) -> Response:
        asked = request.query_params
        try:
            after, limit = int(asked.get("after", 0)), int(asked.get("limit", MOST))
        except ValueError:
            return JSONResponse({"error": "after and limit are whole numbers"}, 400)
        found = [one for one in box.calls if one.number > after][-limit:] if limit > 0 else []
        if asked.get("brief"):
            return JSONResponse({"calls": [_brief(one) for one in found]})
        return JSONResponse({"calls": [shown(one) for one in found]})

    async def call(request: Request) -> Response:
        number = request.path_params["number"]
        found = next((one for one in box.calls if one.number == number), None)
        if found is None:
            return JSONResponse({"error": f"there is no exchange {number}"}, 404)
        return JSONResponse(shown(found))

    return [Route("/guide", guide), Route("/calls", calls), Route("/calls/{number:int}", call)]


def _brief(exchange: Exchange) -> Json:
    return {name: value for name, value in vars(exchange).items() if name not in BODIES}


def _hidden(what: Any) -> Any:
    """The same, every secret in its texts replaced."""
    if isinstance(what, str):
        return SECRET.sub(HIDDEN, what)
    if isinstance(what, Mapping):
        return {name: _hidden(value) for name, value in what.items()}
    if isinstance(what, list | tuple):
        return [_hidden(one) for one in what]
    return what
