"""E-mail: the server of SMTP_URL is reached, encrypted, takes our login and our sender. No letter is sent."""

from __future__ import annotations

import ssl
from dataclasses import replace

from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException, SMTPSenderRefused

from bot.doctor.finding import Check, Finding, Patient, broken, ok, unseen, watch
from bot.mail_server import hang_up, is_here, server_of

NAME = "mail server"
SECONDS = 8.0
"""For each answer of the server; a worker bears more."""


async def server(patient: Patient) -> list[Finding]:
    """Connect, log in, and say who we are, as for a letter; then hang up."""
    settings = patient.settings
    if settings.smtp_url is None:
        return ok(NAME, "SMTP_URL is not set: nothing is sent by e-mail")
    if settings.mail_from is None:
        return unseen(NAME, "MAIL_FROM is not set")
    address = replace(server_of(settings.smtp_url.get_secret_value(), settings.mail_from), seconds=SECONDS)
    try:
        client = await address.connected()
    except (SMTPException, OSError, TimeoutError) as error:
        return _away(error)
    try:
        await client.mail(settings.mail_from)
        encrypted = client.get_transport_info("sslcontext") is not None
    except SMTPSenderRefused as error:
        what = f"the mail server does not let us send from MAIL_FROM ({error.code})"
        return broken(NAME, what, "write in MAIL_FROM an address that the server lets this user send from")
    except (SMTPException, OSError, TimeoutError) as error:
        return _away(error)
    finally:
        await hang_up(client)
    if encrypted or is_here(address.host):
        login = "and our login " if address.user else ""
        return ok(NAME, f"the mail server takes our sender {login}({'TLS' if encrypted else 'this machine'})")
    what = "letters go to the mail server unencrypted"
    return watch(NAME, what, "take a server with TLS: port 587 with a user, or smtps://")


def _away(error: BaseException) -> list[Finding]:
    """Why the server takes nothing, by its code or the kind of silence; never by its text."""
    cause = error.__cause__ or error.__context__ or error
    if isinstance(error, SMTPAuthenticationError):
        what = f"the mail server refuses our login ({error.code})"
        mend = "write user and password anew in SMTP_URL, what is no letter or figure in percent signs"
        return broken(NAME, what, mend)
    if isinstance(cause, ssl.SSLError):
        what = "the mail server speaks no TLS that can be trusted"
        mend = "write in SMTP_URL the name that stands in its certificate, and the port that goes with it"
        return broken(NAME, what, mend)
    kind = str(error.code) if isinstance(error, SMTPResponseException) else type(error).__name__
    mend = "check host and port in SMTP_URL, and that this machine may reach them (many hosts close port 25)"
    return broken(NAME, f"the mail server does not take letters ({kind})", mend)


CHECKS = (Check(NAME, server, uses=("smtp_url", "mail_from"), seconds=20),)
