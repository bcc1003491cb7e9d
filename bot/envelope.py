"""An e-mail as a mail server takes it: headers, plain text and HTML, for one address."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy

from handlers.letters import Envelope

SENDER_NAME = "Alliance 8.7"


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a delivery: the same whenever it is sent, and telling nobody what it is about."""
    mark = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{mark}@{_domain(sender)}>"


def packed(envelope: Envelope, sender: str, now: datetime) -> bytes:
    """The whole message, each line within what RFC 5322 allows. Raises `ValueError` for a broken header.

    The headers by which one click ends it are those of RFC 8058; Auto-Submitted is RFC 3834, List-Id 2919.
    """
    message = EmailMessage(policy=_policy())
    message["Date"] = now
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = Address(addr_spec=envelope.to)
    message["Subject"] = envelope.written.subject
    message["Message-ID"] = message_id(envelope.key, sender)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"<{envelope.kind}.{_domain(sender)}>"
    if envelope.stop:
        message["List-Unsubscribe"] = f"<{envelope.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(envelope.written.text, cte="quoted-printable")
    message.add_alternative(envelope.written.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = envelope.language
    return message.as_bytes()


class _Whole(UnstructuredHeader, BaseHeader):
    """A header that is one word, such as a link. The library would encode one longer than a line.

    RFC 2047, 5, forbids that within angle brackets; RFC 5322, 2.1.1, lets a line have 998 characters.
    """

    def fold(self, *, policy: Policy) -> str:
        """The header on one line."""
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    headers = HeaderRegistry()
    for name in ("list-unsubscribe", "list-id", "message-id"):
        headers.map_to_type(name, _Whole)
    return SMTP.clone(header_factory=headers)


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]
