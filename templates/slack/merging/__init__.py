"""The two forms in which one entry of the register goes into another, and what closes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community.merging import Kind, Merger
from templates import forms
from templates.forms import Choice, Field
from templates.messages import Message, Templates
from templates.mrkdwn import escape
from templates.voice import Voice

MERGE, MERGE_SURE = "register_merge", "register_merge_sure"
LONGEST_NAME = 150


def ask(voice: Voice) -> Mapping[str, Any]:
    """The form that asks which entry goes into which."""
    kinds = [
        Choice(voice.say("Action groups"), Kind.GROUP.value),
        Choice(voice.say("Organisations"), Kind.ORGANISATION.value),
        Choice(voice.say("Countries and regional bodies"), Kind.PLACE.value),
    ]
    return forms.form(
        MERGE,
        voice.say("Merge two entries"),
        voice.say("Go on"),
        voice.say("Cancel"),
        [
            Field("kind", voice.say("What they are"), forms.select(kinds)),
            Field("this", voice.say("This one"), forms.text(most=LONGEST_NAME)),
            Field("into", voice.say("goes into"), forms.text(most=LONGEST_NAME)),
        ],
    )


def sure(voice: Voice, merger: Merger) -> Mapping[str, Any]:
    """What will move, and the question whether it may."""
    source, target = (escape(voice.country(one)) for one in (merger.source, merger.target))
    lines = [voice.say("*%(source)s* goes into *%(target)s*.", source=source, target=target)]
    lines += [f"• {_moving(voice, table, count)}" for table, count in merger.moving.items()]
    lines.append(
        voice.say(
            "All of this stands with %(target)s afterwards, and its name is found there.", target=target
        )
        if merger.moving
        else voice.say("Nothing belongs to it; its name is found there afterwards.")
    )
    return forms.form(
        MERGE_SURE,
        voice.say("Merge two entries"),
        voice.say("Merge"),
        voice.say("Cancel"),
        [
            Field(
                "sure",
                voice.say("This cannot be undone"),
                forms.tick(Choice(voice.say("Yes, these two are one"), "yes")),
            )
        ],
        metadata=f"{merger.kind.value} {merger.source_id} {merger.target_id}",
        notice="\n".join(lines),
    )


def done(templates: Templates, voice: Voice, merger: Merger) -> Message:
    """The last page."""
    return templates.message("merging/done", voice, source=merger.source, target=merger.target)


def _moving(voice: Voice, table: str, count: int) -> str:
    """How many rows of a table go along; what has no words of its own yet is said all the same."""
    said = {
        "updates": voice.say_many("%(n)s update", "%(n)s updates", count),
        "roles": voice.say_many("%(n)s role", "%(n)s roles", count),
        "facts": voice.say_many("%(n)s entry of the record", "%(n)s entries of the record", count),
        "events": voice.say_many("%(n)s event", "%(n)s events", count),
        "memberships": voice.say_many("%(n)s membership", "%(n)s memberships", count),
        "subscriptions": voice.say_many("%(n)s follower", "%(n)s followers", count),
        "requests": voice.say_many("%(n)s request", "%(n)s requests", count),
        "representatives": voice.say_many("%(n)s representative", "%(n)s representatives", count),
        "members": voice.say_many("%(n)s member’s profile", "%(n)s members’ profiles", count),
        "pathfinders": voice.say("its journey as a pathfinder, with every stage"),
        "changes": voice.say_many("%(n)s earlier change", "%(n)s earlier changes", count),
    }
    return said.get(table) or voice.say_many("%(n)s other entry", "%(n)s other entries", count)
