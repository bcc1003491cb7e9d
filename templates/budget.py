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
WHOLE_CHARACTERS, WHOLE_ENTRIES = 7_500, 40
"""What a message holds that has no pages: it may be longer than a page, and still fits."""


@dataclass(frozen=True)
class Page:
    """The entries of one page. `number` and `of` count from one; `left` entries come on later pages."""

    entries: tuple[str, ...]
    number: int
    of: int
    left: int


def page_of(entries: Sequence[str], wanted: int) -> Page:
    """The `wanted` page of a list of entries; beyond the last page it is the last one.

    An entry that is longer than a section is split at its lines, or between words.
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


def whole(entries: Sequence[str]) -> Page:
    """All entries as one page, for what cannot be turned; what one message cannot hold is cut off."""
    kept: list[str] = []
    left = WHOLE_CHARACTERS
    for entry in (part for one in entries for part in fitting(one)):
        if len(kept) == WHOLE_ENTRIES or len(entry) > left:
            kept.append(cut(f"{entry} …", max(left, 1)) if len(kept) < WHOLE_ENTRIES else "…")
            break
        kept.append(entry)
        left -= len(entry)
    return Page(tuple(kept), 1, 1, 0)


def fitting(entry: str, most: int = SECTION_CHARACTERS) -> list[str]:
    """The entry in parts that each fit a section: whole lines together, a long line split between words."""
    parts: list[str] = []
    for line in (piece for whole_line in entry.split("\n") for piece in _pieces(whole_line, most)):
        if parts and len(parts[-1]) + 1 + len(line) <= most:
            parts[-1] = f"{parts[-1]}\n{line}"
        else:
            parts.append(line)
    return [part for part in parts if part.strip()]


def _pieces(line: str, most: int) -> list[str]:
    pieces: list[str] = []
    while len(line) > most:
        piece = cut(line, most).removesuffix("…")
        if not piece:  # one token that is longer than a section
            return [*pieces, "…"]
        pieces.append(piece)
        line = line[len(piece) :].lstrip(" ")
    return [*pieces, line]


def cut(text: str, most: int) -> str:
    """The text, or its beginning up to a word's end with an ellipsis. Never cuts inside `<..>` or `&..;`."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    for opening, closing in (("<", ">"), ("&", ";")):
        if kept.rfind(opening) > kept.rfind(closing):
            kept = kept[: kept.rfind(opening)]
    return (kept.rpartition(" ")[0] or kept) + "…"


def label(text: str, most: int) -> str:
    """The text as `cut` has it; an ellipsis for one with nothing to see, for Slack takes no empty labels."""
    return cut(text, most) if text[:most].strip() else "…"
