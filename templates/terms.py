"""How the stored terms are said: one table, from the vocabulary to a phrase of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from storage.vocabulary import (
    Cadence,
    Constituency,
    DeliveryState,
    EditionState,
    EventKind,
    FactKind,
    FactState,
    GroupStatus,
    MembershipPolicy,
    Mode,
    Quiet,
    Region,
    RequestKind,
    RequestState,
    RoleName,
    Stage,
    Theme,
    UpdateState,
    Visibility,
)
from templates.voice import Voice


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a phrase for the catalogues; it is looked up when it is said."""
    return message


_SAID: tuple[tuple[StrEnum, str], ...] = (
    (Region.AFRICA, N_("Africa")),
    (Region.AMERICAS, N_("Americas")),
    (Region.ARAB_STATES, N_("Arab States")),
    (Region.ASIA_PACIFIC, N_("Asia and the Pacific")),
    (Region.EUROPE_CENTRAL_ASIA, N_("Europe and Central Asia")),
    (Stage.INTEREST, N_("Interest expressed")),
    (Stage.PREPARING, N_("Preparing")),
    (Stage.WORKSHOP, N_("Workshop held")),
    (Stage.ROADMAP, N_("Priorities and roadmap")),
    (Stage.IMPLEMENTING, N_("Implementing")),
    (Stage.REPORTING, N_("Reporting")),
    (Theme.CHILD_LABOUR, N_("child labour")),
    (Theme.FORCED_LABOUR, N_("forced labour")),
    (Theme.TRAFFICKING, N_("trafficking in persons")),
    (Theme.MODERN_SLAVERY, N_("modern slavery")),
    (Theme.MIGRATION, N_("migration")),
    (Theme.JUSTICE, N_("access to justice")),
    (Theme.SUPPLY_CHAINS, N_("supply chains")),
    (Theme.GENDER, N_("gender equality")),
    (Theme.DATA, N_("data and research")),
    (Theme.COORDINATION, N_("coordination")),
    (Theme.COMMUNICATION, N_("communication")),
    (Theme.RESOURCES, N_("resources")),
    (FactKind.PRIORITY, N_("Priorities")),
    (FactKind.AREA, N_("Priority areas of the country")),
    (FactKind.SUPPLY_CHAIN, N_("Supply chains")),
    (FactKind.LAW, N_("Laws")),
    (FactKind.RATIFICATION, N_("Ratifications")),
    (FactKind.PLAN, N_("Plans")),
    (FactKind.RESULT, N_("Results")),
    (FactKind.CHALLENGE, N_("Challenges")),
    (FactKind.NEXT_STEP, N_("Next steps")),
    (FactKind.PARTICIPANTS, N_("Who took part")),
    (FactKind.REMARK, N_("Also on record")),
    (FactKind.WORK_AREA, N_("Work plan")),
    (FactKind.DELIVERABLE, N_("Outputs")),
    (FactKind.DUTY, N_("Target 8.7 asks to")),
    (FactKind.DEADLINE, N_("Deadlines")),
    (FactKind.GOAL, N_("Goals it belongs to")),
    (FactKind.AIM, N_("What the Alliance is for")),
    (FactKind.FIGURE, N_("Figures, each from its own source")),
    (FactKind.ACHIEVEMENT, N_("What the Chair reported")),
    (FactKind.LESSON, N_("Lessons learned")),
    (FactKind.TERM, N_("Glossary")),
    (FactState.IN_FORCE, N_("in force")),
    (FactState.DRAFT, N_("being drafted")),
    (FactState.STARTED, N_("begun")),
    (FactState.IN_PREPARATION, N_("in preparation")),
    (FactState.UNDER_WAY, N_("under way")),
    (FactState.PLANNED, N_("planned")),
    (FactState.APPROVED, N_("approved")),
    (FactState.ADOPTED, N_("adopted")),
    (FactState.PUBLISHED, N_("published")),
    (FactState.AWAITING_RELEASE, N_("to be released")),
    (FactState.LIVING_DOCUMENT, N_("kept up to date as a living document")),
    (FactState.NOT_CONFIRMED, N_("not confirmed")),
    (FactState.ANNOUNCED, N_("announced")),
    (GroupStatus.ACTIVE, N_("Active")),
    (GroupStatus.STARTING, N_("Starting")),
    (GroupStatus.STALLED, N_("At a standstill")),
    (RoleName.SECRETARIAT, N_("Secretariat")),
    (RoleName.EDITOR, N_("Editor")),
    (RoleName.ALLIANCE_CHAIR, N_("Chair of the Alliance")),
    (RoleName.CHAIR, N_("Chair")),
    (RoleName.LEAD, N_("Lead")),
    (RoleName.WORKSHOP_LEAD, N_("Leads the first workshop")),
    (RoleName.FOCAL_POINT, N_("Focal point")),
    (Constituency.GOVERNMENTS, N_("governments")),
    (Constituency.WORKERS, N_("workers’ organisations")),
    (Constituency.EMPLOYERS, N_("employers’ organisations")),
    (Constituency.UN_AGENCIES, N_("UN agencies")),
    (Constituency.REGIONAL_ORGANISATIONS, N_("regional organisations")),
    (Constituency.DEVELOPMENT_PARTNERS, N_("development partners")),
    (Constituency.PRIVATE_SECTOR, N_("private sector")),
    (Constituency.CIVIL_SOCIETY, N_("civil society")),
    (Constituency.ACADEMIA, N_("academia")),
    (Constituency.MEDIA, N_("media")),
    (Constituency.EXPERTS, N_("experts")),
    (Constituency.OTHER, N_("other partners")),
    (EventKind.PATHFINDER_WORKSHOP, N_("Pathfinder workshop")),
    (EventKind.WORKSHOP, N_("Workshop")),
    (EventKind.MEETING, N_("Meeting")),
    (EventKind.CONFERENCE, N_("Conference")),
    (EventKind.CONSULTATION, N_("Consultation")),
    (EventKind.LAUNCH, N_("Launch")),
    (EventKind.OBSERVANCE, N_("International day")),
    (EventKind.MILESTONE, N_("Milestone")),
    (UpdateState.IN_REVIEW, N_("waits for review")),
    (UpdateState.CHANGE_ASKED, N_("a change is asked for")),
    (UpdateState.PUBLISHED, N_("published here")),
    (UpdateState.DECLINED, N_("declined")),
    (UpdateState.WITHDRAWN, N_("withdrawn")),
    (Visibility.PUBLIC, N_("everybody, on the web too")),
    (Visibility.MEMBERS, N_("members of this workspace")),
    (Visibility.GROUP, N_("the members of the group only")),
    (MembershipPolicy.OPEN, N_("open to every member")),
    (MembershipPolicy.NOMINATION, N_("by nomination: the chair decides")),
    (RequestKind.INTEREST, N_("Interest in becoming a pathfinder")),
    (RequestKind.JOIN, N_("Wish to join")),
    (RequestKind.CHAIR, N_("Offer to chair")),
    (RequestKind.REPORT, N_("Report of a post")),
    (RequestKind.TRANSLATION, N_("Wish for a translation")),
    (RequestState.OPEN, N_("waits for a decision")),
    (RequestState.ACCEPTED, N_("accepted")),
    (RequestState.DECLINED, N_("not accepted")),
    (Cadence.AT_ONCE, N_("at once")),
    (Cadence.DAILY, N_("once a day")),
    (Cadence.WEEKLY, N_("once a week")),
    (Cadence.MONTHLY, N_("once a month")),
    (DeliveryState.PENDING, N_("waits to be sent")),
    (DeliveryState.CLAIMED, N_("is being sent")),
    (DeliveryState.SENT, N_("sent")),
    (DeliveryState.UNKNOWN, N_("Slack did not answer; being looked for")),
    (DeliveryState.FAILED, N_("could not be sent")),
    (DeliveryState.CANCELLED, N_("called off")),
    (EditionState.IN_REVIEW, N_("waits for approval")),
    (EditionState.HELD, N_("held")),
    (EditionState.APPROVED, N_("approved to go out")),
    (EditionState.EMPTY, N_("empty")),
    (EditionState.DROPPED, N_("dropped")),
    (Quiet.SAY_SO, N_("say so in the channel")),
    (Quiet.SKIP, N_("post nothing; the editors hear of it")),
    (Mode.IN_PERSON, N_("in person")),
    (Mode.ONLINE, N_("online")),
    (Mode.HYBRID, N_("in person and online")),
)
PHRASES: Mapping[tuple[type[StrEnum], str], str] = {(type(word), word.value): said for word, said in _SAID}
"""By kind and word: "workshop" is a stage and a kind of event, and the two are said differently."""


def term(voice: Voice, word: StrEnum) -> str:
    """The phrase for a stored term. Raises `KeyError` for one that has none; a test asks for them all."""
    return voice.say(PHRASES[type(word), word.value])


def label(voice: Voice, word: StrEnum) -> str:
    """The same as it begins a line of its own, such as a choice in a form."""
    said = term(voice, word)
    return said[:1].upper() + said[1:]


def dots(stage: Stage | None) -> str:
    """The journey as a row of dots, always shown beside the word for it."""
    reached = list(Stage).index(stage) + 1 if stage else 0
    return "●" * reached + "○" * (len(Stage) - reached)
