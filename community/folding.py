"""How a typed name is reduced before comparing: no case, accents, punctuation or direction marks."""

from __future__ import annotations

import re
import unicodedata

_FLAG_NAME = re.compile(r":flag-([a-z]{2}):")
_ACCENTS = range(0x0300, 0x0370)
_REGIONAL_INDICATOR_A = 0x1F1E6


def fold(text: str) -> str:
    """The form in which names are compared.

    Accents of the Latin, Greek and Cyrillic scripts go; the vowel signs of Indic scripts stay, for there
    they make the word. A flag, as an emoji or as Slack's `:flag-np:`, becomes its ISO code.
    """
    text = _FLAG_NAME.sub(r" \1 ", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(_letter(character) for character in unicodedata.normalize("NFKD", text))
    return " ".join(unicodedata.normalize("NFC", text).split())


def _letter(character: str) -> str:
    code = ord(character)
    if code in _ACCENTS:
        return ""
    if _REGIONAL_INDICATOR_A <= code < _REGIONAL_INDICATOR_A + 26:
        return chr(ord("a") + code - _REGIONAL_INDICATOR_A)
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return character if category[0] in "LMN" else " "
