"""What a form carries along unseen: which update or commitment it changes, what was looked at already."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

LONGEST_NAME = 80
"""Characters of a file's name: five files and their addresses stay below Slack's 3,000."""


@dataclass(frozen=True)
class Carried:
    """`number` and `revision` of what is changed (0: a new one); `seen`: the doubts were read.

    `files` are those added before the form came once more, or that stand with the update already; `link` is
    the address of the message from which it was opened.
    """

    number: int = 0
    revision: int = 0
    seen: bool = False
    files: tuple[dict[str, str], ...] = ()
    link: str = ""

    @classmethod
    def read(cls, metadata: str) -> Carried:
        """From what Slack gave back."""
        found = json.loads(metadata) if metadata else {}
        return cls(**{**found, "files": tuple(found.get("files", ()))})

    def written(self) -> str:
        """For Slack to give back."""
        files = [{**file, "name": file["name"][:LONGEST_NAME]} for file in self.files]
        return json.dumps({**asdict(self), "files": files}, ensure_ascii=False)
