"""Drawing a channel of 5,000 messages in the workspace page, against one of 50, in the same run.

Asked for: at most 3 times. What is measured is what somebody waits for: from the click on the channel until
the browser has painted it, the question to the sandbox included. Needs Chromium.
"""

from __future__ import annotations

import shutil

from playwright.async_api import Page, async_playwright

from benchmarks.rows import Found, middles, of_pairs
from bot.app import make_desk
from bot.manifest import make_manifest
from sandbox import Sandbox

SMALL, LARGE = ("C0GENERAL", 50), ("C0MIGRATE", 5_000)
ROUNDS = 21
WRITER = "U0COCHAIR"
TEXT = "*Message {n}*: a consultation of <@U0NEPALFP> with employers, workers and <https://example.org|partners>."
DRAW = """async (place) => {
  const { go } = await import("/page/here.js");
  await go("C0LOUNGEX");
  const from = performance.now();
  await go(place);
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  return performance.now() - from;
}"""


async def measure() -> Found:
    """Draw both in turns; without a browser nothing is measured."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("page: no browser is installed, nothing measured")
        return Found()
    box = Sandbox(make_manifest(make_desk()))
    async with box.serving(), async_playwright() as playwright:
        for channel, count in (SMALL, LARGE):
            for n in range(count):
                box.put(WRITER, channel, TEXT.format(n=n))
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        await page.goto(box.url)
        await page.locator("body.ready").wait_for()
        found = await _measured(page)
        await browser.close()
    pairs = list(zip(found[str(LARGE[1])], found[str(SMALL[1])], strict=True))
    large, small = middles(pairs)
    name = f"page: a channel of {LARGE[1]:,} messages by one of {SMALL[1]}"
    return Found([of_pairs(name, pairs, "≤ 3", f"{large:.0f} and {small:.0f} ms")])


async def _measured(page: Page) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {str(count): [] for _, count in (SMALL, LARGE)}
    for channel, _ in (SMALL, LARGE):
        await page.evaluate(DRAW, channel)  # warm
    for _ in range(ROUNDS):
        for channel, count in (SMALL, LARGE):
            found[str(count)].append(await page.evaluate(DRAW, channel))
    return found
