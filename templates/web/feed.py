"""The Atom feed (RFC 4287): an entry a newsletter, with all that it holds, in one language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from templates.voice import Voice

ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (2.2, "Characters") has no place for, escaped or not."""
NEVER = datetime(2016, 9, 20, tzinfo=UTC)
"""When a feed without entries was updated: it has to say some moment, and the Alliance began then."""


@dataclass(frozen=True)
class Entry:
    """One newsletter. `address` is complete and never changes; `content` is HTML; moments are aware."""

    address: str
    title: str
    published: datetime
    updated: datetime
    content: str


def atom(voice: Voice, address: str, archive: str, entries: Sequence[Entry]) -> bytes:
    """The feed as XML. `address` is its own, `archive` the page of what it tells; both complete.

    An entry is told from others by its address, which is its id, too.
    """
    register_namespace("", ATOM)
    root = Element(_in_atom("feed"), {_LANGUAGE: voice.language})
    _add(root, "id", address)
    _add(root, "title", voice.say("Newsletters of Alliance 8.7"))
    _add(root, "updated", _moment(max((entry.updated for entry in entries), default=NEVER)))
    _add(root, "link", rel="self", type="application/atom+xml", href=address)
    _add(root, "link", rel="alternate", type="text/html", hreflang=voice.language, href=archive)
    _add(_add(root, "author"), "name", voice.say("Alliance 8.7"))
    for entry in entries:
        held = _add(root, "entry")
        _add(held, "id", entry.address)
        _add(held, "title", entry.title)
        _add(held, "published", _moment(entry.published))
        _add(held, "updated", _moment(entry.updated))
        _add(held, "link", rel="alternate", type="text/html", hreflang=voice.language, href=entry.address)
        content = _add(held, "content", entry.content, type="html")
        content.set(_LANGUAGE, voice.language)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _add(parent: Element, tag: str, text: str = "", /, **attributes: str) -> Element:
    child = SubElement(parent, _in_atom(tag), attributes)
    child.text = _NO_XML.sub("", text) or None
    return child


def _in_atom(tag: str) -> str:
    return f"{{{ATOM}}}{tag}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
