"""`python -m bot` is `pathfinder-bot`."""

from bot.cli import main

main()
