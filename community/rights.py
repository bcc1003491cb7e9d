"""Who may do what: the one place where rights are decided. Roles themselves are given in `community.roles`.

Guests read. Members post updates for review. Chairs, leads and focal points, and their deputies, publish and
change what is theirs. Editors review and send. The secretariat manages. Who was stopped only reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from community.errors import NotAllowed
from storage.members import member_by_slack_id
from storage.roles import roles_held
from storage.vocabulary import RoleName


class Action(StrEnum):
    """Everything that rights are asked for. A test names each with every role."""

    READ = "read"
    POST_UPDATE = "post_update"
    PUBLISH_UPDATE = "publish_update"
    REVIEW_UPDATE = "review_update"
    WITHDRAW_UPDATE = "withdraw_update"
    REPORT = "report"
    CHANGE_RECORD = "change_record"
    MANAGE_ROLES = "manage_roles"
    STOP_MEMBER = "stop_member"
    MANAGE_HELP_LINES = "manage_help_lines"
    SEE_AUDIT = "see_audit"
    TRANSLATE_UPDATE = "translate_update"
    OFFER_TRANSLATION = "offer_translation"
    REVIEW_TRANSLATION = "review_translation"
    TAKE_PART = "take_part"
    DECIDE_JOIN = "decide_join"
    DECIDE_REQUEST = "decide_request"
    FOLLOW = "follow"
    FOLLOW_FOR_CHANNEL = "follow_for_channel"
    MANAGE_REGISTER = "manage_register"
    MANAGE_SCHEDULES = "manage_schedules"
    SEND_EDITION = "send_edition"
    STOP_SENDING = "stop_sending"
    ADD_EVENT = "add_event"
    LIST_EVENT = "list_event"
    MANAGE_EVENT = "manage_event"
    ADD_COMMITMENT = "add_commitment"
    MANAGE_COMMITMENT = "manage_commitment"
    ASK = "ask"
    ANSWER = "answer"
    REGISTER = "register"
    CONTRIBUTE = "contribute"
    PUBLISH_CONTRIBUTION = "publish_contribution"
    REVIEW_CONTRIBUTION = "review_contribution"
    WITHDRAW_CONTRIBUTION = "withdraw_contribution"
    CONSENT = "consent"
    REVIEW_REPORT = "review_report"
    REPORT_PROGRESS = "report_progress"
    OWN_DATA = "own_data"
    ERASE_MEMBER = "erase_member"


@dataclass(frozen=True)
class Subject:
    """What an action is about: a group, a place, something a member wrote, or (none of it) the Alliance.

    `office` is the role of the Alliance whose matter it is.
    """

    group_id: int | None = None
    place_id: int | None = None
    author_id: int | None = None
    office: RoleName | None = None


@dataclass(frozen=True)
class Held:
    """A role somebody holds, for a group, a place, or the Alliance. A deputy holds it as its holder does."""

    role: RoleName
    group_id: int | None = None
    place_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Somebody who acts. `member_id` is None for a person not met yet, who is treated as a guest."""

    member_id: int | None
    is_guest: bool
    is_stopped: bool
    held: frozenset[Held]

    def holds(self, *roles: RoleName) -> bool:
        """Whether one of these roles of the whole Alliance is theirs."""
        return any(one.role in roles and one.group_id is None and one.place_id is None for one in self.held)

    def leads(self, subject: Subject) -> bool:
        """Whether the group or the place is theirs, as its chair, lead or focal point."""
        return any(
            (subject.group_id is not None and one.group_id == subject.group_id and one.role in OF_A_GROUP)
            or (subject.place_id is not None and one.place_id == subject.place_id and one.role in OF_A_PLACE)
            for one in self.held
        )


OF_A_GROUP = (RoleName.CHAIR, RoleName.LEAD)
OF_A_PLACE = (RoleName.FOCAL_POINT,)

Rule = Callable[[Actor, Subject], bool]


def _anybody(_actor: Actor, _subject: Subject) -> bool:
    return True


def _member(actor: Actor, _subject: Subject) -> bool:
    return not actor.is_guest


def _oneself(actor: Actor, subject: Subject) -> bool:
    return subject.author_id is not None and subject.author_id == actor.member_id


def _whose_it_is(actor: Actor, subject: Subject) -> bool:
    return actor.leads(subject) or _editor(actor, subject)


def _anothers(actor: Actor, subject: Subject) -> bool:
    own = subject.author_id is not None and subject.author_id == actor.member_id
    return _whose_it_is(actor, subject) and not own


def _author_or_above(actor: Actor, subject: Subject) -> bool:
    own = subject.author_id is not None and subject.author_id == actor.member_id
    return own or _whose_it_is(actor, subject)


def _leads_or_manages(actor: Actor, subject: Subject) -> bool:
    return actor.leads(subject) or _secretariat(actor, subject)


def _is_asked(actor: Actor, subject: Subject) -> bool:
    return (subject.office is not None and actor.holds(subject.office)) or _leads_or_manages(actor, subject)


def _author_or_lead(actor: Actor, subject: Subject) -> bool:
    own = subject.author_id is not None and subject.author_id == actor.member_id
    return own or _leads_or_manages(actor, subject)


def _holds_a_role(actor: Actor, _subject: Subject) -> bool:
    return any(one.role is not RoleName.WORKSHOP_LEAD for one in actor.held)


def _editor(actor: Actor, subject: Subject) -> bool:
    return actor.holds(RoleName.EDITOR) or _secretariat(actor, subject)


def _secretariat(actor: Actor, _subject: Subject) -> bool:
    return actor.holds(RoleName.SECRETARIAT)


def _alliance_chair(actor: Actor, _subject: Subject) -> bool:
    return actor.holds(RoleName.ALLIANCE_CHAIR, RoleName.SECRETARIAT)


RULES: Mapping[Action, Rule] = {
    Action.READ: _anybody,
    Action.REPORT: _anybody,
    Action.POST_UPDATE: _member,
    Action.PUBLISH_UPDATE: _whose_it_is,
    Action.REVIEW_UPDATE: _editor,
    Action.WITHDRAW_UPDATE: _author_or_above,
    Action.CHANGE_RECORD: _leads_or_manages,
    Action.MANAGE_ROLES: _secretariat,
    Action.STOP_MEMBER: _secretariat,
    Action.MANAGE_HELP_LINES: _secretariat,
    Action.SEE_AUDIT: _secretariat,
    Action.TRANSLATE_UPDATE: _whose_it_is,
    Action.OFFER_TRANSLATION: _member,
    Action.REVIEW_TRANSLATION: _anothers,
    Action.TAKE_PART: _member,
    Action.DECIDE_JOIN: _leads_or_manages,
    Action.DECIDE_REQUEST: _secretariat,
    Action.FOLLOW: _anybody,
    Action.FOLLOW_FOR_CHANNEL: _holds_a_role,
    Action.MANAGE_REGISTER: _secretariat,
    Action.MANAGE_SCHEDULES: _editor,
    Action.SEND_EDITION: _editor,
    Action.STOP_SENDING: _secretariat,
    Action.ADD_EVENT: _member,
    Action.LIST_EVENT: _whose_it_is,
    Action.MANAGE_EVENT: _author_or_above,
    Action.ADD_COMMITMENT: _author_or_above,
    Action.MANAGE_COMMITMENT: _author_or_lead,
    Action.ASK: _member,
    Action.ANSWER: _is_asked,
    Action.REGISTER: _anybody,
    Action.CONTRIBUTE: _member,
    Action.PUBLISH_CONTRIBUTION: _whose_it_is,
    Action.REVIEW_CONTRIBUTION: _editor,
    Action.WITHDRAW_CONTRIBUTION: _author_or_above,
    Action.CONSENT: _oneself,
    Action.REVIEW_REPORT: _editor,
    Action.REPORT_PROGRESS: _alliance_chair,
    Action.OWN_DATA: _oneself,
    Action.ERASE_MEMBER: _secretariat,
}
HARMLESS = frozenset({Action.READ, Action.REPORT, Action.FOLLOW, Action.CONSENT, Action.OWN_DATA})
"""What somebody who was stopped may still do."""

WHO_MAY: Mapping[Action, RoleName] = {
    Action.REVIEW_UPDATE: RoleName.EDITOR,
    Action.REVIEW_TRANSLATION: RoleName.EDITOR,
    Action.MANAGE_ROLES: RoleName.SECRETARIAT,
    Action.STOP_MEMBER: RoleName.SECRETARIAT,
    Action.MANAGE_HELP_LINES: RoleName.SECRETARIAT,
    Action.SEE_AUDIT: RoleName.SECRETARIAT,
    Action.MANAGE_SCHEDULES: RoleName.EDITOR,
    Action.SEND_EDITION: RoleName.EDITOR,
    Action.LIST_EVENT: RoleName.EDITOR,
    Action.MANAGE_EVENT: RoleName.EDITOR,
    Action.PUBLISH_CONTRIBUTION: RoleName.EDITOR,
    Action.REVIEW_CONTRIBUTION: RoleName.EDITOR,
    Action.WITHDRAW_CONTRIBUTION: RoleName.EDITOR,
    Action.REVIEW_REPORT: RoleName.EDITOR,
    Action.REPORT_PROGRESS: RoleName.ALLIANCE_CHAIR,
}
"""Whom to turn to, said to somebody who may not; the secretariat where nobody else is named."""


def may(actor: Actor, action: Action, subject: Subject | None = None) -> bool:
    """Whether `actor` may do `action` to `subject`; without one, to the Alliance as a whole."""
    if actor.is_stopped and action not in HARMLESS:
        return False
    return RULES[action](actor, subject or Subject())


def require(actor: Actor, action: Action, subject: Subject | None = None) -> None:
    """Raise `NotAllowed`, naming who may, unless `actor` may do it."""
    if not may(actor, action, subject):
        about = subject or Subject()
        raise NotAllowed(action.value, _whom_to_ask(action, about).value, _why(actor, action, about))


def _why(actor: Actor, action: Action, subject: Subject) -> Literal["", "guest", "stopped", "own", "theirs"]:
    if actor.is_stopped and action not in HARMLESS:
        return "stopped"
    if RULES[action] is _oneself:
        return "theirs"
    if RULES[action] is _anothers and _whose_it_is(actor, subject):
        return "own"
    return "guest" if RULES[action] is _member else ""


def _whom_to_ask(action: Action, subject: Subject) -> RoleName:
    of_its_leads = RULES[action] in (_leads_or_manages, _is_asked, _author_or_lead)
    of_its_leads = of_its_leads or action is Action.MANAGE_EVENT
    if of_its_leads and subject.group_id is not None:
        return RoleName.CHAIR
    if of_its_leads and subject.place_id is not None:
        return RoleName.FOCAL_POINT
    return WHO_MAY.get(action, RoleName.SECRETARIAT)


async def actor_of(session: AsyncSession, slack_id: str, today: date) -> Actor:
    """Who acts behind a Slack user id, with the roles in force on `today`, read anew each time."""
    member = await member_by_slack_id(session, slack_id)
    if member is None or not member.is_active or member.is_bot:
        return Actor(None, is_guest=True, is_stopped=False, held=frozenset())
    roles = await roles_held(session, member.id, today)
    held = frozenset(Held(role.name, role.group_id, role.place_id) for role in roles)
    return Actor(member.id, member.is_guest, member.is_stopped, held)
