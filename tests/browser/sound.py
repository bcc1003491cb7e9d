"""Whether a page is sound: nothing overlaps or is cut, and axe finds no serious barrier."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

LAYOUT = (Path(__file__).parent / "layout.js").read_text(encoding="utf-8")
SERIOUS = {"serious", "critical"}
"""https://github.com/dequelabs/axe-core/blob/develop/doc/issue_impact.md"""


async def sound(page: Page) -> None:
    """Assert that what is shown now has no element overlapping or cut, and no serious barrier."""
    assert await layout(page) == []
    assert await barriers(page) == []


async def layout(page: Page) -> list[str]:
    """What overlaps, is cut, or reaches past the edge of the page, one sentence each."""
    found: list[str] = await page.evaluate(LAYOUT)
    return found


async def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical: the rule, and the elements that break it."""
    result = await Axe().run(page)
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:5]]}"
        for one in result.response["violations"]
        if one["impact"] in SERIOUS
    ]
