"""What followers get together, in one message or, where it is much, in several."""

from __future__ import annotations

from collections.abc import Sequence

from community.digests import Digest
from templates.messages import Button, Message, Templates
from templates.voice import Voice

LISTED = 8
"""Updates a message: with 700 characters of each at most, they stand on one page (`templates.budget`)."""


def parts(templates: Templates, voice: Voice, digest: Digest) -> Sequence[Message]:
    """The messages of an edition; which update stands in which never changes."""
    batches = [digest.items[first : first + LISTED] for first in range(0, len(digest.items), LISTED)] or [()]
    return [
        templates.message(
            "digests/digest",
            voice,
            buttons=[Button(voice.say("Choose what I follow"), "/alliance follow")],
            digest=digest,
            items=items,
            number=number,
            of=len(batches),
        )
        for number, items in enumerate(batches, start=1)
    ]
