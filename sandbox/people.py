"""The people and channels of the workspace: plain neutral names, nobody real, roles in the title only."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

BOT_USER = "U0PATHBOT"
TEAM = "T0ALLIANCE"


@dataclass(frozen=True)
class Person:
    """Somebody of the workspace. Without ``locale`` or ``tz`` the field is left out, as Slack may do."""

    id: str
    name: str
    real_name: str
    title: str = ""
    email: str | None = None
    locale: str | None = None
    tz: str | None = None
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False

    def as_slack(self, *, now: float, locale: bool, email: bool) -> dict[str, Any]:
        """The user object: locale only when asked for, e-mail only with its scope.

        https://docs.slack.dev/reference/objects/user-object
        """
        profile: dict[str, Any] = {
            "real_name": self.real_name,
            "display_name": self.name,
            "title": self.title,
            "team": TEAM,
        }
        if email and self.email:
            profile["email"] = self.email
        user: dict[str, Any] = {
            "id": self.id,
            "team_id": TEAM,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_admin": self.is_admin,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "updated": int(now),
        }
        if self.tz:
            offset = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(self.tz)).utcoffset()
            user |= {
                "tz": self.tz,
                "tz_label": self.tz,
                "tz_offset": int(offset.total_seconds()) if offset else 0,
            }
        if locale and self.locale:
            user["locale"] = self.locale
        return user


@dataclass(frozen=True)
class Channel:
    """A conversation. ``members`` None means everybody who is not a guest (guests are named)."""

    id: str
    name: str
    members: tuple[str, ...] | None = None
    is_private: bool = False
    is_archived: bool = False
    is_im: bool = False
    has_bot: bool = True
    topic: str = ""


DEFAULT_PEOPLE: tuple[Person, ...] = (
    Person("U0NEWMEMB", "robin", "Robin Field", "New member", "robin@example.org", "en-GB", "Europe/London"),
    Person(
        "U0MEMBERX", "camille", "Camille Rivage", "Member", "camille@example.org", "fr-FR", "Africa/Dakar"
    ),
    Person(
        "U0NEPALFP",
        "sam",
        "Sam Hill",
        "National focal point of Nepal",
        "sam@example.org",
        "en-US",
        "Asia/Kathmandu",
    ),
    Person(
        "U0COCHAIR",
        "alex",
        "Alex Prado",
        "Co-chair, action group on migration",
        "alex@example.org",
        "es-ES",
        "Europe/Madrid",
    ),
    Person(
        "U0EDITORX", "dominique", "Dominique Lac", "Editor", "dominique@example.org", "fr-FR", "Europe/Paris"
    ),
    Person(
        "U0SECRETA",
        "kim",
        "Kim Stone",
        "Secretariat",
        "kim@example.org",
        "en-US",
        "Europe/Zurich",
        is_admin=True,
    ),
    Person(
        "U0GUESTXX",
        "noa",
        "Noa Campo",
        "Guest",
        "noa@example.org",
        "es-LA",
        "America/Bogota",
        is_restricted=True,
    ),
    Person("U0NOZONEX", "jo", "Jo Meadow", "Member"),
    Person("U0OTHERBT", "calendar", "Calendar", is_bot=True, tz="America/Los_Angeles", locale="en-US"),
)

DEFAULT_CHANNELS: tuple[Channel, ...] = (
    Channel("C0GENERAL", "general", topic="The whole alliance"),
    Channel("C0MIGRATE", "migration", topic="Action group on migration"),
    Channel(
        "C0PATHFND",
        "pathfinders",
        members=("U0NEWMEMB", "U0MEMBERX", "U0NEPALFP", "U0COCHAIR", "U0SECRETA", "U0GUESTXX"),
        topic="Pathfinder countries",
    ),
    Channel(
        "G0EDITORS",
        "editors",
        members=("U0EDITORX", "U0SECRETA"),
        is_private=True,
        topic="Editors of the newsletter",
    ),
    Channel("C0LOUNGEX", "lounge", has_bot=False, topic="The bot is not here"),
)
