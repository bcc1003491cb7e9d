"""The shape of a file of facts: what may stand in it, and what each entry becomes.

A file is a mapping with any of the lists `sources`, `organisations`, `places`, `pathfinders`, `groups`,
`events`, `commitments`, `questions`, and the mapping `alliance`. `storage/starter/README.md` explains the
fields to people.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from babel import Locale
from dateutil.rrule import rrulestr
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from storage.partial_dates import Part, PartialDate, Status, read_hours, zones
from storage.vocabulary import (
    Constituency,
    EventKind,
    FactKind,
    FactState,
    GroupKind,
    GroupStatus,
    Mode,
    PlaceKind,
    QuestionState,
    Region,
    RoleName,
    RoleState,
    SessionFormat,
    Stage,
    Theme,
)

_BLANKS = re.compile(r"[ \t\r\n]+")
"""Folded to one; the no-break spaces of French stay."""


def _key(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,59}", text):
        raise ValueError("a key is 1 to 60 letters, digits, '-', '_', '.' or '/'")
    return text


def _words(texts: dict[str, str]) -> dict[str, str]:
    for language, text in texts.items():
        if not re.fullmatch(r"[a-z]{2,3}", language):
            raise ValueError(f"{language!r} is no language code such as en, fr or es")
        if not text.strip():
            raise ValueError(f"the text in {language!r} is empty")
    if not texts:
        raise ValueError("a text needs at least one language")
    return {language: _BLANKS.sub(" ", text).strip(" ") for language, text in texts.items()}


def _source(text: str) -> str:
    _key(text.partition(" ")[0])
    return text


def _rule(text: str) -> str:
    rrulestr(text)
    return text


def _country(code: str) -> str:
    if code not in Locale("en").territories or not re.fullmatch(r"[A-Z]{2}", code):
        raise ValueError(f"{code!r} is no ISO 3166-1 alpha-2 code")
    return code


def _when(text: str) -> str:
    PartialDate.parse(text)
    return text


def _hours(text: str) -> str:
    read_hours(text)
    return text


def _zone(text: str) -> str:
    if text not in zones():
        raise ValueError(f"there is no time zone called {text!r}")
    return text


def _text(value: Any) -> Any:
    """Dates and numbers that YAML reads by itself are what was written, again."""
    return value if isinstance(value, str) or value is None else str(value)


Key = Annotated[str, BeforeValidator(_text), AfterValidator(_key)]
Texts = Annotated[dict[str, str], AfterValidator(_words)]
SourceRef = Annotated[str, AfterValidator(_source)]
Rule = Annotated[str, AfterValidator(_rule)]
CountryCode = Annotated[str, AfterValidator(_country)]
Loose = Annotated[str, BeforeValidator(_text)]


class Entry(BaseModel):
    """One entry: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid")


class DatedEntry(Entry):
    """The fields that make a `PartialDate`; `when` is its compact form."""

    when: Annotated[Loose, AfterValidator(_when)] = "unknown"
    status: Status | None = None
    part: Part | None = None
    hours: Annotated[Loose, AfterValidator(_hours)] | None = None
    zone: Annotated[str, AfterValidator(_zone)] | None = None
    inferred: bool = False

    @model_validator(mode="after")
    def _is_a_date(self) -> DatedEntry:
        self.date()
        return self

    def date(self) -> PartialDate:
        """The partial date. Raises `ValueError`."""
        return PartialDate.parse(
            self.when,
            status=self.status,
            part=self.part,
            hours=self.hours,
            zone=self.zone,
            inferred=self.inferred,
        )


class SourcedEntry(Entry):
    """Where it comes from: a source's key, a blank, and the place in it, such as `gcg4 L125-126`."""

    source: SourceRef
    derived: bool = False
    note: Texts | None = None


class SourceEntry(DatedEntry):
    """A document; `when` is its as-of date."""

    key: Key
    title: Texts
    note: Texts | None = None
    url: str | None = None


class OrganisationEntry(SourcedEntry):
    """An organisation, and in `about` its part in the record."""

    key: Key
    name: Texts
    short: Texts | None = None
    about: Texts | None = None
    constituency: Constituency
    constituency_derived: bool = False


class PlaceEntry(Entry):
    """A country by its code, or a regional body by its names."""

    key: Key
    kind: PlaceKind = PlaceKind.COUNTRY
    code: CountryCode | None = None
    region: Region | None = None
    names: Texts | None = None
    aliases: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_a_name(self) -> PlaceEntry:
        if not (self.code or self.names):
            raise ValueError("a place needs a code or names")
        return self


class StageEntry(DatedEntry, SourcedEntry):
    """A stage that a pathfinder reached."""

    key: Key
    stage: Stage


class FactEntry(DatedEntry, SourcedEntry):
    """One statement."""

    key: Key
    kind: FactKind
    theme: Theme | None = None
    state: FactState | None = None
    text: Texts
    value: Loose | None = None
    owner: Texts | None = None


class RoleEntry(SourcedEntry):
    """An organisation holds a role, or the record says that nobody does."""

    key: Key
    name: RoleName
    state: RoleState = RoleState.APPOINTED
    organisation: Key | None = None

    @model_validator(mode="after")
    def _has_a_holder(self) -> RoleEntry:
        if (self.organisation is None) is not (self.state is RoleState.VACANT):
            raise ValueError("a role has an organisation, or the state vacant")
        return self


class PathfinderEntry(SourcedEntry):
    """A place's journey."""

    place: Key
    stages: list[StageEntry] = Field(default_factory=list)
    facts: list[FactEntry] = Field(default_factory=list)


class GroupEntry(SourcedEntry):
    """An action group, or the coordinating group."""

    key: Key
    kind: GroupKind = GroupKind.THEMATIC
    status: GroupStatus | None = None
    name: Texts
    aliases: list[str] = Field(default_factory=list)
    about: Texts | None = None
    membership: Texts | None = None
    roles: list[RoleEntry] = Field(default_factory=list)
    facts: list[FactEntry] = Field(default_factory=list)


class SpeakerEntry(Entry):
    """Who presents an item: an organisation, or a function as `name`. `replaced_by` is another one's key."""

    key: Key
    organisation: Key | None = None
    name: Texts | None = None
    replaced_by: Key | None = None

    @model_validator(mode="after")
    def _is_one(self) -> SpeakerEntry:
        if (self.organisation is None) is (self.name is None):
            raise ValueError("a speaker has an organisation or a name")
        return self


class AgendaEntry(SourcedEntry):
    """An item of an event's agenda; `hours` are local, in the event's own zone."""

    key: Key
    title: Texts
    format: SessionFormat | None = None
    hours: Annotated[Loose, AfterValidator(_hours)] | None = None
    speakers: list[SpeakerEntry] = Field(default_factory=list)


class EventEntry(DatedEntry, SourcedEntry):
    """An event, with its agenda."""

    key: Key
    kind: EventKind
    name: Texts
    about: Texts | None = None
    venue: Texts | None = None
    organiser: Texts | None = None
    mode: Mode | None = None
    themes: list[Theme] = Field(default_factory=list)
    recurrence: Rule | None = None
    place: Key | None = None
    group: Key | None = None
    number: int | None = Field(default=None, ge=1, le=999)
    agenda: list[AgendaEntry] = Field(default_factory=list)


class CommitmentEntry(DatedEntry, SourcedEntry):
    """A commitment; `when` is when it is due. A role is of the group or the place, or of the Alliance."""

    key: Key
    text: Texts
    owner: Texts
    due_words: Texts | None = None
    organisation: Key | None = None
    role: RoleName | None = None
    place: Key | None = None
    group: Key | None = None
    event: Key | None = None


class AnswerEntry(SourcedEntry):
    """An answer to the question it stands under."""

    key: Key
    text: Texts
    answered_by: Texts
    is_partial: bool = False


class QuestionEntry(SourcedEntry):
    """A question of the record, to an office of the Alliance, a group or a place."""

    key: Key
    text: Texts
    asked_by: Texts
    state: QuestionState
    to_role: RoleName | None = None
    place: Key | None = None
    group: Key | None = None
    event: Key | None = None
    answers: list[AnswerEntry] = Field(default_factory=list)


class AllianceEntry(Entry):
    """What is said of the Alliance itself."""

    roles: list[RoleEntry] = Field(default_factory=list)
    facts: list[FactEntry] = Field(default_factory=list)


class File(Entry):
    """A whole file."""

    sources: list[SourceEntry] = Field(default_factory=list)
    organisations: list[OrganisationEntry] = Field(default_factory=list)
    places: list[PlaceEntry] = Field(default_factory=list)
    pathfinders: list[PathfinderEntry] = Field(default_factory=list)
    groups: list[GroupEntry] = Field(default_factory=list)
    events: list[EventEntry] = Field(default_factory=list)
    commitments: list[CommitmentEntry] = Field(default_factory=list)
    questions: list[QuestionEntry] = Field(default_factory=list)
    alliance: AllianceEntry = Field(default_factory=AllianceEntry)
