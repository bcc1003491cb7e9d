"""What search engines read: pages in each of their languages (sitemaps.org), and robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def sitemap(pages: Sequence[Mapping[str, str]]) -> bytes:
    """The map as XML: an entry a page and language, each with the page in the other languages.

    `pages` are complete addresses by language.
    """
    register_namespace("", _SITEMAP)
    register_namespace("xhtml", _XHTML)
    root = Element(f"{{{_SITEMAP}}}urlset")
    for page in pages:
        for address in page.values():
            entry = SubElement(root, f"{{{_SITEMAP}}}url")
            SubElement(entry, f"{{{_SITEMAP}}}loc").text = address
            for language, other in page.items():
                SubElement(
                    entry, f"{{{_XHTML}}}link", {"rel": "alternate", "hreflang": language, "href": other}
                )
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def robots(sitemap: str, closed: Sequence[str]) -> str:
    """The rules for programs: `closed` are paths where they need not look, `sitemap` a complete address."""
    rules = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {sitemap}", ""]
    return "\n".join(rules)
