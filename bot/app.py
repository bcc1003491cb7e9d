"""The assembly: from settings and a database to a bot whose every part is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from importlib.metadata import version

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.calls import CountedClient
from bot.clock import Clock
from bot.mail_server import server_of
from bot.post import Post
from bot.rounds import Bell
from bot.settings import Settings
from bot.watch import Watch
from bot.watched import WatchedApp, acknowledged
from bot.worker import Worker
from community.members import Reader
from community.names import Names, load_names
from community.watching import Part
from handlers import letters
from handlers.links import Links
from handlers.slack import (
    alliance,
    answers,
    at_once,
    clicks,
    commands,
    commitments,
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
    questions,
    record,
    register,
    reminders,
    replies,
    requests,
    roles,
    translations,
    updates,
    welcome,
)
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from handlers.slack.cleaning import Cleaning
from handlers.slack.desk import Desk
from handlers.slack.patience import Patience
from handlers.slack.people import People
from storage.database import Database
from storage.migrate import newest_revision
from templates.environment import environment
from templates.messages import Templates
from templates.slack.sending import late

PACKAGE = "pathfinder-bot"
CALL_SECONDS = 10
"""Seconds after which a call to Slack counts as unanswered."""


@dataclass(frozen=True)
class Bot:
    """The parts of a running bot. `post` is there where e-mail is sent."""

    app: WatchedApp
    client: AsyncWebClient
    desk: Desk
    services: Services
    people: People
    busy: Busy
    clock: Clock
    worker: Worker
    post: Post | None
    patience: Patience
    watch: Watch


def make_desk() -> Desk:
    """Every command, in the order in which the help shows them."""
    desk = Desk()
    for capability in (
        pathfinders,
        groups,
        events,
        commitments,
        updates,
        translations,
        editions,
        questions,
        answers,
        alliance,
        roles,
        helplines,
        following,
        reminders,
        requests,
        membership,
        record,
        register,
        profile,
        welcome,
    ):
        capability.register(desk)
    return desk


def make_services(settings: Settings, database: Database, clock: Clock, names: Names, base: str) -> Services:
    """What handlers need. `base` is the address of our web pages."""
    locale = settings.default_locale
    return Services(
        database=database,
        names=names,
        templates=Templates(environment()),
        default_reader=Reader(locale, locale, settings.default_timezone),
        clock=clock.now,
        delta87=settings.delta87_url,
        links=Links(base, settings.secret_key.get_secret_value() if settings.secret_key else None),
        by_mail=settings.smtp_url is not None,
        is_reachable=settings.public_url is not None or settings.sandbox_url is not None,
        editors_channel=settings.editors_channel,
        secretariat_channel=settings.secretariat_channel,
        stale_after=timedelta(days=settings.stale_after_days),
    )


def make_post(
    settings: Settings, services: Services, busy: Busy, *, seen: Callable[[str], None] = lambda what: None
) -> Post | None:
    """The mail worker; None where no SMTP_URL is set, and with it MAIL_FROM."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    server = server_of(settings.smtp_url.get_secret_value(), settings.mail_from)
    compose = partial(letters.envelope, replace(services, database=services.database.aside()))
    return Post(server, compose, services.database, services.clock, busy, seen=seen)


def build(settings: Settings, database: Database, clock: Clock, *, base: str = "") -> Bot:
    """Put the bot together. Nothing is connected yet, and nothing is asked of Slack.

    `base` is where our web pages are, if no PUBLIC_URL says it.
    """
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
    # No retry handlers: the SDK's default repeats a post whose connection broke, and so posts twice.
    watch = Watch(version(PACKAGE), newest_revision())
    client = CountedClient(
        token=token,
        base_url=settings.slack_api_url,
        timeout=CALL_SECONDS,
        retry_handlers=[],
        seen=watch.figures.called,
    )
    desk, busy, names = make_desk(), Busy(), load_names(settings.country_names)
    app = WatchedApp(
        watch, desk, client, busy, signing_secret=secret, request_verification_enabled=secret is not None
    )
    worker = Worker(client, database, clock.now, busy, late=late(names))
    made = make_services(settings, database, clock, names, settings.public_url or base)
    post = make_post(settings, made, busy)
    for part, one in ((Part.WORKER, worker), (Part.POST, post)):
        if one is not None:
            one.turned, one.broke = partial(watch.pulse.beat, part), watch.broke
    bell = Bell([one for one in (worker, post) if one is not None])
    clock.moved = bell.ring
    watched = replace(database, committed=bell.committed)
    services = replace(
        made,
        database=watched,
        answer_of=desk.answer_of,
        broke=watch.broke,
        glance=partial(people.glance, client),
    )
    who = People(client, services)
    patience = Patience(services, client, busy, settings.acts_per_minute)
    app.use(Cleaning())
    app.use(patience)
    at_once.register(app, desk, services)
    commands.register(app, desk, services, who, busy)
    mentions.register(app, desk, services, who, busy)
    replies.register(app, services, busy)
    clicks.register(app, desk, services, who, busy)
    forms.register(app, desk, services, busy)
    home.register(app, desk, services, client, who, busy)
    people.register(app, who, welcome.greeter(desk, services), busy)

    @app.error
    async def on_error(error: Exception, context: AsyncBoltContext) -> None:
        acknowledged(context)
        watch.broke("listener_failed", error)

    return Bot(app, client, desk, services, who, busy, clock, worker, post, patience, watch)
