"""What the commands of a terminal share: how they run and speak; and blocks as text, near enough to read."""

from __future__ import annotations

import asyncio
import html
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from bot.log import set_up_logging
from bot.settings import read_settings
from storage.database import Database, open_database
from templates.mrkdwn import JOINER

out = Console()
err = Console(stderr=True)

_LINK = re.compile(r"<((?:https?|mailto):[^|>]+)(?:\|([^>]*))?>")
_TOKEN = re.compile(r"<[!@#][^|>]*(?:\|([^>]*))?>")


def go(work: Coroutine[Any, Any, Any]) -> Any:
    """Do the work of a command to its end; None if Ctrl-C ended it."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        return None


async def with_database(work: Callable[[Database], Awaitable[Any]]) -> Any:
    """What work on the database of the settings comes to; it is closed afterwards."""
    database = open_database(read_settings().database_url)
    try:
        return await work(database)
    finally:
        await database.close()


def quiet() -> None:
    """Only errors on standard error: the output is the answer."""
    set_up_logging(to_people=True, least=logging.ERROR)


def say(text: str | None) -> None:
    """Print what came of it; nothing if it was broken off."""
    if text is not None:
        out.print(text, markup=False, highlight=False, soft_wrap=True)


def show(
    console: Console, messages: Sequence[Mapping[str, Any]], views: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Print messages as panels, and what opens as one with its title, its fields' labels and its button."""
    for message in messages:
        blocks = message.get("blocks") or []
        parts = [_block(block) for block in blocks] or [Text(str(message.get("text", "")))]
        note = "Only visible to you" if message.get("ephemeral") else None
        console.print(
            Panel(Group(*parts), subtitle=note, subtitle_align="left", width=min(console.width, 100))
        )
    for view in views:
        if view["type"] != "modal":
            continue
        parts = [Text(view["title"]["text"], style="bold underline"), *map(_block, view["blocks"])]
        if view.get("submit"):
            parts.append(Text(f"[{view['submit']['text']}]", style="cyan"))
        console.print(
            Panel(Group(*parts), subtitle="Opens", subtitle_align="left", width=min(console.width, 100))
        )


def _block(block: Mapping[str, Any]) -> RenderableType:
    match block["type"]:
        case "header":
            return Text(block["text"]["text"], style="bold underline")
        case "section":
            return Group(_mrkdwn(block["text"]["text"]), Text())
        case "context":
            return Group(*(Group(_mrkdwn(part["text"], "dim")) for part in block["elements"]))
        case "actions":
            labels = "   ".join(f"[{element['text']['text']}]" for element in block["elements"])
            return Group(Text(labels, style="cyan"), Text())
        case "input":
            optional = " (optional)" if block.get("optional") else ""
            return Text(f"{block['label']['text']}{optional}: …")
        case other:
            return Text(f"({other})", style="dim")


def _mrkdwn(text: str, style: str = "") -> Text:
    shown = _LINK.sub(lambda link: f"{link[2]} ({link[1]})" if link[2] else link[1], text)
    shown = _TOKEN.sub(lambda token: token[1] or token[0], shown)
    marked = escape(html.unescape(shown))
    marked = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"[bold]\1[/bold]", marked)
    marked = re.sub(r"(?<!\w)_([^_\n]+)_(?!\w)", r"[italic]\1[/italic]", marked)
    return Text.from_markup(marked.replace(JOINER, ""), style=style)
