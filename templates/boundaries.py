"""The note on names and boundaries: what the United Nations write beside each map and list of countries."""

from __future__ import annotations

from templates.voice import Voice


def note(voice: Voice) -> str:
    """The note in the reader's language: the installation's own (`COUNTRY_NAMES`), else the standard one.

    The wording is the one that stands in the publications of the United Nations in each language.
    """
    own = voice.names.boundaries.get(voice.language)
    return own or voice.say(
        "The designations employed and the presentation of the material in this publication do not imply the "
        "expression of any opinion whatsoever on the part of the Secretariat of the United Nations "
        "concerning the legal status of any country, territory, city or area, or of its authorities, or "
        "concerning the delimitation of its frontiers or boundaries."
    )
