"""The pages around the newsletter by e-mail: its form, and what the links of letters lead to."""

from __future__ import annotations

from community.mail import What
from templates.field_errors import field_error
from templates.forms import languages
from templates.voice import Voice
from templates.web import Around, Pages


def form(pages: Pages, voice: Voice, around: Around, address: str, language: str, reason: str) -> str:
    """The form, with what was typed, and under the address what is wrong with it (`reason`, a code)."""
    title = voice.say("The newsletter by e-mail")
    about = voice.say("What moves against child labour and forced labour, in your inbox. One click ends it.")
    error = field_error(voice, reason) if reason else ""
    return pages.page(
        "subscribe", voice, around, title,
        about=about, address=address, chosen=language, languages=languages(), error=error,
    )  # fmt: skip


def page(pages: Pages, voice: Voice, around: Around, what: str, of: What | None) -> str:
    """What came of it, or the one button that makes it come: `what` names the page, `of` what is sent."""
    digests = of is What.DIGESTS
    title, said, button = {
        "asked": (
            voice.say("Please look into your inbox"),
            voice.say(
                "A letter is on its way, at most one an hour. Click its link, and the newsletter comes. If "
                "none arrives, look among unwanted mail, or whether the address was right."
            ),
            "",
        ),
        "confirm": (
            voice.say("One click more"),
            voice.say(
                "Once you click, what you follow comes to this address, as often as you chose in Slack."
            )
            if digests
            else voice.say("Once you click, the newsletter of Alliance 8.7 comes to this address."),
            voice.say("Confirm"),
        ),
        "confirmed": (
            voice.say("Thank you, it is confirmed"),
            voice.say("What you follow comes to this address from now on.")
            if digests
            else voice.say("The next newsletter comes to this address. A link in each one ends it."),
            "",
        ),
        "stop": (
            voice.say("Send it to Slack again?") if digests else voice.say("Send it no more?"),
            voice.say("Once you click, what you follow comes in Slack again, and no more to this address.")
            if digests
            else voice.say("Once you click, the newsletter comes to this address no more."),
            voice.say("Send it to Slack again") if digests else voice.say("Send it no more"),
        ),
        "stopped": (
            voice.say("It comes in Slack again") if digests else voice.say("It comes no more"),
            voice.say("What you follow comes to this address no more.")
            if digests
            else voice.say(
                "The newsletter comes to this address no more. It stays on the web, for everybody."
            ),
            "",
        ),
        "gone": (
            voice.say("This link is good no more"),
            voice.say(
                "It was used up, replaced by a newer one, or cut off on its way. Nothing was changed. Ask "
                "for the newsletter anew, or use the link of a newer letter."
            ),
            "",
        ),
    }[what]
    offers = what != "confirmed"
    return pages.page("mail", voice, around, title, said=said, button=button, offers=offers)
