"""The field's own terms, as they are stored. How each is said to people stands in `templates/terms.py`."""

from __future__ import annotations

from enum import StrEnum


class Region(StrEnum):
    """The regions of the Alliance's own lists (report of the 4th coordinating group meeting, section II)."""

    AFRICA = "africa"
    AMERICAS = "americas"
    ARAB_STATES = "arab_states"
    ASIA_PACIFIC = "asia_pacific"
    EUROPE_CENTRAL_ASIA = "europe_central_asia"


class PlaceKind(StrEnum):
    """A pathfinder is a country or a regional body."""

    COUNTRY = "country"
    BODY = "body"


class Stage(StrEnum):
    """The journey of a pathfinder, in order."""

    INTEREST = "interest"
    PREPARING = "preparing"
    WORKSHOP = "workshop"
    ROADMAP = "roadmap"
    IMPLEMENTING = "implementing"
    REPORTING = "reporting"


class Theme(StrEnum):
    """What a fact, an event or an update is about."""

    CHILD_LABOUR = "child_labour"
    FORCED_LABOUR = "forced_labour"
    TRAFFICKING = "trafficking"
    MODERN_SLAVERY = "modern_slavery"
    MIGRATION = "migration"
    JUSTICE = "justice"
    SUPPLY_CHAINS = "supply_chains"
    GENDER = "gender"
    DATA = "data"
    COORDINATION = "coordination"
    COMMUNICATION = "communication"
    RESOURCES = "resources"


class FactKind(StrEnum):
    """What a fact says of its subject: a place, an action group, or the Alliance itself."""

    PRIORITY = "priority"
    AREA = "area"
    SUPPLY_CHAIN = "supply_chain"
    LAW = "law"
    RATIFICATION = "ratification"
    PLAN = "plan"
    RESULT = "result"
    CHALLENGE = "challenge"
    NEXT_STEP = "next_step"
    PARTICIPANTS = "participants"
    REMARK = "remark"
    WORK_AREA = "work_area"
    DELIVERABLE = "deliverable"
    DUTY = "duty"
    DEADLINE = "deadline"
    GOAL = "goal"
    AIM = "aim"
    FIGURE = "figure"
    ACHIEVEMENT = "achievement"
    LESSON = "lesson"
    TERM = "term"


class FactState(StrEnum):
    """How far a law, a plan, a deliverable or an area of work has come, as the record says."""

    IN_FORCE = "in_force"
    DRAFT = "draft"
    STARTED = "started"
    IN_PREPARATION = "in_preparation"
    UNDER_WAY = "under_way"
    PLANNED = "planned"
    APPROVED = "approved"
    ADOPTED = "adopted"
    PUBLISHED = "published"
    AWAITING_RELEASE = "awaiting_release"
    LIVING_DOCUMENT = "living_document"
    NOT_CONFIRMED = "not_confirmed"
    ANNOUNCED = "announced"


class GroupKind(StrEnum):
    """Thematic action groups, the communications group, and the body that coordinates them."""

    THEMATIC = "thematic"
    COMMUNICATION = "communication"
    COORDINATING = "coordinating"


class GroupStatus(StrEnum):
    """Whether an action group is at work."""

    ACTIVE = "active"
    STARTING = "starting"
    STALLED = "stalled"


class RoleName(StrEnum):
    """Roles and seats. A lead is not a chair; leading a group's first workshop is neither."""

    SECRETARIAT = "secretariat"
    EDITOR = "editor"
    ALLIANCE_CHAIR = "alliance_chair"
    CHAIR = "chair"
    LEAD = "lead"
    WORKSHOP_LEAD = "workshop_lead"
    FOCAL_POINT = "focal_point"


class RoleState(StrEnum):
    """A candidate is not an office holder. A vacant seat is on record as such; no row is "not stated"."""

    APPOINTED = "appointed"
    CANDIDATE = "candidate"
    VACANT = "vacant"


class Constituency(StrEnum):
    """The kinds of actor the founding note names (note of the sub-regional workshop, lines 52-57)."""

    GOVERNMENTS = "governments"
    WORKERS = "workers"
    EMPLOYERS = "employers"
    UN_AGENCIES = "un_agencies"
    REGIONAL_ORGANISATIONS = "regional_organisations"
    DEVELOPMENT_PARTNERS = "development_partners"
    PRIVATE_SECTOR = "private_sector"
    CIVIL_SOCIETY = "civil_society"
    ACADEMIA = "academia"
    MEDIA = "media"
    EXPERTS = "experts"
    OTHER = "other"


class EventKind(StrEnum):
    """What sort of event it is; a pathfinder workshop is shown on its country's card."""

    PATHFINDER_WORKSHOP = "pathfinder_workshop"
    WORKSHOP = "workshop"
    MEETING = "meeting"
    CONFERENCE = "conference"
    CONSULTATION = "consultation"
    LAUNCH = "launch"
    OBSERVANCE = "observance"
    MILESTONE = "milestone"


class Mode(StrEnum):
    """How people attend."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class EventState(StrEnum):
    """What keeps an event out of the calendar; one that stands in it has none of these."""

    PROPOSED = "proposed"
    DECLINED = "declined"


class SessionFormat(StrEnum):
    """How an item of an agenda is held."""

    PLENARY = "plenary"
    BREAKOUT = "breakout"
    LUNCH_TALK = "lunch_talk"


class RegistrationState(StrEnum):
    """Where somebody stands who registered for an event."""

    REGISTERED = "registered"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


class CommitmentOutcome(StrEnum):
    """What became of a commitment; one without it is open, and late once its date has passed."""

    DONE = "done"
    DROPPED = "dropped"


class QuestionState(StrEnum):
    """How far a question is answered. A remark needs no answer; a closed one gets none any more.

    What was withdrawn is shown to nobody.
    """

    OPEN = "open"
    PARTLY = "partly"
    ANSWERED = "answered"
    REMARK = "remark"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class NoteKind(StrEnum):
    """What was recorded at a meeting, beside questions and commitments."""

    POINT = "point"
    DECISION = "decision"


class ReportState(StrEnum):
    """How far the report of a meeting has come."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"


class ContributionKind(StrEnum):
    """What members send in for a day that is observed."""

    HIGHLIGHT = "highlight"
    CHAMPION = "champion"


class ContributionState(StrEnum):
    """What became of it. A champion is asked first, and reviewed once they agreed."""

    CONSENT_ASKED = "consent_asked"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class UpdateState(StrEnum):
    """What has become of an update."""

    IN_REVIEW = "in_review"
    CHANGE_ASKED = "change_asked"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Visibility(StrEnum):
    """Who may see it: only what is public ever leaves Slack."""

    PUBLIC = "public"
    MEMBERS = "members"
    GROUP = "group"


class DeliveryState(StrEnum):
    """How far a message has come. Unknown: Slack did not answer, so that it may stand there or not."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MembershipPolicy(StrEnum):
    """How one becomes a member of an action group."""

    OPEN = "open"
    NOMINATION = "nomination"


class RequestKind(StrEnum):
    """What members ask of those who decide it."""

    INTEREST = "interest"
    JOIN = "join"
    CHAIR = "chair"
    REPORT = "report"
    TRANSLATION = "translation"


class RequestState(StrEnum):
    """What became of a request."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Cadence(StrEnum):
    """How often somebody hears of what they follow."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class EditionState(StrEnum):
    """What has become of an edition. Approved: it goes out at its hour, or has gone.

    Dropped: it never goes out, and the next one takes what it held.
    """

    IN_REVIEW = "in_review"
    HELD = "held"
    APPROVED = "approved"
    EMPTY = "empty"
    DROPPED = "dropped"


class ReminderKind(StrEnum):
    """What somebody is reminded of."""

    STEP = "step"
    EVENT = "event"
    PRESENTER = "presenter"
    COMMITMENT = "commitment"
    OBSERVANCE = "observance"
    QUESTION = "question"


class Quiet(StrEnum):
    """What a period without any news comes to."""

    SAY_SO = "say_so"
    SKIP = "skip"
