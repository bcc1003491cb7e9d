"""What ``docs/sandbox.md`` says is what the sandbox does: methods, rules, and the tests it names."""

import re
from pathlib import Path

from sandbox import METHODS, Sandbox
from sandbox.blocks import BLOCKS, VIEWS
from sandbox.elements import ELEMENTS, OBJECTS
from tests.sandbox.helpers import MANIFEST

ROOT = Path(__file__).parents[2]


def rows(heading: str) -> list[list[str]]:
    page = (ROOT / "docs/sandbox.md").read_text()
    part = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def names_of_tests() -> set[str]:
    files = Path(__file__).parent.glob("test_*.py")
    return {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())}


def test_the_table_of_methods_is_the_table_in_code() -> None:
    shown = {re.findall(r"`(.+?)`", row[0])[0]: (row[1], row[2]) for row in rows("Methods")}
    assert shown == {
        name: (", ".join(method.scopes) or "none", method.token) for name, method in METHODS.items()
    }
    paths = {getattr(route, "path", "") for route in Sandbox(MANIFEST).asgi().routes}
    assert {"/api/{method}", "/respond/{key}", "/upload/{file}", "/socket", "/sandbox"} <= paths


def test_every_test_that_the_tables_name_exists() -> None:
    named = {re.findall(r"`(test_\w+)`", row[-1])[0] for part in ("Methods", "Rules") for row in rows(part)}
    assert named <= names_of_tests(), named - names_of_tests()


def test_the_table_of_shapes_is_the_table_in_code() -> None:
    shown = {(row[0], row[1].strip("`")): row[3] for row in rows("Shapes")}
    tables = {"block": BLOCKS, "element": ELEMENTS, "object": OBJECTS, "view": VIEWS}
    assert shown == {
        (kind, name): shape.source for kind, table in tables.items() for name, shape in table.items()
    }
