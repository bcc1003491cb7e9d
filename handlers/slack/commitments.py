"""`/commitments`: who promised what, by when, and what became of it; to record, change and end one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from community import commitments, deliveries, groups, helplines, pathfinders, promising, sought
from community import minutes as minuting
from community.commitment_drafts import Draft, Due
from community.deliveries import Outgoing
from community.errors import NotFound
from community.promised import Promised
from community.rights import Action, may, require
from community.sought import Wanted
from handlers.slack import cards, hearing, words
from handlers.slack.asking import Ask
from handlers.slack.carried import Carried
from handlers.slack.desk import Command, Desk, Filled, Form, Lost, Shortcut
from storage.vocabulary import CommitmentOutcome, Visibility
from templates.messages import Message
from templates.slack import commitments as said
from templates.slack.commitments import forms
from templates.terms import N_

SAVE, TOLD = "save", "commitment"
"""The word before a message that is carried into the form, and the kind of delivery to an owner."""


def register(desk: Desk) -> None:
    """Put `/commitments`, its forms and its shortcut on the desk."""
    desk.command(
        Command(
            said.COMMAND,
            N_("[mine, overdue, done, group, country, organisation, add]"),
            N_("Who promised what, and by when; `add` records one"),
            forms={"add": forms.ADD, "change": forms.CHANGE, "drop": forms.DROP},
        ),
        answer,
    )
    desk.form(Form(forms.ADD, open_add, save))
    desk.form(Form(forms.CHANGE, open_change, save))
    desk.form(Form(forms.DROP, open_drop, drop))
    desk.shortcut(
        Shortcut(
            "save_as_commitment",
            "Save as commitment",
            "Keep what this message promises",
            opens=forms.ADD,
            of_message=True,
            argument=SAVE,
            with_link=True,
        )
    )


async def answer(ask: Ask) -> Message:
    """The commitments that fit; `17` shows that one, `done 17` and `open 17` end or reopen it first."""
    word, _, rest = ask.text.partition(" ")
    meant, number = words.meaning(word), words.number(rest.strip())
    if number and meant in ("done", "open"):
        return await _acted(ask, meant, number)
    if (number and meant in ("show", "change", "drop")) or words.number(word):
        return said.card(ask.templates, ask.voice, await _one(ask, number or words.number(word)))
    if meant == "add":
        require(await ask.actor(), Action.TAKE_PART)
        return said.invitation(ask.templates, ask.voice)
    wanted, name = await read(ask)
    actor = await ask.actor()
    found = await commitments.listing(
        ask.session, actor, wanted, ask.today, ask.day, to_guests=ask.for_guests, page=ask.page,
        most=said.LISTED,
    )  # fmt: skip
    meeting = next((one.meeting for one in found.lines if one.meeting), None) if wanted.event else None
    return said.listing(
        ask.templates, ask.voice, found, wanted, asked=f"{said.COMMAND} {ask.text}".strip(), name=name,
        may_add=may(actor, Action.TAKE_PART), meeting=ask.voice.words(meeting),
    )  # fmt: skip


async def open_add(ask: Ask) -> Mapping[str, Any]:
    """The form; with what was typed, with a message's text and address, or with `meeting 17` chosen."""
    require(await ask.actor(), Action.TAKE_PART)
    text, link = ask.text, ""
    word, _, rest = text.partition(" ")
    if words.meaning(word) == "meeting" and words.number(rest):
        return await _form(ask, Carried(), person=ask.user, event=words.number(rest))
    if text == SAVE or text.startswith(f"{SAVE} "):
        link, _, text = text.removeprefix(SAVE).strip().partition(" ")
    return await _form(ask, Carried(link=link), text=text, person=ask.user)


async def open_change(ask: Ask) -> Mapping[str, Any] | Message:
    """The form with all that stands there, for the commitment of a number."""
    one = await _to_manage(ask)
    if one.outcome is not None:
        return said.card(ask.templates, ask.voice, one, what="faster")
    return await _form(ask, Carried(one.id, one.revision, link=one.link or ""), old=one)


async def open_drop(ask: Ask) -> Mapping[str, Any] | Message:
    """The form for the reason."""
    one = await _to_manage(ask)
    if one.outcome is not None:
        return said.card(ask.templates, ask.voice, one, what="faster")
    return forms.drop(ask.voice, one, Carried(one.id, one.revision).written())


async def save(filled: Filled) -> Message | Lost:
    """Record a commitment, or change the one that the form was opened for. In doubt the form comes again."""
    ask, carried = filled.ask, Carried.read(filled.metadata)
    actor, draft = await ask.actor(), _draft(filled, carried)
    details = promising.doubts(draft)
    if details and not carried.seen:
        old = await _one(ask, carried.number) if carried.number else None
        notice = said.doubts(
            ask.templates, ask.voice, details, await helplines.lines_for(ask.session, draft.concerns)
        )
        raise filled.again(await _form(ask, replace(carried, seen=True), old=old, notice=notice))
    if not carried.number:
        number = await promising.add(ask.session, actor, draft, ask.today, ask.voice.now)
        return await _became(ask, number, "added")
    before = await _one(ask, carried.number)
    changed = await promising.revise(
        ask.session, actor, carried.number, carried.revision, draft, ask.today, ask.voice.now
    )
    await cards.redraw(ask, before.subject)
    if not changed:
        return Lost(await _became(ask, carried.number, "faster"))
    return await _became(ask, carried.number, "changed")


async def drop(filled: Filled) -> Message | Lost:
    """Drop it, with the reason."""
    ask, carried = filled.ask, Carried.read(filled.metadata)
    done = await promising.finish(
        ask.session, await ask.actor(), carried.number, CommitmentOutcome.DROPPED, ask.voice.now,
        reason=filled.values["reason"], revision=carried.revision,
    )  # fmt: skip
    if not done:
        return Lost(await _became(ask, carried.number, "faster"))
    return await _became(ask, carried.number, "dropped")


async def read(ask: Ask) -> tuple[Wanted, str]:
    """What is wanted, and the name in it as typed. Raises `NotFound` for a name of nothing."""
    wanted, names, rest = Wanted(), list[str](), ask.text.split()
    while rest:
        two = words.meaning(" ".join(rest[:2])) if len(rest) > 1 else None
        meant = two or words.meaning(rest[0])
        rest_after = rest[2:] if two else rest[1:]
        if meant in ("mine", "overdue", "done"):
            wanted = _with(wanted, meant or "")
        elif meant == "meeting" and rest_after and words.number(rest_after[0]):
            wanted, rest_after = replace(wanted, event=words.number(rest_after[0])), rest_after[1:]
        else:
            names.append(rest[0])
            rest_after = rest[1:]
        rest = rest_after
    name = " ".join(names)
    if name:
        called = await sought.named(ask.session, ask.services.names, name, ask.reader.locale)
        wanted = replace(wanted, group=called.group, place=called.place, organisation=called.organisation)
    return wanted, name


def _with(wanted: Wanted, meant: str) -> Wanted:
    return replace(
        wanted,
        mine=wanted.mine or meant == "mine",
        overdue=wanted.overdue or meant == "overdue",
        done=wanted.done or meant == "done",
    )


async def _one(ask: Ask, number: int) -> Promised:
    return await commitments.one(ask.session, await ask.actor(), number, ask.day, to_guests=ask.for_guests)


async def _to_manage(ask: Ask) -> Promised:
    number = words.number(ask.text.strip())
    if not number:
        raise NotFound("commitment", ask.text or "…")
    return await promising.to_manage(ask.session, await ask.actor(), number, ask.voice.now)


async def _acted(ask: Ask, meant: str, number: int) -> Message:
    """Say that it is done, or open it again; the answer is how it stands then."""
    async with ask.services.database.writing() as session:
        here = replace(ask, session=session)
        actor = await here.actor()
        if meant == "done":
            done = await promising.finish(session, actor, number, CommitmentOutcome.DONE, ask.voice.now)
            return await _became(here, number, "done" if done else "faster")
        opened = await promising.reopen(session, actor, number, ask.voice.now)
        return await _became(here, number, "opened" if opened else "faster")


async def _became(ask: Ask, number: int, what: str) -> Message:
    """How it stands now. Those whose it is hear of it once, and cards that show it are drawn anew."""
    one = await _one(ask, number)
    if what != "faster":
        await cards.redraw(ask, one.subject)
        await deliveries.call_off(ask.session, one.about, (TOLD,))
        if one.outcome is None:
            await _tell(ask, one)
    return said.card(ask.templates, ask.voice, one, what=what)


async def _tell(ask: Ask, one: Promised) -> None:
    """Tell those whose it is, but for who acts; who was told already has their message changed."""
    if not one.is_live:
        return
    for owner in await commitments.owners(ask.session, one.id, ask.day):
        if owner == ask.user:
            continue
        there = await hearing.at(ask, owner)
        payload = said.told(ask.templates, there.voice, one, one.by or ask.user).payload()
        message = Outgoing(f"{one.about}:{owner}", one.about, TOLD, owner, there.voice.language, payload)
        await deliveries.put(ask.session, message, ask.voice.now, due=there.due)


async def _form(
    ask: Ask,
    carried: Carried,
    *,
    text: str = "",
    person: str = "",
    event: int = 0,
    old: Promised | None = None,
    notice: str = "",
) -> Mapping[str, Any]:
    names, places = await groups.group_names(ask.session), await pathfinders.names_of_all(ask.session)
    meetings = await commitments.meetings(ask.session, ask.today)
    if event and event not in {one.id for one in meetings}:
        here = await minuting.minutes(
            ask.session, await ask.actor(), event, ask.voice.now, ask.today, ask.day, to_guests=ask.for_guests
        )
        meetings = (*meetings, here.event)
    return forms.promise(
        ask.voice, names, places, meetings, text=text, person=person, event=event, old=old,
        notice=notice, has_link=bool(carried.link), metadata=carried.written(),
    )  # fmt: skip


def _draft(filled: Filled, carried: Carried) -> Draft:
    values = filled.values
    due = Due(values["due"])
    return Draft(
        text=values["text"],
        language=values["language"],
        person=values["person"],
        role=values["role"],
        organisation=values["organisation"],
        due=due,
        day=filled.day("day"),
        due_words=forms.due_words(filled.ask.voice, due),
        concerns=values["concerns"],
        event_id=words.number(values.get("event", "")) or None,
        visibility=Visibility(values["visibility"]),
        link=carried.link,
    )
