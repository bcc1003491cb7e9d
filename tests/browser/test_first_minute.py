"""The five things of the first minute, each a click in the page itself, at a desk and on a phone.

Every state is looked at for what overlaps, is cut, or keeps somebody out; pictures stand in `docs/pictures`.
"""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from bot.trying import tried
from tests.browser.conftest import SIZES, Keep, needs_browser, on_phone, opened, window
from tests.browser.hands import tool
from tests.browser.sound import sound

pytestmark = needs_browser


async def step(page: Page, key: str) -> None:
    """Do one of the five, and wait until the page says that it is done."""
    await tool(page, "guide")
    await page.locator(f'[data-step="{key}"]').click()


async def told_done(page: Page, key: str) -> None:
    await tool(page, "guide")
    await expect(page.locator(f"li.done [data-step={key}]")).to_be_visible()


async def test_a_country_is_asked_for(page: Page, picture: Keep) -> None:
    if on_phone(page):
        await sound(page)
        await picture(page, "start")
    await tool(page, "guide")
    await sound(page)
    await picture(page, "guide" if on_phone(page) else "start")
    await step(page, "country")
    for words in (
        "held on 7 February 2019 [1] line 93",
        "National action plan on child labour · approved [1] lines 124–125",
        "raised from 16 to 18 [1] lines 125–126",
        "Report of the fourth meeting of the Alliance 8.7 Global Coordinating Group, as of April 2019",
        "Only visible to you",
    ):
        await page.locator("#messages").get_by_text(words).first.wait_for()
    await sound(page)
    await picture(page, "nepal")
    await told_done(page, "country")


async def test_the_same_is_asked_in_french(page: Page, picture: Keep) -> None:
    await step(page, "language")
    await page.locator("#messages").get_by_text("7 février 2019").first.wait_for()
    await page.locator("#messages").get_by_text("Visible par vous seulement").wait_for()
    assert await page.evaluate("document.documentElement.lang") == "fr"
    await sound(page)
    await picture(page, "nepal-fr")
    await told_done(page, "language")


async def test_an_update_is_posted_and_what_is_missing_is_said_under_its_field(
    page: Page, picture: Keep
) -> None:
    await step(page, "update")
    form = page.locator("#modal")
    await expect(form).to_be_visible()
    await sound(page)
    await form.get_by_label("Qué ha avanzado").fill("Doce socios se reunieron.")
    await form.get_by_role("button", name="Enviar").click()
    await expect(form.get_by_label("Titular")).to_have_attribute("aria-invalid", "true")
    await expect(form.get_by_label("Qué ha avanzado")).to_have_value("Doce socios se reunieron.")
    await sound(page)
    await picture(page, "update-errors")
    # Both sizes share one demo, and much the same text twice would be asked about.
    headline = "Consulta en Dakar preparada" if on_phone(page) else "Segunda reunión en línea"
    await form.get_by_label("Titular").fill(headline)
    await picture(page, "update")
    await form.get_by_role("button", name="Enviar").click()
    await form.get_by_text("Publicada").first.wait_for()
    await sound(page)
    await picture(page, "update-posted")
    await form.get_by_role("button", name="Cerrar").last.click()
    await expect(form).to_be_hidden()
    await told_done(page, "update")


async def test_a_page_of_ones_own(page: Page, picture: Keep) -> None:
    await step(page, "home")
    await page.locator("#messages.home .block").first.wait_for()
    await page.locator("#messages").get_by_text("Nepal").first.wait_for()
    await sound(page)
    await picture(page, "home")
    await told_done(page, "home")


@pytest.mark.parametrize("size", SIZES)
async def test_the_newsletter_arrives_on_monday(browser: Browser, size: str, picture: Keep) -> None:
    async with tried() as (box, _going), window(browser, size) as context:
        page = await opened(context, box.url)
        await step(page, "newsletter")
        arrived = page.locator("#messages .message").filter(has_text="ewsletter of week")
        await arrived.first.wait_for(timeout=20_000)
        await sound(page)
        await picture(page, "newsletter-slack")
        await told_done(page, "newsletter")
        await tool(page, "mailbox")
        await page.locator("#tool-mailbox").get_by_text("robin@example.org").first.wait_for()
        await sound(page)
        await picture(page, "mailbox")
