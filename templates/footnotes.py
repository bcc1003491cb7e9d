"""Footnotes: each fact carries its document's number and place; the documents stand once, at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from markupsafe import Markup

from community.facts import Citation
from templates.dates import bare
from templates.mrkdwn import escape
from templates.voice import Voice

_LINES = re.compile(r"\bL(\d+)(?:[-–](\d+))?")
_NOTES = re.compile(r"\bfn(\d+)")
_SECTIONS = re.compile(r"§([IVX]+)")
_WORDS = re.compile(r"\b(title|programme)\b")


@dataclass
class Footnotes:
    """The documents cited in one message, numbered in the order in which they come up."""

    voice: Voice
    cited: dict[str, Citation] = field(default_factory=dict)

    def mark(self, citation: Citation | None) -> Markup:
        """`[1] lines 125–126`, in italics; what the record only implies says so."""
        if citation is None:
            return Markup("")
        number, where = self.place(citation)
        return Markup("_%s_") % escape(f"[{number}] {where}".strip())

    def place(self, citation: Citation) -> tuple[int, str]:
        """The number of its document here, and where in it: `1`, `lines 125–126 – derived`."""
        self.cited.setdefault(citation.key, citation)
        parts = [locator(self.voice, citation.locator)]
        if citation.derived:
            parts.append(self.voice.say("– derived"))
        return list(self.cited).index(citation.key) + 1, " ".join(part for part in parts if part)

    def documents(self, shown: str) -> list[Markup]:
        """One small line for each document that `shown` refers to: its number, title and as-of date."""
        return [
            self.voice.marked(
                "[%(number)s] %(title)s, as of %(date)s",
                {
                    "number": number,
                    "title": self.voice.words(citation.title),
                    "date": bare(self.voice, citation.as_of),
                },
            )
            for number, citation in enumerate(self.cited.values(), start=1)
            if f"_[{number}]" in shown
        ]


def locator(voice: Voice, text: str | None) -> str:
    """A place in a document as people say it.

    `L125-126` counts the text's lines without the blank ones, `¶22` is a paragraph, `fn8` a footnote, `§II`
    a section.
    """
    names = {"title": voice.say("title"), "programme": voice.say("programme")}

    def said(match: re.Match[str]) -> str:
        first, last = match.groups()
        if last:
            return voice.say("lines %(first)s–%(last)s", first=first, last=last)
        return voice.say("line %(line)s", line=first)

    shown = _LINES.sub(said, text or "")
    shown = _NOTES.sub(lambda note: voice.say("footnote %(number)s", number=note[1]), shown)
    shown = _SECTIONS.sub(lambda part: voice.say("section %(number)s,", number=part[1]), shown)
    return _WORDS.sub(lambda word: names[word[0]], shown).removesuffix(",")
