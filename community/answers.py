"""What becomes of a question: answered, in part or fully, asked further, closed, withdrawn.

Whoever asked under a pseudonym is forgotten for good when it is closed or withdrawn: their row, and whatever
was sent to them about it. No audit names them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.errors import Invalid, NotFound
from community.inquiries import Inquiry, may_correct, seen, subject
from community.rights import Action, Actor, may, require
from community.safeguards import looks_personal
from storage.members import Member
from storage.questions import (
    TO_HIDDEN_ASKERS,
    UNSETTLED,
    Answer,
    Question,
    QuestionAnswer,
    answer_by_id,
    answer_by_key,
    change_question,
    drop_sent,
    hidden_asker,
    own_among,
    question_by_id,
    subject_at,
    to_the_same,
    unlink,
)
from storage.vocabulary import QuestionState, Visibility

LONGEST = 3_000
"""Characters of an answer, as of every text of a form."""
LONGEST_WITH_MORE = 3_000
"""Characters of a question with all that was asked further."""
TO_ANSWER, TO_ASKER = "question", "answer"
"""The kinds of delivery to who is to answer, and to who asked under their name."""
TO_HIDDEN, CLOSED = TO_HIDDEN_ASKERS
"""Those to who asked under a pseudonym: what was answered, and that their question is closed."""
ANSWERABLE = (*UNSETTLED, QuestionState.ANSWERED, QuestionState.REMARK)
"""The states in which a question takes an answer."""


@dataclass(frozen=True)
class Settled:
    """What an answer settles: its id, and those questions that took it."""

    answer: int
    questions: tuple[int, ...]


async def answerable(
    session: AsyncSession, actor: Actor, day: date, *, number: int = 0
) -> tuple[Inquiry, ...]:
    """What somebody may answer and waits; with a `number`, that one first and of the rest its addressee's.

    Raises `NotFound` for a number that they may not see, `NotAllowed` for one that they may not answer.
    """
    waits = [Question.state.in_(UNSETTLED), Question.id != number]
    first = await seen(session, actor, day, Question.id == number) if number else ()
    if number:
        row = await _row(session, number)
        require(actor, Action.ANSWER, subject(row))
    if first:
        waits += [Question.asked_at.is_not(None), to_the_same(row)]
    rest = await seen(session, actor, day, *waits)
    return (*first, *(one for one in rest if one.may_answer))


async def answer(
    session: AsyncSession,
    actor: Actor,
    numbers: Sequence[int],
    text: str,
    language: str,
    now: datetime,
    *,
    is_partial: bool,
    key: str = "",
) -> Settled | None:
    """Answer one question or several at once; two people who answer one at the same time both do.

    `key` makes it one: the same again changes nothing. None if that is so, or none takes an answer any more.
    Raises `NotAllowed`, `NotFound`, or `Invalid` for an empty text and for one that is too long.
    """
    if not text.strip():
        raise Invalid("text", "empty")
    if len(text) > LONGEST:
        raise Invalid("text", "too_long", str(len(text)))
    rows = [await _row(session, number, lock=True) for number in sorted(set(numbers))]
    for row in rows:
        require(actor, Action.ANSWER, subject(row))
    rows = [row for row in rows if row.state in ANSWERABLE]
    if not rows or (key and await answer_by_key(session, key)):
        return None
    given = Answer(
        key=key or f"answer/{secrets.token_hex(8)}",
        text={language: text.strip()},
        by_id=actor.member_id,
        is_partial=is_partial,
        at=now,
    )
    session.add(given)
    await session.flush()
    for row in rows:
        session.add(QuestionAnswer(key=f"{given.key}/{row.id}", question_id=row.id, answer_id=given.id))
        if row.state in UNSETTLED:
            row.state = QuestionState.PARTLY if is_partial else QuestionState.ANSWERED
        row.revision += 1
        note(session, actor, "question_answered", f"question:{row.id}", now)
    await session.flush()
    return Settled(given.id, tuple(row.id for row in rows))


async def to_correct(session: AsyncSession, actor: Actor, number: int) -> Answer:
    """An answer for somebody who may correct it. Raises `NotFound`, also for what they may not."""
    found = await answer_by_id(session, number)
    if found is None or not may_correct(actor, found[0]):
        raise NotFound("question", str(number))
    return found[0]


async def correct(
    session: AsyncSession, actor: Actor, number: int, text: str, language: str, now: datetime
) -> Settled:
    """Change the text of an answer. Raises `NotFound`, or `Invalid` for an empty text."""
    row = await to_correct(session, actor, number)
    if not text.strip():
        raise Invalid("text", "empty")
    row.text = {language: text.strip()}
    note(session, actor, "answer_corrected", f"answer:{number}", now)
    _, questions = await answer_by_id(session, number) or (row, [])
    return Settled(number, tuple(questions))


async def ask_further(
    session: AsyncSession, actor: Actor, number: int, more: str, language: str, now: datetime
) -> bool:
    """Open an answered question of one's own again; what is open still is added to its text.

    What looks like a person's details never leaves Slack: such a question is for members from then on. False
    if it is closed. Raises `NotFound` for what is not theirs, `Invalid` for a text that grows too long.
    """
    row = await _own(session, actor, number)
    text = dict(row.text)
    if more.strip():
        told = next(iter(text)) if language not in text else language
        text[told] = f"{text[told]}\n\n{more.strip()}"
        if len(text[told]) > LONGEST_WITH_MORE:
            raise Invalid("more", "too_long", str(len(text[told])))
    is_public = row.visibility is Visibility.PUBLIC
    visibility = Visibility.MEMBERS if is_public and looks_personal(*text.values()) else row.visibility
    before = QuestionState.ANSWERED, QuestionState.PARTLY
    opened = {"state": QuestionState.PARTLY, "text": text, "visibility": visibility}
    if not await change_question(session, number, row.revision, before, **opened):
        return False
    note(session, _named(actor, row), "question_reopened", f"question:{number}", now)
    return True


async def close(session: AsyncSession, actor: Actor, number: int, now: datetime) -> str | None:
    """Close a question, answered or not: it takes no answer any more. Whoever asked may, and who may answer.

    Gives back the Slack id of who is to be told, empty for nobody; None if it was closed already. Raises
    `NotFound` or `NotAllowed`.
    """
    row = await _row(session, number)
    mine = await _is_own(session, actor, number)
    if row.state is QuestionState.CLOSED:
        return None
    if not mine or not may(actor, Action.ASK):
        require(actor, Action.ANSWER, subject(row))
    asker = await asker_of(session, number)
    closed = {"state": QuestionState.CLOSED, "closed_at": now}
    if not await change_question(session, number, row.revision, ANSWERABLE, **closed):
        return None
    await _forget(session, row)
    note(session, _named(actor, row) if mine else actor, "question_closed", f"question:{number}", now)
    return asker.slack_id if asker is not None and not mine else ""


async def withdraw(session: AsyncSession, actor: Actor, number: int, now: datetime) -> bool:
    """Take a question of one's own back: it is shown to nobody any more. False if it is closed.

    Raises `NotFound` for what is not theirs.
    """
    row = await _own(session, actor, number)
    gone = {"state": QuestionState.WITHDRAWN, "closed_at": now}
    if not await change_question(session, number, row.revision, ANSWERABLE, **gone):
        return False
    await _forget(session, row)
    note(session, _named(actor, row), "question_withdrawn", f"question:{number}", now)
    return True


async def asker_of(session: AsyncSession, number: int) -> Member | None:
    """Who is to hear of an answer: for the bot alone to know, where they asked under a pseudonym."""
    row = await _row(session, number)
    return row.asker or await hidden_asker(session, number)


async def threaded(session: AsyncSession, actor: Actor, day: date, room: str, ts: str) -> Inquiry | None:
    """The question that the bot's message at `ts` in a room asks them to answer, if it takes one still."""
    number = (await subject_at(session, TO_ANSWER, room, ts)).rpartition(":")[2]
    found = await seen(session, actor, day, Question.id == int(number)) if number else ()
    return next((one for one in found if one.may_answer and one.state in ANSWERABLE), None)


async def forget_told(session: AsyncSession) -> None:
    """Forget who was told that a pseudonymous question of theirs is closed, once they were."""
    await drop_sent(session, CLOSED)


async def _forget(session: AsyncSession, row: Question) -> None:
    if row.is_pseudonymous:
        await unlink(session, row.id, f"question:{row.id}", TO_HIDDEN)


def _named(actor: Actor, row: Question) -> Actor | None:
    """Whom the audit names for an act of the asker's: nobody, where they asked under a pseudonym."""
    return None if row.is_pseudonymous else actor


async def _own(session: AsyncSession, actor: Actor, number: int) -> Question:
    row = await _row(session, number)
    require(actor, Action.ASK)
    if not await _is_own(session, actor, number):
        raise NotFound("question", str(number))
    return row


async def _is_own(session: AsyncSession, actor: Actor, number: int) -> bool:
    return actor.member_id is not None and bool(await own_among(session, actor.member_id, [number]))


async def _row(session: AsyncSession, number: int, *, lock: bool = False) -> Question:
    row = await question_by_id(session, number, lock=lock)
    if row is None or row.state is QuestionState.WITHDRAWN:
        raise NotFound("question", str(number))
    return row
