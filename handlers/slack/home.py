"""App Home: each person's own page, drawn when they open it, and anew after what they do there.

A section that fails is said to fail, with a reference number; the others stand.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from community import commitments, following, home, profile, questions, translations
from community.members import Reader, reader_of
from community.rights import Action, Actor, may
from handlers.slack import welcome
from handlers.slack.answering import fault_for, is_ours
from handlers.slack.asking import Ask, Services
from handlers.slack.busy import Busy
from handlers.slack.desk import Desk
from handlers.slack.people import UNANSWERED, People
from handlers.work import failed, reference
from storage.vocabulary import RoleName
from templates.home import TURN, Part, view
from templates.slack import home as said
from templates.voice import Voice

EVENTS = ("app_home_opened",)

Section = Callable[[Desk, Ask, Actor, int], Awaitable[Part]]


class Home:
    """Publishes Home tabs, and remembers which page each person looks at who opened theirs."""

    def __init__(self, desk: Desk, services: Services, client: AsyncWebClient) -> None:
        self._desk, self._services, self._client = desk, services, client
        self._pages: dict[str, int] = {}

    async def show(self, user: str, page: int = 1) -> Reader:
        """Publish somebody's Home. Never raises: what fails is logged, and the next opening tries again."""
        self._pages[user] = page
        reader, made = await drawn(self._desk, self._services, user, page)
        try:
            await self._client.views_publish(user_id=user, view=made)
        except UNANSWERED as error:
            structlog.get_logger().warning("home_not_published", error=type(error).__name__)
        return reader

    async def refresh(self, user: str, *, is_open: bool = False) -> None:
        """Publish it anew, where it `is_open` or was opened since the start: nobody else costs a call."""
        if is_open or user in self._pages:
            await self.show(user, self._pages.get(user, 1))


def register(
    app: AsyncApp, desk: Desk, services: Services, client: AsyncWebClient, people: People, busy: Busy
) -> None:
    """Draw Home when it is opened, and turn its pages. The Messages tab shows messages only."""
    tabs = Home(desk, services, client)
    desk.refresh_home = tabs.refresh

    async def on_opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            async with busy:
                await people.meet(await tabs.show(event["user"]), event["user"])

    async def on_page(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        async with busy:
            await tabs.show(body["user"]["id"], int(action["action_id"].removeprefix(TURN)))

    for kind in EVENTS:
        app.event(kind)(on_opened)
    app.action(re.compile(rf"^{TURN}[1-9]\d{{0,3}}$"))(on_page)


async def drawn(desk: Desk, services: Services, user: str, page: int) -> tuple[Reader, dict[str, Any]]:
    """A person's Home, and who reads it. Never raises."""
    reader = services.default_reader
    try:
        async with services.database.reading() as session:
            reader = await reader_of(session, user, services.default_reader)
            reader = await services.read_as(reader, user)
            voice = Voice.to(reader, services.clock(), services.names)
            ask = Ask(services, session, reader, voice, user, "")
            actor = await ask.actor()
            parts = [await _part(heading, desk, ask, actor, page) for heading in SECTIONS]
            last = max(part.pages for part in parts)
            if page == 1:
                waiting = await translations.count(session, actor, voice.language, ask.day)
                posting = may(actor, Action.POST_UPDATE)
                top = said.top(ask.templates, voice, may_post=posting, untranslated=waiting)
                parts = [top, *parts]
        if page <= last:
            return reader, view(voice, parts, page)
        return await drawn(desk, services, user, last)
    except Exception as error:
        voice = Voice.to(reader, services.clock(), services.names)
        return reader, view(voice, [Part((fault_for(services, reader, "home", error),))], 1)


async def _part(heading: str, desk: Desk, ask: Ask, actor: Actor, page: int) -> Part:
    try:
        return await SECTIONS[heading](desk, ask, actor, page)
    except Exception as error:
        if not is_ours(error):  # without the database no other section can be had either
            raise
        failed(error, is_ours=True)
        number = reference()
        structlog.get_logger().error(
            "home_section_failed", reference=number, section=heading, error=type(error).__name__,
            exc_info=error,
        )  # fmt: skip
        return said.broken(ask.templates, ask.voice, heading, number)


async def _needs(desk: Desk, ask: Ask, actor: Actor, page: int) -> Part:
    reached = await welcome.progress(desk, ask)
    found = await home.needs(ask.session, actor, reached, ask.voice.now, ask.services.stale_after)
    return said.needs(ask.templates, ask.voice, found, page)


async def _promised(_desk: Desk, ask: Ask, actor: Actor, page: int) -> Part:
    found = await commitments.own(ask.session, actor, ask.today, ask.day, said.LISTED)
    return said.promised(ask.templates, ask.voice, found, page)


async def _questions(_desk: Desk, ask: Ask, actor: Actor, page: int) -> Part:
    found = await questions.for_me(ask.session, actor, ask.day, said.LISTED)
    mine = await questions.count_mine(ask.session, actor)
    return said.questions(ask.templates, ask.voice, found, page, mine=mine)


async def _mine(_desk: Desk, ask: Ask, actor: Actor, page: int) -> Part:
    found = await home.belongings(ask.session, actor, ask.day)
    alliance = [role for role in RoleName if actor.holds(role)]
    return said.mine(ask.templates, ask.voice, found, alliance, page)


async def _coming(_desk: Desk, ask: Ask, actor: Actor, page: int) -> Part:
    where = await home.belongings(ask.session, actor, ask.day)
    events, own = await home.coming(ask.session, actor, where, ask.today, ask.voice.now)
    return said.coming(ask.templates, ask.voice, events, page, own=own)


async def _following(desk: Desk, ask: Ask, actor: Actor, page: int) -> Part:
    found = await following.followed(ask.session, actor)
    return said.following(ask.templates, ask.voice, found, page, can_choose=said.FOLLOW in desk.forms)


async def _settings(_desk: Desk, ask: Ask, _actor: Actor, page: int) -> Part:
    me = await profile.about_me(ask.session, ask.user)
    return said.settings(ask.templates, ask.voice, ask.reader, me, page)


SECTIONS: Mapping[str, Section] = {
    said.NEEDS: _needs,
    said.PROMISED: _promised,
    said.QUESTIONS: _questions,
    said.MINE: _mine,
    said.COMING: _coming,
    said.FOLLOWING: _following,
    said.SETTINGS: _settings,
}
"""The sections by their headings, the most needed first."""
