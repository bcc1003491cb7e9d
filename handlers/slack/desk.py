"""The desk: which commands there are, and who answers each. The manifest and the help are read off it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.slack.asking import Answer

DEFAULT_COMMAND = "/pathfinder"
"""What a mention without a command's name asks: `@pathfinder-bot Nepal`."""


@dataclass(frozen=True)
class Command:
    """A slash command. `hint` and `purpose` are phrases of the catalogue."""

    name: str
    hint: str
    purpose: str


class Desk:
    """The commands in the order in which they were registered."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[Command, Answer]] = {}

    def command(self, command: Command, answer: Answer) -> None:
        """Register a command. Raises `ValueError` if its name is taken."""
        if command.name in self._answers:
            raise ValueError(f"{command.name} is registered twice")
        self._answers[command.name] = (command, answer)

    @property
    def commands(self) -> list[Command]:
        """Every command."""
        return [command for command, _ in self._answers.values()]

    def answer_of(self, name: str) -> Answer:
        """Who answers a command. Raises `KeyError` for one that nobody registered."""
        return self._answers[name][1]
