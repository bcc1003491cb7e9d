"""The message catalogues: read from the `.po` files themselves, so that there is no build step to forget."""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("en", "fr", "es")
"""English is written in the code and templates themselves; the others in `locales/`."""


@cache
def catalogue(language: str) -> NullTranslations:
    """The messages of a language. Loaded once, in about 20 ms; never changes while running."""
    if language == "en":
        return NullTranslations()
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
