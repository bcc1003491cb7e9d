"""The assembly: from settings and a database to a bot whose every part is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.settings import Settings
from bot.worker import Worker
from community.members import Reader
from community.names import load_names
from handlers.slack import (
    alliance,
    clicks,
    commands,
    editions,
    events,
    following,
    forms,
    groups,
    helplines,
    home,
    membership,
    mentions,
    pathfinders,
    people,
    profile,
    record,
    register,
    requests,
    roles,
    updates,
    welcome,
)
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.desk import Desk
from handlers.slack.people import People
from storage.database import Database
from templates.environment import environment
from templates.messages import Templates

CALL_SECONDS = 10
"""Seconds after which a call to Slack counts as unanswered."""


@dataclass(frozen=True)
class Bot:
    """The parts of a running bot."""

    app: AsyncApp
    client: AsyncWebClient
    desk: Desk
    services: Services
    people: People
    busy: Busy
    clock: Clock
    worker: Worker


def make_desk() -> Desk:
    """Every command, in the order in which the help shows them."""
    desk = Desk()
    for capability in (
        pathfinders,
        groups,
        events,
        updates,
        editions,
        alliance,
        roles,
        helplines,
        following,
        requests,
        membership,
        record,
        register,
        profile,
        welcome,
    ):
        capability.register(desk)
    return desk


def make_services(settings: Settings, database: Database, clock: Clock) -> Services:
    """What handlers need."""
    locale = settings.default_locale
    return Services(
        database=database,
        names=load_names(),
        templates=Templates(environment()),
        default_reader=Reader(locale, locale, settings.default_timezone),
        clock=clock.now,
        delta87=settings.delta87_url,
        editors_channel=settings.editors_channel,
        secretariat_channel=settings.secretariat_channel,
        stale_after=timedelta(days=settings.stale_after_days),
    )


def build(settings: Settings, database: Database, clock: Clock) -> Bot:
    """Put the bot together. Nothing is connected yet, and nothing is asked of Slack."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
    # No retry handlers: the SDK's default repeats a post whose connection broke, and so posts twice.
    client = AsyncWebClient(
        token=token, base_url=settings.slack_api_url, timeout=CALL_SECONDS, retry_handlers=[]
    )
    app = AsyncApp(client=client, signing_secret=secret, request_verification_enabled=secret is not None)
    desk, busy = make_desk(), Busy()
    worker = Worker(client, database, clock.now, busy)
    clock.moved = worker.wake
    watched = replace(database, committed=worker.committed)
    services = replace(make_services(settings, watched, clock), answer_of=desk.answer_of)
    who = People(client, services)
    commands.register(app, desk, services, who, busy)
    mentions.register(app, desk, services, who, busy)
    clicks.register(app, desk, services, who, busy)
    forms.register(app, desk, services, busy)
    home.register(app, desk, services, client, who, busy)
    people.register(app, who, welcome.greeter(desk, services), busy)

    @app.error
    async def on_error(error: Exception) -> None:
        structlog.get_logger().error("listener_failed", error=type(error).__name__, exc_info=error)

    return Bot(app, client, desk, services, who, busy, clock, worker)
