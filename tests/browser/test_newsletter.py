"""What a reader outside Slack sees: a Monday's newsletter in a real browser, on a phone, without scripts."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page

from bot.trying import tried
from handlers.links import Links
from sandbox import Sandbox
from tests.browser.conftest import PICTURES, needs_browser

pytestmark = needs_browser
PHONE = {"width": 390, "height": 844}
LANGUAGES = ("en", "fr", "es")
CO_CHAIR, FOCAL_POINT = "U0COCHAIR", "U0NEPALFP"
NEPAL = {
    "headline": "Steering committee meets in Kathmandu",
    "body": "Ministries, employers and workers agreed on the budget of the national plan for 2027.\n\n"
    "Seven municipalities join in spring.",
    "next_step": "Publish the budget",
    "next_owner": "Ministry of Labour",
}
AGENDA = {
    "headline": "Segunda reunión en línea",
    "body": "Doce socios se reunieron en línea y acordaron un programa de investigación común para los "
    "próximos dos años.",
    "next_step": "Publicar el programa",
}
UNWIELDY = {
    "headline": "Unbroken" + "x" * 120,
    "body": "It met <b>twice</b> & agreed.",
    "link": "https://example.org/" + "long/" * 40,
    "next_step": "Ninguno" + "y" * 120,
}


@dataclass(frozen=True)
class Monday:
    """The demo as it stands on Monday at nine."""

    box: Sandbox
    links: Links
    number: int


@pytest.fixture(scope="module")
async def monday() -> AsyncIterator[Monday]:
    async with tried() as (box, going):
        for user, subject, changes in (
            (FOCAL_POINT, "Nepal", NEPAL),
            (CO_CHAIR, "migration", AGENDA),
            (CO_CHAIR, "migration", UNWIELDY),
        ):
            opened = await box.command(user, "C0GENERAL", f"/update {subject}")
            values = {name: {"value": value} for name, value in changes.items()}
            due = {"next_due": {"value": f"{_monday(box) + timedelta(days=9):%Y-%m-%d}"}}
            sent = await box.submit(user, opened.views[-1]["id"], values | due)
            assert not sent.errors
        box.clock.at(_monday(box))
        await box.settle()
        yield Monday(box, going.bot.services.links, 1)


def _monday(box: Sandbox) -> datetime:
    """The next Monday at nine."""
    now = datetime.fromtimestamp(box.clock.now(), UTC)
    day = now.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=-now.weekday() % 7)
    return day if day > now else day + timedelta(days=7)


async def opened(browser: Browser, address: str, *, scripts: bool = False, width: int = 390) -> Page:
    context = await browser.new_context(
        java_script_enabled=scripts, viewport={**PHONE, "width": width}, device_scale_factor=2
    )
    page = await context.new_page()
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 200
    return page


async def test_a_monday_brings_it_to_the_channel_the_mailbox_and_the_web_in_three_languages(
    monday: Monday, browser: Browser
) -> None:
    titles = {
        "en": r"newsletter of week \d+",
        "fr": r"lettre d’information de la semaine \d+",
        "es": r"boletín de la semana \d+",
    }
    channel = monday.box.messages("C0GENERAL", as_user=CO_CHAIR)
    letters = [one.json()["subject"] for one in monday.box.mailbox.letters]
    for language, title in titles.items():
        parts = [str(one["blocks"]) for one in channel if re.search(title, one["text"])]
        assert sum(part.count(AGENDA["headline"]) for part in parts) == 1
        assert sum(bool(re.search(title, text)) for text in letters) == 1
        page = await opened(browser, monday.links.newsletters(language))
        link = page.locator("main a").first
        assert re.search(title, await link.inner_text(), re.IGNORECASE)
        await link.click()
        await page.get_by_text("Segunda reunión en línea").wait_for(timeout=5_000)
        await page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_nothing_on_a_phone_reaches_past_the_edge(
    monday: Monday, browser: Browser, language: str
) -> None:
    for address in (
        monday.links.start(language),
        monday.links.newsletters(language),
        monday.links.newsletter(language, monday.number),
    ):
        page = await opened(browser, address, scripts=True)
        complaints: list[str] = []
        page.on("console", lambda said, kept=complaints: kept.append(said.text))
        await page.reload()
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        assert complaints == []
        assert await page.evaluate("getComputedStyle(document.body).fontFamily.includes('system-ui')")
        await page.context.close()


async def test_it_reads_the_same_without_scripts(monday: Monday, browser: Browser) -> None:
    address = monday.links.newsletter("fr", monday.number)
    texts = []
    for scripts in (True, False):
        page = await opened(browser, address, scripts=scripts)
        texts.append(await page.locator("body").inner_text())
        if os.environ.get("PICTURES") and not scripts:
            await page.screenshot(path=PICTURES / "newsletter.png")
        await page.context.close()
    assert texts[0] == texts[1]
    assert "Publicar el programa" in texts[0]
    assert "It met <b>twice</b> & agreed." in texts[0]


async def test_a_keyboard_reaches_the_content_first(monday: Monday, browser: Browser) -> None:
    page = await opened(browser, monday.links.newsletter("en", monday.number), scripts=True)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert (await page.locator(".skip").bounding_box() or {})["x"] >= 0
    await page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    await page.context.close()


async def test_it_prints(monday: Monday, browser: Browser) -> None:
    page = await opened(browser, monday.links.newsletter("en", monday.number), scripts=True)
    await page.emulate_media(media="print")
    assert await page.get_by_text("Segunda reunión en línea").is_visible()
    assert not await page.locator(".languages").is_visible()
    printed = await page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert len(printed) > 10_000
    await page.context.close()


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= .03928 ? c / 12.92
    : ((c + .055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const ground = (node) => { for (let at = node; at; at = at.parentElement) {
    const color = rgb(getComputedStyle(at).backgroundColor); if (color[3] === 255) return color; }
    return rgb("Canvas"); };
  return [...document.querySelectorAll("main *, header *, footer *")]
    .filter((node) => [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
    .map((node) => { const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
      return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), node.outerHTML.slice(0, 80)]; })
    .filter(([ratio]) => ratio < 4.5);
}"""
"""What has less contrast than WCAG 2 asks for of running text (1.4.3, level AA)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_by_day_and_by_night(monday: Monday, browser: Browser, scheme: str) -> None:
    page = await opened(browser, monday.links.newsletter("fr", monday.number), scripts=True)
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    assert await page.evaluate(CONTRAST) == []
    await page.context.close()


async def test_a_letter_is_looked_at_in_the_mailbox(monday: Monday, browser: Browser) -> None:
    page = await opened(browser, f"{monday.box.url}/mailbox", scripts=True)
    await page.locator("#letters button").filter(has_text="camille@example.org").click()
    await page.locator(".subject").filter(has_text="lettre d’information").wait_for(timeout=5_000)
    shown = page.frame_locator("iframe.html")
    await shown.get_by_role("heading", name="Segunda reunión en línea").wait_for(timeout=5_000)
    await page.get_by_text("As plain text").click()
    assert "Segunda reunión en línea" in await page.locator("pre.text").inner_text()
    await page.get_by_text("Headers").click()
    assert await page.get_by_text("List-Unsubscribe-Post").is_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.context.close()
