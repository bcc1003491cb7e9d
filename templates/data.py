"""The public record as files: CSV for spreadsheets, JSON for programs, and what each column means.

A spreadsheet takes a cell that begins with one of `RISKY` for a formula, which may call out or run a program:
such a text gets an apostrophe in front (owasp.org/www-community/attacks/CSV_Injection). The JSON has it as it
was written.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from community.data import COLUMNS, SETS, Row
from community.names import HOUSE_LANGUAGES
from templates.terms import N_

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"
TITLE = "Public record of the community of practice of Alliance 8.7"
LICENCE = "No licence is stated: the secretariat decides on further use, so please ask it."
PACKAGE, README = "datapackage.json", "README.md"

TITLES: Mapping[str, str] = {
    "places": N_("Countries and regional bodies"),
    "stages": N_("Stages that pathfinders reached"),
    "facts": N_("Statements of the record: priorities, plans, laws, figures, next steps, work plans"),
    "groups": N_("Action groups"),
    "organisations": N_("Organisations"),
    "events": N_("Events"),
    "updates": N_("Updates"),
    "translations": N_("Translations of updates"),
    "commitments": N_("Commitments"),
    "questions": N_("Questions and answers"),
    "newsletters": N_("Newsletters"),
    "sources": N_("Documents that everything points at"),
}
"""What each set of data holds."""

MEANINGS: Mapping[str, str] = {
    "key": "What the row is called for good.",
    "number": "The number of the row, as in the addresses of pages.",
    "update": "The number of the update.",
    "updates": "The numbers of the public updates in it.",
    "place": "The key of the place that it is about.",
    "group": "The key of the group that it is about.",
    "event": "The key of the event at which it was made.",
    "organisation": "The key of the organisation whose it is.",
    "organisations": "The keys of the organisations that chair or lead it.",
    "source": "The key of the document that says so.",
    "locator": "Where in that document, such as a paragraph.",
    "is_derived": "Whether the document implies it without saying it.",
    "said_at": "When a member last said that it holds.",
    "kind": "Which kind of thing it is.",
    "code": "ISO 3166-1 alpha-2; empty for a regional body.",
    "region": "The region, as the record groups places.",
    "name": "The name in this language; empty where there is none.",
    "short": "The short name in this language.",
    "about": "What it is about, in this language.",
    "text": "What is said, in this language.",
    "title": "The title in this language.",
    "stage": "interest, preparing, workshop, roadmap, implementing or reporting.",
    "theme": "The theme.",
    "themes": "The themes.",
    "state": "What became of it; empty where nothing is stated.",
    "status": "Whether the group works.",
    "value": "A figure or a name as the record writes it, not to be computed with.",
    "owner": "Who is to act, in the words of the record.",
    "membership": "Who may join, in words.",
    "constituency": "Whom the organisation stands for.",
    "date": "The date as exact as it is known: 2019-02-07, 2019-07, 2019, a span with .., or 'by' a day.",
    "date_from": "The first day that it may be.",
    "date_to": "The last day that it may be.",
    "date_precision": "How exactly it is known, such as day, range, month, year, deadline or unknown.",
    "date_status": "held, planned, tentative, to_be_confirmed or cancelled; empty where nothing is stated.",
    "starts_at": "The local time at which it starts.",
    "ends_at": "The local time at which it ends.",
    "zone": "The time zone of these times.",
    "recurrence": "The rule by which it comes every year (RFC 5545).",
    "venue": "The town or building, in this language.",
    "organiser": "Who holds it, in this language.",
    "mode": "Whether one comes in person, online, or both.",
    "outcome": "What came of it.",
    "language": "The language in which it was written.",
    "headline": "The headline, as its author wrote it.",
    "body": "The text, as its author wrote it.",
    "link": "An address that the author gave.",
    "published_at": "When it was first published.",
    "corrected_at": "When it was last corrected.",
    "next_step": "What is to come next.",
    "next_due": "The day by which that is due.",
    "is_current": "Whether it is of the text as it stands now.",
    "due": "What is said of the date, in this language.",
    "role": "The role whose holder it is for.",
    "ended_at": "When it ended.",
    "answer": "Which answer to the question: 1 is the first.",
    "asked_at": "When it was asked; empty for what a document says.",
    "asked_by": "Who asked, in the words of the record; people here are not named.",
    "question": "The question, in this language.",
    "reply": "The answer, in this language.",
    "answered_by": "Who answered, in the words of the record; people here are not named.",
    "answered_at": "When it was answered.",
    "is_partial": "Whether it answers a part only.",
    "cadence": "How often the newsletter comes.",
    "period": "The day, ISO week or month that it is about.",
    "sent_at": "When it went out.",
    "introduction": "Its introduction, in this language.",
    "url": "Where the document stands.",
}
"""What columns mean, for whoever works with the files; such notes are in English, as column names are."""


async def as_csv(columns: Sequence[str], rows: AsyncIterator[Row]) -> AsyncIterator[str]:
    """A set of data as CSV (RFC 4180) with a header, piece by piece.

    It begins with a byte order mark, without which Excel opens "Côte" as "CÃ´te".
    """
    yield f"{BYTE_ORDER_MARK}{_line(columns)}"
    async for row in rows:
        yield _line([_cell(row[name]) for name in columns])


async def as_json(columns: Sequence[str], rows: AsyncIterator[Row]) -> AsyncIterator[str]:
    """A set of data as an array of objects, one a line, piece by piece."""
    before = "[\n"
    async for row in rows:
        yield before + json.dumps({name: _value(row[name]) for name in columns}, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


WRITTEN: Mapping[str, Callable[[Sequence[str], AsyncIterator[Row]], AsyncIterator[str]]] = {
    "csv": as_csv,
    "json": as_json,
}
"""How a set is written, by the end of its file's name."""
KINDS: Mapping[str, str] = {"csv": "text/csv", "json": "application/json"}


def package(now: datetime, address: str) -> str:
    """What the files are, for programs (specs.frictionlessdata.io/data-package), at an aware moment.

    `address` is the page that they are taken from; empty where there is none.
    """
    held = {
        "name": "alliance-87-community-of-practice",
        "title": TITLE,
        "description": f"{citation(now, address)} {LICENCE}",
        **({"homepage": address} if address else {}),
        "created": now.astimezone(UTC).isoformat(timespec="seconds"),
        "resources": [
            {
                "name": name, "title": TITLES[name], "path": f"{name}.csv", "format": "csv",
                "mediatype": "text/csv", "encoding": "utf-8",
                "schema": {"fields": [{"name": one, "description": meaning(one)} for one in COLUMNS[name]]},
            }
            for name in SETS
        ],
    }  # fmt: skip
    return json.dumps(held, indent=1, ensure_ascii=False) + "\n"


def citation(now: datetime, address: str) -> str:
    """How to cite the files, in English: their name, their address, and the day on which they were made."""
    where = f" {address}," if address else ""
    return f"Cite it as: {TITLE},{where} as of {now.astimezone(UTC):%-d %B %Y}."


def readme(now: datetime, address: str) -> str:
    """What the files are, for people, in English: as `package`."""
    about = (
        f"As of {now.astimezone(UTC):%-d %B %Y, %H:%M} UTC. It holds what the web shows to everybody; people "
        "are not named. Each set is a CSV file (UTF-8 with a byte order mark; lists parted by semicolons; "
        "a text that a spreadsheet would take for a formula has an apostrophe in front) and a JSON file "
        "with the same columns. An empty cell means that nothing is stated."
    )
    lines = [f"# {TITLE}", "", about, "", f"{citation(now, address)} {LICENCE}", ""]
    for name in SETS:
        lines += [f"## {name}: {TITLES[name]}", ""]
        lines += [f"- `{one}`: {meaning(one)}" for one in COLUMNS[name]] + [""]
    return "\n".join(lines)


def meaning(column: str) -> str:
    """What a column means; one in a language is told as the text that it holds. Raises KeyError."""
    name, _, language = column.rpartition("_")
    return MEANINGS[name if language in HOUSE_LANGUAGES else column]


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return _cell("; ".join(str(one) for one in value))
    plain = _value(value)
    if isinstance(plain, str):
        return f"'{plain}" if plain.startswith(RISKY) and isinstance(value, str) else plain
    return "" if plain is None else str(plain).lower() if isinstance(plain, bool) else str(plain)


def _value(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else value
