"""The Jinja environments of what is read outside Slack: HTML pages and letters, and a letter's plain text.

They say the same sentences by the same filters as Slack's templates; only the escaping differs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel import Locale
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from templates.catalogues import catalogue
from templates.environment import made, voice_of

_TEMPLATES = Path(__file__).parent
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, halves of signs and direction overrides have no place in a page, nor in a letter's header."""
_PARAGRAPH = re.compile(r"\n\s*\n")


def html() -> Environment:
    """For `web/*.html` and `email/*.html`: what a template puts in is escaped for HTML, whatever it is."""
    jinja = _environment(autoescape=True)
    jinja.globals.update(gettext=_gettext_html, ngettext=_ngettext_html, _=_gettext_html)
    jinja.filters["paragraphs"] = _paragraphs
    return jinja


def text() -> Environment:
    """For `email/*.txt`: nothing is escaped, for nothing is markup there."""
    jinja = _environment(autoescape=False)
    jinja.globals.update(gettext=_gettext, ngettext=_ngettext, _=_gettext)
    return jinja


def _environment(*, autoescape: bool) -> Environment:
    jinja = made(_TEMPLATES, clean, autoescape=autoescape)
    jinja.filters["local"] = _local
    return jinja


def clean(value: Any) -> Any:
    """What stands between `{{` and `}}`, without controls; escaping is the environment's."""
    if value is None:
        return ""
    return value if hasattr(value, "__html__") else _CONTROL.sub("", str(value))


def _paragraphs(text: str) -> Markup:
    """Text that somebody typed, as paragraphs: an empty line parts them, a line's end breaks the line."""
    parts = _PARAGRAPH.split(_CONTROL.sub("", text.replace("\r", "")).strip())
    lines = (Markup("<br>\n").join(escape(line) for line in part.split("\n")) for part in parts if part)
    return Markup("\n").join(Markup("<p>%s</p>") % line for line in lines)


@pass_context
def _local(context: Context, code: str) -> str:
    """A language by its own name, for whoever reads it: "français"."""
    return Locale.parse(code).get_display_name(code) or code


@pass_context
def _gettext(context: Context, message: str, **values: Any) -> str:
    return voice_of(context).say(message, **{name: clean(value) for name, value in values.items()})


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int, **values: Any) -> str:
    said = catalogue(voice_of(context).language).ngettext(one, many, n)
    return said % {"num": n, **{name: clean(value) for name, value in values.items()}}


@pass_context
def _gettext_html(context: Context, message: str, **values: Any) -> Markup:
    said = catalogue(voice_of(context).language).gettext(message)
    return escape(said) % {name: clean(value) for name, value in values.items()}


@pass_context
def _ngettext_html(context: Context, one: str, many: str, n: int, **values: Any) -> Markup:
    said = catalogue(voice_of(context).language).ngettext(one, many, n)
    return escape(said) % {"num": n, **{name: clean(value) for name, value in values.items()}}
