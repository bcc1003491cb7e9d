"""The commands of whoever looks after an installation: doctor, backup, restore, export, erase."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.backup import back_up
from bot.backup import restore as put_back
from bot.doctor import examine, showing
from bot.doctor.finding import is_well
from bot.erasing import Again, erase_again
from bot.erasing import erase as erase_people
from bot.export import export as export_data
from bot.log import set_up_logging
from bot.settings import read_settings
from bot.terminal import err, go, out, quiet, say, with_database
from storage.program import program

upkeep = typer.Typer()


@upkeep.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    post: Annotated[
        bool, typer.Option("--post", help="Post a message, find it again, and take it away.")
    ] = False,
) -> None:
    """Look at everything in this installation, and say how to mend what is wrong. Status 1 if anything is."""
    logging.disable()
    quiet()
    if not go(_doctor(as_json=as_json, post=post)):
        sys.exit(1)


@upkeep.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as pathfinder-2026-11-22.zip.")],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write everything that is stored into one file, while the bot runs."""
    quiet()
    say(go(back_up(read_settings(), file, overwrites=force)))


@upkeep.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote, on either kind of database.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what people did there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before replacing.")] = False,
) -> None:
    """Put a backup into an empty database; all of it, or nothing."""
    quiet()
    say(go(put_back(read_settings(), file, replaces=replace, asks=not yes)))


@upkeep.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write the files; it is made if need be.")],
) -> None:
    """Write everything public as CSV and JSON."""
    quiet()
    say(go(export_data(read_settings(), folder)))


@upkeep.command()
def erase(
    slack_ids: Annotated[list[str] | None, typer.Argument(help="Whom: Slack user ids.")] = None,
    again: Annotated[
        Path | None, typer.Option(help="After a restore: the bot's log, for all whom it tells of.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before erasing.")] = False,
) -> None:
    """Erase people for good: what is theirs alone goes, what they published stays without their name."""
    if bool(slack_ids) is bool(again):
        raise ValueError("say whom, such as U012AB3CD, or --again and the file of the log")
    set_up_logging()
    settings = read_settings()
    if again is not None:
        done: Again | None = go(with_database(lambda database: erase_again(settings, database, again)))
        if done is not None:
            say(f"{done.found} found {done.when}, {done.erased} erased once more")
        if done is not None and done.others:
            raise ValueError(
                f"{done.others} of them cannot be told, and may be stored still: their lines were written "
                "with another SECRET_KEY than that of now. Run the same once more with that one, for this "
                f"command alone: SECRET_KEY=THE-OLDER-ONE {program()} erase --again {again}"
            )
        return
    ids = slack_ids or ()
    erased = go(with_database(lambda database: erase_people(settings, database, ids, asks=not yes)))
    for one in ids if erased is not None else ():
        say(f"{one}: {'erased' if one in erased else 'nothing is stored'}")


async def _doctor(*, as_json: bool, post: bool) -> bool:
    with err.status("Looking …"):
        findings = await examine(post=post)
    if as_json:
        print(showing.as_json(findings), flush=True)  # noqa: T201 - this is the output
    else:
        showing.show(out, findings)
    return is_well(findings)
