"""The audit of dependencies says what it knows, and no more."""

from __future__ import annotations

from tests.audit import judged

GOOD = {"name": "a", "version": "1", "vulns": []}
UNKNOWN = {"name": "b", "skip_reason": "Dependency not found on PyPI and could not be audited: b (1)"}
BAD = {"name": "c", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}


def test_a_vulnerability_fails_whatever_else_was_found() -> None:
    status, words = judged([GOOD, UNKNOWN, BAD])
    assert status == 1
    assert "c 1: PYSEC-1, mended in 2" in words


def test_what_nobody_knows_is_not_called_safe() -> None:
    status, words = judged([UNKNOWN])
    assert (status, words.partition(":")[0]) == (0, "dependencies not audited")
    assert judged([GOOD, UNKNOWN])[1].startswith("1 dependencies audited, 1 not")
