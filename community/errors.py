"""The few ways in which the community says no. One handler turns each into a sentence (`handlers.slack`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Asked = Literal["place", "group", "event", "zone", "term", "command"]
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
    """What was entered in `field` cannot be taken; `reason` is a short code that has a sentence."""

    field: str
    reason: str
    value: str = ""


@dataclass
class NotAllowed(Exception):
    """The person may not do `action`; `who` names the role that may."""

    action: str
    who: str
