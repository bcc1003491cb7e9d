"""The workspace page: at home for anybody who knows Slack, at a desk and on a phone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, Response, expect

from bot.app import make_desk
from bot.manifest import make_manifest
from bot.prepare import throw_away
from bot.run import running
from bot.trying import settings_for
from sandbox import Sandbox
from sandbox.people import DEFAULT_PEOPLE, Channel
from tests.browser.conftest import SIZES, needs_browser, on_phone, opened, window
from tests.browser.hands import become, enter, say, side, still, tool
from tests.browser.sound import layout, sound

pytestmark = needs_browser
GENERAL, MIGRATION = "C0GENERAL", "C0MIGRATE"
ROBIN, ALEX = "U0NEWMEMB", "U0COCHAIR"
LIGHT = 300_000
"""Bytes of everything that the page loads."""


async def test_commands_are_completed_with_their_hint(page: Page) -> None:
    field = page.locator("#composer textarea")
    await field.fill("/")
    options = page.get_by_role("option")
    await expect(options.first).to_be_visible()
    await sound(page)
    await field.fill("/pa")
    await expect(options).to_have_count(1)
    await field.press("Enter")
    await expect(field).to_have_value("/pathfinder ")
    await expect(page.locator("#composer .composer-tools .usage")).to_contain_text("/pathfinder [country")
    await field.fill("/ev")
    await field.press("Escape")
    await expect(options.first).to_be_hidden()
    await expect(field).to_have_value("/ev")


async def test_people_are_mentioned_by_name(page: Page, box: Sandbox) -> None:
    field = page.locator("#composer textarea")
    await field.fill("Hello @ca")
    await page.get_by_role("option").filter(has_text="Camille").click()
    await field.press("Enter")
    await expect(page.locator("#messages .mention")).to_have_text("@camille")
    assert box.messages(GENERAL)[-1]["text"] == "Hello <@U0MEMBERX>"


async def test_a_click_shows_more_in_place(page: Page) -> None:
    await say(page, "/pathfinder Nepal")
    await page.get_by_role("button", name="Show more").click()
    await page.get_by_text("The record gives two lists; this is the second").first.wait_for()
    await expect(page.get_by_text("held on 7 February 2019")).to_have_count(1)
    await sound(page)


async def test_a_choice_is_a_click_away(page: Page) -> None:
    await say(page, "/pathfinder Congo")
    await page.get_by_role("button", name="Democratic Republic of the Congo").click()
    await page.get_by_text("is not on record as a pathfinder").first.wait_for()


async def test_who_shares_a_card_shows_it_to_others_as_unread(
    page: Page, browser: Browser, box: Sandbox
) -> None:
    async with window(browser, "desktop") as elsewhere:
        other = await opened(elsewhere, f"{box.url}/#user={ALEX}&place={MIGRATION}")
        await say(page, "/actiongroup migration")
        await page.get_by_role("button", name="Share here").click()
        await page.get_by_text("Shared. It stands in the channel now").first.wait_for()
        unread = other.locator(f'[data-place="{GENERAL}"] .count')
        await expect(unread).to_have_text("1")
        await unread.click()
        await expect(other.locator(".fresh")).to_be_visible()
        await expect(other.locator("#messages .message")).to_have_count(1)
        await expect(other.get_by_text("Solo visible para usted")).to_have_count(0)
        await expect(unread).to_have_count(0)


async def test_a_mention_is_answered_in_its_thread(page: Page) -> None:
    await say(page, "@pathfinder-bot Nepal")
    await page.locator(".replies").click()
    pane = page.locator("#thread")
    await pane.get_by_text("held on 7 February 2019").wait_for()
    await sound(page)
    await say(page, "Thank you", thread=True)
    await expect(pane.locator(".message")).to_have_count(3)
    await pane.locator("header button").click()
    await expect(pane).to_be_hidden()
    await expect(page.locator(".replies")).to_contain_text("2 replies")
    await expect(page.locator("#messages .message")).to_have_count(1)


async def test_no_command_in_a_thread_and_nothing_typed_is_lost(page: Page) -> None:
    await say(page, "Let us meet on Friday")
    await page.get_by_role("button", name="Reply in thread").click()
    field = page.locator("#thread textarea")
    await field.fill("/pathfinder Nepal")
    await field.press("Enter")
    await expect(field).to_have_value("/pathfinder Nepal")
    await page.locator("#thread").get_by_text("Slack takes no commands in threads").wait_for()


async def test_a_form_survives_a_reload_with_what_was_typed(page: Page) -> None:
    await say(page, "/update Nepal")
    form = page.locator("#modal")
    await form.get_by_label("Headline").fill("Committee meets")
    await form.get_by_label("Written in").select_option(label="Français")
    await page.reload()
    await expect(form.get_by_label("Headline")).to_have_value("Committee meets")
    await expect(form.get_by_label("Written in").locator("option:checked")).to_have_text("Français")
    await sound(page)
    await page.keyboard.press("Escape")
    await expect(form).to_be_hidden()


async def test_what_was_begun_stays_in_its_channel(page: Page) -> None:
    field = page.locator("#composer textarea")
    await field.fill("A draft for all")
    await enter(page, MIGRATION)
    await expect(field).to_have_value("")
    await enter(page, GENERAL)
    await expect(field).to_have_value("A draft for all")
    await page.reload()
    await expect(field).to_have_value("A draft for all")


async def test_shortcuts_of_the_workspace_and_of_a_message(page: Page) -> None:
    await say(page, "We promise to train forty inspectors by May")
    await page.get_by_role("button", name="More actions").click()
    await sound(page)
    await page.get_by_role("menuitem", name="Save as commitment").click()
    form = page.locator("#modal")
    await expect(form.locator("textarea, input").filter(visible=True).first).to_be_visible()
    await form.get_by_role("button", name="Close").click()
    await expect(form).to_be_hidden()
    await page.locator("#composer").get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem").first.click()
    await expect(form).to_be_visible()


async def test_everybody_sees_their_own_workspace(page: Page) -> None:
    await become(page, "Noa Campo")
    await side(page)
    await expect(page.locator("#side").get_by_text("Canales", exact=True)).to_be_visible()
    await expect(page.locator('[data-place="G0EDITORS"]')).to_have_count(0)
    await expect(page.locator(f'[data-place="{GENERAL}"]')).to_have_count(0)
    await sound(page)
    await page.keyboard.press("Escape")
    await become(page, "Dominique Lac")
    await side(page)
    await expect(page.locator('[data-place="G0EDITORS"]')).to_be_visible()
    await page.locator('[data-place="C0PATHFND"]').click()
    await page.get_by_role("button", name="Rejoindre #pathfinders").click()
    await expect(page.locator("#composer textarea")).to_be_editable()


async def test_the_people_one_may_be_are_told_apart(page: Page) -> None:
    await side(page)
    await page.locator("#who").click()
    people = page.get_by_role("menuitemradio")
    for words in (
        "National focal point of Nepal",
        "Co-chair, action group on migration",
        "Editor",
        "Secretariat",
        "Guest",
    ):
        await expect(people.filter(has_text=words)).to_have_count(1)
    await expect(people.filter(has_text="Sam Hill")).to_contain_text("Kathmandu")
    await expect(people.filter(has_text="Camille Rivage")).to_contain_text("French")
    await sound(page)


async def test_what_people_write_stays_text_and_breaks_nothing(page: Page, box: Sandbox) -> None:
    for text in (
        "<img src=x onerror=alert(1)> <script>alert(2)</script> &amp; <b>bold?</b>",
        "W" * 3_000,
        "https://example.org/" + "long/" * 200,
        "שלום עולם, this is mixed: مرحبا بالعالم *bold* and ‮reversed‬ end",
        "```" + "code " * 200 + "```",
        "\n".join("> quoted" for _ in range(30)),
        "*_~" * 200,
    ):
        await box.message(ALEX, GENERAL, text)
    await expect(page.locator("#messages .message")).to_have_count(7)
    assert await layout(page) == []
    assert await page.locator("#messages script, #messages img").count() == 0
    await page.locator("#messages .message").first.scroll_into_view_if_needed()
    assert await layout(page) == []


async def test_of_5000_messages_the_latest_are_drawn_and_earlier_ones_on_demand(
    page: Page, box: Sandbox
) -> None:
    for number in range(5_000):
        box.put(ALEX, GENERAL, f"Message {number}")
    loaded: list[str] = []
    page.on("response", lambda response: loaded.append(response.url))
    await page.reload()
    messages = page.locator("#messages .message")
    await expect(messages.last).to_contain_text("Message 4999")
    assert not [url for url in loaded if url.endswith("/state")], "all that was ever said is not asked for"
    assert await messages.count() == 60
    await page.locator(".earlier").click()
    await expect(messages).to_have_count(160)
    await expect(messages.first).to_contain_text("Message 4840")
    await say(page, "/pathfinder Nepal")
    await expect(messages).to_have_count(160)
    assert await layout(page) == []


async def test_the_page_is_light(browser: Browser, box: Sandbox) -> None:
    async with window(browser, "phone") as context:
        page = await context.new_page()
        loaded: list[Response] = []
        page.on("response", lambda one: loaded.append(one))
        await page.goto(box.url)
        await page.locator("body.ready").wait_for()
        await page.wait_for_load_state("load")
        weights = [len(await one.body()) for one in loaded if not one.url.endswith("/live")]
        assert len(weights) > 20
        assert sum(weights) < LIGHT


@pytest.mark.parametrize("size", SIZES)
async def test_a_bot_that_is_down_is_told_and_comes_back(browser: Browser, size: str) -> None:
    box = Sandbox(make_manifest(make_desk()))
    async with throw_away() as (url, database), box.serving(), window(browser, size) as context:
        page = await opened(context, box.url)
        await page.get_by_text("is not connected").wait_for()
        await sound(page)
        field = page.locator("#composer textarea")
        await field.fill("/pathfinder Nepal")
        await field.press("Enter")
        await page.get_by_text("could not be reached").wait_for()
        await expect(field).to_have_value("/pathfinder Nepal")
        await sound(page)
        async with running(settings_for(box, database_url=url), database):
            await expect(page.get_by_text("is not connected")).to_be_hidden(timeout=10_000)
            await field.press("Enter")
            await page.locator("#messages").get_by_text("Nepal").first.wait_for()


async def test_a_sandbox_that_is_gone_is_told_and_the_page_goes_on_when_it_is_back(browser: Browser) -> None:
    box = Sandbox(make_manifest(make_desk()))
    async with window(browser, "desktop", quiet=False) as context:
        async with box.serving():
            page = await opened(context, box.url)
            await page.locator("#composer textarea").fill("A draft")
        port = int(box.url.rpartition(":")[2])
        await page.get_by_text("This page tries again by itself").wait_for()
        async with box.serving(port):
            await expect(page.get_by_text("This page tries again by itself")).to_be_hidden(timeout=15_000)
            await expect(page.locator("#composer textarea")).to_have_value("A draft")


async def test_blocks_are_shown_as_json_to_copy(page: Page) -> None:
    await say(page, "/pathfinder Nepal")
    await expect(page.get_by_role("button", name="More actions")).to_be_visible()
    await still(page)
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Blocks as JSON").click()
    shown = page.locator("dialog.shown-blocks")
    await expect(shown).to_contain_text('"type": "header"')
    await sound(page)


async def test_the_tools_do_not_hide_a_thread(page: Page) -> None:
    await say(page, "Something to talk about")
    await tool(page, "clock")
    if on_phone(page):
        await page.locator(".tools-close").click()
    await page.get_by_role("button", name="Reply in thread").click()
    await expect(page.locator("#thread textarea")).to_be_focused()
    await expect(page.locator("#tools")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()


async def test_an_address_of_nonsense_leads_somewhere_and_the_page_rests(page: Page, box: Sandbox) -> None:
    for nonsense in ("#user=&place=&thread=", "#user=%3Cb%3E&place=..%2Fx&thread=%22]", "#place=__proto__"):
        await page.goto("about:blank")
        await page.goto(f"{box.url}/{nonsense}")
        await page.locator("body.ready").wait_for()
        await expect(page.locator("#place")).to_contain_text("general")
        looks = "performance.getEntriesByType('resource').filter(one => one.name.includes('/look?')).length"
        await page.wait_for_timeout(300)
        assert await page.evaluate(looks) <= 6, nonsense


async def test_a_reply_of_another_leaves_the_keyboard_where_it_was(page: Page, box: Sandbox) -> None:
    await say(page, "Shall we meet?")
    await page.get_by_role("button", name="Reply in thread").click()
    await say(page, "Gladly", thread=True)
    pane = page.locator("#thread")
    root = await pane.locator(".message").first.get_attribute("data-ts")
    held = pane.locator(".message").nth(1).get_by_role("button", name="More actions")
    await held.focus()
    await box.message(ALEX, GENERAL, "Me too", root)
    await pane.get_by_text("Me too").wait_for()
    await expect(held).to_be_focused()
    await pane.get_by_role("button", name="Close the thread").focus()
    await box.message(ALEX, GENERAL, "And I bring cake", root)
    await pane.get_by_text("cake").wait_for()
    await expect(pane.get_by_role("button", name="Close the thread")).to_be_focused()


async def test_who_uses_the_keyboard_goes_on_where_they_were(page: Page) -> None:
    shortcuts = page.locator("#composer .shortcuts")
    await shortcuts.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator("#modal")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#modal")).to_be_hidden()
    await expect(shortcuts).to_be_focused()
    await page.reload()
    await page.locator("body.ready").wait_for()
    await side(page)
    await page.locator("#who").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#menu" if on_phone(page) else "#who")).to_be_focused()
    if on_phone(page):
        await side(page)
        await page.keyboard.press("Escape")
        await expect(page.locator("#menu")).to_be_focused()


async def test_a_link_to_home_opens_it(page: Page, box: Sandbox) -> None:
    await page.goto("about:blank")
    await page.goto(f"{box.url}/#user=U0SECRETA&place=home")
    await expect(page.locator("#messages.home").get_by_role("button").first).to_be_visible()


async def test_a_thread_without_a_reply_counts_none(page: Page) -> None:
    await say(page, "A question to all")
    message = page.locator("#messages .message").filter(has_text="A question to all")
    await message.get_by_role("button", name="Reply in thread").click()
    await expect(page.locator("#thread .message")).to_have_count(1)
    await expect(page.locator("#thread")).not_to_contain_text("0 replies")
    await say(page, "An answer", thread=True)
    await expect(page.locator("#thread")).to_contain_text("1 reply")


@pytest.mark.parametrize("size", SIZES)
async def test_long_and_hostile_names_break_nothing(browser: Browser, size: str) -> None:
    word = "Donaudampfschifffahrt" * 8
    people = [
        replace(DEFAULT_PEOPLE[0], real_name=word),
        replace(DEFAULT_PEOPLE[1], real_name=f"<b>שלום {word}"),
    ]
    rooms = [
        Channel(GENERAL, "g" * 79, topic=f"{word} <script> שלום", members={ROBIN}),
        Channel(MIGRATION, "o" * 79, members=set()),
    ]
    box = Sandbox(make_manifest(make_desk()), people=people, channels=rooms)
    async with box.serving(), window(browser, size) as context:
        page = await opened(context, box.url)
        assert await layout(page) == []
        await side(page)
        await page.locator("#who").click()
        assert await layout(page) == []
        await page.goto("about:blank")
        await page.goto(f"{box.url}/#place={MIGRATION}")
        await page.locator(".joining button").wait_for()
        assert await layout(page) == []
