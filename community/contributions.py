"""Highlights and champions for an observed day: sent in, agreed to, reviewed, taken back.

A highlight is published by whose country it is, and waits for the editors otherwise. A champion who is a
member is asked first: only what they agree to goes on to the editors, and they may take it back at any time.
What looks like a person's details is always looked at by an editor who did not write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from community.audit import note
from community.contributed import Contributed, about, contributed, day_in, day_of
from community.entries import standing
from community.errors import Invalid, NotFound
from community.members import ensure_member
from community.observances import row_of
from community.organisations import find_organisation
from community.rights import Action, Actor, Subject, may, require
from community.safeguards import Detail, looks_personal
from storage.events import Event
from storage.observances import (
    Contribution,
    change_contribution,
    contribution_by_id,
    contributions_in,
    contributions_to,
)
from storage.organisations import Organisation
from storage.pathfinders import place_by_key
from storage.vocabulary import ContributionKind, ContributionState

LONGEST = 500
MOST_ASKED = 3
"""How often somebody may be asked for one day, where those who proposed them took it back."""
BEFORE_REVIEW = (ContributionState.CONSENT_ASKED,)
OPEN = (ContributionState.CONSENT_ASKED, ContributionState.IN_REVIEW, ContributionState.APPROVED)


@dataclass(frozen=True)
class Draft:
    """What somebody filled in. `place` is `place:KEY`, for a highlight.

    A champion is a `person`, by Slack id, or an `organisation`, as typed.
    """

    text: str
    language: str
    place: str = ""
    person: str = ""
    organisation: str = ""


def doubts(draft: Draft) -> tuple[Detail, ...]:
    """What somebody is to look at before they send it."""
    return looks_personal(draft.text)


async def to_contribute(
    session: AsyncSession, actor: Actor, number: int, day: date, *, lock: bool = False
) -> Event:
    """The observed day for which somebody may send something in. Raises `NotAllowed`, `NotFound`.

    `lock` lets one at a time do so, until the transaction ends.
    """
    require(actor, Action.CONTRIBUTE)
    row = await row_of(session, number, lock=lock)
    if day_of(row, day) is None:
        raise NotFound("event", str(number))
    return row


async def send_highlight(
    session: AsyncSession, actor: Actor, number: int, draft: Draft, day: date, now: datetime
) -> tuple[Contributed, bool]:
    """Send in a country's highlight for the next such day; the same again adds nothing (False).

    Raises `NotAllowed`, `NotFound`, or `Invalid` for a country that is not there.
    """
    row = await to_contribute(session, actor, number, day, lock=True)  # so that nothing comes twice
    kind, _, key = draft.place.partition(":")
    place = await place_by_key(session, key) if kind == "place" else None
    if place is None:
        raise Invalid("place", "gone", draft.place)
    year = _year(row, day)
    for other in await contributions_to(session, number, year, OPEN):
        if (other.by_id, other.place_id, list(other.text.values())) == (
            actor.member_id, place.id, [draft.text],
        ):  # fmt: skip
            return contributed(other), False
    direct = may(actor, Action.PUBLISH_CONTRIBUTION, Subject(place_id=place.id)) and not doubts(draft)
    new = Contribution(
        kind=ContributionKind.HIGHLIGHT,
        state=ContributionState.APPROVED if direct else ContributionState.IN_REVIEW,
        place_id=place.id,
        decided_by_id=actor.member_id if direct else None,
        approved_at=now if direct else None,
        **_common(actor, number, year, draft, now),
    )
    session.add(new)
    await session.flush()
    note(session, actor, "highlight_published" if direct else "highlight_sent", f"contribution:{new.id}", now)
    return await one(session, new.id), True


async def nominate(
    session: AsyncSession, actor: Actor, number: int, draft: Draft, day: date, now: datetime
) -> tuple[Contributed, bool]:
    """Propose a champion of the next such day. A second proposal of the same one adds nothing (False).

    Whoever proposes themselves agrees by it, also to what others proposed. Raises `NotAllowed`, `NotFound`,
    or `Invalid` for a champion who is missing, twice there, unclear, or cannot be asked.
    """
    row = await to_contribute(session, actor, number, day, lock=True)  # so that nobody is asked twice
    member_id, organisation_id = await _champion(session, draft)
    year = _year(row, day)
    own = member_id is not None and member_id == actor.member_id
    before = [
        other for other in await contributions_to(session, number, year)
        if other.kind is ContributionKind.CHAMPION
        and (other.member_id, other.organisation_id) == (member_id, organisation_id)
    ]  # fmt: skip
    standing_still = [other for other in before if not _is_over(other, own=own)]
    if len(before) >= MOST_ASKED and not own:
        standing_still = before
    if standing_still:
        other = standing_still[-1]
        if own and other.state is ContributionState.CONSENT_ASKED:
            agreed = await answer(session, actor, other.id, other.revision, now, agrees=True)
            return agreed or contributed(other), False
        return contributed(other), False
    asks = member_id is not None and not own
    new = Contribution(
        kind=ContributionKind.CHAMPION,
        state=ContributionState.CONSENT_ASKED if asks else ContributionState.IN_REVIEW,
        member_id=member_id,
        organisation_id=organisation_id,
        consented_at=now if own else None,
        **_common(actor, number, year, draft, now),
    )
    session.add(new)
    await session.flush()
    note(session, actor, "champion_nominated", f"contribution:{new.id}", now)
    return await one(session, new.id), True


async def answer(
    session: AsyncSession, actor: Actor, number: int, revision: int, now: datetime, *, agrees: bool
) -> Contributed | None:
    """Agree to be shown as a champion, or not. None if it was answered or ended meanwhile.

    Raises `NotFound`, or `NotAllowed` for all but the one who was asked.
    """
    row = await _row_of(session, number)
    require(actor, Action.CONSENT, Subject(author_id=row.member_id))
    values: dict[str, object] = {"state": ContributionState.IN_REVIEW, "consented_at": now}
    if not agrees:
        values = {"state": ContributionState.DECLINED, "decided_by_id": actor.member_id, "ended_at": now}
    if not await change_contribution(session, number, BEFORE_REVIEW, values, seen=revision):
        return None
    note(session, actor, "consent_given" if agrees else "consent_refused", f"contribution:{number}", now)
    return await one(session, number)


async def decide(
    session: AsyncSession,
    actor: Actor,
    number: int,
    revision: int,
    reason: str,
    now: datetime,
    *,
    approves: bool,
) -> Contributed | None:
    """Approve or decline what waits, in the very revision that was looked at.

    None if it was decided or taken back meanwhile. Raises `NotAllowed`, `NotFound`, or `Invalid` for
    approving one's own that looks like a person's details.
    """
    require(actor, Action.REVIEW_CONTRIBUTION)
    row = await _row_of(session, number)
    if approves and row.by_id == actor.member_id and looks_personal(*row.text.values()):
        raise Invalid("contribution", "own_flagged")
    state = ContributionState.APPROVED if approves else ContributionState.DECLINED
    values: dict[str, object] = {
        "state": state, "decided_by_id": actor.member_id, "reason": reason or None,
        "approved_at": now if approves else None, "ended_at": None if approves else now,
    }  # fmt: skip
    waits = (ContributionState.IN_REVIEW,)
    if not await change_contribution(session, number, waits, values, seen=revision):
        return None
    subject = f"contribution:{number}"
    note(session, actor, "contribution_approved" if approves else "contribution_declined", subject, now)
    return await one(session, number)


async def withdraw(session: AsyncSession, actor: Actor, number: int, now: datetime) -> Contributed | None:
    """Take something back: its author or an editor what was sent in, a champion their consent.

    It is shown nowhere any more. None if it was ended already. Raises `NotAllowed`, `NotFound`.
    """
    row = await _row_of(session, number)
    values: dict[str, object] = {"state": ContributionState.WITHDRAWN, "ended_at": now}
    is_champion = row.member_id is not None and row.member_id == actor.member_id
    if is_champion:
        require(actor, Action.CONSENT, Subject(author_id=row.member_id))
        values |= {"consented_at": None, "decided_by_id": actor.member_id}
    else:
        require(actor, Action.WITHDRAW_CONTRIBUTION, about(row))
    if not await change_contribution(session, number, OPEN, values):
        return None
    subject = f"contribution:{number}"
    note(session, actor, "consent_taken_back" if is_champion else "contribution_withdrawn", subject, now)
    return await one(session, number)


async def lapsing(session: AsyncSession, day: date) -> tuple[int, ...]:
    """The nominations that were not answered, and whose day is over."""
    rows = await contributions_in(session, ContributionState.CONSENT_ASKED)
    return tuple(row.id for row in rows if (on := day_in(row.event, row.year)) is None or on < day)


async def lapse(session: AsyncSession, number: int, now: datetime) -> Contributed | None:
    """End a nomination that nobody answered. None if it was answered or ended meanwhile."""
    ended: dict[str, object] = {"state": ContributionState.DECLINED, "ended_at": now}
    if not await change_contribution(session, number, BEFORE_REVIEW, ended):
        return None
    note(session, None, "nomination_lapsed", f"contribution:{number}", now)
    return await one(session, number)


async def one(session: AsyncSession, number: int) -> Contributed:
    """One of them as it stands now. Raises `NotFound`."""
    return contributed(await _row_of(session, number))


async def _row_of(session: AsyncSession, number: int) -> Contribution:
    row = await contribution_by_id(session, number)
    if row is None:
        raise NotFound("event", str(number))
    return row


async def _champion(session: AsyncSession, draft: Draft) -> tuple[int | None, int | None]:
    """The ids of a member or of an organisation, exactly one of the two."""
    if bool(draft.person) is bool(draft.organisation):
        field = "organisation" if draft.person else "person"
        raise Invalid(field, "champion_twice" if draft.person else "champion_missing")
    if draft.organisation:
        key = await find_organisation(session, draft.organisation, "organisation")
        return None, (await standing(session, Organisation, key, "organisation")).id
    member = await ensure_member(session, draft.person)
    if member.is_bot or not member.is_active:
        raise Invalid("person", "champion_unable", draft.person)
    return member.id, None


def _is_over(row: Contribution, *, own: bool) -> bool:
    """Whether a nomination stands in nobody's way any more.

    Whoever said no, or nothing, is not asked again for that day; they may come to propose themselves.
    """
    by_editor = row.decided_by_id is not None and row.decided_by_id != row.member_id
    if row.state is ContributionState.DECLINED:
        return own and not by_editor
    by_champion = row.member_id is not None and row.decided_by_id == row.member_id
    return row.state is ContributionState.WITHDRAWN and (own or not by_champion)


def _year(row: Event, day: date) -> int:
    found = day_of(row, day)
    assert found is not None  # noqa: S101 - whoever contributes has seen to it
    return found.year


def _common(actor: Actor, number: int, year: int, draft: Draft, now: datetime) -> dict[str, object]:
    return {
        "event_id": number,
        "year": year,
        "text": {draft.language: draft.text},
        "by_id": actor.member_id,
        "at": now,
    }
