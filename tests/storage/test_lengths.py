"""What is made of keys fits its column: PostgreSQL refuses what is longer, SQLite takes it."""

from __future__ import annotations

import pytest

from community.sheets import slug
from handlers.slack.clicks import subject_of
from storage.tables import metadata
from storage.vocabulary import Stage

KEY = f"{slug('x' * 200)}-999"
"""The longest of a group, a place or an organisation: as many as that are called the same."""
READER = "U" * 20
MADE = {
    "groups.key": KEY,
    "places.key": KEY,
    "organisations.key": KEY,
    "pathfinders.key": KEY,
    "events.key": f"workshop-{KEY}",
    "stage_changes.key": f"{KEY}/own-{max(Stage, key=len)}",
    "roles.key": f"{KEY}/chair-{KEY}",
    "loaded_rows.key": f"{KEY}/chair-{KEY}",
    "deliveries.about": max(subject_of(f"/pathfinder {KEY}"), subject_of(f"/actiongroup {KEY}"), key=len),
    "deliveries.command": f"/actiongroup {KEY} more",
    "subscriptions.key": f"{READER}>group:{KEY}",
    "requests.about": KEY,
}


@pytest.mark.parametrize("column", MADE)
def test_the_longest_key_fits(column: str) -> None:
    table, _, name = column.partition(".")
    room = metadata.tables[table].c[name].type.length  # type: ignore[attr-defined]
    assert room >= len(MADE[column])
