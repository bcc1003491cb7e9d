"""What members sent in for an observed day, one by one: a country's highlight, or a champion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from community.events import next_day
from community.names import PlaceName
from community.rights import Subject
from community.safeguards import looks_personal
from storage.base import Words
from storage.events import Event
from storage.observances import Contribution
from storage.vocabulary import ContributionKind, ContributionState

YEARS = range(2000, 2101)
ALIVE = (ContributionState.CONSENT_ASKED, ContributionState.IN_REVIEW, ContributionState.APPROVED)


@dataclass(frozen=True)
class Contributed:
    """A highlight or a nomination as it is shown. People are Slack ids, moments are aware.

    `day` is the observed day; None where its rule has none in that `year`. `champion` is a member, or else it
    is an `organisation`. `decided_by` approved or ended it; `ended_at` is when it was ended.
    """

    id: int
    revision: int
    event_id: int
    event: Words
    year: int
    day: date | None
    kind: ContributionKind
    state: ContributionState
    place: PlaceName | None
    champion: str | None
    is_here: bool
    organisation: Words | None
    body: str
    language: str
    by: str
    consented_at: datetime | None
    decided_by: str | None
    reason: str | None
    is_flagged: bool
    approved_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def ref(self) -> str:
        """What deliveries and audits that tell of it are about."""
        return f"contribution:{self.id}"

    @property
    def is_own(self) -> bool:
        """Whether somebody proposed themselves."""
        return self.champion == self.by

    @property
    def may_be_named(self) -> bool:
        """Whether its champion agreed to be shown, did not take that back, and is still here."""
        return self.champion is not None and self.consented_at is not None and self.is_here

    @property
    def is_shown(self) -> bool:
        """Whether it is shown on its day and after it."""
        return self.state is ContributionState.APPROVED and (self.champion is None or self.may_be_named)


def day_of(row: Event, day: date) -> date | None:
    """The next day on which it is observed, `day` among them."""
    return next_day(row.recurrence, day).start if row.recurrence else None


def day_in(row: Event, year: int) -> date | None:
    """The day on which it is observed in a year; None where there is none."""
    found = day_of(row, date(year, 1, 1)) if year in YEARS else None
    return found if found and found.year == year else None


def contributed(row: Contribution) -> Contributed:
    """A row as it is shown."""
    language, body = next(iter(row.text.items()))
    return Contributed(
        id=row.id,
        revision=row.revision,
        event_id=row.event_id,
        event=row.event.name,
        year=row.year,
        day=day_in(row.event, row.year),
        kind=row.kind,
        state=row.state,
        place=PlaceName(row.place.key, row.place.names) if row.place else None,
        champion=row.member.slack_id if row.member else None,
        approved_at=row.approved_at,
        ended_at=row.ended_at,
        is_here=row.member is not None and row.member.is_active,
        organisation=row.organisation.name if row.organisation else None,
        body=body,
        language=language,
        by=row.by.slack_id,
        consented_at=row.consented_at,
        decided_by=row.decided_by.slack_id if row.decided_by else None,
        reason=row.reason,
        is_flagged=bool(looks_personal(body)),
    )


def about(row: Contribution) -> Subject:
    """What rights are asked about."""
    return Subject(place_id=row.place_id, author_id=row.by_id)
