"""Whatever comes, the sandbox answers as Slack would and never breaks itself."""

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import METHODS, Sandbox, SlackError, check_blocks, check_view
from sandbox.blocks import BLOCKS
from sandbox.elements import ELEMENTS
from tests.sandbox.helpers import GENERAL, slack_client

KEYS = sorted(
    {"type", "text"} | {name for shape in [*BLOCKS.values(), *ELEMENTS.values()] for name in shape.fields}
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([*BLOCKS, *ELEMENTS])
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@given(JUNK, st.sampled_from([*BLOCKS]), st.sampled_from(["message", "modal", "home"]))
@settings(max_examples=300, deadline=None)
def test_any_blocks_are_right_or_refused(junk: Any, kind: str, surface: str) -> None:
    block = {**junk, "type": kind} if isinstance(junk, dict) else junk
    for blocks in (junk, [junk], [block]):
        refused = [said_of(check_blocks, blocks, surface)]
        refused.append(said_of(check_view, {"type": surface, "blocks": blocks, "title": junk}))
        assert set(refused) <= {None, "invalid_blocks", "invalid_blocks_format", "invalid_arguments"}


def said_of(check: Callable[..., None], *what: Any) -> str | None:
    try:
        check(*what)
    except SlackError as error:
        return error.code
    return None


@pytest.mark.parametrize("name", sorted(METHODS))
async def test_no_method_breaks_on_odd_arguments(name: str, box: Sandbox) -> None:
    ts = (await slack_client(box).chat_postMessage(channel=GENERAL, text="x"))["ts"]
    token = box.app_token if METHODS[name].token == "app" else box.bot_token
    odd: list[Any] = [{}, {"channel": 7, "text": ["x"], "blocks": {"a": 1}}, [1], "x"]
    odd.append(
        {"channel": GENERAL, "ts": ts, "text": 5, "users": {"a": 1}, "view": "[]", "user_id": "U0NEPALFP"}
    )
    odd.append(
        {"channel": GENERAL, "oldest": "soon", "files": "[1]", "limit": "many", "types": 3, "view": {}}
    )
    odd.append({"files": [1], "attachments": [1], "metadata": "x", "view": {"type": "home", "blocks": 3}})
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        for body in odd:
            answer = await session.post(box.api_url + name, json=body)
            assert answer.status == 200
            assert isinstance((await answer.json())["ok"], bool)
