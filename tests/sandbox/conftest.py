"""A workspace, a client, and a bot in it."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.sandbox.helpers import MANIFEST, Bot, on_http, on_socket, slack_client


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(MANIFEST, quiet_seconds=0.08).serving() as running:
        yield running


@pytest.fixture
def client(box: Sandbox) -> AsyncWebClient:
    return slack_client(box)


@pytest.fixture(params=["socket", "http"])
async def either(request: pytest.FixtureRequest, box: Sandbox) -> AsyncIterator[Bot]:
    """The same over Socket Mode and over signed HTTP."""
    async with (on_socket if request.param == "socket" else on_http)(box, Bot(box)) as running:
        yield running


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[Bot]:
    """A Bolt app over Socket Mode, without a link: the sandbox waits for quiet."""
    async with on_socket(box, Bot(box)) as running:
        yield running
