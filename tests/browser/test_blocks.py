"""Block Kit as it is drawn: every type, hostile text, marks, dates, long texts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from sandbox import Sandbox
from tests.browser.conftest import needs_browser
from tests.browser.drawing import DRAW, blank, both, draw, drawing, examples
from tests.browser.sound import sound
from tests.sandbox.helpers import MANIFEST, button, plain, section

pytestmark = needs_browser


@pytest.fixture(scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(MANIFEST).serving() as running:
        yield running


@pytest.fixture(scope="module", params=["desktop"])
async def page(browser: Browser, box: Sandbox, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    async with blank(browser, box.url, request.param) as opened:
        yield opened


@both
async def test_every_block_and_element_is_drawn(page: Page) -> None:
    await examples(page)
    assert await page.locator(".unknown").count() == 0
    drawn = await page.evaluate("""() => [...document.querySelectorAll(".example")].flatMap((example) =>
      [...example.querySelectorAll(":scope > .block")].map((block) => {
        const box = block.getBoundingClientRect();
        const told = block.innerText.trim() || block.matches("hr")
          || block.querySelector("img[alt], input, select, textarea, button, [aria-label]");
        return [example.dataset.name, box.width > 20 && box.height > 0, Boolean(told)];
      }))""")
    assert len(drawn) >= 65
    assert [name for name, seen, told in drawn if not (seen and told)] == []
    await sound(page)


async def test_the_examples_speak_the_language_of_who_looks(page: Page) -> None:
    await examples(page, "?locale=es-419")
    assert await page.get_by_text("1 de 4 terminadas").is_visible()
    assert await page.get_by_label("What has moved (opcional)").is_visible()


BROKEN: list[Any] = [
    {"type": "hologram", "text": "x"},
    {"type": "constructor"},
    {"type": "section", "text": 12},
    {"type": "actions", "elements": "none"},
    {"type": "data_visualization", "title": "x", "chart": {"type": "radar", "series": [], "axis_config": {}}},
    {"type": "rich_text"},
    None,
    "words",
]


@both
async def test_what_cannot_be_drawn_is_a_box_that_names_it_and_the_rest_stands(page: Page) -> None:
    await draw(page, *BROKEN, section("After them all"))
    boxes = page.locator(".block.unknown > summary")
    assert await boxes.count() == len(BROKEN)
    assert "“hologram”" in await boxes.nth(0).inner_text()
    assert "“section”" in await boxes.nth(2).inner_text()
    assert await page.get_by_text("After them all").is_visible()
    await sound(page)
    await draw(page, {"type": "actions", "elements": [{"type": "lever"}, {"type": "button"}, button("go")]})
    assert "“lever”" in await boxes.nth(0).inner_text()
    assert await boxes.count() == 2
    assert await page.get_by_role("button", name="Go").is_visible()


HOSTILE = [
    ("<script>window.hurt = 1</script>", "<script>window.hurt = 1</script>"),
    ("&lt;img src=x onerror=hurt=1&gt; &amp;amp; &copy;", "<img src=x onerror=hurt=1> &amp; &copy;"),
    ("<javascript:hurt=1|press here>", "<javascript:hurt=1|press here>"),
    ("<data:text/html,hurt|here>", "<data:text/html,hurt|here>"),
    ("<https://example.org/\"onclick='hurt'|quoted>", "quoted"),
    ("`<https://a.example|*not bold*>`", "*not bold*"),
    ("*bold _both ~all~_*", "bold both all"),
    ("snake_case_name and 2*3*4 and a~b~c", "snake_case_name and 2*3*4 and a~b~c"),
    ("_see <https://a.example/x_y_z|the page>_", "see the page"),
    ("* not bold * and ** and __ and ~~", "* not bold * and ** and __ and ~~"),
    ("*not\nbold*", "*not\nbold*"),
    ("```\n*kept* > as\n  it is\n```", "*kept* > as\n  it is"),
    ("<!date^abc^{date}|no date>", "no date"),
    ("<!date^99999999999999999999^{date}|too far>", "too far"),
    ("<@U0MEMBERX> <#C1|one> <!channel> <!subteam^S1>", "@U0MEMBERX #one @channel @S1"),
    ("\ue000\ue001 private", "\ufffd\ufffd private"),
    (":constructor: :__proto__: :x:", ":constructor: :__proto__: ❌"),
    ("<>< > <|> unfinished <https://example.org", "<>< > <|> unfinished <https://example.org"),
]


@pytest.mark.parametrize(("said", "shown"), HOSTILE)
async def test_text_is_text_whatever_it_holds(page: Page, said: str, shown: str) -> None:
    await draw(page, section(said), {"type": "markdown", "text": said})
    assert await page.locator("main > .block").first.inner_text() == shown
    assert await page.evaluate("window.hurt") is None
    held = "main :is(script, img, iframe, [onerror], [onclick], a[href^='javascript' i], a[href^='data' i])"
    assert await page.locator(held).count() == 0


async def test_marks_become_what_slack_makes_of_them(page: Page) -> None:
    marks = "*bold* _italic_ ~struck~ `code` *<https://example.org|bold link>*"
    await draw(page, section(f"{marks}\n&gt; quoted\n&gt; still\n• point\n>>> rest\nand more"))
    expected = {
        "strong": ["bold", "bold link"],
        "em": ["italic"],
        "s": ["struck"],
        "code": ["code"],
        "strong a": ["bold link"],
        "blockquote": ["quoted\nstill", "rest\nand more"],
        ".bullet": ["• point"],
    }
    for selector, texts in expected.items():
        assert await page.locator(f"main {selector}").all_inner_texts() == texts


LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 12


@both
async def test_right_to_left_text_runs_its_way_and_long_words_wrap(page: Page) -> None:
    await draw(
        page,
        section("*الاجتماع* الثاني عُقد\nand a line in English"),
        {"type": "header", "text": plain(LONG[:150])},
        section(f"{LONG} `{LONG}` <https://example.org/{LONG}>", accessory=button("go", text=LONG[:75])),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": LONG}]},
        {"type": "markdown", "text": f"# {LONG}\n- {LONG}\n> {LONG}"},
        {"type": "section", "fields": [plain(LONG), plain("x")]},
    )
    lines = page.locator("main .line")
    way = "(line) => getComputedStyle(line).direction"
    assert [await lines.nth(at).evaluate(way) for at in range(2)] == ["rtl", "ltr"]
    await sound(page)


@pytest.mark.parametrize(
    "text", ["*a* " * 9_000, "_a" * 15_000, "`" * 11_000, "[" * 11_000, "<" * 20_000, "**a" * 3_900]
)
async def test_a_hostile_length_takes_no_time(page: Page, text: str) -> None:
    blocks = [section(text), {"type": "markdown", "text": text[:12_000]}]
    took: float = await page.evaluate(
        f"async (given) => {{ const from = performance.now(); await ({DRAW})(given); "
        "return performance.now() - from; }",
        drawing(*blocks),
    )
    assert took < 3_000


DATES = [
    # Locale, zone, form, what is read; the moment is 2026-11-22 03:30 UTC, now 2026-11-21 10:00 UTC.
    ("en-US", "America/Lima", "{date_long} at {time}", "Saturday, November 21st, 2026 at 10:30 PM"),
    ("en-US", "Asia/Kathmandu", "{date_long} at {time}", "Sunday, November 22nd, 2026 at 9:15 AM"),
    ("fr-FR", "Asia/Kathmandu", "{date_short}, {time}", "22 nov. 2026, 9:15"),
    ("es-419", "America/Lima", "{date_long}", "Sábado, 21 de noviembre de 2026"),
    ("es-ES", "Asia/Kathmandu", "{date_num} {date_slash}", "2026-11-22 22/11/2026"),
    ("en-US", "America/Lima", "{date_pretty} {time_secs}", "Today 10:30:00 PM"),
    ("en-US", "Asia/Kathmandu", "due {date_short_pretty}", "due tomorrow"),
    ("fr-FR", "Asia/Kathmandu", "{date_long_pretty}", "Demain"),
    ("es-ES", "America/Lima", "{ago}", "Dentro de 17 horas"),
    ("en-US", "UTC", "{date} {unknown}", "November 22nd {unknown}"),
    ("en-US", "Mars/Olympus", "{date_num}", "2026-11-22"),
]


@pytest.mark.parametrize(("locale", "zone", "form", "shown"), DATES)
async def test_a_date_is_read_in_ones_own_language_and_zone(
    page: Page, locale: str, zone: str, form: str, shown: str
) -> None:
    rich = {"type": "date", "timestamp": 1_795_318_200, "format": form}
    await draw(
        page,
        section(f"<!date^1795318200^{form}|fallback>"),
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [rich]}]},
        locale=locale,
        zone=zone,
    )
    said = [
        text.replace("\u202f", " ").replace("\u00a0", " ")
        for text in await page.locator("main time").all_inner_texts()
    ]
    assert said == [shown, shown]


@both
async def test_a_long_text_is_cut_in_a_message_only_and_opens(page: Page) -> None:
    text = section("\n".join(f"Line {n} of many" for n in range(1, 101)))
    await draw(page, text, section("After it"))
    more = page.get_by_role("button", name="See more")
    await more.wait_for(timeout=10_000)
    assert (await page.get_by_text("After it").bounding_box() or {})["y"] < 700
    await sound(page)
    await more.click()
    assert (await page.get_by_text("After it").bounding_box() or {})["y"] > 1_500
    await draw(page, text)
    await page.get_by_role("button", name="See less").click()
    for block, surface in (({**text, "expand": True}, "message"), (text, "home")):
        await draw(page, block, surface=surface)
        await page.wait_for_timeout(100)
        assert await more.count() == 0


async def test_a_picture_that_does_not_load_says_what_it_shows(page: Page, box: Sandbox) -> None:
    await page.route(
        "**/none.png", lambda route: route.fulfill(status=200, body="no picture", content_type="image/png")
    )
    image = {"type": "image", "image_url": f"{box.url}/none.png", "alt_text": "A map of the world"}
    await draw(page, image, section("x", accessory=image))
    await page.locator(".no-picture").nth(1).wait_for(timeout=10_000)
    assert await page.locator("img").count() == 0
    assert await page.get_by_role("img", name="A map of the world").count() == 2
