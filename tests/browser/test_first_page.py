"""What somebody sees who types `make demo`: a real browser, at a desk and on a phone.

With PICTURES set, the pictures of the README are made anew (`make pictures`).
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page

from bot.trying import tried
from sandbox import Sandbox
from tests.browser.conftest import PICTURES, needs_browser

SIZES = {"desktop": (1280, 860), "phone": (390, 844)}

pytestmark = needs_browser


@pytest.fixture(scope="session")
async def box() -> AsyncIterator[Sandbox]:
    async with tried() as (workspace, _going):
        yield workspace


@pytest.fixture(params=SIZES)
async def page(browser: Browser, box: Sandbox, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    width, height = SIZES[request.param]
    await box.areset()
    opened = await browser.new_page(viewport={"width": width, "height": height})
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    await opened.goto(box.url)
    yield opened
    assert not complaints
    assert await opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await opened.close()


async def say(page: Page, text: str) -> None:
    composer = page.locator("textarea").last
    await composer.fill(text)
    await composer.press("Enter")


async def picture(page: Page, name: str) -> None:
    if os.environ.get("PICTURES"):
        size = "phone" if (page.viewport_size or {})["width"] < 500 else "desktop"
        await page.screenshot(path=PICTURES / f"{name}-{size}.png")


async def test_nepal_typed_there_shows_workshop_plan_and_age_with_their_sources(page: Page) -> None:
    await say(page, "/pathfinder Nepal")
    for words in (
        "held on 7 February 2019 [1] line 93",
        "National action plan on child labour · approved [1] lines 124–125",
        "raised from 16 to 18 [1] lines 125–126",
        "Report of the fourth meeting of the Alliance 8.7 Global Coordinating Group, as of April 2019",
        "Only visible to you",
    ):
        await page.get_by_text(words).first.wait_for(timeout=5_000)
    await picture(page, "nepal")


async def test_a_click_shows_more_in_place(page: Page) -> None:
    await say(page, "/pathfinder Nepal")
    await page.get_by_role("button", name="Show more").click()
    await page.get_by_text("The record gives two lists; this is the second").wait_for(timeout=5_000)
    assert await page.get_by_text("held on 7 February 2019").count() == 1


async def test_somebody_else_reads_it_in_french(page: Page) -> None:
    await page.get_by_label("You are").select_option(label="Camille Rivage · Member")
    await say(page, "/pathfinder népal")
    await page.get_by_text("7 février 2019").wait_for(timeout=5_000)
    await picture(page, "nepal-fr")


async def test_a_choice_is_a_click_away(page: Page) -> None:
    await say(page, "/pathfinder Congo")
    await page.get_by_role("button", name="Democratic Republic of the Congo").click()
    await page.get_by_text("is not on record as a pathfinder").wait_for(timeout=5_000)


async def test_a_shared_card_stands_in_the_channel(page: Page) -> None:
    await say(page, "/actiongroup migration")
    await page.get_by_role("button", name="Share here").click()
    await page.get_by_text("Shared. It stands in the channel now").wait_for(timeout=5_000)
    assert await page.get_by_text("Co-chairs:").count() == 2


async def test_a_co_chair_posts_an_update_in_the_form(page: Page) -> None:
    await page.get_by_label("You are").select_option(label="Alex Prado · Co-chair, action group on migration")
    await say(page, "/update migration")
    form = page.get_by_role("dialog")
    # Both sizes share one demo, and much the same text twice would be asked about.
    phone = (page.viewport_size or {})["width"] < 500
    headline = "Consultation in Dakar prepared" if phone else "Second meeting held online"
    await form.get_by_label("Titular").fill(headline)
    await form.get_by_label("Qué ha avanzado").fill("Twelve partners met.")
    await picture(page, "update")
    await form.get_by_role("button", name="Enviar").click()
    await form.get_by_text("Publicada").wait_for(timeout=5_000)
    await form.get_by_role("button", name="Cerrar").click()
    await form.wait_for(state="hidden")
    await say(page, "/actiongroup migration")
    await page.get_by_text(headline).first.wait_for(timeout=5_000)


async def test_the_clock_moves_to_the_hour_of_the_newsletter(page: Page, box: Sandbox) -> None:
    if await page.locator("#menu").is_visible():
        await page.locator("#menu").click()
    before = box.clock.now()
    await page.locator("#advance").select_option(label="Monday, 09:00 UTC")
    await page.get_by_role("button", name="Move on").click()
    await page.locator("#time").filter(has_text="Monday").wait_for(timeout=5_000)
    now = datetime.fromtimestamp(box.clock.now(), UTC)
    assert (now.weekday(), now.hour, now.minute) == (0, 9, 0)
    assert before < box.clock.now() <= before + 7 * 86_400 + 60
    assert await page.get_by_role("link", name="Mailbox").get_attribute("href") == "/mailbox"
