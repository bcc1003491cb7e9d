"""The few ways in which the community says no. One handler turns each into a sentence (`handlers.slack`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Asked = Literal[
    "place", "group", "organisation", "event", "zone", "term", "command", "link", "commitment", "question"
]
"""What kind of thing was looked for, so that the sentence can name it."""


@dataclass
class NotFound(Exception):
    """Nothing is called `query`. `nearest` are names worth offering, best first; it may be empty."""

    asked: Asked
    query: str
    nearest: tuple[str, ...] = ()


@dataclass
class Ambiguous(Exception):
    """Several things fit `query`; `keys` are those, for the reader to choose from, best first."""

    asked: Asked
    query: str
    keys: tuple[str, ...]


@dataclass
class Invalid(Exception):
    """What was entered in `field` cannot be taken; `reason` is a short code that has a sentence.

    `others` are further fields that are wrong too, so that people mend them all at once.
    """

    field: str
    reason: str
    value: str = ""
    others: tuple[Invalid, ...] = ()

    @property
    def every(self) -> tuple[Invalid, ...]:
        """All that is wrong, this one first."""
        return (self, *self.others)


@dataclass
class NotAllowed(Exception):
    """The person may not do `action`; `who` names the role that may.

    `why` is said where no role is wanting: they are a guest, were stopped from posting, it is their
    own, or (`theirs`) it is somebody else's to answer.
    """

    action: str
    who: str
    why: Literal["", "guest", "stopped", "own", "theirs"] = ""


def refuse(wrong: Sequence[Invalid]) -> None:
    """Raise all that is wrong as one, if anything is."""
    if wrong:
        first, *others = wrong
        raise Invalid(first.field, first.reason, first.value, tuple(others))
