"""The version after this: `python -m tests.bot.next_version FOLDER run`, with FOLDER for its migrations."""

import sys
from pathlib import Path

import storage.migrate
from bot.cli import main

if __name__ == "__main__":
    storage.migrate._SCRIPTS = Path(sys.argv.pop(1))
    main()
