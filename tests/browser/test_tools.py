"""The tools beside the workspace, used as by somebody who never saw them, at a desk and on a phone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, expect

from sandbox import Sandbox
from tests.browser.conftest import SIZES, needs_browser, on_phone, opened, window
from tests.browser.hands import become, enter, room_for_the_page, say, tool
from tests.browser.sound import layout, sound
from tests.sandbox.test_mailbox import HOSTILE, hand_in

pytestmark = needs_browser
Keep = Callable[[Page, str], Awaitable[None]]
at_a_desk = pytest.mark.parametrize("page", ["desktop"], indirect=True)
on_a_phone = pytest.mark.parametrize("page", ["phone"], indirect=True)
GENERAL, ROBIN, ALEX = "C0GENERAL", "U0NEWMEMB", "U0COCHAIR"


async def test_the_drawer_opens_by_itself_at_a_desk_and_by_a_tap_on_a_phone(page: Page) -> None:
    drawer = page.locator("#tools")
    if on_phone(page):
        await expect(drawer).to_be_hidden()
        await page.locator("#tools-open").click()
    await expect(drawer.get_by_role("tab", name="Try it")).to_have_attribute("aria-selected", "true")
    await expect(drawer.locator("[data-step]")).to_have_count(5)
    frame, whole = await drawer.bounding_box(), page.viewport_size
    assert frame is not None
    assert whole is not None
    assert frame["width"] == (whole["width"] if on_phone(page) else 360)
    await drawer.get_by_role("button", name="Close the tools").click()
    await expect(drawer).to_be_hidden()
    await expect(page.locator("#tools-open")).to_be_focused()
    await page.reload()
    await page.locator("body.ready").wait_for()
    await expect(drawer).to_be_hidden()


@at_a_desk
async def test_a_keyboard_walks_through_the_tabs_and_the_choice_is_kept(page: Page) -> None:
    await tool(page, "guide")
    for key, name in (
        ("ArrowRight", "Clock"),
        ("End", "Mailbox"),
        ("ArrowRight", "Try it"),
        ("ArrowLeft", "Mailbox"),
    ):
        await page.keyboard.press(key)
        await expect(page.locator("#tools").get_by_role("tab", name=name)).to_be_focused()
    await expect(page.locator("#tool-mailbox")).to_be_visible()
    await page.reload()
    await page.locator("body.ready").wait_for()
    await expect(page.locator("#tool-mailbox")).to_be_visible()
    await expect(page.locator("#tool-guide")).to_be_hidden()


async def test_each_tool_is_sound_in_the_language_of_who_looks(page: Page, box: Sandbox) -> None:
    subject = "Lettre d’information " + "très longue " * 12 + "x" * 90
    await hand_in(box, subject, "camille@example.org", html="<p>Bonjour</p>")
    await say(page, "/pathfinder Nepal")
    for name, heading in (("Camille Rivage", "Votre première minute"), ("Alex Prado", "Su primer minuto")):
        await become(page, name)
        await tool(page, "guide")
        await page.get_by_role("heading", name=heading).wait_for()
        for key in ("guide", "clock", "weather", "hood", "mailbox"):
            await tool(page, key)
            await page.locator(f"#tool-{key} h2").wait_for()
            await sound(page)


async def test_a_step_that_did_not_work_says_so_and_counts_as_not_done(
    browser: Browser, box: Sandbox
) -> None:
    async with window(browser, "phone", quiet=False) as context:
        page = await opened(context, box.url)
        await page.route("**/sandbox/command", lambda route: route.abort())
        await tool(page, "guide")
        await page.locator("[data-step=country]").click()
        await expect(page.locator("#tools")).to_be_hidden()
        await tool(page, "guide")
        await expect(page.locator("[data-step=country]")).to_contain_text("That did not work")
        await expect(page.locator("li.done")).to_have_count(0)
    assert [call.kind for call in box.calls if call.kind == "command"] == []


async def test_the_clock_says_three_times_and_moves_on(page: Page, box: Sandbox, picture: Keep) -> None:
    box.clock.freeze(datetime(2027, 3, 3, 17, 30, tzinfo=UTC))
    await become(page, "Sam Hill")
    await tool(page, "clock")
    clock = page.locator("#clock")
    await expect(clock).to_contain_text("11:15")  # Kathmandu is 5 h 45 min ahead
    await expect(clock).to_contain_text("Wednesday, March 3, 2027")
    await expect(clock).to_contain_text("17:30 UTC")
    await clock.get_by_role("button", name="An hour on").click()
    await expect(clock).to_contain_text("18:30 UTC")
    await clock.get_by_role("button", name="To Monday, 09:00 UTC").click()
    await expect(clock).to_contain_text("Mon, Mar 8")
    await expect(clock.locator('[data-part="came"]')).not_to_contain_text("Moving on")
    assert datetime.fromtimestamp(box.clock.now(), UTC) == datetime(2027, 3, 8, 9, tzinfo=UTC)
    await sound(page)
    await picture(page, "clock")
    await clock.get_by_role("button", name="Let it run").click()
    await expect(clock.get_by_role("button", name="Stop the clock")).to_be_visible()
    assert not box.clock.frozen


@on_a_phone
async def test_a_day_and_an_hour_are_those_of_ones_own_zone_and_going_back_is_warned_of(
    page: Page, box: Sandbox
) -> None:
    box.clock.freeze(datetime(2027, 3, 27, 12, tzinfo=UTC))
    await become(page, "Alex Prado")
    await tool(page, "clock")
    clock = page.locator("#clock")
    # The night in which Madrid puts its clocks forward: its nine o'clock is seven in UTC from then on.
    await clock.locator("[name=date]").fill("2027-03-28")
    await clock.locator("[name=time]").fill("09:00")
    await clock.get_by_role("button", name="Mover el reloj").click()
    await expect(clock).to_contain_text("07:00 UTC")
    assert datetime.fromtimestamp(box.clock.now(), UTC) == datetime(2027, 3, 28, 7, tzinfo=UTC)
    await clock.locator("[name=date]").fill("2027-03-01")
    await clock.get_by_role("button", name="Mover el reloj").click()
    await clock.get_by_text("Es antes de la hora que es allí").wait_for()
    assert datetime.fromtimestamp(box.clock.now(), UTC).day == 28
    await sound(page)
    await clock.get_by_role("button", name="Retroceder de todos modos").click()
    await expect(clock).to_contain_text("08:00 UTC")
    assert datetime.fromtimestamp(box.clock.now(), UTC) == datetime(2027, 3, 1, 8, tzinfo=UTC)


@at_a_desk
async def test_bad_weather_is_made_counted_down_and_cleared(page: Page, box: Sandbox) -> None:
    await tool(page, "weather")
    weather = page.locator("#tool-weather")
    await weather.get_by_text("Nothing goes wrong just now").wait_for()
    await weather.get_by_label("What goes wrong").select_option(label="Slack has an error (503)")
    await weather.get_by_label("How often").select_option(label="The next three")
    await weather.get_by_label("At which calls").select_option(label="Forms and Home")
    await weather.get_by_role("button", name="Let it happen").click()
    await weather.get_by_text("Forms and Home · 3 times more").wait_for()
    assert [(one["kind"], one["method"], one["left"]) for one in box.faults.listed()] == [
        ("server_error", "views.*", 3)
    ]
    await room_for_the_page(page)
    await enter(page, "app")
    await tool(page, "weather")
    await weather.get_by_text("Forms and Home · 2 times more").wait_for()
    await sound(page)
    await weather.get_by_role("button", name="Clear all").click()
    await weather.get_by_text("Nothing goes wrong just now").wait_for()
    assert box.faults.listed() == []
    await weather.get_by_label("What goes wrong").select_option(label="Events arrive twice")
    await expect(weather.get_by_label("At which calls")).to_be_hidden()
    await weather.get_by_role("button", name="Let it happen").click()
    await weather.get_by_text("3 times more").wait_for()
    assert [(one["kind"], one["method"]) for one in box.faults.listed()] == [("redeliver", None)]


@on_a_phone
async def test_one_watches_it_cope_and_nothing_is_sent_twice(page: Page, box: Sandbox, picture: Keep) -> None:
    await tool(page, "weather")
    await page.get_by_role("button", name="Watch it cope").click()
    await page.locator(".coped").get_by_text("Sent once. Slack never answered").wait_for(timeout=25_000)
    posts = [call for call in box.calls if call.kind == "chat.postMessage"]
    assert [call.fault for call in posts] == ["timeout_after"]
    told = [message["text"] for message in box.messages(box.dm(ALEX), ALEX)]
    assert len([text for text in told if "When do you meet next?" in text]) == 1
    await expect(page.locator("#tool-weather")).to_be_visible()
    await sound(page)
    await picture(page, "weather")


@at_a_desk
async def test_the_exchanges_are_live_and_open_to_json_without_a_secret(
    page: Page, box: Sandbox, picture: Keep
) -> None:
    await tool(page, "hood")
    lines = page.locator("#tool-hood .calls > li")
    before = await lines.count()
    await box.command(ROBIN, GENERAL, "/pathfinder Nepal")
    await lines.first.get_by_text("command").wait_for()
    assert await lines.count() == before + 1
    await lines.first.locator("summary").click()
    shown = lines.first.locator(".json")
    await expect(shown).to_have_count(2)
    assert json.loads(await shown.first.inner_text())["text"] == "Nepal"
    assert json.loads(await shown.last.inner_text())["blocks"]
    await expect(shown.first.locator(".name", has_text="team_domain")).to_have_count(1)
    await sound(page)
    await picture(page, "hood")
    await box.open_home(ROBIN)
    await lines.filter(has_text="views.publish").first.wait_for()
    await expect(lines.nth(2).locator("details[open]")).to_have_count(1)  # what was open stays open
    await page.locator("#tool-hood").get_by_label("Show").select_option("views.publish")
    await expect(lines.filter(has_text="command")).to_be_hidden()
    held = await page.evaluate("async () => (await fetch('/sandbox/calls')).text()")
    for secret in (box.bot_token, box.app_token, box.signing_secret):
        assert secret not in held


@at_a_desk
async def test_long_json_is_cut_until_it_is_asked_for(page: Page, box: Sandbox) -> None:
    long = "x" * 30_000
    await box.message(ROBIN, GENERAL, f"<@{box.bot_user_id}> {long}")
    await tool(page, "hood")
    mention = page.locator(".calls > li", has_text="app_mention").first
    await mention.locator("summary").click()
    await mention.get_by_role("button", name="Show all").wait_for()
    cut = len(await mention.locator(".json").first.inner_text())
    assert cut <= 20_000
    await mention.get_by_role("button", name="Show all").click()
    assert long in await mention.locator(".json").first.inner_text()


@on_a_phone
async def test_the_blocks_of_a_message_are_shown_to_copy_and_to_open_in_the_builder(page: Page) -> None:
    await room_for_the_page(page)
    await say(page, "/pathfinder Nepal")
    await page.locator("#messages").get_by_text("7 February 2019").first.wait_for()
    await page.evaluate(
        "async () => { const [{ here }, hood] = await Promise.all([import('/page/here.js'),"
        " import('/page/hood.js')]); hood.showBlocks(here.look.place.messages.at(-1)); }"
    )
    window = page.get_by_role("dialog", name="The blocks of this message")
    blocks = json.loads(await window.locator(".json").inner_text())["blocks"]
    assert blocks[0]["type"]
    address = await window.get_by_role("link", name="Open in Block Kit Builder").get_attribute("href") or ""
    assert address.startswith("https://app.slack.com/block-kit-builder/#%7B%22blocks%22%3A%5B")
    await sound(page)
    await page.keyboard.press("Escape")
    await expect(window).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
async def test_a_letter_is_read_and_no_script_of_its_runs(browser: Browser, box: Sandbox, size: str) -> None:
    await hand_in(box, "Lettre d’information", "camille@example.org", html=HOSTILE)
    async with window(browser, size, quiet=False) as context:
        page = await opened(context, box.url)
        await tool(page, "mailbox")
        mailbox = page.locator("#tool-mailbox")
        await expect(page.locator("#count-mailbox")).to_have_text("1")
        await mailbox.get_by_role("button", name="Lettre d’information").click()
        await page.frame_locator("iframe.html").get_by_text("Bonjour").wait_for()
        assert "taken" not in await page.title()
        await mailbox.get_by_text("As plain text").click()
        await mailbox.get_by_text("Bonjour à toutes et à tous").wait_for()
        assert await layout(page) == []
        await mailbox.get_by_role("button", name="All e-mails").click()
        await expect(mailbox.locator("[data-letter]")).to_have_count(1)


@on_a_phone
async def test_the_mailbox_has_a_page_of_its_own(page: Page, box: Sandbox) -> None:
    await hand_in(box, "First", "camille@example.org", html="<p>Bonjour</p>")
    await page.goto(f"{box.url}/mailbox")
    await page.get_by_role("button", name="First").click()
    await page.frame_locator("iframe.html").get_by_text("Bonjour").wait_for()
    await sound(page)
    await hand_in(box, "Second", "robin@example.org", html="<p>Hello</p>")
    await page.get_by_role("button", name="Second").wait_for()
    await expect(page.get_by_role("button", name="First")).to_have_attribute("aria-current", "true")
