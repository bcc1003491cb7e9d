"""The one place where answers are kept, ready to be sent again: never older than the last commit.

An answer is kept under the mark of all that is stored (`storage.marks`). The mark is read anew for each
question, with who asks, by one statement. An answer is good for whoever reads as its reader does (language,
zone, guest or not), on the same day; for the asker alone, or within the same minute, where it was made of
that (`templates.voice.MadeOf`). What wrote something, or looked where no new mark is made, is not kept.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any

from community.members import Reader
from templates.messages import Message
from templates.voice import Voice

MOST_CHARACTERS = 2_000_000
"""Of all that is kept; a card has about 6,000, and takes ten times as many bytes of memory."""
MOST_SECONDS = 600.0
"""How long something is kept at most: who changes rows by hand, past this program, waits no longer."""


@dataclass(frozen=True)
class Question:
    """What was asked: a line, by whom, and whether others read the answer. `mark` is of that moment."""

    mark: str
    line: str
    reader: Reader
    user: str
    in_public: bool = False


@dataclass(frozen=True)
class Answered:
    """An answer, and for whom it was made; whether it `meets` them, so that they are remembered."""

    message: Message
    reader: Reader
    meets: bool = True

    @cached_property
    def acknowledgement(self) -> str:
        """The body of the acknowledgement that shows it to the asker alone."""
        return json.dumps({**self.message.payload(), "response_type": "ephemeral"})


@dataclass(frozen=True)
class _Kept:
    """An answer, how many characters it counts for, and until when it is good."""

    answered: Answered
    characters: int
    days: tuple[date, date]
    minute: datetime | None
    until: float


_PERSONAL = _Kept(Answered(Message("", ()), Reader("en", "en", "UTC")), 100, (date.min, date.min), None, 0.0)
"""Stands for a question that each person is answered in their own way."""


class Store:
    """Answers by question; where there are too many, the oldest go. `monotonic` counts seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._mark = ""
        self._kept: dict[tuple[Any, ...], _Kept] = {}
        self._characters = 0
        self._key = secrets.token_bytes(16)

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, asked: Question, voice: Voice) -> Answered | None:
        """The answer that is kept for a question, None if none is good at the voice's moment."""
        if asked.mark != self._mark:
            return None
        key = self._shared(asked)
        kept = self._kept.get(key)
        if kept is _PERSONAL:
            kept = self._kept.get((*key, asked.user))
        if kept is None or self._monotonic() > kept.until or kept.days != (voice.today, voice.day):
            return None
        if kept.minute is not None and kept.minute != _minute(voice):
            return None
        return kept.answered

    def keep(self, asked: Question, voice: Voice, answered: Answered) -> None:
        """Keep an answer that was made with this voice, unless it is of use only once."""
        made = voice.made_of
        if made.once:
            return
        if asked.mark != self._mark:
            self.clear()
            self._mark = asked.mark
        key = self._shared(asked)
        if made.person:
            self._put(key, _PERSONAL)
            key = (*key, asked.user)
        minute = _minute(voice) if made.minute else None
        until = self._monotonic() + MOST_SECONDS
        size = len(answered.acknowledgement)
        self._put(key, _Kept(answered, size, (voice.today, voice.day), minute, until))
        while self._characters > MOST_CHARACTERS:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._characters = 0

    def _put(self, key: tuple[Any, ...], kept: _Kept) -> None:
        self._drop(key)
        self._kept[key] = kept
        self._characters += kept.characters

    def _drop(self, key: tuple[Any, ...]) -> None:
        if kept := self._kept.pop(key, None):
            self._characters -= kept.characters

    def _shared(self, asked: Question) -> tuple[Any, ...]:
        """What everybody's question has in common; of the line a keyed digest, for it may tell a case."""
        line = blake2b(asked.line.encode(errors="replace"), key=self._key, digest_size=16).digest()
        return line, asked.in_public, asked.reader


def _minute(voice: Voice) -> datetime:
    return voice.moment.replace(second=0, microsecond=0)
