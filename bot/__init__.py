"""Starts and runs the bot: settings, assembly, command line, the clock."""
