"""What somebody does with the workspace page, at a desk and on a phone."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.conftest import on_phone


async def say(page: Page, text: str, *, thread: bool = False) -> None:
    """Write into the composer of the channel or the thread, and send it."""
    field = page.locator("#thread textarea" if thread else "#composer textarea")
    await field.fill(text)
    await field.press("Enter")
    await expect(field).to_have_value("")


async def still(page: Page) -> None:
    """Wait until each picture is there: one that comes late moves away what somebody is about to click."""
    await page.wait_for_function("[...document.images].every((one) => one.complete)")


async def side(page: Page) -> None:
    """Open the channels, which a phone hides."""
    if on_phone(page):
        await page.locator("#menu").click()


async def become(page: Page, name: str) -> None:
    """Switch to somebody else."""
    await room_for_the_page(page)
    await side(page)
    await page.locator("#who").click()
    await page.get_by_role("menuitemradio", name=name).click()
    if on_phone(page):
        await expect(page.locator("body.side-open")).to_have_count(0)
    else:
        await expect(page.locator("#who")).to_contain_text(name)


async def enter(page: Page, place: str) -> None:
    """Go to a channel by its id, or to the app by `app`."""
    await room_for_the_page(page)
    await side(page)
    await page.locator(
        "#side nav button:has(.avatar)" if place == "app" else f'#side [data-place="{place}"]'
    ).click()


async def room_for_the_page(page: Page) -> None:
    """Close the tools where they cover the page."""
    tools = page.locator("#tools")
    if on_phone(page) and await tools.is_visible():
        await tools.locator(".tools-close").click()
        await expect(tools).to_be_hidden()


async def tool(page: Page, name: str) -> None:
    """Open a tool by its key: guide, clock, weather, hood, mailbox."""
    if not await page.locator("#tools").is_visible():
        await page.locator("#tools-open").click()
    await page.locator(f"#tab-{name}").click()
