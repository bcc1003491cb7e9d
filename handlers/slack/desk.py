"""The desk: which commands there are, and who answers each. The manifest and the help are read off it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Protocol, TypeVar

from community.errors import Invalid
from handlers.slack import words
from handlers.slack.asking import Answer, Ask
from templates import forms
from templates.messages import Message

Chosen = TypeVar("Chosen")

DEFAULT_COMMAND = "/pathfinder"
"""What a mention without a command's name asks: `@pathfinder-bot Nepal`."""
HELP_COMMAND = "/alliance"
"""What answers the word "help" alone, after whichever command it stands."""


@dataclass(frozen=True)
class Command:
    """A slash command. `hint` and `purpose` are phrases of the catalogue.

    With `opens` it opens that form at once, unless what follows begins with one of `answers`. `forms` names,
    for words that may follow it, the form that each opens at once, for what follows the word.
    """

    name: str
    hint: str
    purpose: str
    opens: str = ""
    answers: tuple[str, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)

    def form_for(self, text: str) -> tuple[str, str]:
        """The form that the command opens with what follows it, "" for none, and what that form is told."""
        text = text.strip()
        if words.meaning(text) == "help":
            return "", text
        word, _, rest = text.partition(" ")
        meant = words.meaning(word) or ""
        if meant in self.forms:
            return self.forms[meant], rest.strip()
        return "" if meant in self.answers else self.opens, text


@dataclass(frozen=True)
class Form:
    """A modal. `open` makes its view for who asks; `submit` takes what was filled in and says what came.

    `open` may give back a message instead, which says why there is no form. `submit` gives back what came of
    it, `Lost` if nothing did, or the view of the next form. It raises `Invalid(field, reason)` for a field
    that is wrong; the form then stays, with all in it. `Again` asks the person once more.
    """

    name: str
    open: Callable[[Ask], Awaitable[Message | Mapping[str, Any]]]
    submit: Callable[[Filled], Awaitable[Message | Lost | Mapping[str, Any]]]


@dataclass(frozen=True)
class Lost:
    """Nothing was done, and `why`: somebody was faster. The page says it, and gives back what was typed."""

    why: Message


@dataclass
class Again(Exception):
    """Nothing was done: the person is to look at this view first. What they typed stands in it still."""

    view: Mapping[str, Any]


@dataclass(frozen=True)
class Shortcut:
    """A way to a form from anywhere, or, if `of_message`, from a message's menu, whose text is carried in.

    `name` and `purpose` are English: Slack shows a manifest in one language. The form named `opens` is asked
    for with what follows `argument`; if `with_link`, the address of the message stands before its text.
    """

    callback_id: str
    name: str
    purpose: str
    opens: str
    of_message: bool = False
    argument: str = ""
    with_link: bool = False


@dataclass(frozen=True)
class Filled:
    """A form as it was sent: its values by field, what it carried along, and the asker in a transaction.

    `values` are texts, chosen values (several with commas between), days as `2026-11-21`, times as `21:30`,
    and for boxes "yes" or "". Whatever `submit` writes is committed with the mark that this very form was
    taken, so that sending it twice has one effect. `files` have `id`, `name` and `url`.
    """

    ask: Ask
    values: Mapping[str, str]
    metadata: str
    files: tuple[dict[str, str], ...] = ()
    state: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def day(self, field: str) -> date | None:
        """A chosen day; None for none. Raises `Invalid` for what is in no calendar."""
        return self._read(field, date.fromisoformat)

    def hour(self, field: str) -> time | None:
        """A chosen time of day; None for none. Raises `Invalid` for what is on no clock."""
        return self._read(field, time.fromisoformat)

    def _read(self, field: str, read: Callable[[str], Chosen]) -> Chosen | None:
        try:
            return read(self.values[field]) if self.values.get(field) else None
        except ValueError as error:
            raise Invalid(field, "no_day", self.values[field]) from error

    def again(self, view: Mapping[str, Any]) -> Again:
        """What to raise so that the person sees `view` with all that they filled in."""
        return Again(forms.refilled(view, self.state))


class RefreshHome(Protocol):
    """Publishes a person's Home tab anew, if it `is_open` or was opened since the start. Never raises."""

    async def __call__(self, user: str, *, is_open: bool = False) -> None:
        """Publish it."""


async def _no_home(user: str, *, is_open: bool = False) -> None:
    """There is no Home tab."""


class Desk:
    """The commands and the forms, in the order in which they were registered."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[Command, Answer]] = {}
        self._forms: dict[str, Form] = {}
        self._shortcuts: dict[str, Shortcut] = {}
        self.refresh_home: RefreshHome = _no_home
        """Set by whoever draws Home."""

    def shortcut(self, shortcut: Shortcut) -> None:
        """Register a shortcut. Raises `ValueError` if its name is taken."""
        if shortcut.callback_id in self._shortcuts:
            raise ValueError(f"{shortcut.callback_id} is registered twice")
        self._shortcuts[shortcut.callback_id] = shortcut

    @property
    def shortcuts(self) -> list[Shortcut]:
        """Every shortcut."""
        return list(self._shortcuts.values())

    def form(self, form: Form) -> None:
        """Register a form. Raises `ValueError` if its name is taken."""
        if form.name in self._forms:
            raise ValueError(f"{form.name} is registered twice")
        self._forms[form.name] = form

    @property
    def forms(self) -> Mapping[str, Form]:
        """Every form by its name."""
        return dict(self._forms)

    def command(self, command: Command, answer: Answer) -> None:
        """Register a command. Raises `ValueError` if its name is taken."""
        if command.name in self._answers:
            raise ValueError(f"{command.name} is registered twice")
        self._answers[command.name] = (command, answer)

    @property
    def commands(self) -> list[Command]:
        """Every command."""
        return [command for command, _ in self._answers.values()]

    def knows(self, name: str) -> bool:
        """Whether a command, a form or a shortcut is called so."""
        return name in self._answers or name in self._forms or name in self._shortcuts

    def find(self, name: str) -> Command:
        """A command by its name. Raises `KeyError` for one that nobody registered."""
        return self._answers[name][0]

    def answer_of(self, name: str) -> Answer:
        """Who answers a command. Raises `KeyError` for one that nobody registered."""
        return self._answers[name][1]
