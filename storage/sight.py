"""What somebody may see: what is public, what is for members, what is for a group they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from storage.vocabulary import Visibility


@dataclass(frozen=True)
class Sight:
    """Whether somebody sees what is for `members`, and the ids of the groups whose own things they see."""

    members: bool = False
    groups: frozenset[int] = frozenset()

    def sees(self, row: Any) -> bool:
        """Whether they may see a row that has a `visibility` (None: public) and a `group_id`."""
        if row.visibility is Visibility.MEMBERS:
            return self.members
        return row.visibility is not Visibility.GROUP or row.group_id in self.groups

    def condition(self, table: Any) -> ColumnElement[bool]:
        """The same, as a condition on a table."""
        seen = [table.visibility.is_(None), table.visibility == Visibility.PUBLIC]
        if self.members:
            seen.append(table.visibility == Visibility.MEMBERS)
        if self.groups:
            seen.append(and_(table.visibility == Visibility.GROUP, table.group_id.in_(self.groups)))
        return or_(*seen)


EVERYBODY = Sight()
"""What everybody may see, on the web too."""
