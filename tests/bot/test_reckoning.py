"""The soak's own eyes: an error or an end that nothing caused is seen, one that something caused is not held
against the bot."""

from __future__ import annotations

import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.soak.fleet import PAUSED_LONG, End, Trouble
from tests.soak.reckoning import CAUSED_WITHIN, STARTS_WITHIN, Reckoning, judge_ends, read_log

STOP = -signal.SIGTERM


@pytest.mark.parametrize(
    ("status", "lived", "befell", "caused"),
    [
        (1, 2.0, "fault", True),
        (1, 2.0, "database", True),
        (1, 2.0, "stopped", False),
        (1, STARTS_WITHIN + 1, "database", False),
        (STOP, 2.0, "stopped", True),
        (STOP, 2.0, "fault", False),
        (-signal.SIGSEGV, 2.0, "", False),
        (0, 2.0, "", False),
    ],
)
def test_a_process_that_ended_by_itself_is_unhandled_unless_its_start_was_disturbed(
    status: int, lived: float, befell: str, caused: bool
) -> None:
    trouble, found = Trouble(), Reckoning()
    with trouble.spell(befell):
        judge_ends(found, "replica1", [End(time.monotonic(), lived, status)], trouble)
    assert found.good is caused, found.unhandled
    assert bool(found.caused) is caused


@pytest.mark.parametrize(
    ("error", "befell", "caused"),
    [
        ("SlackApiError", "fault", True),
        ("SlackApiError", "database", False),
        ("OperationalError", "database", True),
        ("OperationalError", "", False),
        ("InternalError", PAUSED_LONG, True),
        ("InternalError", "paused", False),
        ("SlackApiError", PAUSED_LONG, False),
        ("KeyError", "fault", False),
    ],
)
@pytest.mark.parametrize("later", [0.0, CAUSED_WITHIN + 1])
def test_an_error_in_a_log_is_unhandled_unless_what_raises_it_had_failed_shortly_before(
    tmp_path: Path, error: str, befell: str, caused: bool, later: float
) -> None:
    log, trouble, found = tmp_path / "replica1.log", Trouble(), Reckoning()
    with trouble.spell(befell):
        pass
    since = (time.monotonic() + later, datetime.now(UTC))
    entry = {"event": "it broke", "level": "error", "error": error, "timestamp": since[1].isoformat()}
    log.write_text(json.dumps(entry) + '\n{"event": "cut in the mid')
    read_log(found, log, trouble, since)
    assert found.good is (caused and not later), found.unhandled


def test_a_traceback_that_a_library_wrote_in_its_own_way_is_unhandled(tmp_path: Path) -> None:
    log, found = tmp_path / "replica1.log", Reckoning()
    log.write_text("ERROR: Exception in an application\nTraceback (most recent call last):\nKeyError: 'id'\n")
    read_log(found, log, Trouble(), (time.monotonic(), datetime.now(UTC)))
    assert len(found.unhandled) == 1
    assert "KeyError: 'id'" in found.unhandled[0]
