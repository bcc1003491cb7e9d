"""Whatever mail servers do: every letter goes out, once wherever that can be known, and harms no other."""

from __future__ import annotations

import asyncio
import io
import shutil
import ssl
import subprocess
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from sqlalchemy import select

from bot.log import set_up_logging
from bot.mail_server import Server, server_of
from bot.post import LEASE, PATIENCE, REST_LOCKED_OUT, Post
from community import deliveries, mail
from community.deliveries import Outgoing, call_off
from community.members import Reader
from community.names import Names
from handlers import letters
from handlers.links import Links
from handlers.slack.asking import Services
from handlers.slack.busy import Busy
from storage.database import Database
from storage.mail import MailReader, keep_letter
from storage.switches import SENDING, Stopped
from storage.tables import AuditEntry, Delivery
from storage.worklist import AFTERMATH
from templates.email import LATE, LINK
from templates.environment import environment
from templates.messages import Templates

SENDER = "news@bot.example.org"
ANA, BO, CY = "ana@example.org", "bo@example.org", "cy@example.org"
SOON = PATIENCE.total_seconds()
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass
class Office:
    """A real mail server, and what it says instead of taking letters: `answers` go one after the other."""

    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    connections: int = 0
    dies: list[str] = field(default_factory=list)
    """At which commands it cuts the connection: "MAIL", "RCPT", "DATA" (having the letter), one each time."""

    def _answer(self, server: SMTP, command: str, key: str = "") -> str | None:
        if self.dies and self.dies[0] == command:
            self.dies.pop(0)
            server.transport.abort()
        waiting = self.answers[key or command]
        return waiting.pop(0) if waiting else None

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        envelope.mail_from = address
        return self._answer(server, "MAIL") or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if no := self._answer(server, "RCPT", address):
            return no
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any
    ) -> str:
        if no := (self.answers["DATA"].pop(0) if self.answers["DATA"] else None):
            return no
        self.raw.append(envelope.original_content)
        message = message_from_bytes(envelope.original_content, _class=EmailMessage, policy=default)
        self.got += [(address, message) for address in envelope.rcpt_tos]
        self._answer(server, "DATA")
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for _, message in self.got]


@dataclass
class Mail:
    """A mail server, a database, and workers between them."""

    office: Office
    database: Database
    server: Server
    names: Names
    moment: datetime = NOW

    def services(self) -> Services:
        return Services(
            database=self.database, names=self.names, templates=Templates(environment()),
            default_reader=Reader("en", "en", "UTC"), clock=lambda: self.moment, delta87="",
            links=Links("https://bot.example.org/", "s" * 32), by_mail=True,
        )  # fmt: skip

    def worker(self, **changes: Any) -> Post:
        compose = partial(letters.envelope, self.services())
        server = replace(self.server, **changes)
        return Post(server, compose, self.database, lambda: self.moment, Busy(), pace=0)

    async def reader(self, address: str) -> int:
        async with self.database.writing() as session:
            shown = await mail.ask(session, address, "en", self.moment)
            assert shown is not None
            await mail.confirm(session, shown, self.moment)
            return shown.reader

    async def promise(self, *addresses: str, key: str = "edition:17", late: timedelta = timedelta()) -> None:
        for address in addresses:
            number = await self._known(address) or await self.reader(address)
            async with self.database.writing() as session:
                letter = await keep_letter(
                    session, key, "fr", subject="Lettre", text=f"{LATE}Texte é\n{LINK}\n",
                    html=f'<p lang="fr">{LATE}é <a href="{LINK}">stop</a></p>',
                )  # fmt: skip
                to = f"mail:{number}"
                promised = self.moment - late
                message = Outgoing(
                    f"{key}:{to}", key, "newsletter", to, "fr", {}, promised=promised, letter=letter
                )
                await deliveries.put(session, message, self.moment)

    async def _known(self, address: str) -> int | None:
        async with self.database.reading() as session:
            return await session.scalar(select(MailReader.id).where(MailReader.address == address))

    async def send(self, *, after: float = 0) -> None:
        """Let time pass, and a worker who knows nothing of the others do what is due."""
        self.moment += timedelta(seconds=after)
        await self.worker().drain()

    async def states(self) -> list[tuple[str, str | None]]:
        async with self.database.reading() as session:
            rows = await session.scalars(select(Delivery).order_by(Delivery.id))
            return [(row.state.value, row.reason) for row in rows]

    async def refused(self) -> dict[str, str | None]:
        async with self.database.reading() as session:
            rows = (await session.scalars(select(MailReader))).unique()
            return {row.address: row.reason for row in rows if row.refused_at}

    def to(self) -> list[str]:
        return sorted(address for address, _ in self.office.got)


@asynccontextmanager
async def opened(office: Office, **options: Any) -> AsyncIterator[int]:
    """The office at a port of its own."""
    loop = asyncio.get_running_loop()
    made = await loop.create_server(
        lambda: SMTP(office, hostname="mail.test", loop=loop, **options), "127.0.0.1", 0
    )
    try:
        yield made.sockets[0].getsockname()[1]
    finally:
        made.close()


@pytest.fixture
async def post(database: Database, names: Names) -> AsyncIterator[Mail]:
    office = Office()
    async with opened(office) as port:
        server = replace(server_of(f"smtp://127.0.0.1:{port}", SENDER), seconds=1)
        yield Mail(office, database, server, names)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    written = io.StringIO()
    set_up_logging(written)
    yield written
    set_up_logging()


async def test_each_letter_goes_out_once_on_one_connection(post: Mail) -> None:
    await post.promise(ANA, BO, CY)
    await post.send()
    await post.send(after=600)
    assert post.to() == [ANA, BO, CY]
    assert await post.states() == [("sent", None)] * 3
    assert post.office.connections == 1


async def test_a_letter_has_every_header_that_mail_programs_ask_for(post: Mail) -> None:
    await post.promise(ANA)
    await post.send()
    [(_, letter)] = post.office.got
    assert str(letter["From"]) == f'"Alliance 8.7" <{SENDER}>'
    assert [str(letter[name]) for name in ("To", "Subject", "Content-Language", "Auto-Submitted")] == [
        ANA, "Lettre", "fr", "auto-generated",
    ]  # fmt: skip
    assert letter["Date"].datetime == NOW
    assert letter["List-Id"] == "<newsletter.bot.example.org>"
    link = str(letter["List-Unsubscribe"])
    assert link.startswith("<https://bot.example.org/mail/stop/")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    assert link.strip("<>") in text.get_content()
    assert f'href="{link.strip("<>")}"' in html.get_content()
    assert "Texte é" in text.get_content()
    assert "\x1a" not in text.get_content() + html.get_content()


async def test_what_goes_over_the_wire_is_what_every_server_takes(post: Mail) -> None:
    await post.promise(ANA)
    await post.send()
    [raw] = post.office.raw
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    head = raw.partition(b"\r\n\r\n")[0]
    one_click = next(line for line in head.split(b"\r\n") if line.startswith(b"List-Unsubscribe:"))
    assert b"=?" not in one_click, "encoded, no mail program finds the link"
    assert all(len(line) <= 78 for line in raw.split(b"\r\n") if line != one_click)


async def test_the_message_id_tells_nobody_what_it_is_about(post: Mail) -> None:
    await post.promise(ANA, BO)
    await post.send()
    assert len(set(post.office.ids)) == 2
    assert all(one.endswith("@bot.example.org>") and "edition" not in one for one in post.office.ids)


async def test_no_such_mailbox_is_marked_and_tried_no_more_and_the_others_get_theirs(
    post: Mail, log: io.StringIO
) -> None:
    post.office.answers[BO] = ["550 5.1.1 <bo@example.org> unknown"]
    await post.promise(ANA, BO, CY)
    await post.send()
    assert post.to() == [ANA, CY]
    assert await post.refused() == {BO: "550 5.1.1"}
    assert await post.states() == [("sent", None), ("failed", "550 5.1.1"), ("sent", None)]
    await post.promise(BO, key="edition:18")
    await post.send()
    assert post.to() == [ANA, CY]
    assert (await post.states())[-1] == ("cancelled", "not_wanted")
    assert "bo@" not in log.getvalue(), "no address in any log"
    async with post.database.reading() as session:
        acts = [(row.action, row.subject) for row in (await session.scalars(select(AuditEntry))).unique()]
    assert ("mail_refused", "mail:2") in acts


@pytest.mark.parametrize("no", ["550 no such user here", "551 gone", "553 not allowed", "550 5.2.1 disabled"])
async def test_an_old_servers_word_for_it_is_understood(post: Mail, no: str) -> None:
    post.office.answers[ANA] = [no]
    await post.promise(ANA)
    await post.send()
    assert ANA in await post.refused()


@pytest.mark.parametrize(
    "no", ["550 5.7.1 policy", "552 5.2.2 full", "554 not here", "530 5.7.0 log in first"]
)
async def test_another_no_says_nothing_of_the_address_and_waits(post: Mail, no: str) -> None:
    post.office.answers[ANA] = [no]
    await post.promise(ANA, BO)
    await post.send()
    assert post.to() == [BO]
    assert await post.refused() == {}
    assert (await post.states())[0][0] == "pending"
    await post.send(after=SOON)
    assert post.to() == [ANA, BO]


async def test_not_now_is_tried_again_later_and_arrives_once(post: Mail) -> None:
    post.office.answers[ANA] = ["451 4.7.1 greylisted", "450 busy"]
    await post.promise(ANA, BO)
    await post.send()
    assert post.to() == [BO]
    await post.send(after=SOON - 1)
    assert post.to() == [BO], "not a moment earlier"
    await post.send(after=1)
    await post.send(after=SOON)
    assert post.to() == [BO], "the second time it waits longer"
    await post.send(after=SOON)
    await post.send(after=86_400)
    assert post.to() == [ANA, BO]


async def test_a_letter_that_is_never_taken_is_given_up_after_days_and_its_address_is_not_marked(
    post: Mail,
) -> None:
    post.office.answers[ANA] = ["451 not now"] * 100
    await post.promise(ANA)
    for _ in range(40):
        await post.send(after=6 * 3_600)
    assert await post.states() == [("failed", "gave_up")]
    assert await post.refused() == {}
    assert 20 < 100 - len(post.office.answers[ANA]) < 30


@pytest.mark.parametrize("no", ["451 4.3.0 later", "554 5.7.1 looks like spam", "552 5.3.4 too big"])
async def test_a_refused_text_waits_and_marks_nobody(post: Mail, no: str) -> None:
    post.office.answers["DATA"] = [no]
    await post.promise(ANA, BO)
    await post.send()
    assert post.to() == [BO]
    await post.send(after=SOON)
    assert post.to() == [ANA, BO]
    assert await post.refused() == {}


async def test_a_server_that_dies_having_the_letter_gets_it_again_under_the_same_name(post: Mail) -> None:
    post.office.dies = ["DATA"]
    await post.promise(ANA, BO)
    await post.send()
    assert [state for state, _ in await post.states()] == ["unknown", "sent"]
    await post.send(after=SOON)
    assert post.to() == [ANA, ANA, BO]
    assert len(set(post.office.ids)) == 2, "whoever gets it twice has it once"
    assert [state for state, _ in await post.states()] == ["sent", "sent"]


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
async def test_a_server_that_dies_in_the_middle_loses_nothing_and_the_others_go_on(
    post: Mail, command: str
) -> None:
    post.office.dies = [command]
    await post.promise(ANA, BO, CY)
    await post.send()
    await post.send(after=SOON)
    assert post.to() == [ANA, BO, CY]


async def test_a_connection_that_ends_between_two_letters_is_made_anew(post: Mail) -> None:
    post.office.answers["MAIL"] = ["250 OK", "421 4.7.0 enough for one connection"]
    await post.promise(ANA, BO, CY)
    await post.send()
    assert post.to() == [ANA, BO, CY]
    assert post.office.connections == 2


async def test_a_server_that_is_not_there_lets_all_wait_and_uses_up_no_patience(
    post: Mail, log: io.StringIO
) -> None:
    await post.promise(ANA, BO)
    for _ in range(50):
        await post.worker(port=1).drain()
        post.moment += timedelta(minutes=1)
    assert [state for state, _ in await post.states()] == ["pending", "pending"]
    await post.send()
    assert post.to() == [ANA, BO]
    assert "mail_server_away" in log.getvalue()


async def test_a_server_that_is_not_there_is_left_alone_for_a_while(post: Mail) -> None:
    worker = post.worker()
    post.office.answers["MAIL"] = ["451 not now"]
    await post.promise(ANA)
    await worker.drain()
    await worker.drain()
    assert (post.to(), worker.away) == ([], "451")
    post.moment += timedelta(minutes=1)
    await worker.drain()
    assert (post.to(), worker.away) == ([ANA], "")


async def test_a_server_that_greets_late_lets_all_wait(post: Mail) -> None:
    async def dawdle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)
        writer.close()

    async with await asyncio.start_server(dawdle, "127.0.0.1", 0) as slow:
        await post.promise(ANA)
        await post.worker(port=slow.sockets[0].getsockname()[1], seconds=0.2).drain()
    assert [state for state, _ in await post.states()] == ["pending"]
    await post.send()
    assert post.to() == [ANA]


@pytest.mark.parametrize("no", ["550 5.7.1 you are not known here", "553 5.1.8 no such domain"])
async def test_a_sender_that_is_refused_lets_all_wait_and_marks_nobody(
    post: Mail, no: str, log: io.StringIO
) -> None:
    post.office.answers["MAIL"] = [no]
    await post.promise(ANA, BO)
    worker = post.worker()
    await worker.drain()
    assert post.to() == []
    assert await post.refused() == {}
    assert no[:9] in log.getvalue()
    assert "not known" not in log.getvalue()
    post.moment += REST_LOCKED_OUT
    await worker.drain()
    assert post.to() == [ANA, BO]


async def test_a_login_that_is_refused_lets_all_wait(post: Mail, log: io.StringIO) -> None:
    def right(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    office = Office()
    async with opened(office, authenticator=right, auth_required=True, auth_require_tls=False) as port:
        await post.promise(ANA)
        await post.worker(port=port, user="bot", password="wrong").drain()
        assert office.got == []
        await post.worker(port=port, user="bot", password="right").drain()
        assert [to for to, _ in office.got] == [ANA]
    assert "535" in log.getvalue()
    assert "wrong" not in log.getvalue()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl is installed to make a certificate")
@pytest.mark.parametrize("from_the_start", [False, True])
async def test_letters_go_by_tls_and_never_to_a_server_whose_name_is_not_proved(
    post: Mail, tmp_path: Path, from_the_start: bool
) -> None:
    context = _certified(tmp_path)
    office, trusting = Office(), ssl.create_default_context(cafile=tmp_path / "cert.pem")
    how = {"use_tls": True} if from_the_start else {"start_tls": True}
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        if from_the_start:
            made = await loop.create_server(lambda: SMTP(office, loop=loop), "127.0.0.1", 0, ssl=context)
            port = made.sockets[0].getsockname()[1]
            stack.callback(made.close)
        else:
            port = await stack.enter_async_context(opened(office, tls_context=context, require_starttls=True))
        await post.promise(ANA)
        await post.worker(port=port, **how).drain()
        assert office.got == [], "a certificate that nobody vouches for"
        await post.worker(port=port, context=trusting, **how).drain()
        assert [to for to, _ in office.got] == [ANA]


def _certified(folder: Path) -> ssl.SSLContext:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj",
         "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def test_two_workers_send_each_letter_once(post: Mail) -> None:
    addresses = [f"reader{number}@example.org" for number in range(40)]
    await post.promise(*addresses)
    await asyncio.gather(*(post.worker().drain() for _ in range(2)))
    assert post.to() == sorted(addresses)


async def test_a_worker_that_dies_before_it_wrote_down_repeats_only_under_the_same_name(post: Mail) -> None:
    await post.promise(ANA)
    dying = post.worker()
    [job] = await dying._claimed()
    await dying._sent(job)
    await dying._close()
    await post.send(after=LEASE.total_seconds() - 1)
    assert post.to() == [ANA], "its claim holds still"
    await post.send(after=2)
    await post.send(after=AFTERMATH.total_seconds())
    assert post.to() == [ANA, ANA]
    assert len(set(post.office.ids)) == 1


async def test_a_stop_finishes_the_letter_under_way_and_the_rest_waits_for_the_next_start(post: Mail) -> None:
    await post.promise(ANA, BO, CY)
    worker = post.worker()
    worker._seen = lambda _what: worker.stop()
    await worker.run()
    await worker.drain()
    assert post.to() == [ANA]
    await post.send()
    assert post.to() == [ANA, BO, CY]


async def test_what_is_promised_while_it_runs_is_sent_at_once(post: Mail) -> None:
    worker = post.worker()
    running = asyncio.create_task(worker.run())
    await post.promise(ANA)
    worker.wake()
    await worker._busy.idle()
    assert post.to() == [ANA]
    worker.stop()
    await running


async def test_the_switch_stops_letters_too_even_those_already_taken_in_hand(post: Mail) -> None:
    await post.promise(ANA, BO)
    worker = post.worker()
    jobs = await worker._claimed()
    async with post.database.writing() as session:
        session.add(Stopped(what=SENDING, at=post.moment))
    await worker._deliver(jobs)
    await post.send(after=600)
    assert post.to() == []
    async with post.database.writing() as session:
        await session.delete(await session.get_one(Stopped, SENDING))
    await post.send()
    assert post.to() == [ANA, BO]


async def test_what_is_called_off_or_wanted_no_more_is_not_sent(post: Mail) -> None:
    await post.promise(ANA)
    await post.promise(BO, key="edition:18")
    async with post.database.writing() as session:
        await call_off(session, "edition:17", ["newsletter"])
        row = (await session.scalars(select(MailReader).where(MailReader.address == BO))).unique().one()
        await mail.stop(session, mail.ticket(row, mail.What.NEWSLETTER, "en"), post.moment)
    await post.send()
    assert post.to() == []
    assert await post.states() == [("cancelled", None), ("cancelled", "not_wanted")]


async def test_a_corrected_letter_goes_out_corrected(post: Mail) -> None:
    await post.promise(ANA)
    async with post.database.writing() as session:
        await keep_letter(session, "edition:17", "fr", subject="Autre", text="Corrigé", html="<p>Corrigé</p>")
    await post.send()
    [(_, letter)] = post.office.got
    text = letter.get_body(("plain",))
    assert text is not None
    assert (letter["Subject"], text.get_content().strip()) == ("Autre", "Corrigé")


@pytest.mark.parametrize(("late", "says_so"), [(timedelta(minutes=50), False), (timedelta(hours=3), True)])
async def test_a_letter_that_comes_late_says_so_in_its_language(
    post: Mail, late: timedelta, says_so: bool
) -> None:
    await post.promise(ANA, late=late)
    await post.send()
    [(_, letter)] = post.office.got
    bodies = [letter.get_body((kind,)) for kind in ("plain", "html")]
    said = [body.get_content() for body in bodies if body is not None]
    assert [("23/11/2026 06:00" in one) for one in said] == [says_so, says_so]
    assert all("Sent late" not in one for one in said), "in French"


async def test_one_letter_that_cannot_be_put_together_harms_no_other(post: Mail, log: io.StringIO) -> None:
    await post.promise(ANA, BO)
    async with post.database.writing() as session:
        row = (await session.scalars(select(MailReader).where(MailReader.address == ANA))).unique().one()
        row.address = "no address at all\r\nBcc: everybody@example.org"
    await post.send()
    assert post.to() == [BO]
    assert "letter_broke" in log.getvalue()
    assert "everybody@" not in log.getvalue()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, None, False, None)),
        ("smtp://mail.example.org:587", ("mail.example.org", 587, None, False, True)),
        ("smtp://bot:p%40ss@mail.example.org", ("mail.example.org", 587, "p@ss", False, True)),
        ("smtps://bot:x@mail.example.org", ("mail.example.org", 465, "x", True, False)),
        ("smtp://mail.example.org:465", ("mail.example.org", 465, None, True, False)),
        ("smtp://localhost", ("localhost", 25, None, False, False)),
    ],
)
def test_an_address_says_how_its_server_is_reached(url: str, expected: tuple[Any, ...]) -> None:
    made = server_of(url, SENDER)
    assert (made.host, made.port, made.password, made.use_tls, made.start_tls) == expected
