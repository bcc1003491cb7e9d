"""`/alliance manage`: the secretariat adds and changes entries of the register, and stops who must stop.

What makes one entry of two is in `handlers.slack.merging`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import hearing as whom
from community import organisations, places, roles
from community import register as entries
from community.deliveries import Outgoing, put
from community.groups import group_names
from community.names import HOUSE_LANGUAGES
from community.rights import Action, require
from handlers.slack import cards, hearing, merging, words
from handlers.slack.asking import Ask
from handlers.slack.desk import Desk, Filled, Form
from storage.base import Words
from storage.vocabulary import Constituency, GroupStatus, MembershipPolicy, Region, Stage
from templates.messages import Message
from templates.slack import register as said
from templates.slack.register import people, questions


def register(desk: Desk) -> None:
    """Put the forms on the desk; the command is `/alliance`'s."""
    desk.form(Form(questions.PLACE, open_place, add_place))
    desk.form(Form(questions.PLACE_PICK, open_place_pick, pick_place))
    desk.form(Form(questions.PLACE_NAMES, open_place_pick, rename_place))
    desk.form(Form(questions.GROUP, open_group, save_group))
    desk.form(Form(questions.GROUP_PICK, open_group_pick, pick_group))
    desk.form(Form(questions.ORGANISATION, open_organisation, save_organisation))
    desk.form(Form(questions.ORGANISATION_PICK, open_organisation_pick, pick_organisation))
    desk.form(Form(people.REPRESENTATIVE, open_representative, confirm_representative))
    desk.form(Form(people.STOP, open_stop, stop))
    merging.register(desk)


async def answer(ask: Ask) -> Message:
    """The page of the register; `lift 17` lets a member post again first, `end 3` ends a representative."""
    word, _, rest = ask.text.partition(" ")
    changed, number = "", words.number(rest)
    if word in ("lift", "end") and number:
        async with ask.services.database.writing() as session:
            writing = replace(ask, session=session)
            done = await (_lift(writing, number) if word == "lift" else _end(writing, number))
        changed = {"lift": "lifted", "end": "ended"}[word] if done else "gone"
    found = await entries.overview(ask.session, await ask.actor(), ask.day)
    return said.page(ask.templates, ask.voice, found, changed=changed, page=ask.page)


async def open_place(ask: Ask) -> Mapping[str, Any]:
    """The form to add a country or body."""
    require(await ask.actor(), Action.MANAGE_REGISTER)
    return questions.place(ask.voice)


async def add_place(filled: Filled) -> Message:
    """Add it; with a stage, as a pathfinder."""
    ask, values = filled.ask, filled.values
    names = _names(values)
    new = places.NewPlace(
        name=" ".join(values["name"].split()),
        is_body=values["body"] == "yes",
        others=names,
        region=Region(values["region"]),
        stage=Stage(values["stage"]) if values["stage"] else None,
    )
    place = await places.add_place(
        ask.session, await ask.actor(), ask.services.names, new, ask.reader.locale, ask.voice.now
    )
    await cards.redraw(ask, f"place:{place.key}")
    return said.done(ask.templates, ask.voice, "pathfinder" if new.stage else "place", place=place)


async def open_place_pick(ask: Ask) -> Mapping[str, Any]:
    """The form that asks which country or body."""
    require(await ask.actor(), Action.MANAGE_REGISTER)
    return questions.place_pick(ask.voice)


async def pick_place(filled: Filled) -> Mapping[str, Any]:
    """The next form, with the names as they stand."""
    ask, query = filled.ask, filled.values["place"]
    entry = await places.place_entry(
        ask.session, await ask.actor(), ask.services.names, query, ask.reader.locale
    )
    return questions.place_names(ask.voice, entry)


async def rename_place(filled: Filled) -> Message:
    """Call it so from now on."""
    ask, values = filled.ask, filled.values
    place = await places.rename_place(
        ask.session,
        await ask.actor(),
        ask.services.names,
        filled.metadata,
        _names(values),
        _spellings(values),
        ask.voice.now,
    )
    await cards.redraw(ask, f"place:{place.key}")
    return said.done(ask.templates, ask.voice, "renamed", place=place)


async def open_group(ask: Ask) -> Mapping[str, Any]:
    """The form to add a group."""
    require(await ask.actor(), Action.MANAGE_REGISTER)
    return questions.group(ask.voice)


async def open_group_pick(ask: Ask) -> Mapping[str, Any] | Message:
    """The form that asks which group."""
    require(await ask.actor(), Action.MANAGE_REGISTER)
    names = await group_names(ask.session)
    return questions.group_pick(ask.voice, names) if names else said.done(ask.templates, ask.voice, "none")


async def pick_group(filled: Filled) -> Mapping[str, Any]:
    """The next form, with the group as it stands."""
    ask, key = filled.ask, filled.values["group"]
    entry = await entries.group_entry(ask.session, await ask.actor(), key, ask.voice.language)
    return questions.group(ask.voice, key, entry)


async def save_group(filled: Filled) -> Message:
    """Add the group, or change the one that the form was opened for."""
    ask, values = filled.ask, filled.values
    entry = entries.GroupEntry(
        names=_names(values),
        aliases=_spellings(values),
        about=values["about"],
        language=ask.voice.language,
        status=GroupStatus(values["status"]) if values["status"] else None,
        policy=MembershipPolicy(values["policy"]) if values["policy"] else None,
        channel=values["channel"],
    )
    name = await entries.save_group(ask.session, await ask.actor(), filled.metadata, entry, ask.voice.now)
    await cards.redraw(ask, f"group:{filled.metadata}")
    return said.done(ask.templates, ask.voice, "group", name)


async def open_organisation(ask: Ask) -> Mapping[str, Any]:
    """The form to add an organisation."""
    require(await ask.actor(), Action.MANAGE_REGISTER)
    return questions.organisation(ask.voice)


async def open_organisation_pick(ask: Ask) -> Mapping[str, Any]:
    """The form that asks which organisation."""
    require(await ask.actor(), Action.MANAGE_REGISTER)
    return questions.organisation_pick(ask.voice)


async def pick_organisation(filled: Filled) -> Mapping[str, Any]:
    """The next form, with the organisation as it stands."""
    ask, query = filled.ask, filled.values["organisation"]
    key, entry = await organisations.organisation_entry(
        ask.session, await ask.actor(), query, ask.voice.language
    )
    return questions.organisation(ask.voice, key, entry)


async def save_organisation(filled: Filled) -> Message:
    """Add the organisation, or change the one that the form was opened for."""
    ask, values = filled.ask, filled.values
    entry = organisations.OrganisationEntry(
        _names(values), values["short"], ask.voice.language, Constituency(values["constituency"])
    )
    name = await organisations.save_organisation(
        ask.session, await ask.actor(), filled.metadata, entry, ask.voice.now
    )
    return said.done(ask.templates, ask.voice, "organisation", name)


async def open_representative(ask: Ask) -> Mapping[str, Any]:
    """The form to confirm a representative."""
    require(await ask.actor(), Action.MANAGE_ROLES)
    return people.representative(ask.voice)


async def confirm_representative(filled: Filled) -> Message:
    """Confirm them."""
    ask, values = filled.ask, filled.values
    actor = await ask.actor()
    require(actor, Action.MANAGE_ROLES)
    key = await organisations.find_organisation(ask.session, values["organisation"], "organisation")
    await roles.confirm_representative(ask.session, actor, values["person"], key, ask.day, ask.voice.now)
    return said.done(ask.templates, ask.voice, "representative")


async def open_stop(ask: Ask) -> Mapping[str, Any]:
    """The form to stop somebody from posting."""
    require(await ask.actor(), Action.STOP_MEMBER)
    return people.stop(ask.voice)


async def stop(filled: Filled) -> Message:
    """Stop them, and tell them so."""
    ask, person = filled.ask, filled.values["person"]
    done = await entries.stop(ask.session, await ask.actor(), person, ask.voice.now)
    if done:
        await _tell(ask, person, stopped=True)
    return said.done(ask.templates, ask.voice, "stopped" if done else "stopped_already")


async def _lift(ask: Ask, member_id: int) -> bool:
    slack_id = await entries.lift(ask.session, await ask.actor(), member_id, ask.voice.now)
    if slack_id is not None:
        await _tell(ask, slack_id, stopped=False)
    return slack_id is not None


async def _end(ask: Ask, number: int) -> bool:
    return await roles.end_representative(ask.session, await ask.actor(), number, ask.day, ask.voice.now)


async def _tell(ask: Ask, slack_id: str, *, stopped: bool) -> None:
    """Promise them a message in their own language that says what it means and whom to ask."""
    to = await hearing.at(ask, slack_id)
    to_ask = await whom.secretariat(ask.session, ask.day)
    kind = "member_stopped" if stopped else "member_lifted"
    message = Outgoing(
        key=f"{kind}:{slack_id}:{ask.voice.now.isoformat()}", about=f"member:{slack_id}", kind=kind,
        channel=to.channel, language=to.voice.language,
        payload=said.told(ask.templates, to.voice, to_ask, stopped=stopped).payload(),
    )  # fmt: skip
    await put(ask.session, message, ask.voice.now, due=to.due)


def _names(values: Mapping[str, str]) -> Words:
    """The names that were filled in, by language."""
    typed = {language: " ".join(values.get(f"name_{language}", "").split()) for language in HOUSE_LANGUAGES}
    return {language: name for language, name in typed.items() if name}


def _spellings(values: Mapping[str, str]) -> tuple[str, ...]:
    """What stands between the commas."""
    typed = (" ".join(part.split()) for part in values["aliases"].split(","))
    return tuple(part for part in typed if part)
