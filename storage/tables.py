"""Every table in one place, for migrations and for the loader. Importing this module defines them all."""

from __future__ import annotations

from storage.agendas import AgendaItem, Speaker
from storage.audit import AuditEntry
from storage.base import Base, Source
from storage.beats import Beat
from storage.changes import Change
from storage.commitments import Commitment
from storage.deliveries import Delivery
from storage.editions import Edition, EditionItem, Schedule, ScheduleChannel
from storage.events import Event, EventAudience, FeedsInto
from storage.facts import Fact
from storage.following import Subscription
from storage.groups import Group, Membership
from storage.helplines import HelpLine
from storage.keeping import Backup, Restoration
from storage.loading.ledger import LoadedRow
from storage.mail import Letter, MailReader
from storage.marks import Mark
from storage.meetings import MeetingNote, Report
from storage.members import ChannelSetting, Claim, Member
from storage.observances import Contribution
from storage.organisations import Organisation
from storage.pathfinders import Pathfinder, Place, StageChange
from storage.questions import Answer, Asker, Question, QuestionAnswer
from storage.registrations import Attendance, Registration
from storage.requests import Request
from storage.roles import Representative, Role
from storage.switches import Stopped
from storage.translations import TranslationOffer
from storage.updates import Update, UpdateRevision, UpdateTranslation

metadata = Base.metadata

__all__ = [
    "AgendaItem",
    "Answer",
    "Asker",
    "Attendance",
    "AuditEntry",
    "Backup",
    "Beat",
    "Change",
    "ChannelSetting",
    "Claim",
    "Commitment",
    "Contribution",
    "Delivery",
    "Edition",
    "EditionItem",
    "Event",
    "EventAudience",
    "Fact",
    "FeedsInto",
    "Group",
    "HelpLine",
    "Letter",
    "LoadedRow",
    "MailReader",
    "Mark",
    "MeetingNote",
    "Member",
    "Membership",
    "Organisation",
    "Pathfinder",
    "Place",
    "Question",
    "QuestionAnswer",
    "Registration",
    "Report",
    "Representative",
    "Request",
    "Restoration",
    "Role",
    "Schedule",
    "ScheduleChannel",
    "Source",
    "Speaker",
    "StageChange",
    "Stopped",
    "Subscription",
    "TranslationOffer",
    "Update",
    "UpdateRevision",
    "UpdateTranslation",
    "metadata",
]
