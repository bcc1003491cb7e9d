"""Slack: the two tokens, what they may do, and who the secretariat is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.app import make_desk
from bot.doctor.finding import Check, Finding, Patient, broken, ok, unseen, watch
from bot.manifest import make_manifest
from handlers.slack.people import UNANSWERED, code_of
from storage.program import program

INSTALL = (
    f"paste what `{program()} manifest` prints under App Manifest of your app at api.slack.com, then "
    "install it again (Install App)"
)
NETWORK = "check this machine's network and SLACK_API_URL; Slack's own troubles stand at slack-status.com"
MOST_PEOPLE = 20
NONSENSE = "no answer such as Slack's"
_CODE = re.compile("[a-z_]{1,60}")
_TOKENS = {
    "account_inactive": "the app was removed from the workspace: install it again (Install App), and copy "
    "the new Bot User OAuth Token into .env",
    "token_expired": "switch token rotation off (OAuth & Permissions), and copy the new token into .env",
}
_COPY = "copy the Bot User OAuth Token under OAuth & Permissions of your app into .env, and start again"


def said(error: SlackApiError) -> str:
    """Slack's word for a refusal; nothing else of an answer is shown, for it need not be Slack's."""
    code = code_of(error)
    return code if _CODE.fullmatch(code) else NONSENSE


async def token(patient: Patient) -> list[Finding]:
    """Whether Slack takes the bot's token; notes who we are, what we may do, and what time it is there."""
    name, setting = "bot token", "SLACK_BOT_TOKEN"
    if patient.settings.slack_bot_token is None:
        return unseen(name, f"{setting} is not set")
    try:
        answer = await patient.client.auth_test()
    except SlackApiError as error:
        _note(patient, getattr(error.response, "headers", {}))
        code = said(error)
        if code == NONSENSE:
            return broken(name, "what answers at SLACK_API_URL is not Slack", NETWORK)
        return broken(name, f"Slack refuses {setting} ({code})", _TOKENS.get(code, _COPY))
    except UNANSWERED as error:
        return broken(name, f"Slack does not answer ({type(error).__name__})", NETWORK)
    _note(patient, answer.headers)
    patient.who = {key: answer.get(key) for key in ("user", "user_id", "bot_id")}
    if not answer.get("bot_id"):
        return broken(name, f"{setting} is a person's token, not a bot's", _COPY)
    return ok(name, f"Slack takes {setting}")


def _note(patient: Patient, headers: Mapping[str, Any]) -> None:
    """Keep what the headers of an answer tell, whether it was a refusal or not."""
    told = {str(key).lower(): str(value) for key, value in headers.items()}
    if "date" in told:
        patient.dates = parsedate_to_datetime(told["date"]), patient.now()
    if "x-oauth-scopes" in told:
        patient.scopes = frozenset(one.strip() for one in told["x-oauth-scopes"].split(",") if one.strip())


async def scopes(patient: Patient) -> list[Finding]:
    """Whether the app was granted what the manifest asks for, and no more."""
    granted, name = patient.scopes, "scopes"
    wanted = frozenset(make_manifest(make_desk())["oauth_config"]["scopes"]["bot"])
    if granted is None:
        return unseen(name, "Slack did not say what the token may do")
    if missing := sorted(wanted - granted):
        return broken(name, f"the app lacks {_listed(missing)}", INSTALL)
    if more := sorted(granted - wanted):
        what = f"the app may do more than the bot needs: {_listed(more)}"
        return watch(name, what, INSTALL)
    return ok(name, f"the app has the {len(wanted)} scopes of the manifest, and no other")


async def app_token(patient: Patient) -> list[Finding]:
    """Whether Socket Mode can be opened. Slack gives an address; nothing is opened there."""
    name, setting, token = "Socket Mode", "SLACK_APP_TOKEN", patient.settings.slack_app_token
    if token is None:
        if patient.settings.slack_signing_secret is None:
            return unseen(name, f"{setting} is not set")
        return ok(name, f"{setting} is not set, and `run --http` does not need it")
    mend = "make an app-level token with connections:write under Basic Information of your app, and write it"
    try:
        await patient.client.apps_connections_open(app_token=token.get_secret_value())
    except SlackApiError as error:
        code = said(error)
        if code == "missing_scope":
            return broken(name, f"{setting} lacks the scope connections:write", f"{mend} in .env")
        if code in ("socket_mode_not_enabled", "not_enabled"):
            return broken(name, "Socket Mode is off", "switch it on under Socket Mode of your app")
        return broken(name, f"Slack refuses {setting} ({code})", f"{mend} in .env")
    except UNANSWERED as error:
        return broken(name, f"Slack opens no Socket Mode ({type(error).__name__})", NETWORK)
    return ok(name, f"Socket Mode opens with {setting}")


async def commands(patient: Patient) -> list[Finding]:
    """Slack tells nobody which commands an app has."""
    count = len(make_desk().commands)
    why = "Slack tells nobody which commands an app has"
    return unseen("commands", why, f"type / in Slack: the {count} of the bot come up; if not, {INSTALL}")


async def secretariat(patient: Patient) -> list[Finding]:
    """Whether those whom SECRETARIAT names are there. They are counted, and not named."""
    name, ids = "secretariat", patient.settings.secretariat[:MOST_PEOPLE]
    if not ids:
        return unseen(name, "SECRETARIAT is empty")
    limit = asyncio.Semaphore(5)

    async def wrong(slack_id: str) -> str:
        async with limit:
            try:
                user = (await patient.client.users_info(user=slack_id))["user"]
            except SlackApiError as error:
                return "is nobody" if said(error) == "user_not_found" else f"cannot be seen ({said(error)})"
        if user.get("deleted"):
            return "has left the workspace"
        return "is a bot" if user.get("is_bot") else ""

    told = await asyncio.gather(*(wrong(one) for one in ids))
    mend = "write the user ids (profile, three dots, Copy member ID) of people who are there in SECRETARIAT"
    found = [
        finding
        for place, fault in enumerate(told, 1)
        if fault
        for finding in broken(name, f"place {place} of SECRETARIAT {fault}", mend)
    ]
    return found or ok(name, f"{len(ids)} of SECRETARIAT, each active")


def _listed(names: list[str]) -> str:
    return f"the scope{'s' if len(names) > 1 else ''} {', '.join(names)}"


CHECKS = (
    Check("bot token", token, uses=("slack_bot_token", "slack_api_url")),
    Check("scopes", scopes, needs=("bot token",)),
    Check("Socket Mode", app_token, uses=("slack_app_token", "slack_api_url")),
    Check("commands", commands, needs=("bot token",)),
    Check("secretariat", secretariat, needs=("bot token",), uses=("secretariat",)),
)
