"""The command line: `pathfinder-bot`, same as `python -m bot`."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress as Bar
from rich.progress import TaskID
from sqlalchemy.exc import OperationalError

from bot.app import build, make_desk
from bot.clock import Clock
from bot.log import set_up_logging
from bot.mailing import Done, report, send_letters
from bot.manifest import make_manifest
from bot.prepare import prepare
from bot.run import run as run_bot
from bot.settings import Settings, SettingsError, need, read_settings
from bot.smoke import walk
from bot.terminal import err, go, out, quiet, say, show, with_database
from bot.trying import ask_once, tried
from bot.upkeep import upkeep
from community.loading import load_file
from community.names import load_names
from storage.database import DatabaseUnusable, open_database
from storage.loading.files import LoadRefusedError
from storage.loading.upsert import Progress
from storage.migrate import check_schema
from storage.migrate import migrate as migrate_database
from storage.program import program

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The Alliance 8.7 community's memory and voice."
)
cli.add_typer(upkeep)

DEMO_PORT = 8765


def main() -> None:
    """Run the command line. What people can mend ends in one line and status 1, never in a stack trace."""
    try:
        cli(standalone_mode=True)
    except (SettingsError, DatabaseUnusable, ValueError, OSError, OperationalError) as error:
        said = str(error)
        if isinstance(error, OperationalError):
            of_sqlite = isinstance(error.orig, sqlite3.Error)
            why = error.orig if of_sqlite else type(error.orig).__name__  # another one's words may name hosts
            said = f"the database could not do it ({why}); try again, and look with: {program()} doctor"
        if isinstance(error, OSError) and error.filename:
            said = f"{error.filename}: {error.strerror}"
        err.print(f"pathfinder-bot: {said}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


@cli.command()
def demo(port: Annotated[int, typer.Option(help="Where the page is served.")] = DEMO_PORT) -> None:
    """Open a Slack-like workspace on this machine, with the bot and the shipped data in it."""
    set_up_logging(to_people=True)
    go(_demo(port))


@cli.command()
def ask(
    text: Annotated[
        str, typer.Argument(help='A command such as "/pathfinder Nepal", or what one would mention.')
    ],
    as_: Annotated[str | None, typer.Option("--as", help="A person of the sandbox, by id.")] = None,
    locale: Annotated[
        str | None, typer.Option(help="The person's Slack language, such as fr or es-ES.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the exact payload.")] = False,
) -> None:
    """Ask one question through the real app, in a throw-away workspace."""
    quiet()
    outcome = go(ask_once(text, user=as_, locale=locale))
    if outcome.failed == "unknown_command":
        there_are = f'{program()} ask "/alliance help" lists those there are'
        raise ValueError(f"{text.split()[0]}: there is no such command; {there_are}")
    if as_json:
        payload = outcome.ack or [call.request for call in outcome.calls if call.direction == "from_bot"]
        print(json.dumps(payload, ensure_ascii=False, indent=2))  # noqa: T201 - this is the output
    elif outcome.failed:
        raise ValueError(f"Slack would say that the command failed: {outcome.failed}")
    else:
        show(out, outcome.replies, outcome.views)


@cli.command()
def run(
    http: Annotated[bool, typer.Option("--http", help="Take Slack's requests over HTTP.")] = False,
) -> None:
    """Run for real: Socket Mode, or HTTP at /slack/events."""
    set_up_logging()
    go(run_bot(read_settings(), http=http))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    go(with_database(migrate_database))
    out.print("The database is up to date.")


@cli.command()
def load(
    file: Annotated[
        Path | None, typer.Argument(help="A YAML or CSV file; without one, the shipped data.")
    ] = None,
) -> None:
    """Load data. A second time changes nothing, and what people edited stays."""
    counts = go(_load(file))
    out.print(
        ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("added", "updated", "unchanged", "kept"))
    )


@cli.command()
def manifest(
    request_url: Annotated[str | None, typer.Option(help="For HTTP mode: https://.../slack/events")] = None,
) -> None:
    """Print the Slack app manifest, to paste at api.slack.com/apps."""
    print(json.dumps(make_manifest(make_desk(), request_url=request_url), indent=2))  # noqa: T201


@cli.command()
def mail() -> None:
    """Send the letters that wait now. Stopped and started again, it goes on where it was."""
    quiet()
    say(report(go(_mail(read_settings()))))


@cli.command()
def smoke(channel: Annotated[str, typer.Argument(help="The id of a channel the bot is in.")]) -> None:
    """Walk through a real workspace: token, scopes, and a card posted, changed and removed."""
    quiet()
    if not go(_smoke(read_settings(), channel)):
        sys.exit(1)


async def _demo(port: int) -> None:
    with out.status("Preparing the workspace …"):
        async with tried(port=port) as (box, going):
            out.print(f"\nThe workspace is open: [bold]{box.url}/[/bold]")
            out.print(f"The newsletters are at [bold]{going.bot.services.links.newsletters('en')}[/bold]")
            out.print(f"The mailbox is at [bold]{box.url}/mailbox[/bold]")
            out.print("Type [bold]/pathfinder Nepal[/bold] there. Ctrl-C ends it.\n")
            await asyncio.Event().wait()


async def _load(file: Path | None) -> Any:
    database = open_database(read_settings().database_url)
    with Bar(console=err, transient=True) as bar:
        try:
            if file is None:
                return await prepare(database, _shown(bar))
            await check_schema(database)
            async with database.writing() as session:
                return await load_file(session, file, load_names(), _shown(bar))
        except LoadRefusedError as refusal:
            lines = "\n".join(f"  {problem}" for problem in refusal.problems)
            raise ValueError(f"nothing was loaded:\n{lines}") from refusal
        finally:
            await database.close()


async def _mail(settings: Settings) -> Done:
    need(settings, "smtp_url")
    database = open_database(settings.database_url)
    try:
        return await send_letters(settings, database, err)
    finally:
        await database.close()


async def _smoke(settings: Settings, channel: str) -> bool:
    need(settings, "slack_bot_token")
    database = open_database(settings.database_url)
    try:
        await check_schema(database)
        good = True
        async for step in walk(build(settings, database, Clock()), channel):
            good = good and step.fault is None
            out.print(f"ok   {step.name}" if step.fault is None else f"NOT  {step.name}: {step.fault}")
        return good
    finally:
        await database.close()


def _shown(bar: Bar) -> Progress:
    """Progress of the loader as one bar a table."""
    tasks: dict[str, TaskID] = {}

    def show(table: str, done: int, total: int) -> None:
        task = tasks.setdefault(
            table, bar.add_task(table, total=total) if table not in tasks else tasks[table]
        )
        bar.update(task, completed=done)

    return show
