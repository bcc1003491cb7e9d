"""Every table in one place, for migrations and for the loader. Importing this module defines them all."""

from __future__ import annotations

from storage.audit import AuditEntry
from storage.base import Base, Source
from storage.events import Event
from storage.facts import Fact
from storage.groups import Group
from storage.helplines import HelpLine
from storage.loading.ledger import LoadedRow
from storage.members import ChannelSetting, Claim, Member, SharedCard
from storage.organisations import Organisation
from storage.pathfinders import Pathfinder, Place, StageChange
from storage.roles import Representative, Role
from storage.updates import Update, UpdateRevision

metadata = Base.metadata

__all__ = [
    "AuditEntry",
    "ChannelSetting",
    "Claim",
    "Event",
    "Fact",
    "Group",
    "HelpLine",
    "LoadedRow",
    "Member",
    "Organisation",
    "Pathfinder",
    "Place",
    "Representative",
    "Role",
    "SharedCard",
    "Source",
    "StageChange",
    "Update",
    "UpdateRevision",
    "metadata",
]
