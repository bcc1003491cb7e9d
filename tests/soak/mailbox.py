"""The mail server of the soak: now and then it refuses for the moment, or dies before or after the data."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP


class Mailbox:
    """Takes letters. `trouble` is how often it fails, 0 to 1; `letters` are their (address, Message-ID)."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.trouble = chance, 0.15
        self.letters: list[tuple[str, str]] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own names
        self, server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.chance.random() < self.trouble:
            return "451 4.7.1 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the same
        letter = message_from_bytes(envelope.content)
        if self.chance.random() < self.trouble / 2:
            server.transport.abort()
            return "250 unheard"
        self.letters.append((envelope.rcpt_tos[0], str(letter["Message-ID"])))
        if self.chance.random() < self.trouble / 2:
            server.transport.abort()
        return "250 OK"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """Listen on this machine; gives the port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, hostname="mail.example.org"), "127.0.0.1", 0
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
