"""The forms of translations: to give one, to offer one, and an editor's words on one that was offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale

from community.offers import Offer
from community.posted import Posted
from community.updates import Decision
from templates import forms
from templates.forms import Field
from templates.mrkdwn import escape
from templates.slack import deciding
from templates.voice import Voice

TRANSLATE, OFFER, REASON = "update_translate", "translation_offer", "translation_reason"
LONGEST_BODY = 3_000
"""A text in French or Spanish is longer than in English; this is as much as a field holds."""


def translate(voice: Voice, item: Posted, language: str = "") -> Mapping[str, Any]:
    """The form to give an update in another language; the text to translate stands above it."""
    wanted = language or voice.language
    chosen = wanted if wanted != item.language else ""
    headline, body = _standing(item, chosen)
    return forms.form(
        TRANSLATE,
        voice.say("Translate"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "language",
                voice.say("Into"),
                forms.select([one for one in forms.languages() if one.value != item.language], chosen=chosen),
            ),
            Field("headline", voice.say("Headline"), forms.text(initial=headline, most=150)),
            Field("body", voice.say("Text"), forms.text(initial=body, lines=True, most=LONGEST_BODY)),
        ],
        metadata=f"{item.id} {item.revision}",
        notice=_original(item),
    )


def offer(
    voice: Voice,
    item: Posted,
    language: str,
    *,
    given: Offer | None = None,
    notice: str = "",
    seen: bool = False,
) -> Mapping[str, Any]:
    """The form to offer a translation into `language`; the text to translate stands above it, whole.

    It holds what stood there of an earlier text, or what was `given` before. `notice` is mrkdwn to read
    first; `seen` says that it was.
    """
    headline, body = (given.headline, given.body) if given else _standing(item, language)
    named = Locale.parse(language).get_language_name(voice.language) or language
    return forms.form(
        OFFER,
        voice.say("Offer a translation"),
        voice.say("Send"),
        voice.say("Cancel"),
        [
            Field(
                "headline",
                voice.say("Headline in %(language)s", language=named),
                forms.text(initial=headline, most=150),
            ),
            Field(
                "body",
                voice.say("Text in %(language)s", language=named),
                forms.text(initial=body, lines=True, most=LONGEST_BODY),
                hint=voice.say("Somebody looks at it before it is shown. Your name will stand with it."),
            ),
        ],
        metadata=f"{item.id} {item.revision} {language}{' seen' if seen else ''}",
        notice="\n\n".join(filter(None, (notice, _original(item)))),
    )


def reason(voice: Voice, decision: Decision, number: int) -> Mapping[str, Any]:
    """The form for an editor's words on an offered translation."""
    hint = voice.say("Whoever offered it reads this.")
    return deciding.reason(voice, REASON, decision, str(number), hint)


def _original(item: Posted) -> str:
    return escape(f"{item.headline}\n\n{item.body}")


def _standing(item: Posted, language: str) -> tuple[str, str]:
    """The translation that stands there, of whatever revision."""
    found = next((one for one in item.translations if one.language == language), None)
    return (found.headline, found.body) if found else ("", "")
