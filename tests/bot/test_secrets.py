"""Secrets come from the environment, and stand nowhere else: in no repository, no log, no settings shown."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pytest
import structlog

from bot.log import set_up_logging
from bot.settings import Settings, SettingsError, read_settings

ROOT = Path(__file__).parent.parent.parent
MARK = "verysecretwords"
SECRETS = {
    "slack_bot_token": f"xoxb-{MARK}", "slack_app_token": f"xapp-{MARK}", "slack_signing_secret": MARK,
    "secret_key": MARK * 3, "smtp_url": f"smtp://user:{MARK}@mail.example.org:587",
    "mail_from": "news@example.org", "public_url": "https://x.example.org/",
}  # fmt: skip
LOOKS_SECRET = re.compile(
    r"xox[abp]-\d{9,}-\w+|xapp-\d-A\w{8,}|-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}"
)


def test_settings_do_not_show_them() -> None:
    settings = read_settings({"_env_file": None, **SECRETS})
    for shown in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json()):
        assert MARK not in shown


def test_every_setting_that_is_a_secret_is_kept_as_one() -> None:
    plain = {"slack_api_url", "public_url", "delta87_url", "sandbox_url"}
    for name, field in Settings.model_fields.items():
        if re.search("token|secret_|_secret|password|smtp_url|key$", name) and name not in plain:
            assert "SecretStr" in str(field.annotation), name


@pytest.mark.parametrize("name", ["slack_bot_token", "slack_app_token", "secret_key", "smtp_url"])
def test_a_wrong_one_is_named_and_not_said(name: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings({"_env_file": None, **SECRETS, name: "wrongbutsecret"})
    assert name.upper() in str(error.value)
    assert "wrongbutsecret" not in str(error.value)


def test_an_error_that_holds_one_is_logged_without_it() -> None:
    written = io.StringIO()
    set_up_logging(written)
    error = ValueError(f"could not connect with {SECRETS['smtp_url']}")
    structlog.get_logger().error("broke", error=type(error).__name__, exc_info=error)
    set_up_logging()
    assert "ValueError" in written.getvalue()
    assert MARK not in written.getvalue()


def test_none_stands_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    found = []
    for name in filter(None, listed):
        file = ROOT / name
        if file.is_file() and file.stat().st_size < 2_000_000:
            text = file.read_text(encoding="utf-8", errors="ignore")
            found += [f"{name}: {one[:12]}" for one in LOOKS_SECRET.findall(text)]
    assert found == []
    assert ".env" not in listed
