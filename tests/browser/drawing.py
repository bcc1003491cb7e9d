"""Drawing Block Kit on an empty page, with the modules of the workspace page."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.async_api import Browser, Page

from tests.browser.conftest import SIZES

NOW = 1_795_255_200
"""2026-11-21 10:00 UTC."""

BLANK = """<!doctype html><html lang="en"><title>Blocks</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/page/blocks.css">
<link rel="stylesheet" href="/page/controls.css">
<link rel="stylesheet" href="/page/gallery.css">
<main></main>"""

DRAW = """async ({blocks, locale, zone, surface, state}) => {
  const { drawBlocks } = await import("/page/blocks.js");
  window.acts = [];
  window.inputs = [];
  const same = (id) => id;
  const eyes = { me: "U0MEMBERX", locale, zone, now: NOW, name: same, channel: same, file: () => null };
  const places = ["Nepal", "Niger", "Nigeria", "Peru", "Côte d’Ivoire"];
  const desk = {
    eyes, surface, channels: [], values: {}, typed: {}, errors: {}, inputs: window.inputs,
    people: places.map((name, at) => ({ id: `U${at}`, name, real_name: name })),
    changed: () => {}, suggest: async () => [], ...state,
    act: (one, value) => {
      acts.push([one.action_id, value]);
      return new Promise((done) => { window.answer = done; });
    },
  };
  const main = document.createElement("main");
  main.append(...drawBlocks(blocks, desk));
  document.body.replaceChildren(main);
}""".replace("NOW", str(NOW))

READ = "Object.fromEntries(inputs.map(([block, , read]) => [block, read()]))"
"""What stands in the inputs, by the ids of their blocks."""

both = pytest.mark.parametrize("page", SIZES, indirect=True)


@contextlib.asynccontextmanager
async def blank(browser: Browser, url: str, size: str) -> AsyncIterator[Page]:
    """A page of the sandbox with nothing on it yet; nothing may go wrong there."""
    width, height = SIZES[size]
    page = await browser.new_page(viewport={"width": width, "height": height}, timezone_id="Pacific/Apia")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.route("**/blank", lambda route: route.fulfill(body=BLANK, content_type="text/html"))
    await page.goto(f"{url}/blank")
    yield page
    assert complaints == []
    await page.close()


def drawing(
    *blocks: Any, locale: str = "en-US", zone: str = "UTC", surface: str = "message", **state: Any
) -> dict[str, Any]:
    """What ``DRAW`` takes."""
    return {"blocks": blocks, "locale": locale, "zone": zone, "surface": surface, "state": state}


async def draw(page: Page, *blocks: Any, **how: Any) -> None:
    """Draw these blocks, and nothing else, on the page; ``how`` as for ``drawing``."""
    await page.evaluate(DRAW, drawing(*blocks, **how))


async def examples(page: Page, how: str = "") -> None:
    """Go to the page of examples."""
    await page.goto(urljoin(page.url, f"/gallery{how}"))
    await page.locator("body[data-drawn]").wait_for(timeout=10_000)
