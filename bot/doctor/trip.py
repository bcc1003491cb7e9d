"""The round trip by which a message is found again whose post Slack never answered: by the key in it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.doctor.finding import Check, Finding, Patient, broken, ok, unseen, watch
from bot.doctor.slack import INSTALL, said
from bot.worker import EVENT_TYPE, mark_of
from community.names import load_names
from storage.arrears import last_sent
from storage.program import program
from templates.slack.sending import trial
from templates.voice import Voice

NAME = "round trip"
TRIES, PAUSE = 4, 1.0
"""How often a message is looked for, and the seconds in between: history may lag a moment behind."""
POST = f"run: {program()} doctor --post; it posts one message, finds it and takes it away"


async def of_last_message(patient: Patient) -> list[Finding]:
    """Whether the key of the last message that was sent can be read; nothing is posted."""
    async with patient.database.reading() as session:
        last = await last_sent(session)
    if last is None:
        return unseen(NAME, "nothing was posted yet that could be looked for", POST)
    key, room, ts = last
    try:
        page = await patient.client.conversations_history(
            channel=room, latest=ts, oldest=ts, inclusive=True, limit=1, include_all_metadata=True
        )
    except SlackApiError as error:
        return _refused(patient, said(error))
    if mark_of(key) in _keys(page["messages"]):
        return ok(NAME, "the last message that was posted is found again by its key")
    return unseen(NAME, "the last message that was posted stands there no more", POST)


async def of_trial(patient: Patient) -> list[Finding]:
    """Post a message, find it by its key, and take it away."""
    settings, client = patient.settings, patient.client
    place = settings.secretariat_channel or next(iter(settings.secretariat), None)
    if place is None:
        mend = "set SECRETARIAT_CHANNEL or SECRETARIAT in .env"
        return unseen(NAME, "there is nowhere to post: no secretariat is set", mend)
    key, names = secrets.token_hex(16), load_names(settings.country_names)
    voice = Voice(settings.default_locale, "UTC", patient.now(), names, to_channel=True)
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key, "version": 1}}
    try:
        if place.startswith(("U", "W")):
            place = (await client.conversations_open(users=place))["channel"]["id"]
        posted = await client.chat_postMessage(channel=place, text=trial(voice), metadata=metadata)
    except SlackApiError as error:
        return _refused(patient, said(error))
    room, ts = posted["channel"], posted["ts"]
    try:
        found = await _is_found(patient, room, ts, key)
    except SlackApiError as error:
        return _refused(patient, said(error))
    finally:
        gone = await asyncio.shield(asyncio.ensure_future(_is_gone(patient, room, ts)))
    if not found:
        what = "a message that was posted is not found again by its key: after a fault it might come twice"
        return broken(NAME, what, INSTALL)
    if not gone:
        return watch(NAME, "a message was posted and found, and cannot be taken away", "delete it in Slack")
    return ok(NAME, "a message was posted, found again by its key, and taken away")


async def _is_found(patient: Patient, room: str, ts: str, key: str) -> bool:
    for left in reversed(range(TRIES)):
        page = await patient.client.conversations_history(
            channel=room, oldest=ts, inclusive=True, limit=100, include_all_metadata=True
        )
        if key in _keys(page["messages"]):
            return True
        await asyncio.sleep(PAUSE if left else 0)
    return False


async def _is_gone(patient: Patient, room: str, ts: str) -> bool:
    try:
        await patient.client.chat_delete(channel=room, ts=ts)
    except Exception:
        return False
    return True


def _keys(messages: Iterable[Mapping[str, Any]]) -> set[Any]:
    """The keys in the metadata of messages."""
    return {((one.get("metadata") or {}).get("event_payload") or {}).get("key") for one in messages}


def _refused(patient: Patient, code: str) -> list[Finding]:
    what = f"Slack does not let us find a message again ({code})"
    hints = {
        "missing_scope": INSTALL,
        "not_in_channel": f"write `/invite {patient.bot_name}` in the channel",
        "channel_not_found": f"write `/invite {patient.bot_name}` in the channel of SECRETARIAT_CHANNEL",
    }
    return broken(NAME, what, hints.get(code, "run it again; if it stays so, look in the bot's log"))


QUIETLY = (Check(NAME, of_last_message, needs=("bot token", "migrations")),)
"""Without anything that people could see."""
BY_POSTING = (Check(NAME, of_trial, needs=("bot token",), uses=("secretariat_channel",), seconds=30),)
"""What has to be asked for."""
