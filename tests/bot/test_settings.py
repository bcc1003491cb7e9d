"""Settings: a wrong one stops the start with one line that names it, and no line holds a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, need, read_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("slack_bot_token", "xapp-secret-1", "SLACK_BOT_TOKEN must start with xoxb-"),
        ("slack_app_token", "xoxb-secret-1", "SLACK_APP_TOKEN must start with xapp-"),
        ("slack_api_url", "slack.com", "SLACK_API_URL must be an address"),
        ("database_url", "mysql://x", "DATABASE_URL must name SQLite or PostgreSQL"),
        ("database_url", "not an address", "DATABASE_URL"),
        ("default_locale", "tlh", "DEFAULT_LOCALE must be one of en, fr, es"),
        ("default_timezone", "Moon/Base", "DEFAULT_TIMEZONE must be a time zone's name"),
        ("http_port", "many", "HTTP_PORT must be a whole number from 1 to 65535"),
        ("http_port", "80000", "HTTP_PORT must be a whole number from 1 to 65535"),
        ("http_port", "-1", "HTTP_PORT must be a whole number from 1 to 65535"),
        ("stale_after_days", "0", "STALE_AFTER_DAYS must be a whole number of at least 1"),
        ("secretariat", "U012AB3CD, xoxb-secret", "SECRETARIAT has in place 2 what is no Slack user id"),
        ("smtp_url", "smtp://who:half#secret@there", "SMTP_URL must be an address"),
        ("public_url", "https://there:secret/", "PUBLIC_URL must be an address"),
        ("sandbox_url", "http://sandbox.example.org/", "SANDBOX_URL must be a loopback address"),
        ("sandbox_url", "http://10.0.0.1/", "SANDBOX_URL must be a loopback address"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({"_env_file": None, name: value})
    assert says in str(refusal.value)
    assert str(refusal.value).count(name.upper()) == 1
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_any_free_port_may_be_asked_for() -> None:
    assert read_settings({"_env_file": None, "http_port": "0"}).http_port == 0


def test_what_is_missing_is_named() -> None:
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN, SLACK_APP_TOKEN not set"):
        need(read_settings({"_env_file": None}), "slack_bot_token", "slack_app_token")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEFAULT_LOCALE", "fr")
    assert read_settings({"_env_file": None}).default_locale == "fr"


def test_a_file_is_read_and_its_empty_values_are_unset(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=\nDEFAULT_TIMEZONE=Asia/Kathmandu\n")
    settings = read_settings({"_env_file": tmp_path / ".env"})
    assert settings.slack_bot_token is None
    assert settings.default_timezone == "Asia/Kathmandu"


def test_the_example_explains_every_setting_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.partition("=")[0].lower() for line in lines if "=" in line and not line.startswith("#")}
    assert named == set(Settings.model_fields)


def test_the_example_is_good_as_it_stands() -> None:
    settings = read_settings({"_env_file": ROOT / ".env.example"})
    assert settings.slack_api_url == "https://slack.com/api/"


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = read_settings({"_env_file": None, "slack_bot_token": "xoxb-very-secret"})
    assert "very-secret" not in repr(settings)


def test_letters_need_the_address_of_our_pages_unless_all_stays_on_this_machine() -> None:
    mail = {
        "_env_file": None, "smtp_url": "smtp://127.0.0.1:2525", "mail_from": "news@example.org",
        "secret_key": "k" * 32,
    }  # fmt: skip
    with pytest.raises(SettingsError, match="PUBLIC_URL not set"):
        read_settings(mail)
    assert read_settings({**mail, "sandbox_url": "http://127.0.0.1:8765/"}).public_url is None
