"""What is pressed, chosen and typed in blocks: menus, dialogs, forms, tables."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from sandbox import Sandbox
from sandbox.blocks import MESSAGE
from sandbox.validate import check_blocks
from tests.browser.conftest import needs_browser
from tests.browser.drawing import READ, blank, both, draw, examples
from tests.browser.sound import sound
from tests.sandbox.helpers import MANIFEST, button, field, plain

pytestmark = needs_browser


@pytest.fixture(scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(MANIFEST).serving() as running:
        yield running


@pytest.fixture(scope="module", params=["desktop"])
async def page(browser: Browser, box: Sandbox, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    async with blank(browser, box.url, request.param) as opened:
        yield opened


async def test_a_moment_is_chosen_in_the_zone_of_who_looks(page: Page) -> None:
    picker = field("when", type="datetimepicker", initial_date_time=1_795_318_200)
    await draw(page, picker, zone="Asia/Kathmandu", surface="modal")
    assert await page.get_by_label("Say").input_value() == "2026-11-22T09:15"
    assert await page.evaluate(READ) == {"when": 1_795_318_200}
    await page.get_by_label("Say").fill("2026-11-22T09:45")
    assert await page.evaluate(READ) == {"when": 1_795_318_200 + 1_800}


@both
async def test_a_menu_is_worked_with_the_keyboard_alone(page: Page) -> None:
    await draw(
        page, field("who", type="multi_users_select", max_selected_items=2), field("next"), surface="modal"
    )
    menu = page.get_by_role("combobox", name="Say")
    await page.keyboard.press("Tab")
    await page.keyboard.type("ni")
    assert await page.get_by_role("option").all_inner_texts() == ["Niger", "Nigeria"]
    await page.keyboard.press("ArrowDown")
    await sound(page)
    await page.keyboard.press("Enter")
    await page.keyboard.type("cote")
    await page.keyboard.press("Enter")
    assert await page.evaluate(READ) == {"who": ["U2", "U4"], "next": ""}
    assert await page.get_by_role("option").all_inner_texts() == ["No more than 2 can be chosen"]
    await page.keyboard.press("Backspace")
    await page.keyboard.press("Escape")
    assert await menu.get_attribute("aria-expanded") == "false"
    assert await page.evaluate(READ) == {"who": ["U2"], "next": ""}
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement === [...document.querySelectorAll('input')].at(-1)")
    assert await page.get_by_role("button", name="Remove Nigeria").is_visible()


async def test_one_choice_stays_until_another_is_made(page: Page) -> None:
    menu = {
        "type": "users_select",
        "action_id": "who",
        "initial_user": "U0",
        "placeholder": plain("A person"),
    }
    await draw(page, {"type": "actions", "elements": [menu]})
    box = page.get_by_role("combobox")
    await box.click()
    await box.fill("zzz")
    assert await page.get_by_role("option").all_inner_texts() == ["No match"]
    await page.keyboard.press("Escape")
    assert await box.input_value() == "Nepal"
    assert await page.evaluate("acts") == []
    await box.click()
    await page.get_by_role("option", name="Peru").click()
    assert await page.evaluate("acts") == [["who", "U3"]]


async def test_a_button_that_asks_first_acts_once_when_agreed_and_never_when_not(page: Page) -> None:
    asked = {
        "title": plain("Sure?"),
        "text": plain("It goes away."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    await draw(page, {"type": "actions", "elements": [{**button("go"), "confirm": asked}]})
    press = page.get_by_role("button", name="Go")
    for way in ("No", "Escape"):
        await press.click()
        dialog = page.get_by_role("dialog", name="Sure?")
        assert await dialog.get_by_text("It goes away.").is_visible()
        await sound(page)
        await (
            page.keyboard.press("Escape")
            if way == "Escape"
            else dialog.get_by_role("button", name=way).click()
        )
        await dialog.wait_for(state="detached")
    assert await page.evaluate("acts") == []
    await press.click()
    await page.get_by_role("button", name="Yes").click()
    await page.locator("[aria-busy]").wait_for(timeout=10_000)
    await press.dispatch_event("click")
    assert await page.get_by_role("dialog").count() == 0
    assert await page.evaluate("acts") == [["go", None]]
    await page.evaluate("answer()")
    await page.locator("[aria-busy]").wait_for(state="detached", timeout=10_000)


async def test_what_is_wrong_stands_under_its_own_field(page: Page) -> None:
    fields = [field("one"), field("two", type="radio_buttons", options=[{"text": plain("A"), "value": "a"}])]
    wrong = {"one": "Too short.", "two": "Choose one."}
    await draw(page, *fields, {**field("three"), "hint": plain("In a word")}, surface="modal", errors=wrong)
    told = await page.evaluate("""() => [...document.querySelectorAll("[aria-describedby]")].map((node) =>
      node.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).innerText))""")
    assert told == [["Too short."], ["Choose one."], ["In a word"]]
    assert await page.locator("[aria-invalid]").count() == 2
    await sound(page)


async def test_what_was_typed_comes_before_what_the_workspace_holds(page: Page) -> None:
    values = {
        "a": {"said": {"type": "plain_text_input", "value": "held"}},
        "b": {"said": {"type": "x", "value": None}},
    }
    blocks = [field(one, initial_value="first") for one in "abcd"]
    await draw(page, *blocks, surface="modal", values=values, typed={"c": {"said": "typed"}})
    assert await page.evaluate(READ) == {"a": "held", "b": "", "c": "typed", "d": "first"}


async def test_rich_text_that_is_typed_is_rich_text_and_comes_back(page: Page) -> None:
    await draw(page, field("rich", type="rich_text_input"), surface="modal")
    typed = "*bold* and _it_ `x`\n• one\n• two\n> said\n```a < b```\nhttps://example.org."
    await page.get_by_role("textbox", name="Say").fill(typed)
    got = (await page.evaluate(READ))["rich"]
    check_blocks([got], MESSAGE)
    kinds = [part["type"].removeprefix("rich_text_") for part in got["elements"]]
    assert kinds == ["section", "list", "quote", "preformatted", "section"]
    assert got["elements"][0]["elements"][0] == {"type": "text", "text": "bold", "style": {"bold": True}}
    assert got["elements"][-1]["elements"][0] == {"type": "link", "url": "https://example.org"}
    await draw(page, field("rich", type="rich_text_input"), surface="modal", typed={"rich": {"said": got}})
    assert await page.get_by_role("textbox", name="Say").input_value() == typed
    await page.get_by_role("textbox", name="Say").fill("")
    assert await page.evaluate(READ) == {"rich": None}


async def test_a_table_of_data_sorts_and_turns_its_pages(page: Page) -> None:
    await examples(page)
    table = page.locator('[data-name="data_table"]')
    names = table.locator("tbody th")
    assert await names.all_inner_texts() == ["Nepal", "Peru", "Madagascar"]
    await table.get_by_role("button", name="Children").click()
    assert await names.all_inner_texts() == ["Peru", "Fiji", "Nepal"]
    await table.get_by_role("button", name="Next page").click()
    assert await names.all_inner_texts() == ["Côte d’Ivoire", "Madagascar"]
    await table.get_by_role("button", name="Children").click()
    assert await names.first.inner_text() == "Madagascar"
    assert await table.locator('[aria-sort="descending"]').count() == 1
