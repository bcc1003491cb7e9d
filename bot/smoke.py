"""A short walk against a workspace: who we are, what we may do, and a card posted, changed and removed.

The same walk runs against the sandbox in the tests. Against a real workspace it is untried until somebody
has one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.app import Bot
from bot.manifest import make_manifest
from handlers.slack.answering import answer_for_channel
from handlers.slack.people import code_of

QUESTION = "/pathfinder Nepal"


@dataclass(frozen=True)
class Step:
    """One step of the walk: what it shows, and None or what went wrong."""

    name: str
    fault: str | None = None


async def walk(bot: Bot, channel: str) -> AsyncIterator[Step]:
    """Take each step, going on after one that fails. Leaves nothing behind in `channel`."""
    client = bot.client
    try:
        who = await client.auth_test()
    except SlackApiError as error:
        yield Step("the token is accepted", _said(error))
        return
    yield Step("the token is accepted")
    granted = {scope.strip() for scope in (who.headers.get("x-oauth-scopes") or "").split(",")}
    wanted = set(make_manifest(bot.desk)["oauth_config"]["scopes"]["bot"])
    missing = ", ".join(sorted(wanted - granted))
    yield Step("every scope of the manifest is granted", f"missing: {missing}" if missing else None)
    try:
        count = await bot.people.read_all()
        yield Step(f"profiles can be read ({count})")
    except SlackApiError as error:
        yield Step("profiles can be read", _said(error))
    message, _ = await answer_for_channel(bot.desk, bot.services, QUESTION, str(who["user_id"]), channel)
    try:
        posted = await client.chat_postMessage(channel=channel, **message.payload())
    except SlackApiError as error:
        yield Step("a card can be posted", _said(error))
        return
    yield Step("a card can be posted")
    for name, call in (
        (
            "it can be changed",
            client.chat_update(channel=posted["channel"], ts=posted["ts"], **message.payload()),
        ),
        ("it can be removed", client.chat_delete(channel=posted["channel"], ts=posted["ts"])),
    ):
        try:
            await call
            yield Step(name)
        except SlackApiError as error:
            yield Step(name, _said(error))


def _said(error: SlackApiError) -> str:
    code = code_of(error) or "no answer"
    hints = {
        "not_in_channel": "invite the bot to the channel: /invite @pathfinder-bot",
        "channel_not_found": "write the channel's id, such as C012AB3CD, and invite the bot",
        "invalid_auth": "copy SLACK_BOT_TOKEN again from the app's page",
        "missing_scope": "install the app again with the manifest that `pathfinder-bot manifest` prints",
    }
    return f"{code}: {hints[code]}" if code in hints else code
