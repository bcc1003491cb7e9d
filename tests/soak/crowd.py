"""The people of the storm: each does one thing after the other, as people do, and sends again what failed.

What they were told is written down as it happens; `tests.soak.reckoning` holds it against what is stored.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox import Outcome, Sandbox
from sandbox.errors import BadRequest
from sandbox.people import BOT_USER, Person
from tests.soak.fleet import NO_STOP, STARVED, Trouble, starved

ROBIN, CAMILLE, SAM, ALEX = "U0NEWMEMB", "U0MEMBERX", "U0NEPALFP", "U0COCHAIR"
EDITOR, SECRETARIAT, GUEST, JO = "U0EDITORX", "U0SECRETA", "U0GUESTXX", "U0NOZONEX"
GENERAL, SEEN_BY_GUESTS = "C0GENERAL", "C0PATHFND"
LINES = (
    "/pathfinder Nepal", "/pathfinder Cote d'Ivoire", "/pathfinder", "/pathfinder compare Nepal, Chile",
    "/pathfinder Nigeri", "/actiongroup migration", "/actiongroup", "/events", "/events past",
    "/events event 1", "/commitments", "/commitments mine", "/digest", "/digest past", "/ask open",
    "/alliance help", "/alliance settings", "/alliance glossary", "/people", "/update mine", "/atlantis",
)  # fmt: skip
"""Questions that change nothing; the last is none of ours, and Slack says so itself."""
UNHEARD = ("killed", "stopped", NO_STOP, "paused", "socket_cut", "database")
"""What makes Slack show that the bot did not answer: whoever was asked is gone, or waits for the database."""
TRIES = 6
"""How often somebody sends a form again that did not go through."""
HURRY = 3.0
"""How many times as much everybody does in a rush."""
FORM_SECONDS = 6.0
"""How long somebody looks at a form that says that it is coming."""


@dataclass
class Told:
    """What people did and were told. `answers` counts by kind of act, `untold` the acts without an answer.

    `done` holds the words of what was said to be done, `tried` of all that was tried: a headline, a question,
    an answer. `excused` counts what had no answer for a known reason, `wrong` tells of the rest.
    """

    acts: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    excused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    mentions: list[str] = field(default_factory=list)


class Crowd:
    """Everybody, in one workspace. `pause` is how many seconds a person waits on average between two acts."""

    def __init__(
        self, box: Sandbox, trouble: Trouble, chance: random.Random, events: list[int], pause: float
    ) -> None:
        self.told = Told()
        self._box, self._trouble, self._chance, self._events = box, trouble, chance, events
        self._pause, self._hurried_until = pause, 0.0
        self._numbers = itertools.count(1)
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._acting = 0
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._acts: dict[str, Callable[[str], Awaitable[None]]] = {
            "read": self._read, "click": self._click, "post": self._post, "withdraw": self._withdraw,
            "ask": self._ask, "answer": self._answer, "register": self._register, "mention": self._mention,
            "shortcut": self._shortcut, "home": self._home, "approve": self._approve, "join": self._join,
            "profile": self._profile,
        }  # fmt: skip
        common = {"read": 12.0, "click": 4.0, "mention": 1.0, "home": 2.0, "shortcut": 1.0, "register": 2.0}
        members = {**common, "post": 2.0, "ask": 1.0, "withdraw": 0.5, "profile": 0.5}
        self._habits: dict[str, dict[str, float]] = {
            ROBIN: {**members, "join": 0.1}, CAMILLE: members, SAM: {**members, "post": 3.0},
            ALEX: {**members, "answer": 6.0}, EDITOR: {**common, "approve": 12.0},
            SECRETARIAT: {**members, "approve": 4.0}, JO: members, GUEST: {"read": 4.0, "click": 1.0},
        }  # fmt: skip

    async def run(self, calm: asyncio.Event, rush: float = 0.0) -> None:
        """Let everybody act until it is `calm`; in the first `rush` seconds `HURRY` times as much."""
        self._hurried_until = time.monotonic() + rush
        await asyncio.gather(*(self._live(user, calm) for user in self._habits))

    async def hush(self) -> None:
        """Let nobody begin anything, and wait until all have ended what they were at."""
        self._quiet.clear()
        await self._nobody.wait()

    def resume(self) -> None:
        """Let people go on."""
        self._quiet.set()

    async def _live(self, user: str, calm: asyncio.Event) -> None:
        habits = self._habits[user]
        while not calm.is_set():
            hurry = HURRY if time.monotonic() < self._hurried_until else 1.0
            await asyncio.sleep(self._chance.expovariate(hurry / self._pause))
            await self._quiet.wait()
            (name,) = self._chance.choices([*habits], [*habits.values()])
            self.told.acts[name] += 1
            self._acting += 1
            self._nobody.clear()
            try:
                await self._tidy(user)
                await self._acts[name](user)
            except BadRequest:  # what they wanted to click has gone meanwhile
                self.told.excused[f"{name}: gone"] += 1
            finally:
                self._acting -= 1
                if not self._acting:
                    self._nobody.set()

    async def _tidy(self, user: str) -> None:
        if view := self._box.view_of(user):
            await self._box.close_view(user, view["id"], clear=True)

    def _room(self, user: str) -> str:
        return SEEN_BY_GUESTS if user == GUEST else GENERAL

    async def _command(self, user: str, line: str) -> Outcome | None:
        """Type a command; the answer, or None where there was none, for which there must be a reason."""
        begun = time.monotonic()
        outcome = await self._box.command(user, self._room(user), line)
        name = line.partition(" ")[0]
        if outcome.failed is None or outcome.failed == "unknown_command":
            self.told.answers[name] += 1
            return outcome
        reason = self._trouble.between(begun - 1.0, time.monotonic(), UNHEARD)
        if not self._box.connected:
            reason = reason or "nobody there"
        elif starved():
            reason = reason or STARVED
        if reason:
            self.told.excused[f"{outcome.failed}: {reason}"] += 1
        else:
            self.told.wrong.append(f"{line}: {outcome.failed}")
        return None

    async def _read(self, user: str) -> None:
        await self._command(user, self._chance.choice(LINES))

    async def _click(self, user: str) -> None:
        outcome = await self._command(user, self._chance.choice(LINES[:8]))
        if outcome and (found := _buttons(outcome, user, "do:")):
            message, button = self._chance.choice(found)
            await self._press(user, message, button)

    async def _press(self, user: str, message: dict[str, Any], button: dict[str, Any]) -> Outcome:
        clicked = await self._box.action(
            user, message["ts"], channel=message["channel"], action_id=button["action_id"],
            block_id=button["block_id"],
        )  # fmt: skip
        self.told.answers["clicks" if clicked.failed is None else "clicks lost"] += 1
        return clicked

    async def _form(self, user: str, field: str) -> str | None:
        """The id of the form once it can be filled in; None if it never came."""
        until = time.monotonic() + FORM_SECONDS
        while time.monotonic() < until:
            view = self._box.view_of(user)
            if view and self._is_open(user, field):
                self.told.answers["forms"] += 1
                return str(view["id"])
            await asyncio.sleep(0.05)
        self.told.answers["forms that did not come"] += 1
        return None

    def _is_open(self, user: str, *fields: str) -> bool:
        """Whether somebody has a form with one of these fields before them."""
        view = self._box.view_of(user)
        return view is not None and any(block.get("block_id") in fields for block in view["blocks"])

    async def _send(self, user: str, view: str, words: str, values: dict[str, Any]) -> None:
        """Send a form off, and again as long as it does not go through."""
        self.told.tried.add(words)
        for number in range(TRIES):
            sent = await self._box.submit(user, view, values)
            if sent.failed is None and not sent.errors:
                if self._is_open(user, *values):
                    self.told.answers["forms asked to look at first"] += 1
                    continue
                self.told.done.add(words)
                self.told.answers["forms sent" if number == 0 else "forms sent again"] += 1
                return
            self.told.answers[f"form: {sent.failed or 'not saved, all kept'}"] += 1
            await asyncio.sleep(0.5 + number)
        self.told.answers["forms given up"] += 1

    async def _post(self, user: str) -> None:
        await self._command(user, "/update Nepal" if user == SAM else "/update migration")
        if view := await self._form(user, "headline"):
            words = f"Storm {next(self._numbers)}"
            fields = {"headline": {"value": words}, "body": {"value": "Twelve partners met, and agreed."}}
            await self._send(user, view, words, fields)

    async def _approve(self, user: str) -> None:
        outcome = await self._command(user, "/update review")
        found = _buttons(outcome, user, "do:", "/update review approve") if outcome else []
        for message, button in found[:3]:
            await self._press(user, message, button)

    async def _withdraw(self, user: str) -> None:
        outcome = await self._command(user, "/update mine")
        found = _buttons(outcome, user, "do:", "/update mine withdraw") if outcome else []
        if found:
            await self._press(user, *found[-1])

    async def _ask(self, user: str) -> None:
        words = f"Storm {next(self._numbers)}, how do partners join?"
        self.told.tried.add(words)
        outcome = await self._command(user, f"/ask migration {words}")
        if outcome and words in str(outcome.ack):
            self.told.done.add(words)

    async def _answer(self, user: str) -> None:
        room = self._box.dm(user)
        for message in reversed(self._box.messages(room, user)[-30:]):
            for button in _in(message, "open:"):
                if "answer" not in button["value"]:
                    continue
                await self._press(user, message, button)
                if view := await self._form(user, "whole"):
                    words = f"Storm {next(self._numbers)}: by writing to IOM."
                    await self._send(
                        user, view, words, {"text": {"value": words}, "whole": {"value": "fully"}}
                    )
                return

    async def _register(self, user: str) -> None:
        act = self._chance.choice(("register", "register", "withdraw"))
        await self._command(user, f"/events {act} {self._chance.choice(self._events)}")

    async def _mention(self, user: str) -> None:
        said = await self._box.message(user, GENERAL, f"<@{BOT_USER}> Nepal")
        self.told.mentions.append(str(said.ts))

    async def _shortcut(self, user: str) -> None:
        await self._box.shortcut(user, "post_update")
        await self._form(user, "headline")

    async def _home(self, user: str) -> None:
        await self._box.open_home(user)

    async def _join(self, _user: str) -> None:
        number = next(self._numbers)
        await self._box.join(Person(f"U0STORM{number:03}", f"storm{number}", f"Storm {number}"))

    async def _profile(self, user: str) -> None:
        await self._box.change_user(user, title=f"Member {next(self._numbers)}")


def _buttons(
    outcome: Outcome, user: str, kind: str, value: str = ""
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The buttons of the answer that begin so, each with its message."""
    mine = [message for message in outcome.replies if message["only_for"] == user]
    return [
        (message, button)
        for message in mine
        for button in _in(message, kind)
        if button.get("value", "").startswith(value)
    ]


def _in(message: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [
        {**element, "block_id": block.get("block_id")}
        for block in message["blocks"]
        for element in block.get("elements", [])
        if block["type"] == "actions" and element["action_id"].startswith(kind)
    ]
