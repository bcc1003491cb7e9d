"""Asks the advisory service about every locked dependency: `python -m tests.audit`. Part of `make check`.

Fails for a known vulnerability. Where the service does not answer, or knows none of the packages (a mirror of
the index has no advisories), it says plainly that nothing was audited, and fails nobody who works offline.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent.parent / "requirements.lock"
SECONDS = 120


def main() -> int:
    """0 if nothing is known against any dependency, or nothing could be asked; 1 for a vulnerability."""
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes",
        "--progress-spinner", "off", "--timeout", "10", "--format", "json",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
        status, words = judged(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError, subprocess.TimeoutExpired):
        status, words = 0, "dependencies not audited: the advisory service does not answer"
    sys.stdout.write(f"{words}\n")
    return status


def judged(found: list[dict[str, Any]]) -> tuple[int, str]:
    """The exit status and what to say of what pip-audit found."""
    asked = [one for one in found if "skip_reason" not in one]
    bad = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none'}"
        for one in asked
        for flaw in one["vulns"]
    ]
    if bad:
        return 1, "\n".join(["vulnerable dependencies:", *sorted(bad)])
    if not asked:
        return 0, "dependencies not audited: the advisory service does not know them (a mirror of the index?)"
    skipped = len(found) - len(asked)
    rest = f", {skipped} not: the service does not know them" if skipped else ""
    return 0, f"{len(asked)} dependencies audited{rest}; no known vulnerability"


if __name__ == "__main__":
    sys.exit(main())
