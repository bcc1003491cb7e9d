"""The Web API: one table of methods, each with its scopes, the kind of token it takes and its source.

``docs/sandbox.md`` shows this table, and a test holds the two together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sandbox.methods import chat, conversations, files, people, views
from sandbox.methods.desk import Args, Desk
from sandbox.things import Json


@dataclass(frozen=True)
class Method:
    """A method: any one of ``scopes`` suffices; ``token`` is ``bot``, ``app`` or none needed."""

    name: str
    answer: Callable[[Desk, Args], Json]
    scopes: tuple[str, ...] = ()
    token: str = "bot"  # noqa: S105 - the kind of a token, not a token

    @property
    def source(self) -> str:
        """Slack's page about it."""
        return f"https://docs.slack.dev/reference/methods/{self.name}"


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_INVITE = ("channels:manage", "channels:write.invites", "groups:write", "groups:write.invites")

_ALL = (
    Method("api.test", people.api_test, token="none"),  # noqa: S106 - as above
    Method("auth.test", people.auth_test),
    Method("team.info", people.team_info, ("team:read",)),
    Method("apps.connections.open", people.connections_open, ("connections:write",), "app"),
    Method("bots.info", people.bots_info, ("users:read",)),
    Method("users.list", people.users_list, ("users:read",)),
    Method("users.info", people.users_info, ("users:read",)),
    Method("users.conversations", conversations.of_user, _READ),
    Method("users.lookupByEmail", people.users_lookup_by_email, ("users:read.email",)),
    Method("usergroups.list", people.usergroups_list, ("usergroups:read",)),
    Method("conversations.list", conversations.list_, _READ),
    Method("conversations.info", conversations.info, _READ),
    Method("conversations.members", conversations.members, _READ),
    Method("conversations.history", conversations.history, _HISTORY),
    Method("conversations.replies", conversations.replies, _HISTORY),
    Method("conversations.open", conversations.open_, ("im:write", "mpim:write")),
    Method("conversations.join", conversations.join, ("channels:join",)),
    Method("conversations.invite", conversations.invite, _INVITE),
    Method("chat.postMessage", chat.post_message, ("chat:write",)),
    Method("chat.postEphemeral", chat.post_ephemeral, ("chat:write",)),
    Method("chat.update", chat.update, ("chat:write",)),
    Method("chat.delete", chat.delete, ("chat:write",)),
    Method("chat.getPermalink", chat.get_permalink),
    Method("reactions.add", chat.add_reaction, ("reactions:write",)),
    Method("views.open", views.open_),
    Method("views.push", views.push),
    Method("views.update", views.update),
    Method("views.publish", views.publish),
    Method("files.getUploadURLExternal", files.get_upload_url, ("files:write",)),
    Method("files.completeUploadExternal", files.complete_upload, ("files:write",)),
    Method("files.info", files.info, ("files:read",)),
)

METHODS: Mapping[str, Method] = MappingProxyType({method.name: method for method in _ALL})
