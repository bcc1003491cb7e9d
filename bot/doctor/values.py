"""The settings: every wrong one by its name, what is missing, what is of no use together, weak secrets."""

from __future__ import annotations

import re
import stat
from difflib import get_close_matches
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr

from bot.doctor.finding import Check, Finding, Patient, State, broken, ok, watch
from bot.mail_server import is_here
from bot.settings import MAIL_NEEDS, Settings

AGAIN = "write it anew in .env (.env.example explains each setting), then start the bot again"
NEW_KEY = "make one with `openssl rand -hex 32`, write it in .env and start the bot again"
FEWEST_DIFFERENT = 10
"""Characters: a key that `openssl rand -hex 32` makes has nearly all sixteen."""
_OBVIOUS = re.compile("secret|change|example|password|pathfinder", re.IGNORECASE)
_NAME = re.compile("[A-Z][A-Z0-9_]{3,40}")


async def values(patient: Patient) -> list[Finding]:
    """Every setting that cannot be read, each with what is wrong with it."""
    found = [
        Finding(name.upper(), State.MEND, f"{name.upper()} {fault}", AGAIN)
        for name, fault in patient.faults.items()
    ]
    if patient.unreadable:
        mend = "keep a copy of it, and write it as text in UTF-8: .env.example shows how"
        found += broken(".env", f".env cannot be read ({patient.unreadable})", mend)
    unset = [name for name in Settings.model_fields if getattr(patient.settings, name) is None]
    count = len(Settings.model_fields) - len(unset)
    return found or ok("settings", f"{count} settings, and each can be read")


async def missing(patient: Patient) -> list[Finding]:
    """What the bot cannot start without, and what e-mail needs besides its server."""
    settings, found = patient.settings, list[Finding]()
    if _is_absent(patient, "slack_bot_token"):
        mend = (
            'copy the "Bot User OAuth Token" under OAuth & Permissions of your app at api.slack.com into .env'
        )
        found += broken("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN is not set: the bot cannot reach Slack", mend)
    if all(_is_absent(patient, one) for one in ("slack_app_token", "slack_signing_secret")):
        what = "neither SLACK_APP_TOKEN (for Socket Mode) nor SLACK_SIGNING_SECRET (for `run --http`) is set"
        mend = "make an app-level token with connections:write under Basic Information of your app"
        found += broken("SLACK_APP_TOKEN", what, mend)
    if settings.smtp_url is not None:
        here = settings.sandbox_url is not None
        needed = [name for name in MAIL_NEEDS if not (here and name == "public_url")]
        lacking = ", ".join(name.upper() for name in needed if _is_absent(patient, name))
        if lacking:
            what = f"SMTP_URL is set without {lacking}: the bot does not start"
            found += broken(lacking, what, "set it, or empty SMTP_URL to do without e-mail")
    return found or ok("needed", "everything that the bot needs to start is set")


async def together(patient: Patient) -> list[Finding]:
    """What is of no use as it is set, and names of settings that there are not."""
    settings, found = patient.settings, list[Finding]()
    api = urlsplit(settings.slack_api_url)
    at_slack = (api.hostname or "").endswith("slack.com")
    if settings.sandbox_url and at_slack:
        what = "SANDBOX_URL is set, and SLACK_API_URL is Slack's own: the bot's clock would be a sandbox's"
        found += broken("SANDBOX_URL", what, "empty SANDBOX_URL in .env and start the bot again")
    if api.scheme == "http" and not is_here(api.hostname or ""):
        what = "SLACK_API_URL is not encrypted: the tokens cross the network for everybody to read"
        found += broken("SLACK_API_URL", what, "write https:// in SLACK_API_URL, or leave it empty")
    if settings.mail_from and settings.smtp_url is None and "smtp_url" not in patient.faults:
        what = "MAIL_FROM is set without SMTP_URL: no e-mail is sent"
        found += watch("MAIL_FROM", what, "set SMTP_URL (docs/mail.md), or empty MAIL_FROM")
    for written, meant in _misspelt(patient):
        what = f"{written} is no setting, so that nothing comes of it"
        found += watch(written, what, f"write {meant} for it in .env, if that is meant")
    return found or ok("together", "no setting is without use")


async def secret_key(patient: Patient) -> list[Finding]:
    """Whether the key that signs links could be guessed."""
    name, settings = "SECRET_KEY", patient.settings
    if settings.secret_key is None:
        what = (
            "SECRET_KEY is not set: no link is signed, nobody gets their own calendar, and whoever is erased "
            "is not found again after a restore"
        )
        return watch(name, what, NEW_KEY)
    key = settings.secret_key.get_secret_value()
    others = (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    if key in [_shown(other) for other in others]:
        return broken(name, "SECRET_KEY is the same as another secret", NEW_KEY)
    if len(set(key)) < FEWEST_DIFFERENT or _OBVIOUS.search(key):
        return broken(name, "SECRET_KEY can be guessed: whoever does may sign links", NEW_KEY)
    return ok(name, "SECRET_KEY is long, and nobody's word")


async def file(patient: Patient) -> list[Finding]:
    """Whether others on this machine can read the file with the secrets."""
    path = patient.file
    if not path.is_file():
        return ok(".env", "there is no .env here: every setting comes from the environment")
    if path.stat().st_mode & stat.S_IROTH:
        what = ".env is where the secrets stand, and everybody on this machine can read it"
        return broken(".env", what, f"run: chmod o-rwx {path}")
    return ok(".env", ".env cannot be read by others on this machine")


def _is_absent(patient: Patient, name: str) -> bool:
    """Whether a setting is not set; one that is wrong is named already."""
    return getattr(patient.settings, name) is None and name not in patient.faults


def _misspelt(patient: Patient) -> list[tuple[str, str]]:
    """Names in .env that are nearly those of settings, with these. Other programs may read the file too."""
    known = [name.upper() for name in Settings.model_fields]
    if patient.unreadable or not patient.file.is_file():
        return []
    others = [name for name in dotenv_values(patient.file) if name not in known]
    # Only what looks like a name is shown: a secret on a line of its own is read as a name, too.
    named = [name for name in others if _NAME.fullmatch(name)]
    near = ((name, get_close_matches(name, known, 1, 0.85)) for name in named)
    return [(name, found[0]) for name, found in near if found]


def _shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


CHECKS = (
    Check("settings", values),
    Check("needed", missing),
    Check("together", together),
    Check("SECRET_KEY", secret_key, uses=("secret_key",)),
    Check(".env", file),
)
