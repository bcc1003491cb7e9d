"""The channels in which the bot is to post: they are there, not archived, and the bot is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from slack_sdk.errors import SlackApiError

from bot.doctor.finding import Check, Finding, Patient, State, broken, ok, unseen
from bot.doctor.slack import INSTALL, said
from storage.editions import schedules_running
from storage.following import of_channels
from storage.groups import all_groups

KINDS = "public_channel,private_channel"
MOST_PAGES, PAGE = 20, 999
MOST_ASKED = 20
"""Channels looked at one by one; Slack allows fifty such questions a minute."""

Wanted = Mapping[str, list[str]]
"""Channels by their id, with what is to be posted there."""


async def of_settings(patient: Patient) -> list[Finding]:
    """The channels that the settings name."""
    settings, wanted = patient.settings, defaultdict[str, list[str]](list)
    for name in ("secretariat_channel", "editors_channel"):
        if channel := getattr(settings, name):
            wanted[channel].append(name.upper())
    if not wanted:
        return ok("channels", "no setting names a channel: everybody concerned hears directly")
    return await _looked(patient, "channels", wanted)


async def of_record(patient: Patient) -> list[Finding]:
    """The channels of groups, of newsletters, and those that follow something."""
    name, wanted = "channels of the record", defaultdict[str, list[str]](list)
    async with patient.database.reading() as session:
        for group in await all_groups(session):
            if group.channel:
                wanted[group.channel].append(f"the group {group.key}")
        for schedule in await schedules_running(session):
            for one in schedule.channels:
                wanted[one.channel].append("a newsletter")
        for followed in await of_channels(session):
            wanted[followed.channel or ""].append("what it follows")
    if not wanted:
        return ok(name, "no group, newsletter or follower has a channel yet")
    return await _looked(patient, name, wanted)


async def _looked(patient: Patient, name: str, wanted: Wanted) -> list[Finding]:
    """What is wrong with each channel; one line where nothing is."""
    try:
        inside = await _inside(patient)
        outside = [channel for channel in wanted if channel not in inside]
        wrong = {channel: await _wrong(patient, channel) for channel in outside[:MOST_ASKED]}
    except SlackApiError as error:
        return unseen(name, f"Slack does not tell where the bot is ({said(error)})", INSTALL)
    archived = "it is archived", "unarchive it in Slack, or choose another channel"
    wrong |= {channel: archived for channel in wanted if inside.get(channel)}
    found = []
    for channel, (what, mend) in wrong.items():
        uses = ", ".join(dict.fromkeys(wanted[channel]))
        found.append(Finding(name, State.MEND, f"nothing arrives in {channel} ({uses}): {what}", mend))
    if more := len(outside) - MOST_ASKED:
        mend = f"write `/invite {patient.bot_name}` in each of them"
        found += broken(name, f"the bot is not in {more} more channels", mend) if more > 0 else []
    return found or ok(name, f"the bot is in each of them: {len(wanted)}")


async def _inside(patient: Patient) -> dict[str, bool]:
    """The channels that the bot is in, and whether each is archived."""
    inside, cursor = dict[str, bool](), ""
    for _ in range(MOST_PAGES):
        page = await patient.client.users_conversations(types=KINDS, limit=PAGE, cursor=cursor or None)
        inside |= {room["id"]: bool(room.get("is_archived")) for room in page["channels"]}
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            break
    return inside


async def _wrong(patient: Patient, channel: str) -> tuple[str, str]:
    """Why the bot is not in a channel, and how to mend it."""
    invite = f"write `/invite {patient.bot_name}` in it"
    try:
        room = (await patient.client.conversations_info(channel=channel))["channel"]
    except SlackApiError as error:
        if said(error) != "channel_not_found":
            raise
        what = "there is no such channel, or it is private and the bot is not in it"
        return what, f"look whether the id is right; if it is, {invite}"
    if room.get("is_archived"):
        return "it is archived", "unarchive it in Slack, or choose another channel"
    return "the bot is not in it", invite


CHECKS = (
    Check(
        "channels",
        of_settings,
        needs=("bot token",),
        uses=("secretariat_channel", "editors_channel"),
        seconds=20,
    ),
    Check("channels of the record", of_record, needs=("bot token", "migrations"), seconds=20),
)
