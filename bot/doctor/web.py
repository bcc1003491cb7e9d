"""The web side as others reach it: PUBLIC_URL, whether it is we who answer there, and Slack's requests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from importlib.metadata import version
from itertools import compress
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.beat import is_of_here, port_of
from bot.doctor.finding import Check, Finding, Patient, broken, ok, unseen, watch
from bot.mail_server import is_here
from community import watching
from storage.beats import all_beats
from storage.program import program

HEALTH, READY, EVENTS = "healthz", "readyz", "slack/events"
SILENT = (aiohttp.ClientError, OSError, TimeoutError, ValueError)
"""What asking an address comes to where nobody answers, or nothing that can be read."""
NEAR_SECONDS = 2.0
"""How long a bot on this very machine may take to say that it lives."""
PROXY = "lead PUBLIC_URL to HTTP_HOST and HTTP_PORT of the bot, with a web server such as Caddy or nginx"


async def https(patient: Patient) -> list[Finding]:
    """Whether pages and signed links travel encrypted."""
    name, url = "https", patient.settings.public_url
    if url is None:
        mend = "set PUBLIC_URL in .env, or leave it where nothing but Slack is wanted"
        what = "PUBLIC_URL is not set: pages and feeds lead to this machine, and Slack shows no pictures"
        return watch(name, what, mend)
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_here(parts.hostname or ""):
        what = "PUBLIC_URL is not encrypted: signed links can be read on their way"
        mend = "give the web server a certificate, and write https:// in PUBLIC_URL"
        return broken(name, what, mend)
    return ok(name, "PUBLIC_URL is encrypted" if parts.scheme == "https" else "PUBLIC_URL is this machine")


async def reached(patient: Patient) -> list[Finding]:
    """Whether PUBLIC_URL leads, through whatever web server, to the bot of this installation; notes where.

    Without a PUBLIC_URL the bot is looked for on this machine.
    """
    name, url = "web address", patient.settings.public_url
    bases = await _nearby(patient)
    answer = await asyncio.gather(*(_answers(patient, base) for base in bases))
    patient.nearby = list(compress(bases, answer))
    if url is None and not patient.nearby:
        return unseen(name, "PUBLIC_URL is not set, and no bot answers on this machine")
    where, base = ("PUBLIC_URL", url) if url else ("this machine", patient.nearby[0])
    try:
        status, said = await _asked(patient, base)
    except aiohttp.ClientConnectorCertificateError:
        what = "the certificate of PUBLIC_URL is not good: browsers and mail programs refuse it"
        return broken(name, what, "renew it on the web server; its name must be that of PUBLIC_URL")
    except SILENT as error:
        what = f"nobody answers at {where} from this machine ({type(error).__name__})"
        return _astray(patient, what)
    if 300 <= status < 400:
        what = f"{where} leads on to another address"
        return broken(name, what, "write in PUBLIC_URL the address to which it leads in the end")
    told = _health(said)
    if told is None:
        return _astray(patient, f"at {where} somebody else answers (status {status} at /{HEALTH})")
    patient.base = base
    here = version("pathfinder-bot")
    if str(told.get("version")) != here:
        what = f"at {where} another version of the bot runs than this one, {here}"
        return watch(name, what, "start the bot again, so that it runs the version that is installed")
    return ok(name, f"the bot answers at {where}, version {here}")


def _astray(patient: Patient, what: str) -> list[Finding]:
    """PUBLIC_URL does not lead to the bot: either that runs, and its web server is not set up, or neither."""
    if not patient.nearby:
        return broken("web address", what, f"start the bot (`{program()} run`), and {PROXY}")
    there = ", ".join(patient.nearby)
    what = f"the bot answers on this machine; PUBLIC_URL does not lead to it yet: {what}"
    return broken("web address", what, f"set up the web server (docs/administrator.md), to lead to {there}")


async def _nearby(patient: Patient) -> list[str]:
    """Where a bot may answer on this machine: HTTP_PORT, and the ports of the replicas that are heard."""
    ports = [patient.settings.http_port]
    with contextlib.suppress(Exception):  # what is wrong with the database is said elsewhere
        async with asyncio.timeout(NEAR_SECONDS), patient.database.reading() as session:
            beats = await all_beats(session)
        since = patient.now() - watching.SILENT
        here = {port_of(beat.replica) for beat in beats if beat.at >= since and is_of_here(beat.replica)}
        ports += sorted(port for port in here if port and port not in ports)
    host = patient.settings.http_host
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return [f"http://{host}:{port}/" for port in ports if port]


async def _asked(patient: Patient, base: str) -> tuple[int, bytes]:
    async with patient.web.get(f"{base}{HEALTH}", allow_redirects=False) as answer:
        return answer.status, await answer.content.read(10_000)


async def _answers(patient: Patient, base: str) -> bool:
    """Whether a bot answers at an address of this machine."""
    try:
        async with asyncio.timeout(NEAR_SECONDS):
            _, said = await _asked(patient, base)
    except SILENT:
        return False
    return _health(said) is not None


async def ready(patient: Patient) -> list[Finding]:
    """What the bot that runs says of its parts, there or, where a web server hides that, on this machine."""
    name, parts = "running", None
    for base in dict.fromkeys((patient.base, *patient.nearby)):
        parts = parts or (await _parts(patient, f"{base}{READY}") if base else None)
    if parts is None:
        mend = f"on its own machine: curl http://127.0.0.1:PORT/{READY}, with the port of each replica"
        return unseen(name, f"/{READY} is not shown here", mend)
    mend = "mend what the lines around this one say; if none does, look in the bot's log"
    ill = [(part, said.get("fault")) for part, said in parts.items() if not said.get("ok")]
    found = [one for part, fault in ill for one in broken(name, f"the bot's {part}: {fault}", mend)]
    return found or ok(name, f"the bot that answers says that its {len(parts)} parts work")


async def _parts(patient: Patient, address: str) -> dict[str, dict[str, object]] | None:
    """The parts of a running bot by their names, each with `ok` and `fault`; None where it does not tell."""
    try:
        async with patient.web.get(address, allow_redirects=False) as answer:
            told = json.loads(await answer.content.read(10_000))
    except SILENT:
        return None
    parts = told.get("parts") if isinstance(told, dict) else None
    return parts if isinstance(parts, dict) and all(isinstance(one, dict) for one in parts.values()) else None


async def signing(patient: Patient) -> list[Finding]:
    """Whether the bot that runs takes a request that is signed with the secret of these settings."""
    name, settings = "signed requests", patient.settings
    socket = settings.slack_app_token is not None
    if settings.slack_signing_secret is None:
        return ok(name, "SLACK_SIGNING_SECRET is not set, and Socket Mode does not need it")
    if patient.base is None:
        return unseen(name, "of what stands under web address")
    challenge, body, headers = _signed(settings.slack_signing_secret.get_secret_value())
    try:
        async with patient.web.post(
            f"{patient.base}{EVENTS}", data=body, headers=headers, allow_redirects=False
        ) as answer:
            status, said = answer.status, (await answer.content.read(1_000)).decode(errors="replace")
    except SILENT as error:
        return unseen(name, f"nobody answers at /{EVENTS} ({type(error).__name__})")
    if status == 200 and challenge in said:
        what = "the bot takes what is signed with SLACK_SIGNING_SECRET; that it is Slack's, only Slack shows"
        return ok(name, what)
    if status == 404 and socket:
        return ok(name, "the bot runs in Socket Mode, where no request is signed")
    if status == 404:
        what = f"there is no /{EVENTS} at PUBLIC_URL: Slack's requests come to nothing"
        return broken(name, what, f"start it with `{program()} run --http`")
    if status == 401:
        what = "the bot that runs has another signing secret than these settings"
        mend = "copy the Signing Secret under Basic Information of your app into .env, and start again"
        return broken(name, what, mend)
    return broken(name, f"a signed request to /{EVENTS} came to status {status}", PROXY)


def _signed(secret: str) -> tuple[str, str, dict[str, str]]:
    """A challenge as Slack sends it when a request URL is entered: what is to come back, body and headers."""
    challenge, stamp = secrets.token_hex(8), str(int(time.time()))
    body = json.dumps({"type": "url_verification", "challenge": challenge, "token": ""})
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
    }
    return challenge, body, headers


def _health(said: bytes) -> dict[str, object] | None:
    """What our health address says; None where it is somebody else's."""
    try:
        told = json.loads(said)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "ok" in told else None


CHECKS = (
    Check("https", https, uses=("public_url",)),
    Check("web address", reached, uses=("public_url",), seconds=15),
    Check("running", ready, after=("web address",)),
    Check(
        "signed requests",
        signing,
        after=("web address",),
        uses=("slack_signing_secret", "public_url"),
    ),
)
