"""The vocabulary in which the rules for blocks are written (see ``blocks.py``, ``elements.py``).

A rule is data, not code: the same tables feed the validator and the documentation, so that
what is enforced and what is written down cannot drift apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

REFERENCE = "https://docs.slack.dev/reference/block-kit"


@dataclass(frozen=True)
class Text:
    """A plain string of ``least`` to ``most`` characters."""

    most: int | None = None
    least: int = 0


@dataclass(frozen=True)
class Words:
    """A text object; ``plain_text`` only where Slack takes no mrkdwn."""

    most: int
    least: int = 1
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")


@dataclass(frozen=True)
class Link:
    """A web address of up to ``most`` characters."""

    most: int = 3000
    schemes: tuple[str, ...] = ("http", "https")


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Number:
    """A whole number within bounds."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Like:
    """A string of a given form, such as a date."""

    pattern: str
    example: str


@dataclass(frozen=True)
class Part:
    """A block or element, told apart by its ``type`` ("image" is the name of one of each)."""

    types: tuple[str, ...]
    as_block: bool = False


@dataclass(frozen=True)
class Object:
    """A composition object without a ``type``, by its name in ``OBJECTS``."""

    name: str


@dataclass(frozen=True)
class Anything:
    """What the sandbox keeps without looking inside."""


@dataclass(frozen=True)
class Some:
    """A list of ``least`` to ``most`` things."""

    of: "Spec"
    least: int = 0
    most: int | None = None


Spec = Text | Words | Link | OneOf | Flag | Number | Like | Part | Object | Anything | Some


@dataclass(frozen=True)
class Shape:
    """What one kind of block, element or object may hold, and the page that says so.

    ``needs`` are required; of ``one_of`` at least one, of ``only_one`` exactly one must stand.
    """

    source: str
    fields: Mapping[str, Spec]
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    only_one: tuple[str, ...] = ()
    on: frozenset[str] = field(default_factory=frozenset)


def table(shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
    """A table of shapes that nobody can change."""
    return MappingProxyType(dict(shapes))
