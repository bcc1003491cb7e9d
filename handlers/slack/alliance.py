"""`/alliance`: help, settings, glossary, and what the Alliance is."""

from __future__ import annotations

from community import alliance, members
from community.errors import NotFound
from handlers.slack import helplines, roles, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Command, Desk
from templates.messages import Message
from templates.slack import alliance as said
from templates.slack.alliance import CommandHelp
from templates.terms import N_
from templates.voice import Voice


def register(desk: Desk) -> None:
    """Put `/alliance` on the desk; its help lists whatever else stands there."""
    command = Command(
        "/alliance",
        N_("[help, about, glossary, settings, concern]"),
        N_("Help, what the Alliance is, the glossary, and your language and time zone"),
    )

    async def answer(ask: Ask) -> Message:
        first, _, rest = ask.text.partition(" ")
        match words.meaning(first) or first:
            case "" | "help":
                return said.help_page(ask.templates, ask.voice, _help(desk, ask.voice))
            case "about":
                found = await alliance.about(ask.session, ask.today)
                return said.about(ask.templates, ask.voice, found, full=ask.full, page=ask.page)
            case "glossary":
                terms = await alliance.glossary(ask.session, rest)
                return said.glossary(ask.templates, ask.voice, terms, page=ask.page)
            case "concern":
                return await helplines.answer(ask.rest(rest))
            case "roles":
                return await roles.answer(ask.rest(rest))
            case "audit":
                return await roles.answer_audit(ask)
            case "settings":
                return await _settings(ask.rest(rest))
        raise NotFound("command", ask.text)

    desk.command(command, answer)


async def _settings(ask: Ask) -> Message:
    """Show the settings, or change one first: `language fr`, `zone Asia/Kathmandu`, either with `slack`."""
    what, _, value = ask.text.partition(" ")
    choice = None if words.meaning(value) == "slack" else value.strip()
    reader = ask.reader
    if changes := (words.meaning(what) in ("language", "zone") and bool(value.strip())):
        async with ask.services.database.writing() as session:
            if words.meaning(what) == "language":
                language = choice and (words.language(choice) or choice)
                await members.choose_language(session, ask.user, language)
            else:
                await members.choose_zone(session, ask.user, choice)
            reader = await members.reader_of(session, ask.user, ask.services.default_reader)
    voice = Voice.to(reader, ask.voice.now, ask.services.names)
    return said.settings(ask.templates, voice, reader, changed=changes)


def _help(desk: Desk, voice: Voice) -> list[CommandHelp]:
    return [
        CommandHelp(command.name, voice.say(command.hint), voice.say(command.purpose))
        for command in desk.commands
    ]
