"""The bot in a process of its own. `cold`: it keeps no answer. `hurried`: it keeps no pace."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys

from bot.memory import set_up_memory
from bot.pace import Pace
from bot.run import keep_what_stands, running
from bot.settings import read_settings
from storage.database import open_database


async def serve(setting: dict[str, str], kind: str) -> None:
    """Run until it is ended."""
    set_up_memory()
    database = open_database(setting["database_url"])
    async with running(read_settings({"_env_file": None, **setting}), database, http=True) as going:
        if kind == "cold":
            going.bot.services.store.keep = lambda *_given: None  # type: ignore[method-assign]
        if kind == "hurried":
            seconds = itertools.count(step=10)
            going.bot.worker._pace = Pace(lambda: float(next(seconds)))  # noqa: SLF001
        keep_what_stands()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.stdin.read()), sys.argv[1] if len(sys.argv) > 1 else ""))
