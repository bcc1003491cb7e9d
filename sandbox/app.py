"""What the workspace knows of the app: its manifest, read once.

https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class App:
    """The parts of a manifest that change what Slack does."""

    name: str
    commands: tuple[Mapping[str, Any], ...]
    shortcuts: tuple[Mapping[str, Any], ...]
    scopes: frozenset[str]
    events: frozenset[str]
    interactive: bool
    home_tab: bool
    messages_tab: bool

    def command(self, name: str) -> Mapping[str, Any] | None:
        """A slash command by its name, with its slash."""
        return next((one for one in self.commands if one.get("command") == name), None)

    def shortcut(self, callback_id: str) -> Mapping[str, Any] | None:
        """A shortcut by its callback_id."""
        return next((one for one in self.shortcuts if one.get("callback_id") == callback_id), None)


def read_manifest(manifest: Mapping[str, Any]) -> App:
    """Take from a manifest what matters here; what is absent is off, as in Slack."""
    features = manifest.get("features") or {}
    settings = manifest.get("settings") or {}
    scopes = ((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or ()
    display = manifest.get("display_information") or {}
    bot = features.get("bot_user") or {}
    home = features.get("app_home") or {}
    return App(
        name=bot.get("display_name") or display.get("name") or "bot",
        commands=tuple(features.get("slash_commands") or ()),
        shortcuts=tuple(features.get("shortcuts") or ()),
        scopes=frozenset(scopes),
        events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or ()),
        interactive=bool((settings.get("interactivity") or {}).get("is_enabled")),
        home_tab=bool(home.get("home_tab_enabled", True)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
    )
