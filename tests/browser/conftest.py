"""A real browser: Debian's Chromium, started once; the demo, and its page at a desk and on a phone.

With PICTURES set, the pictures under `docs/pictures` are made anew (`make pictures`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from bot.run import Running
from bot.trying import tried
from sandbox import Sandbox

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {"desktop": (1280, 860), "phone": (390, 844)}
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no browser is installed: apt-get install chromium, and pages are tested too"
)


Keep = Callable[[Page, str], Awaitable[None]]
"""Keeps a picture of a page under a name."""


@dataclass(frozen=True)
class Demo:
    """What `make demo` runs: the sandbox, and the bot connected to it."""

    box: Sandbox
    going: Running


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
async def demo() -> AsyncIterator[Demo]:
    async with tried() as (box, going):
        yield Demo(box, going)


@pytest.fixture
async def box(demo: Demo) -> Sandbox:
    """The sandbox as in the beginning; what the bot remembers stays."""
    await demo.box.areset()
    return demo.box


@asynccontextmanager
async def window(browser: Browser, size: str, *, quiet: bool = True) -> AsyncIterator[BrowserContext]:
    """A browser's window of a size; unless it need not be `quiet`, no page of it may complain."""
    width, height = SIZES[size]
    context = await browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(10_000)
    complaints: list[str] = []
    context.on(
        "console",
        lambda said: complaints.append(f"{said.text} {said.location}") if said.type == "error" else None,
    )
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    await context.close()
    assert not quiet or not complaints


@pytest.fixture(params=SIZES)
async def page(browser: Browser, box: Sandbox, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """The page of the demo, just opened, at each size."""
    async with window(browser, request.param) as context:
        yield await opened(context, box.url)


async def opened(context: BrowserContext, address: str) -> Page:
    """The workspace page, ready for use."""
    page = await context.new_page()
    await page.goto(address)
    await page.locator("body.ready").wait_for()
    return page


def on_phone(page: Page) -> bool:
    """Whether a page stands in a phone's width."""
    return (page.viewport_size or {"width": 0})["width"] < 700


@pytest.fixture
def picture() -> Keep:
    """Keeps a picture of what is shown now, under a name and the size; only with PICTURES set."""

    async def keep(page: Page, name: str) -> None:
        if os.environ.get("PICTURES"):
            size = "phone" if on_phone(page) else "desktop"
            await page.screenshot(path=PICTURES / f"{name}-{size}.png", animations="disabled")

    return keep
