"""What waits for a translation, what was offered, and what became of it. The forms: `forms`."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from community.offers import Offer
from community.paging import Listed
from community.posted import Posted
from community.translations import Wanted
from storage.vocabulary import UpdateState
from templates.messages import Button, Message, Templates, turning
from templates.slack import deciding
from templates.slack.translations.forms import OFFER, REASON, TRANSLATE
from templates.voice import Voice

COMMAND = "/update translate"
EXCERPT = 200
"""Characters of each text in the list."""
WHOLE = 2_500
"""Characters of a translation and its original that a message without pages holds for sure."""


def queue(
    templates: Templates, voice: Voice, found: Listed[Wanted], language: str, *, what: str = ""
) -> Message:
    """What waits for a translation into a language. `what` came of the reader's own: `done`, `faster`."""
    buttons = []
    for number, one in found.entries:
        buttons += _answers(voice, one, language, number)
    buttons += turning(voice, f"{COMMAND} {language}", found)
    return templates.message(
        "translations/queue", voice, buttons=buttons, personal=True, found=found, language=language,
        what=what, excerpt=EXCERPT,
    )  # fmt: skip


def to_review(templates: Templates, voice: Voice, offer: Offer) -> Message:
    """An offered translation before the editors, with the original; once decided, what became of it."""
    buttons = _deciding(voice, offer)
    if buttons and is_long(offer):
        buttons.append(Button(voice.say("Read it all"), f"{COMMAND} show {offer.id}"))
    return templates.message("translations/offer", voice, buttons=buttons, offer=offer, what="")


def offer(
    templates: Templates, voice: Voice, one: Offer, *, page: int = 1, what: str = "", more: bool = False
) -> Message:
    """The same for who decides, whole, page by page. `what` came of their click: `done`, `faster`.

    With `more` a button shows what else waits.
    """
    buttons = _deciding(voice, one)
    if more:
        buttons.append(Button(voice.say("What else waits"), "/update review"))
    return templates.message(
        "translations/offer", voice, buttons=buttons, personal=True, command=f"{COMMAND} show {one.id}",
        page=page, offer=one, what=what,
    )  # fmt: skip


def told(templates: Templates, voice: Voice, one: Offer, what: Literal["", "gone", "taken"] = "") -> Message:
    """What became of an offer, for whoever made it; `what` is why it was closed, if nobody decided on it."""
    buttons = []
    if one.state is UpdateState.CHANGE_ASKED:
        buttons = [replace(_change(voice, one), first=True)]
    elif one.state is UpdateState.PUBLISHED:
        buttons = [Button(voice.say("What else waits"), f"{COMMAND} {one.language}")]
    return templates.message("translations/told", voice, buttons=buttons, personal=True, offer=one, what=what)


def there(templates: Templates, voice: Voice, item: Posted) -> Message:
    """To somebody who asked for a translation: there is one."""
    return templates.message("translations/there", voice, personal=True, item=item)


def done(templates: Templates, voice: Voice, what: str, one: Offer | None = None) -> Message:
    """What came of a form or a click: `sent`, `decided`, `asked`, `stands`; or `faster`, on offer `one`."""
    return templates.message("translations/done", voice, personal=True, what=what, offer=one)


def changed(voice: Voice) -> str:
    """What stands above a form whose update was changed while somebody typed."""
    return voice.say(
        "*The update was changed meanwhile.* This is how it reads now; what you typed is still here."
    )


def decide(voice: Voice, one: Offer, number: int) -> list[Button]:
    """What may be said to an offer in a list, by its number there; the original is a click away."""
    whole = Button(voice.say("Read it all %(n)s", n=number), f"{COMMAND} show {one.id}")
    return [*_deciding(voice, one, number), whole]


def answers(voice: Voice, one: Offer) -> list[Button]:
    """The buttons on one's own page: to change what was sent back, or to decide on what somebody offered."""
    if one.state is UpdateState.CHANGE_ASKED:
        return [_change(voice, one)]
    return [*_deciding(voice, one), Button(voice.say("Read it all"), f"{COMMAND} show {one.id}")]


def is_long(one: Offer) -> bool:
    """Whether a message without pages may not hold all of it."""
    return len(one.body) + len(one.item.body) > WHOLE


def _change(voice: Voice, one: Offer) -> Button:
    return Button(voice.say("Change it"), f"revise {one.id}", opens=OFFER)


def _deciding(voice: Voice, one: Offer, number: int | None = None) -> list[Button]:
    """Of a text that was changed since nothing can be approved."""
    if one.state is not UpdateState.IN_REVIEW:
        return []
    found = deciding.buttons(
        voice, f"{COMMAND} approve", REASON, str(one.id), is_flagged=one.is_flagged, number=number
    )
    return found if one.is_current else found[1:]


def _answers(voice: Voice, one: Wanted, language: str, n: int) -> list[Button]:
    if one.is_own and one.offer:
        return [
            Button(voice.say("Change %(n)s", n=n), f"revise {one.offer.id}", opens=OFFER),
            Button(
                voice.say("Withdraw %(n)s", n=n),
                f"{COMMAND} withdraw {one.offer.id}",
                confirm=voice.say("Nobody will look at it any more."),
            ),
        ]
    if one.offer:
        show = Button(voice.say("Review %(n)s", n=n), f"{COMMAND} show {one.offer.id}")
        return [show] if one.may_decide else []
    form = TRANSLATE if one.item.may_translate else OFFER
    return [Button(voice.say("Translate %(n)s", n=n), f"{one.item.id} {language}", opens=form)]
