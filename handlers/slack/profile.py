"""`/alliance profile`: a form in which members say who they are, how they read, and when to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community import profile
from community.members import reader_of
from community.profile import Draft
from handlers.slack import welcome
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form
from storage.vocabulary import Constituency, Theme
from templates import forms
from templates.slack import profile as said
from templates.slack.welcome import PROFILE
from templates.voice import Voice


def register(desk: Desk) -> None:
    """Put the form on the desk; the command is `/alliance`'s."""

    async def save(filled: Filled) -> Mapping[str, Any]:
        return await saved(desk, filled)

    desk.form(Form(PROFILE, open_profile, save))


async def open_profile(ask: Ask) -> Mapping[str, Any]:
    """The form, with what was said so far."""
    return said.form(ask.voice, await profile.about_me(ask.session, ask.user))


async def saved(desk: Desk, filled: Filled) -> Mapping[str, Any]:
    """Keep it; the last page speaks the language that was chosen, and says what comes next."""
    ask, values = filled.ask, filled.values
    draft = Draft(
        organisation=values["organisation"],
        constituency=Constituency(values["constituency"]) if values["constituency"] else None,
        expertise=tuple(Theme(theme) for theme in values["expertise"].split(",") if theme),
        language="" if values["language"] == said.AS_IN_SLACK else values["language"],
        zone=values["zone"],
        quiet_from=filled.hour("quiet_from"),
        quiet_until=filled.hour("quiet_until"),
        is_findable=values["findable"] == "yes",
    )
    me = await profile.save(ask.session, ask.user, draft, ask.voice.now)
    reader = await reader_of(ask.session, ask.user, ask.services.default_reader)
    voice = Voice.to(reader, ask.voice.now, ask.services.names)
    page = said.saved(ask.templates, voice, me, reader, await welcome.progress(desk, ask))
    return forms.answer(voice, page)
