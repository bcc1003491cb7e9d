"""Fitting text into Slack's limits, at the boundaries of entries, and saying what was left for later.

Limits: docs.slack.dev/reference/block-kit/blocks (3,000 characters a section, 50 blocks a message);
about 13,200 characters in all fail with `msg_blocks_too_long` (reported): 10,000 is kept to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SECTION_CHARACTERS = 3_000
MESSAGE_CHARACTERS = 10_000
MESSAGE_BLOCKS = 50
PAGE_CHARACTERS = 6_000
"""What one page holds: well below the limit, so that title, buttons and sources always fit beside it."""
PAGE_ENTRIES = 8
"""More entries than this nobody reads on a phone before asking for the next page."""


@dataclass(frozen=True)
class Page:
    """The entries of one page. `number` and `of` count from one; `left` entries come on later pages."""

    entries: tuple[str, ...]
    number: int
    of: int
    left: int


def page_of(entries: Sequence[str], wanted: int) -> Page:
    """The `wanted` page of a list of entries; beyond the last page it is the last one.

    An entry that is longer than a section is split at its lines, or cut at a word with an ellipsis.
    """
    pages: list[list[str]] = [[]]
    size = 0
    for entry in (part for whole in entries for part in fitting(whole)):
        if pages[-1] and (size + len(entry) > PAGE_CHARACTERS or len(pages[-1]) >= PAGE_ENTRIES):
            pages.append([])
            size = 0
        pages[-1].append(entry)
        size += len(entry)
    number = min(max(wanted, 1), len(pages))
    left = sum(len(page) for page in pages[number:])
    return Page(tuple(pages[number - 1]), number, len(pages), left)


def fitting(entry: str, most: int = SECTION_CHARACTERS) -> list[str]:
    """The entry in parts that each fit a section: whole lines together, a single long line cut at a word."""
    parts: list[str] = []
    for line in entry.split("\n"):
        short = cut(line, most)
        if parts and len(parts[-1]) + 1 + len(short) <= most:
            parts[-1] = f"{parts[-1]}\n{short}"
        else:
            parts.append(short)
    return [part for part in parts if part.strip()]


def cut(text: str, most: int) -> str:
    """The text, or its beginning up to a word's end with an ellipsis. Never cuts inside `<..>` or `&..;`."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    for opening, closing in (("<", ">"), ("&", ";")):
        if kept.rfind(opening) > kept.rfind(closing):
            kept = kept[: kept.rfind(opening)]
    return (kept.rpartition(" ")[0] or kept) + "…"
