"""The pages for everybody in a browser: at a desk, on a phone, on paper, by night, with hostile words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from playwright.async_api import Browser, Page
from sqlalchemy import select, update

from bot.trying import tried
from handlers.links import Links
from storage.agendas import AgendaItem
from storage.database import Database
from storage.partial_dates import PartialDate, Precision, Status
from storage.tables import Commitment, Event, Fact, Group, Member, Organisation, Pathfinder, Place, Update
from storage.vocabulary import EventKind, UpdateState, Visibility
from tests.browser.conftest import SIZES, Keep, needs_browser
from tests.browser.sound import barriers, layout, sound

pytestmark = needs_browser
PAGES = (
    "", "/calendar", "/calendar/2026-12", "/pathfinders", "/pathfinders/NP", "/pathfinders/african-union",
    "/groups", "/groups/migration", "/newsletters",
)  # fmt: skip
KEPT = {
    "": "public-start", "/calendar/2026-12": "public-month", "/pathfinders": "public-pathfinders",
    "/pathfinders/NP": "public-country", "/groups/migration": "public-group",
}  # fmt: skip
"""Of which pages pictures are kept, in English at a desk and in French on a phone."""
HOSTILE = (
    "<script>document.title='taken'</script> & \"quotes\" <img src=x onerror=alert(1)> \u202egnorw "
    + "Unbroken" * 20
    + " שלום عليكم "
)
LONG = HOSTILE + "word " * 1_950
"""10,000 characters."""


@dataclass(frozen=True)
class Shown:
    """A demo, the addresses of its pages, and the id of an event in which all is hostile."""

    links: Links
    event: int

    def at(self, language: str, path: str) -> str:
        return f"{self.links.start(language)}{path}"


@pytest.fixture(scope="module")
async def shown() -> AsyncIterator[Shown]:
    """The demo as it is shipped."""
    async with tried() as (_box, going):
        yield Shown(going.bot.services.links, 1)


@pytest.fixture(scope="module")
async def hostile() -> AsyncIterator[Shown]:
    """The demo with hostile words in every public field at once."""
    async with tried() as (_box, going):
        services = going.bot.services
        yield Shown(services.links, await _spoiled(services.database, services.clock()))


async def _spoiled(database: Database, now: datetime) -> int:
    words, long = {"en": HOSTILE}, {"en": LONG}
    async with database.writing() as session:
        nepal = (await session.scalars(select(Place.id).where(Place.key == "NP"))).one()
        group = (await session.scalars(select(Group.id).where(Group.key == "migration"))).one()
        member = (await session.scalars(select(Member.id))).first()
        await session.execute(update(Group).values(name=words, about=words, membership=words, note=words))
        await session.execute(update(Organisation).values(name=words, short=words))
        await session.execute(update(Fact).values(text=words, owner=words, note=words))
        await session.execute(update(Pathfinder).values(note=words))
        await session.execute(update(Place).where(Place.key == "african-union").values(names=words))
        await session.execute(
            update(Event).values(name=words, about=words, venue=words, organiser=words, note=words)
        )
        event = Event(
            key="member/hostile", kind=EventKind.MEETING, name=words, about=long, venue=words, note=long,
            organiser=words, outcome=long, group_id=group, place_id=nepal, added_at=now, changed_at=now,
            when=PartialDate(
                Precision.RANGE, date(2026, 12, 3), date(2026, 12, 5), status=Status.TO_BE_CONFIRMED
            ),
        )  # fmt: skip
        session.add(event)
        await session.flush()
        session.add(AgendaItem(key="member/item", event_id=event.id, title=words, note=words))
        of = {"place_id": nepal}, {"group_id": group}
        for number, where in enumerate(of):
            session.add(
                Update(
                    **where, author_id=member, language="en", headline=HOSTILE[:150], body=LONG,
                    link="https://example.org/" + "long/" * 90, next_step=HOSTILE[:300],
                    next_owner=HOSTILE[:150], visibility=Visibility.PUBLIC, state=UpdateState.PUBLISHED,
                    posted_at=now, published_at=now, released_at=now,
                )
            )  # fmt: skip
            session.add(
                Commitment(
                    **where, key=f"member/promise-{number}", text=long, due_words=words, owner=words,
                    added_at=now, when=PartialDate(),
                )
            )  # fmt: skip
        return event.id


async def opened(browser: Browser, address: str, size: str = "desktop") -> tuple[Page, list[str]]:
    width, height = SIZES[size]
    page = await browser.new_page(viewport={"width": width, "height": height})
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = await page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    return page, complaints


@pytest.mark.parametrize(("language", "size"), [("en", "desktop"), ("fr", "phone"), ("es", "phone")])
async def test_every_page_is_sound(
    shown: Shown, browser: Browser, language: str, size: str, picture: Keep
) -> None:
    page, complaints = await opened(browser, shown.at(language, ""), size)
    for path in (*PAGES, f"/events/{shown.event}"):
        await page.goto(shown.at(language, path))
        assert await layout(page) == []
        if language != "es":  # the third language has other widths, and the same elements
            assert await barriers(page) == []
        if path in KEPT and language != "es":
            await picture(page, KEPT[path])
    assert complaints == []
    await page.close()


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_words_break_no_page(hostile: Shown, browser: Browser, size: str) -> None:
    page, complaints = await opened(browser, hostile.at("en", ""), size)
    for path in (*PAGES, f"/events/{hostile.event}", "/calendar?group=migration"):
        await page.goto(hostile.at("en", path))
        assert await layout(page) == []
        assert await page.title() != "taken"
        assert await page.locator("img, script").count() == 0
    assert complaints == []
    await page.close()


async def test_a_month_is_a_grid_at_a_desk_and_a_list_on_a_phone(shown: Shown, browser: Browser) -> None:
    for size, columns in (("desktop", True), ("phone", False)):
        page, _ = await opened(browser, shown.at("fr", "/calendar/2026-12"), size)
        assert await page.get_by_role("link", name="Journée des droits humains").count() <= 1
        assert await page.locator("thead").is_visible() is columns
        assert await page.locator("td.empty:not(.out)").first.is_visible() is columns
        assert await page.locator("td:not(.empty) .wide-day").first.is_visible() is not columns
        await page.close()


async def test_the_calendar_is_chosen_without_a_script(shown: Shown, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(shown.at("en", "/calendar?past=1"))
    await page.get_by_label("Action group").select_option("migration")
    await page.get_by_role("button", name="Show").click()
    assert "group=migration" in page.url
    assert "past=1" in page.url
    assert await page.get_by_text("First workshop of the Migration action group").is_visible()
    await page.get_by_role("link", name="First workshop of the Migration action group").click()
    assert await page.get_by_role("heading", level=1).inner_text() == (
        "First workshop of the Migration action group"
    )
    await context.close()


async def test_a_mark_on_the_map_leads_to_its_country(shown: Shown, browser: Browser) -> None:
    page, _ = await opened(browser, shown.at("es", "/pathfinders"), "phone")
    await page.locator("svg a[href$='/pathfinders/NP']").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", level=1, name="Nepal").wait_for(timeout=5_000)
    await page.close()


@pytest.mark.parametrize(
    "path", ["/calendar/2026-12", "/pathfinders", "/pathfinders/NP", "/groups/migration"]
)
async def test_it_prints(shown: Shown, browser: Browser, path: str) -> None:
    page, _ = await opened(browser, shown.at("en", path))
    await page.emulate_media(media="print")
    assert await page.get_by_role("heading", level=1).is_visible()
    for gone in (".languages", ".tabs", "form"):
        assert not await page.locator(gone).first.is_visible(), gone
    assert await page.evaluate("getComputedStyle(document.querySelector('.hero')).color") == "rgb(0, 0, 0)"
    assert len(await page.pdf(format="A4")) > 10_000
    await page.close()


async def test_it_is_sound_by_night(shown: Shown, browser: Browser) -> None:
    page, _ = await opened(browser, shown.at("en", ""), "phone")
    await page.emulate_media(color_scheme="dark")
    for path in ("", "/calendar/2026-12", "/pathfinders/NP"):
        await page.goto(shown.at("en", path))
        await sound(page)
    await page.close()
