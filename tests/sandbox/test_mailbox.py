"""The sandbox's mailbox: every letter is kept as it came, shown safely, and forgotten with the rest."""

from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import httpx
import pytest

from sandbox import Sandbox

HOSTILE = "<script>top.document.title = 'taken'</script><p>Bonjour</p>"


@pytest.fixture
async def web(box: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=box.url, trust_env=False) as client:
        yield client


async def hand_in(box: Sandbox, subject: str, *to: str, html: str = HOSTILE) -> None:
    letter = EmailMessage()
    letter["From"] = "Alliance 8.7 <news@example.org>"
    letter["To"] = to[0]
    letter["Subject"] = subject
    letter["List-Unsubscribe"] = "<http://127.0.0.1/mail/stop/x>"
    letter.set_content("Bonjour à toutes et à tous")
    letter.add_alternative(html, subtype="html")
    host, _, port = box.mailbox.url.removeprefix("smtp://").partition(":")
    await aiosmtplib.send(letter, recipients=list(to), hostname=host, port=int(port), start_tls=False)


async def test_a_letter_is_listed_and_shown_with_its_bodies_and_headers(
    box: Sandbox, web: httpx.AsyncClient
) -> None:
    assert (await web.get("/sandbox/mail")).json() == {"letters": []}
    await hand_in(box, "Lettre d’information", "camille@example.org", "hidden@example.org")
    (listed,) = (await web.get("/sandbox/mail")).json()["letters"]
    assert listed == {
        "number": 1,
        "from": '"Alliance 8.7" <news@example.org>',
        "to": ["camille@example.org", "hidden@example.org"],
        "subject": "Lettre d’information",
        "at": pytest.approx(box.clock.now(), abs=5),
    }
    whole = (await web.get("/sandbox/mail/1")).json()
    assert whole["text"].strip() == "Bonjour à toutes et à tous"
    assert whole["html"].strip() == HOSTILE
    assert ["List-Unsubscribe", "<http://127.0.0.1/mail/stop/x>"] in whole["headers"]
    assert box.state()["letters"] == 1


async def test_the_newest_stands_first_and_time_is_the_workspaces(
    box: Sandbox, web: httpx.AsyncClient
) -> None:
    await hand_in(box, "First", "a@example.org")
    box.clock.advance(86_400)
    await hand_in(box, "Second", "a@example.org")
    letters = (await web.get("/sandbox/mail")).json()["letters"]
    assert [one["subject"] for one in letters] == ["Second", "First"]
    assert letters[0]["at"] - letters[1]["at"] >= 86_400


async def test_a_reset_forgets_letters_and_a_letter_that_is_not_there_is_said(
    box: Sandbox, web: httpx.AsyncClient
) -> None:
    await hand_in(box, "First", "a@example.org")
    await box.areset()
    assert (await web.get("/sandbox/mail")).json() == {"letters": []}
    gone = await web.get("/sandbox/mail/1")
    assert (gone.status_code, gone.json()) == (404, {"error": "there is no letter 1"})


async def test_the_page_shows_a_letters_html_in_a_frame_without_scripts(web: httpx.AsyncClient) -> None:
    assert "/page/mailbox.js" in (await web.get("/mailbox")).text
    drawn = (await web.get("/page/letters.js")).text
    assert 'sandbox: "allow-popups allow-popups-to-escape-sandbox"' in drawn
    assert "allow-scripts" not in drawn


async def test_it_listens_on_this_machine_only(box: Sandbox) -> None:
    assert box.mailbox.url.startswith("smtp://127.0.0.1:")
