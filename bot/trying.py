"""Trying the bot without Slack: a sandbox workspace and the real app together on this machine."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time
from typing import Any

from sqlalchemy import update

from bot.app import Bot, make_desk
from bot.guide import guided
from bot.manifest import make_manifest
from bot.prepare import throw_away
from bot.run import Running, running
from bot.settings import Settings, read_settings
from bot.ticking import send_due
from community import mail, schedules, updates
from community.names import HOUSE_LANGUAGES, Names
from community.rights import actor_of
from community.roles import confirm_representative, grant
from community.schedules import Plan
from community.updates import Draft
from sandbox import Outcome, Sandbox
from storage.database import Database
from storage.groups import Group
from storage.vocabulary import Cadence, Quiet, RoleName, Visibility
from templates.guide import example
from templates.voice import Voice

SECRETARIAT = ("U0SECRETA",)
"""Who is the secretariat of the sandbox."""
CAST = (
    ("U0NEPALFP", RoleName.FOCAL_POINT, "place:NP"),
    ("U0EDITORX", RoleName.EDITOR, ""),
)
"""Who else holds which role there."""
REPRESENTS = ("U0COCHAIR", "iom")
"""Whom the co-chair of Migration represents: the record gives that chair to organisations."""
EDITORS = "G0EDITORS"
"""Where editors hear of what waits for review."""
CHANNELS = {"migration": "C0MIGRATE"}
"""Which groups have a channel of their own."""
MONDAYS = Plan(
    tuple(("C0GENERAL", language) for language in HOUSE_LANGUAGES), Cadence.WEEKLY, 0, time(9), "UTC",
    is_reviewed=False, quiet=Quiet.SKIP, leaves_slack=True,
)  # fmt: skip
"""The newsletter of the sandbox: it goes out by itself, so that one sees it arrive."""
BY_MAIL = (("robin@example.org", "en"), ("camille@example.org", "fr"), ("alex@example.org", "es"))
"""Who gets it by e-mail too."""
EXAMPLE = ("U0SECRETA", "group:supply-chains", "en")
"""Who posted what it brings first, on what and in which language."""


@asynccontextmanager
async def tried(*, port: int = 0, **settings: Any) -> AsyncIterator[tuple[Sandbox, Running]]:
    """A sandbox at `port` and a bot connected to it through Socket Mode, on a throw-away database."""
    box = Sandbox(make_manifest(make_desk()))
    async with throw_away() as (url, database), box.serving(port=port):
        chosen = settings_for(
            box, database_url=url, editors_channel=EDITORS, smtp_url=box.mailbox.url,
            mail_from="newsletter@example.org", secret_key=secrets.token_hex(32), **settings,
        )  # fmt: skip
        async with running(chosen, database) as going, _prompt(going.bot):
            await going.bot.busy.idle()
            names, now = going.bot.services.names, going.bot.clock.now()
            await _cast(database, names, now)
            box.web = going.bot.services.links.base
            people = {one["id"]: one["real_name"] for one in box.state()["people"]}
            box.guide = guided(names, now, going.bot.services.links, people)
            yield box, going


@asynccontextmanager
async def _prompt(bot: Bot) -> AsyncIterator[None]:
    """What is due when somebody has moved the clock is sent at once, not within a minute."""
    moved, striking = bot.clock.moved, set[asyncio.Task[None]]()

    async def strike() -> None:
        try:
            await send_due(bot)
        finally:
            bot.busy.end()

    def on_move() -> None:
        moved()
        bot.busy.begin()  # at once, so that whoever moved it waits for what comes of it
        task = asyncio.create_task(strike())
        striking.add(task)
        task.add_done_callback(striking.discard)

    bot.clock.moved = on_move
    try:
        yield
    finally:
        bot.clock.moved = moved
        await asyncio.gather(*striking, return_exceptions=True)


async def _cast(database: Database, names: Names, now: datetime) -> None:
    """Give people the roles that their titles say, groups their channels, and everybody a newsletter."""
    async with database.writing() as session:
        secretariat = await actor_of(session, SECRETARIAT[0], now.date())
        for who, role, scope in CAST:
            await grant(session, secretariat, who, role, scope, is_deputy=False, today=now.date(), now=now)
        for key, channel in CHANNELS.items():
            await session.execute(update(Group).where(Group.key == key).values(channel=channel))
        who, organisation = REPRESENTS
        await confirm_representative(session, secretariat, who, organisation, now.date(), now)
        await schedules.save(session, secretariat, MONDAYS, now)
        for address, language in BY_MAIL:
            ticket = await mail.ask(session, address, language, now)
            if ticket is not None:
                await mail.confirm(session, ticket, now)
        who, subject, language = EXAMPLE
        headline, body = example(Voice(language, "UTC", now, names))
        draft = Draft(subject, headline, body, language, Visibility.PUBLIC)
        await updates.post(session, await actor_of(session, who, now.date()), draft, now)


def settings_for(box: Sandbox, **others: Any) -> Settings:
    """The settings under which a bot takes a sandbox for Slack; `.env`, for the real one, is left out."""
    return read_settings(
        {
            "_env_file": None,
            "slack_bot_token": box.bot_token,
            "slack_app_token": box.app_token,
            "slack_signing_secret": box.signing_secret,
            "slack_api_url": box.api_url,
            "sandbox_url": box.url,
            "secretariat": SECRETARIAT,
            "http_port": 0,
            "acts_per_minute": 1_000_000,  # who tries it is a person, and who tests it is in a hurry
            **others,
        }
    )


async def ask_once(text: str, *, user: str | None, locale: str | None) -> Outcome:
    """One command, or else a mention, in a fresh workspace, as `user`, whose Slack speaks `locale`.

    A mention may name the bot, as in Slack, or not.
    Raises `ValueError` for a user whom the sandbox has not.
    """
    async with tried() as (box, _going):
        everybody = box.state()["people"]
        people = [person["id"] for person in everybody if not person["is_bot"]]
        who = user or people[0]
        if who not in people:
            raise ValueError(f"nobody in the sandbox is called {who}; there are {', '.join(people)}")
        # guests are not in every channel
        room = next(one["id"] for one in box.state()["channels"] if who in one["members"] and one["has_bot"])
        if locale:
            await box.change_user(who, locale=locale.replace("_", "-"))
        if text.startswith("/"):
            return await box.command(who, room, text)
        ours = next(person["real_name"] for person in everybody if person["id"] == box.bot_user_id)
        return await box.message(who, room, f"<@{box.bot_user_id}> {text.removeprefix(f'@{ours}').lstrip()}")
