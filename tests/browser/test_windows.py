"""Modals in the page: their stack, their errors, what is typed in them; a small Bolt app answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox import Fault, Sandbox
from tests.browser.conftest import SIZES, needs_browser, opened, window
from tests.browser.hands import become, say
from tests.browser.sound import layout, sound
from tests.sandbox.helpers import (
    GENERAL,
    MANIFEST,
    NEWCOMER,
    Bot,
    button,
    field,
    modal,
    on_socket,
    plain,
    section,
)

pytestmark = needs_browser
LONG = "Unbroken" * 60
FILL = """() => {
  for (const size of [1_000_000, 10_000, 10]) {
    const text = "x".repeat(size);
    try { for (let n = 0; ; n += 1) sessionStorage.setItem(`${size} ${n}`, text); } catch { /* full */ }
  }
}"""
HOSTILE = "<b>שלום</b> " + "W" * 200


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(MANIFEST, quiet_seconds=0.08).serving() as running:
        yield running


@pytest.fixture
async def bot(box: Sandbox) -> AsyncIterator[Bot]:
    async with on_socket(box, Bot(box)) as running:
        yield running


@pytest.fixture(params=SIZES)
async def page(
    browser: Browser, box: Sandbox, bot: Bot, request: pytest.FixtureRequest
) -> AsyncIterator[Page]:
    async with window(browser, request.param) as context:
        yield await opened(context, box.url)


def opens(bot: Bot, view: dict[str, Any]) -> None:
    """`/update` opens a form."""

    @bot.app.command("/update")
    async def open_it(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)


async def test_forms_stand_on_each_other_and_go_back_one_by_one(page: Page, bot: Bot) -> None:
    deeper = {"type": "actions", "block_id": "more", "elements": [button("deeper", text="Deeper")]}
    opens(bot, modal(field("words"), deeper))

    @bot.app.action("deeper")
    async def push(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_push(
            trigger_id=body["trigger_id"], view=modal(section("Second"), title=plain("Above"))
        )

    form = page.locator("#modal")
    await say(page, "/update")
    await form.get_by_label("Say").fill("kept below")
    await form.get_by_role("button", name="Deeper").click()
    await expect(form.get_by_role("heading")).to_have_text("Above")
    await sound(page)
    await form.get_by_role("button", name="Back").click()
    await expect(form.get_by_role("heading")).to_have_text("Form")
    await expect(form.get_by_label("Say")).to_have_value("kept below")
    await form.get_by_role("button", name="Deeper").click()
    await expect(form.get_by_role("heading")).to_have_text("Above")
    await form.get_by_role("button", name="Close").first.click()
    await expect(form).to_be_hidden()


async def test_the_bots_errors_stand_under_their_fields_and_nothing_typed_is_lost(
    page: Page, bot: Bot
) -> None:
    two = modal(field("one"), {**field("two"), "label": plain("And")}, callback_id="form")
    opens(bot, two)
    seen = []

    @bot.app.view("form")
    async def refuse(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body["view"]["state"]["values"])
        if len(seen) == 1:
            await ack(response_action="errors", errors={"one": LONG, "two": "Not this <b>either</b>"})
        else:
            await ack()

    form = page.locator("#modal")
    await say(page, "/update")
    await form.get_by_label("Say").fill(HOSTILE)
    await form.get_by_label("And").fill("second")
    await form.get_by_role("button", name="Send").click()
    await form.get_by_text("Not this <b>either</b>").wait_for()
    for name, words in (("Say", HOSTILE), ("And", "second")):
        await expect(form.get_by_label(name)).to_have_attribute("aria-invalid", "true")
        await expect(form.get_by_label(name)).to_have_value(words)
    await expect(form.get_by_label("Say")).to_be_focused()
    await sound(page)
    await form.get_by_role("button", name="Send").click()
    await expect(form).to_be_hidden()
    assert [values["two"]["said"]["value"] for values in seen] == ["second", "second"]


async def test_a_form_that_cannot_be_sent_says_so_and_stays(page: Page, bot: Bot, box: Sandbox) -> None:
    opens(bot, modal(callback_id="form"))
    form = page.locator("#modal")
    await say(page, "/update")
    await form.get_by_label("Say").fill("worth keeping")
    await box.cut_sockets()
    box.faults.add(Fault("socket_cut", times=None))
    await form.get_by_role("button", name="Send").dblclick()
    await form.locator(".notice").wait_for()
    await expect(form.get_by_label("Say")).to_have_value("worth keeping")
    await sound(page)


async def test_what_the_bot_says_breaks_no_form_however_long(page: Page, bot: Bot) -> None:
    options = [{"text": plain(f"{n} {LONG}"[:75]), "value": str(n)} for n in range(5)]
    opens(
        bot,
        modal(
            section(LONG),
            {**field("words"), "label": plain(LONG), "hint": plain(HOSTILE * 3)},
            {**field("pick", type="radio_buttons", options=options)},
            {**field("menu", type="static_select", options=options)},
            title=plain("W" * 24),
            submit=plain("W" * 24),
            close=plain("W" * 24),
        ),
    )
    await say(page, "/update")
    await expect(page.locator("#modal")).to_be_visible()
    assert await layout(page) == []


async def test_a_form_that_changes_leaves_the_keyboard_and_what_was_typed_where_they_were(
    page: Page, bot: Bot, box: Sandbox
) -> None:
    blocks = field("words"), field("more")
    opens(bot, modal(*blocks))
    await say(page, "/update")
    fields = page.locator("#modal input")
    await fields.last.fill("half a sentence")
    await fields.last.press("Home")
    await fields.last.press("ArrowRight")
    view = box.view_of(NEWCOMER) or {}
    await bot.app.client.views_update(view_id=view["id"], view=modal(section("Something new"), *blocks))
    await page.locator("#modal").get_by_text("Something new").wait_for()
    await expect(fields.last).to_be_focused()
    await page.keyboard.type("!")
    await expect(fields.last).to_have_value("h!alf a sentence")


@pytest.mark.parametrize("held", ["{nonsense", "null", '{"words":5}'])
async def test_nonsense_that_the_browser_holds_stops_no_form(
    page: Page, bot: Bot, box: Sandbox, held: str
) -> None:
    opens(bot, modal())
    await say(page, "/update")
    await expect(page.locator("#modal")).to_be_visible()
    view = box.view_of(NEWCOMER) or {}
    await page.evaluate(
        "([key, held]) => sessionStorage.setItem(key, held)", [f"typed {NEWCOMER} {view['id']}", held]
    )
    await page.reload()
    await expect(page.locator("#modal input")).to_be_visible()


async def test_a_browser_without_room_sends_all_the_same(page: Page, bot: Bot) -> None:
    opens(bot, modal(field("__proto__"), callback_id="form"))
    heard: list[Any] = []

    @bot.app.view("form")
    async def take(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body["view"]["state"]["values"])
        await ack()

    await page.evaluate(FILL)
    await say(page, "/update")
    await page.locator("#modal input").fill("No room for this")
    await page.locator("#modal [type=submit]").dblclick()
    await expect(page.locator("#modal")).to_be_hidden()
    assert [one["__proto__"]["said"]["value"] for one in heard] == ["No room for this"]


async def test_what_was_typed_in_a_workspace_that_is_gone_fills_no_new_form(
    page: Page, bot: Bot, box: Sandbox
) -> None:
    opens(bot, modal())
    await page.evaluate(
        'key => sessionStorage.setItem(key, \'{"words":{"said":"old"}}\')', f"typed {NEWCOMER} V1"
    )
    await say(page, "/update")
    await expect(page.locator("#modal")).to_be_visible()
    assert await page.evaluate("Object.keys(sessionStorage).filter(one => one.endsWith(' V1'))") == []


async def test_a_card_that_changes_leaves_the_keyboard_on_its_button(page: Page, bot: Bot) -> None:
    def card(words: str) -> list[dict[str, Any]]:
        return [
            section(words),
            {"type": "actions", "block_id": "acts", "elements": [button("once"), button("more")]},
        ]

    @bot.app.action("more")
    async def change(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.chat_update(
            channel=GENERAL, ts=body["message"]["ts"], text="After", blocks=card("After")
        )

    await bot.app.client.chat_postMessage(channel=GENERAL, text="Before", blocks=card("Before"))
    await page.locator("#messages [data-block=acts] button").last.focus()
    await page.keyboard.press("Enter")
    await page.locator("#messages").get_by_text("After").wait_for()
    await expect(page.locator("#messages [data-block=acts] button").last).to_be_focused()


async def test_what_failed_for_one_person_is_not_told_to_the_next(browser: Browser) -> None:
    box = Sandbox(MANIFEST, ack_seconds=1.5)
    async with box.serving(), on_socket(box, Bot(box)) as bot, window(browser, "desktop") as context:

        @bot.app.command("/update")
        async def too_late(ack: Any) -> None:
            await asyncio.sleep(2.5)
            await ack()

        page = await opened(context, box.url)
        await say(page, "/update")
        await become(page, "Camille Rivage")
        await page.wait_for_timeout(2_000)
        await expect(page.locator("#said")).to_have_text("")
        await expect(page.locator("#composer textarea")).to_have_value("")
        await become(page, "Robin Field")
        await expect(page.locator("#composer textarea")).to_have_value("/update")
