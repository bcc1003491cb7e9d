"""`pathfinder-bot backup` and `restore`: what they say to whoever types them."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import typer
from sqlalchemy.exc import DBAPIError

from bot.settings import Settings
from storage.archive.form import ArchiveRefused, Manifest
from storage.archive.restoring import Found, look, restore_archive
from storage.archive.writing import write_archive
from storage.database import DatabaseUnusable, open_database
from storage.migrate import check_readable
from storage.program import program


async def back_up(settings: Settings, path: Path, *, overwrites: bool) -> str:
    """Write a backup while the bot runs; what is to be said of it.

    Raises `ArchiveRefused` or `DatabaseUnusable`, and then there is no file.
    """
    if not path.parent.is_dir():
        raise ArchiveRefused(f"there is no folder {path.parent}")
    database = open_database(settings.database_url)
    try:
        await check_readable(database)
        made = await write_archive(
            database, path, datetime.now(UTC), version("pathfinder-bot"), overwrites=overwrites
        )
    except (DBAPIError, ConnectionError) as error:
        raise DatabaseUnusable(
            f"the database went away ({type(error).__name__}); nothing was written. Try again"
        ) from error
    finally:
        await database.close()
    return (
        f"{_held(made)} stand in {path}{_size(path)}.\n"
        "Not in it: who asked under a pseudonym, with what was sent to them; and your settings (.env), "
        "which you keep elsewhere.\n"
        "It holds people's words and e-mail addresses: keep it where only you can read it, and no longer "
        "than you need it."
    )


async def restore(settings: Settings, path: Path, *, replaces: bool, asks: bool) -> str:
    """Put a backup back; what is to be said of it. If it `asks`, whoever replaces work types a confirmation.

    Raises `ArchiveRefused` or `DatabaseUnusable`, and then nothing was changed.
    """
    _look_for(path)
    now, database = datetime.now(UTC), open_database(settings.database_url)
    try:
        name = database.engine.url.database or ""
        if replaces and asks and await look(database, now) is Found.WORK:
            typed = typer.prompt(f"All that people did in the database {name} will be gone. Type its name")
            if typed != name:
                raise ArchiveRefused("that is not its name; nothing was changed")
    finally:
        await database.close()
    restored = await restore_archive(settings.database_url, path, now, replaces=replaces)
    return (
        f"{_held(restored)} are restored. What happened since is lost:\n"
        f"- whoever was erased since then is stored again: {program()} erase --again LOGFILE;\n"
        "- what was withdrawn or ended since then stands again: do it once more;\n"
        "- what was posted in Slack since then stands there, and is looked for before anything is posted "
        "again; letters may arrive twice;\n"
        "- who asked under a pseudonym and waits is not known any more: answers do not reach them;\n"
        "- what waits for approval has a new revision: open it anew, older buttons will not do.\n"
        f"Start the bot now, and look with: {program()} doctor"
    )


def _look_for(path: Path) -> None:
    if not path.is_file():
        raise ArchiveRefused(f"there is no file {path}")


def _size(path: Path) -> str:
    return f" ({path.stat().st_size / 1_000_000:,.1f} MB)"


def _held(manifest: Manifest) -> str:
    return f"{manifest.rows:,} rows of {manifest.taken_at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"
