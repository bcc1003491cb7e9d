"""Questions: asked by members of a group, a country or an office, under their name or a pseudonym, and read.

Who asked under a pseudonym stands in one row alone, until the question is closed; no audit names them.
"""

from __future__ import annotations

import hashlib
import itertools
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession

from community.addressees import subject_of
from community.audit import note
from community.deliveries import cancelled
from community.errors import Invalid, NotFound, refuse
from community.folding import fold
from community.hearing import secretariat
from community.inquiries import Inquiry, page_seen, seen, shown
from community.members import Reader, awake_at, claim, reader_from
from community.names import HOUSE_LANGUAGES, Names
from community.paging import Listed, listed, page_with, turned
from community.rights import Action, Actor, require
from community.safeguards import looks_personal
from storage.deliveries import deliveries_by_key, waiting_of_kind
from storage.members import Member, members_by_slack_ids
from storage.questions import (
    UNSETTLED,
    Asker,
    Question,
    answering,
    count_unsettled,
    members_by_ids,
    own,
    question_by_id,
    questions_where,
)
from storage.vocabulary import QuestionState, ReminderKind, RoleName, Visibility

LONGEST = 1_500
"""Characters of a question: a button carries it whole."""
AT_A_TIME = 200
"""Questions that are looked through for words at a time."""
RESURFACE = "resurface"
"""The kind of delivery that lists what waits for somebody's answer."""
AT = time(9)
SAID_TWICE = timedelta(minutes=10)
"""Slack sends a mention again for six minutes if nobody took it; a command it may hand over twice at once."""
OLD = timedelta(days=7)
"""How long a question may be open before its addressee hears of it again."""
USEFUL = timedelta(days=1)
"""How long after its hour on Monday the list is still sent: the next one comes in a week."""


@dataclass(frozen=True)
class Draft:
    """What somebody wants to ask; `to` is an addressee's key."""

    to: str
    text: str
    language: str
    visibility: Visibility = Visibility.MEMBERS
    is_remark: bool = False
    is_pseudonymous: bool = False


@dataclass(frozen=True)
class Resurfacing:
    """What waits for somebody's answer, told on a Monday: to whom by Slack id, and when.

    All aware: `promised` is the hour, `due` the same outside quiet hours, from `useless` on it is not sent.
    """

    key: str
    to: str
    reader: Reader
    due: datetime
    promised: datetime
    useless: datetime
    questions: tuple[Inquiry, ...]


async def ask(session: AsyncSession, actor: Actor, draft: Draft, now: datetime) -> int:
    """Ask; the question's id. What looks like a person's details never leaves Slack.

    Raises `NotAllowed` for guests and who was stopped, `Invalid` for every field that is wrong.
    """
    require(actor, Action.ASK)
    about = await subject_of(session, draft.to)
    wrong = []
    if not draft.text.strip():
        wrong.append(Invalid("text", "empty"))
    if len(draft.text) > LONGEST:
        wrong.append(Invalid("text", "too_long", str(len(draft.text))))
    if draft.visibility is Visibility.GROUP and about.group_id is None:
        wrong.append(Invalid("visibility", "no_group", draft.to))
    refuse(wrong)
    is_public = draft.visibility is Visibility.PUBLIC
    row = Question(
        key=f"question/{secrets.token_hex(8)}",
        text={draft.language: draft.text.strip()},
        state=QuestionState.REMARK if draft.is_remark else QuestionState.OPEN,
        asker_id=None if draft.is_pseudonymous else actor.member_id,
        is_pseudonymous=draft.is_pseudonymous,
        to_role=about.office,
        group_id=about.group_id,
        place_id=about.place_id,
        visibility=Visibility.MEMBERS if is_public and looks_personal(draft.text) else draft.visibility,
        asked_at=now,
    )
    session.add(row)
    await session.flush()
    if draft.is_pseudonymous:
        session.add(Asker(question_id=row.id, member_id=actor.member_id))
    note(session, None if draft.is_pseudonymous else actor, "question_asked", f"question:{row.id}", now)
    return row.id


async def ask_once(session: AsyncSession, actor: Actor, draft: Draft, now: datetime) -> int:
    """As `ask`, for what Slack may hand over twice.

    The same words to the same addressee within ten minutes are one question, unless it was withdrawn; its
    id then.
    """
    words = hashlib.sha256(f"{draft.to} {draft.text}".encode()).hexdigest()[:32]
    if actor.member_id is None or await claim(
        session, f"ask:{actor.member_id}:{words}", now, again_after=SAID_TWICE
    ):
        return await ask(session, actor, draft, now)
    text = {draft.language: draft.text.strip()}
    recent = await questions_where(session, own(actor.member_id), Question.asked_at >= now - SAID_TWICE)
    same = [row.id for row in recent if row.text == text]
    return same[-1] if same else await ask(session, actor, draft, now)


async def one(
    session: AsyncSession, actor: Actor, number: int, day: date, *, to_guests: bool = False
) -> Inquiry:
    """A question with its answers, for somebody who may see it. Raises `NotFound`."""
    found = await seen(session, actor, day, Question.id == number, to_guests=to_guests)
    if not found:
        raise NotFound("question", str(number))
    return found[0]


async def unsettled(
    session: AsyncSession, actor: Actor, day: date, *, to_guests: bool = False, page: int, most: int
) -> Listed[Inquiry]:
    """What waits for an answer and somebody may see, longest first; what is shipped comes last."""
    waits = Question.state.in_(UNSETTLED)
    return await page_seen(session, actor, day, waits, to_guests=to_guests, page=page, most=most)


async def unsettled_publicly(session: AsyncSession, at: datetime, most: int) -> tuple[Inquiry, ...]:
    """What waited in public for an answer at a moment, longest first, without who asked; not the record."""
    waits = Question.state.in_(UNSETTLED), Question.visibility == Visibility.PUBLIC, Question.asked_at <= at
    rows = await questions_where(session, *waits, most=most)
    return tuple(replace(shown(row), by=None, answers=()) for row in rows)


async def mine(session: AsyncSession, actor: Actor, day: date, *, page: int, most: int) -> Listed[Inquiry]:
    """What somebody asked, newest first; under a pseudonym only as long as it is not closed."""
    if actor.member_id is None:
        return listed((), page, most)
    return await page_seen(session, actor, day, own(actor.member_id), newest=True, page=page, most=most)


async def answered(
    session: AsyncSession,
    actor: Actor,
    names: Names,
    words: str,
    day: date,
    *,
    to_guests: bool = False,
    page: int,
    most: int,
) -> Listed[Inquiry]:
    """What has an answer, was closed or needs none, and has all of these words, newest first.

    They may stand in the question or an answer, or name who asked or was asked, whatever case and accents.
    """
    has_answer = or_(Question.state != QuestionState.OPEN, Question.answers.any())
    if not (wanted := fold(words).split()):
        return await page_seen(
            session, actor, day, has_answer, newest=True, to_guests=to_guests, page=page, most=most
        )
    fit: list[int] = []
    for before in itertools.count(step=AT_A_TIME):
        some = await seen(
            session, actor, day, has_answer, to_guests=to_guests, newest=True, before=before, most=AT_A_TIME
        )
        fit += [one.id for one in some if all(word in _said(one, names) for word in wanted)]
        if len(some) < AT_A_TIME:
            break
    turn = turned(len(fit), page, most)
    wished = Question.id.in_(fit[turn.before : turn.before + most])
    found = await seen(session, actor, day, wished, newest=True, to_guests=to_guests)
    return page_with(found, turn, len(fit))


async def for_me(session: AsyncSession, actor: Actor, day: date, most: int) -> tuple[Inquiry, ...]:
    """What somebody is to answer, longest first, at most so many; the secretariat also what nobody is for."""
    if not actor.held or actor.member_id is None:
        return ()
    waits = Question.state.in_(UNSETTLED), Question.asked_at.is_not(None)
    people = await answering(session, day, *waits)
    numbers = {number for number, who in people.items() if actor.member_id in who}
    if actor.holds(RoleName.SECRETARIAT):
        addressed = or_(Question.id.in_(numbers), Question.id.not_in(set(people)))
        rows = await questions_where(session, *waits, addressed, most=most)
    else:
        rows = await questions_where(session, Question.id.in_(numbers), most=most) if numbers else []
    return tuple(shown(row) for row in rows)


async def count_mine(session: AsyncSession, actor: Actor) -> int:
    """How many questions of somebody's wait for an answer."""
    return await count_unsettled(session, actor.member_id) if actor.member_id is not None else 0


async def told(session: AsyncSession, number: int, day: date) -> tuple[list[str], bool]:
    """The Slack ids of those who are to answer a question; and whether they are its addressees.

    Where nobody holds the role, or only who asks under their name does, it is the secretariat.
    """
    people = await answering(session, day, Question.id == number)
    row = await question_by_id(session, number)
    numbers = people.get(number, set()) - {row.asker_id if row else None}
    if numbers:
        return [member.slack_id for member in await members_by_ids(session, numbers)], True
    return await secretariat(session, day), False


async def resurfacing(session: AsyncSession, now: datetime, default: Reader) -> tuple[Resurfacing, ...]:
    """Who is to hear on this Monday of what waited for their answer for a week, and was not told yet.

    Once an ISO week, at nine of their own morning and outside quiet hours; not what is shipped, and not who
    does not want it: what waits for them is called off.
    """
    day = now.astimezone(UTC).date()
    waits = Question.state.in_(UNSETTLED), Question.asked_at <= now - OLD + USEFUL
    people = await answering(session, day, *waits)
    rows = await questions_where(session, *waits)
    fallback = {row.id for row in await members_by_slack_ids(session, await secretariat(session, day))}
    to: dict[int, list[Question]] = {}
    for row in rows:
        for number in people.get(row.id) or fallback:
            to.setdefault(number, []).append(row)
    members = await members_by_ids(session, to)
    off = {one.slack_id for one in members if ReminderKind.QUESTION.value in one.reminders_off}
    for waiting in await waiting_of_kind(session, RESURFACE):
        if waiting.channel in off:
            cancelled(waiting)
    found = [_monday(one, to[one.id], now, default) for one in members if one.slack_id not in off]
    wanted = {one.key: one for one in found if one is not None}
    known = await deliveries_by_key(session, list(wanted))
    return tuple(one for key, one in wanted.items() if key not in known)


def _said(one: Inquiry, names: Names) -> str:
    """All words by which a question is found, folded."""
    place, by_code = one.to.place, []
    if place is not None:
        by_code = [names.of(place.key, language) for language in HOUSE_LANGUAGES]
    told = [one.text, one.asked_by, one.to.group, place.names if place else None]
    told += [words for answer in one.answers for words in (answer.text, answer.answered_by)]
    return fold(" ".join([*by_code, *(text for words in told if words for text in words.values())]))


def _monday(member: Member, rows: list[Question], now: datetime, default: Reader) -> Resurfacing | None:
    """What a member is told at nine on this Monday of theirs; None before and long after, and for nothing."""
    reader = reader_from(member, default)
    today = reader.today(now)
    monday = today - timedelta(days=today.weekday())
    nine = datetime.combine(monday, AT, ZoneInfo(reader.zone)).astimezone(UTC)
    old = tuple(shown(row) for row in rows if row.asked_at and row.asked_at <= nine - OLD)
    if not old or not nine <= now < nine + USEFUL:
        return None
    year, week, _ = monday.isocalendar()
    key = f"question:{RESURFACE}:{member.id}:{year}-W{week:02}"
    return Resurfacing(key, member.slack_id, reader, awake_at(reader, nine), nine, nine + 2 * USEFUL, old)
