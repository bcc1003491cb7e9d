"""The command line: `pathfinder-bot`, same as `python -m bot`."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskID

from bot import terminal
from bot.app import build, make_desk
from bot.backup import back_up
from bot.backup import restore as put_back
from bot.clock import Clock
from bot.doctor import examine, showing
from bot.doctor.finding import is_well
from bot.erasing import erase as erase_people
from bot.erasing import erase_again
from bot.export import export as export_data
from bot.log import set_up_logging
from bot.mailing import Done, report, send_letters
from bot.manifest import make_manifest
from bot.prepare import prepare
from bot.run import run as run_bot
from bot.settings import Settings, SettingsError, need, read_settings
from bot.smoke import walk
from bot.trying import ask_once, tried
from community.loading import load_file
from community.names import load_names
from storage.database import DatabaseUnusable, open_database
from storage.loading.files import LoadRefusedError
from storage.loading.upsert import Progress
from storage.migrate import check_schema
from storage.migrate import migrate as migrate_database

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The Alliance 8.7 community's memory and voice."
)
out = Console()
err = Console(stderr=True)

DEMO_PORT = 8765


def main() -> None:
    """Run the command line. What people can mend ends in one line and status 1, never in a stack trace."""
    try:
        cli(standalone_mode=True)
    except (SettingsError, DatabaseUnusable, ValueError, OSError) as error:
        err.print(f"pathfinder-bot: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


@cli.command()
def demo(port: Annotated[int, typer.Option(help="Where the page is served.")] = DEMO_PORT) -> None:
    """Open a Slack-like workspace on this machine, with the bot and the shipped data in it."""
    set_up_logging(to_people=True)
    _go(_demo(port))


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
    _quiet()
    outcome = _go(ask_once(text, user=as_, locale=locale))
    if as_json:
        payload = outcome.ack or [call.request for call in outcome.calls]
        print(json.dumps(payload, ensure_ascii=False, indent=2))  # noqa: T201 - this is the output
    elif outcome.failed:
        raise ValueError(f"Slack would say that the command failed: {outcome.failed}")
    else:
        terminal.show(out, outcome.replies)


@cli.command()
def run(
    http: Annotated[bool, typer.Option("--http", help="Take Slack's requests over HTTP.")] = False,
) -> None:
    """Run for real: Socket Mode, or HTTP at /slack/events."""
    set_up_logging()
    _go(run_bot(read_settings(), http=http))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    _go(_with_database(lambda database: migrate_database(database)))
    out.print("The database is up to date.")


@cli.command()
def load(
    file: Annotated[
        Path | None, typer.Argument(help="A YAML or CSV file; without one, the shipped data.")
    ] = None,
) -> None:
    """Load data. A second time changes nothing, and what people edited stays."""
    counts = _go(_load(file))
    out.print(
        ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("added", "updated", "unchanged", "kept"))
    )


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as pathfinder-2026-11-22.zip.")],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write everything that is stored into one file, while the bot runs."""
    _quiet()
    _say(_go(back_up(read_settings(), file, overwrites=force)))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote, on either kind of database.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what people did there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before replacing.")] = False,
) -> None:
    """Put a backup into an empty database; all of it, or nothing."""
    _quiet()
    _say(_go(put_back(read_settings(), file, replaces=replace, asks=not yes)))


@cli.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write the files; it is made if need be.")],
) -> None:
    """Write everything public as CSV and JSON."""
    _quiet()
    _say(_go(export_data(read_settings(), folder)))


@cli.command()
def manifest(
    request_url: Annotated[str | None, typer.Option(help="For HTTP mode: https://.../slack/events")] = None,
) -> None:
    """Print the Slack app manifest, to paste at api.slack.com/apps."""
    print(json.dumps(make_manifest(make_desk(), request_url=request_url), indent=2))  # noqa: T201


@cli.command()
def mail() -> None:
    """Send the letters that wait now. Stopped and started again, it goes on where it was."""
    _quiet()
    out.print(report(_go(_mail(read_settings()))), markup=False, highlight=False, soft_wrap=True)


@cli.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    post: Annotated[
        bool, typer.Option("--post", help="Post a message, find it again, and take it away.")
    ] = False,
) -> None:
    """Look at everything in this installation, and say how to mend what is wrong. Status 1 if anything is."""
    logging.disable()
    _quiet()
    if not _go(_doctor(as_json=as_json, post=post)):
        sys.exit(1)


@cli.command()
def smoke(channel: Annotated[str, typer.Argument(help="The id of a channel the bot is in.")]) -> None:
    """Walk through a real workspace: token, scopes, and a card posted, changed and removed."""
    _quiet()
    if not _go(_smoke(read_settings(), channel)):
        sys.exit(1)


@cli.command()
def erase(
    slack_ids: Annotated[list[str] | None, typer.Argument(help="Whom: Slack user ids.")] = None,
    again: Annotated[
        Path | None, typer.Option(help="After a restore: the bot's log, for all whom it tells of.")
    ] = None,
) -> None:
    """Erase people for good: what is theirs alone goes, what they published stays without their name."""
    if bool(slack_ids) is bool(again):
        raise ValueError("say whom, such as U012AB3CD, or --again and the file of the log")
    set_up_logging()
    settings = read_settings()
    if again is not None:
        count = _go(_with_database(lambda database: erase_again(settings, database, again)))
        out.print(f"Erased once more: {count}")
        return
    done = _go(_with_database(lambda database: erase_people(settings, database, slack_ids or ())))
    for one in slack_ids or ():
        out.print(f"{one}: {'erased' if one in done else 'nothing is stored'}", highlight=False)


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


async def _doctor(*, as_json: bool, post: bool) -> bool:
    with err.status("Looking …"):
        findings = await examine(post=post)
    if as_json:
        print(showing.as_json(findings), flush=True)  # noqa: T201 - this is the output
    else:
        showing.show(out, findings)
    return is_well(findings)


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


async def _with_database(work: Any) -> Any:
    database = open_database(read_settings().database_url)
    try:
        return await work(database)
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


def _say(text: str | None) -> None:
    """Print what came of it; nothing if it was broken off."""
    if text is not None:
        out.print(text, markup=False, highlight=False, soft_wrap=True)


def _quiet() -> None:
    """Only errors on standard error: the output is the answer."""
    set_up_logging(to_people=True)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _go(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        return None
