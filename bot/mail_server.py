"""The mail server of SMTP_URL: how it is reached, and a connection that carries many letters."""

from __future__ import annotations

import ipaddress
import ssl
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP

SECONDS = 30.0
"""For each answer of the server. RFC 5321, 4.5.3.2, would wait for minutes; at least once bears less."""
IMPLICIT_TLS, SUBMISSION, RELAY = 465, 587, 25


@dataclass(frozen=True)
class Server:
    """How to reach it. `start_tls` None takes what it offers, True insists; `sender` is MAIL_FROM."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    use_tls: bool = False
    start_tls: bool | None = None
    seconds: float = SECONDS
    context: ssl.SSLContext | None = None

    async def connected(self) -> SMTP:
        """A new connection, logged in where there is a user. Raises what aiosmtplib raises."""
        client = SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.use_tls,
            start_tls=self.start_tls,
            timeout=self.seconds,
            tls_context=self.context,
            local_hostname=self.sender.rpartition("@")[2],
        )
        try:
            await client.connect()
        except BaseException:
            client.close()
            raise
        return client


def server_of(url: str, sender: str) -> Server:
    """The server of an address such as `smtp://user:password@mail.example.org:587`, checked by the settings.

    `smtps` and port 465 speak TLS from the first byte. A user's password crosses a network by TLS only; a
    server on this very machine needs none, and its certificate is seldom in its name.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    user = unquote(parts.username) if parts.username else None
    use_tls = parts.scheme == "smtps" or parts.port == IMPLICIT_TLS
    start_tls: bool | None = None
    if use_tls or is_here(host):
        start_tls = False
    elif user or parts.port == SUBMISSION:
        start_tls = True
    port = parts.port or (IMPLICIT_TLS if use_tls else SUBMISSION if user else RELAY)
    return Server(host, port, sender, user, unquote(parts.password or "") or None, use_tls, start_tls)


async def hang_up(client: SMTP) -> None:
    """End a connection, politely if the server still listens."""
    with suppress(Exception):
        await client.quit(timeout=2)
    client.close()


def is_here(host: str) -> bool:
    """Whether a host's name or address is this very machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
