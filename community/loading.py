"""Loading: the shipped data, a secretariat's own files, and a spreadsheet of today's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from community.groups import group_names
from community.names import Names, OwnName
from community.sheets import rows_of_sheet
from storage.loading.files import LoadRefusedError, Problem, read_file
from storage.loading.rows import Row, rows_of
from storage.loading.upsert import STARTER, Progress, write_rows
from storage.pathfinders import named_places

STARTER_FOLDER = Path(__file__).parent.parent / "storage" / "starter"


def starter_files() -> list[Path]:
    """The files of the shipped data."""
    return sorted(STARTER_FOLDER.glob("*.yaml"))


async def load_starter(session: AsyncSession, names: Names, progress: Progress) -> Counter[str]:
    """Load the shipped data. A second time it changes nothing; edits of people and own lists stay."""
    return await _load(session, starter_files(), names, STARTER, progress)


async def load_file(session: AsyncSession, path: Path, names: Names, progress: Progress) -> Counter[str]:
    """Load one file: YAML as in `storage/starter/`, or a CSV sheet (docs/loading.md).

    Counts rows added, updated, unchanged and kept. Raises `LoadRefusedError` with file, line, field and
    reason of everything wrong, and then has loaded nothing.
    """
    return await _load(session, [path], names, path.name, progress)


async def _load(
    session: AsyncSession, paths: Sequence[Path], names: Names, origin: str, progress: Progress
) -> Counter[str]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            if path.suffix.lower() == ".csv":
                stored = await named_places(session)
                places = [OwnName(place.key, place.names or {}, place.aliases) for place in stored]
                rows.extend(rows_of_sheet(path, names, await group_names(session), places))
            else:
                rows.extend(rows_of(read_file(path)))
        except LoadRefusedError as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise LoadRefusedError(problems)
    return await write_rows(session, rows, origin, progress)
