"""Settings, from the environment or `.env`. A wrong one stops the start with one clear line naming it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from community.names import HOUSE_LANGUAGES
from community.own_names import read_own_names
from storage.database import DatabaseUnusable, async_url
from storage.program import as_owner, user

SECRET_CHARACTERS = 32


class SettingsError(Exception):
    """A setting is missing or wrong. The text names it and says what to write, and holds no secret."""


class FileRefused(SettingsError):
    """The file of settings may not be read by this user: `what` is wrong, and how to `mend` it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what, self.mend = what, mend


def _token(prefix: str, where: str) -> AfterValidator:
    def check(value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"must start with {prefix}; {where}")
        return value

    return AfterValidator(check)


def _empty_is_unset(value: Any) -> Any:
    return None if value == "" else value


def _has_good_port(parts: SplitResult) -> bool:
    """Whether the port is a number. The library's own error would show what stands there: half a password."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or not _has_good_port(parts):
        raise ValueError("must be an address such as https://example.org/")
    return value if value.endswith("/") else f"{value}/"


def _optional_url(value: str | None) -> str | None:
    return None if value is None else _url(value)


def _database(value: str) -> str:
    try:
        async_url(value)
    except DatabaseUnusable as error:
        raise ValueError(str(error).removeprefix("DATABASE_URL ")) from error
    return value


def _language(value: str) -> str:
    if value not in HOUSE_LANGUAGES:
        raise ValueError(f"must be one of {', '.join(HOUSE_LANGUAGES)}")
    return value


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("must be a time zone's name such as Europe/Zurich or Asia/Kathmandu")
    return value


def _names(value: Path | None) -> Path | None:
    if value is not None:
        read_own_names(value)
    return value


def _user_ids(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    ids = tuple(part for part in re.split(r"[,\s]+", value) if part)
    if wrong := [place for place, part in enumerate(ids, 1) if not re.fullmatch(r"[UW][A-Z0-9]+", part)]:
        # What stands there is not shown: it may be a token, or a name.
        raise ValueError(f"has in place {wrong[0]} what is no Slack user id such as U012AB3CD")
    return ids


def _channel(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[CG][A-Z0-9]+", value):
        raise ValueError("must be a Slack channel id such as C012AB3CD; it stands at the end of its link")
    return value


def _mail_server(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        parts = urlsplit(value.get_secret_value())
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not _has_good_port(parts):
            raise ValueError(
                "must be an address such as smtp://user:password@mail.example.org:587, what stands in the "
                "password beside letters and figures in percent signs"
            )
    return value


def _mailbox(value: str | None) -> str | None:
    try:
        return value and str(validate_email(value, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        raise ValueError("must be an e-mail address such as newsletter@example.org") from error


def _secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None and len(value.get_secret_value()) < SECRET_CHARACTERS:
        raise ValueError(
            f"must have at least {SECRET_CHARACTERS} characters; make one with: openssl rand -hex 32"
        )
    return value


def _loopback(value: str | None) -> str | None:
    """A sandbox moves the bot's clock: only one on this very machine may."""
    host = urlsplit(value or "").hostname or ""
    try:
        local = value is None or host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise ValueError("must be a loopback address such as http://127.0.0.1:8765/")
    return value


def _whole(least: int, most: int = 10**9, said: str = "") -> BeforeValidator:
    """A whole number within bounds, with a sentence of ours where it is none; `said` is how they are told."""

    def check(value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"must be a whole number {said or f'of at least {least}'}")
        return number

    return BeforeValidator(check)


Optional = BeforeValidator(_empty_is_unset)
MAIL_NEEDS = ("mail_from", "public_url", "secret_key")
"""What has to be set besides SMTP_URL: every letter has a sender, and a signed link to be sent no more."""


class Settings(BaseSettings):
    """Every setting, by its name in capitals. `.env.example` explains each to people."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore")

    slack_bot_token: Annotated[
        SecretStr | None, Optional, _token("xoxb-", "it stands under OAuth & Permissions of your Slack app")
    ] = None
    slack_app_token: Annotated[
        SecretStr | None,
        Optional,
        _token("xapp-", "make one under Basic Information with connections:write"),
    ] = None
    slack_signing_secret: Annotated[SecretStr | None, Optional] = None
    slack_api_url: Annotated[str, AfterValidator(_url)] = "https://slack.com/api/"
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///pathfinder.sqlite3"
    secretariat: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_user_ids)] = ()
    secretariat_channel: Annotated[str | None, Optional, AfterValidator(_channel)] = None
    editors_channel: Annotated[str | None, Optional, AfterValidator(_channel)] = None
    public_url: Annotated[str | None, Optional, AfterValidator(_optional_url)] = None
    smtp_url: Annotated[SecretStr | None, Optional, AfterValidator(_mail_server)] = None
    mail_from: Annotated[str | None, Optional, AfterValidator(_mailbox)] = None
    secret_key: Annotated[SecretStr | None, Optional, AfterValidator(_secret)] = None
    metrics_token: Annotated[SecretStr | None, Optional, AfterValidator(_secret)] = None
    stale_after_days: Annotated[int, _whole(1)] = 365
    acts_per_minute: Annotated[int, _whole(1)] = 60
    default_locale: Annotated[str, AfterValidator(_language)] = "en"
    default_timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    country_names: Annotated[Path | None, Optional, AfterValidator(_names)] = None
    delta87_url: str = "https://delta87.org/?s={country}"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, _whole(0, 65_535, "from 1 to 65535")] = 3000
    sandbox_url: Annotated[str | None, Optional, AfterValidator(_loopback)] = None


def read_settings(values: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings; `values` go before the environment. Raises `SettingsError` in one line."""
    settings, faults = read_what_is_right(values)
    if faults:
        raise SettingsError("; ".join(f"{name.upper()} {fault}" for name, fault in faults.items()))
    if settings.smtp_url is not None:
        here = settings.sandbox_url is not None  # then pages and letters stay on this machine
        need(settings, *(name for name in MAIL_NEEDS if not (here and name == "public_url")))
    return settings


def read_what_is_right(values: Mapping[str, Any] | None = None) -> tuple[Settings, dict[str, str]]:
    """The settings, those that are wrong as if they were not set; and what is wrong with each, by name.

    Raises `FileRefused` if their file belongs to somebody else.
    """
    given = dict(values or {})
    try:
        return Settings(**given), {}
    except PermissionError as error:
        file = file_of(given)
        raise FileRefused(f"{file.name} cannot be read by this user ({user()})", as_owner(file)) from error
    except ValidationError as error:
        faults = {
            str(fault["loc"][0]): fault["msg"].removeprefix("Value error, ")
            for fault in error.errors(include_input=False)
        }
    unset = {name: Settings.model_fields[name].default for name in faults}
    return Settings(**{**given, **unset}), faults


def file_of(values: Mapping[str, Any]) -> Path:
    """Where the file of settings is looked for."""
    return Path(values.get("_env_file", Settings.model_config.get("env_file")) or "").absolute()


def need(settings: Settings, *names: str) -> None:
    """Raise `SettingsError` naming those of `names` that are not set."""
    missing = [name.upper() for name in names if getattr(settings, name) is None]
    if missing:
        raise SettingsError(
            f"{', '.join(missing)} not set: write it in .env or the environment (see .env.example)"
        )
