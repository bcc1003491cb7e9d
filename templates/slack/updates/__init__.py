"""Updates in lists, in channels and in direct messages, and what becomes of them. The forms: `forms`."""

from __future__ import annotations

from collections.abc import Sequence

from community.following import Followed
from community.helplines import Help
from community.names import PlaceName
from community.offers import Offer
from community.paging import listed
from community.posted import Posted
from community.safeguards import Detail
from community.updates import Doubts
from storage.base import Words
from storage.vocabulary import UpdateState
from templates.messages import Button, Message, Templates, turning
from templates.slack import translations
from templates.slack.deciding import buttons as buttons_to_decide
from templates.slack.translations.forms import TRANSLATE
from templates.slack.updates.forms import POST, REASON, REPORT
from templates.terms import N_, term
from templates.voice import Voice

LISTED, EXCERPT = 5, 450
"""Updates a page, and characters of each text: with up to four buttons each, within what Slack takes."""
DETAILS = {
    Detail.EMAIL: N_("an e-mail address"),
    Detail.PHONE: N_("a telephone number"),
    Detail.DOCUMENT: N_("the number of a document or a case"),
    Detail.BIRTH: N_("a date of birth"),
    Detail.CASE: N_("what happened to one person"),
}
MINE, REVIEW, PUBLISHED = "mine", "review", "published"


def sent(templates: Templates, voice: Voice, what: str, posted: Posted | None = None) -> Message:
    """The last page of a form: what became of it. `posted` is the update as it stands now."""
    return templates.message("updates/sent", voice, what=what, posted=posted)


def nothing(templates: Templates, voice: Voice) -> Message:
    """In place of the form, where no group and no country is on record that an update could be about."""
    return templates.message("updates/nothing", voice, personal=True)


def lost(templates: Templates, voice: Voice) -> Message:
    """Somebody was faster."""
    return templates.message("updates/lost", voice)


def doubts(templates: Templates, voice: Voice, found: Doubts, helps: Sequence[Help]) -> str:
    """What stands above the form that is shown once more, as mrkdwn."""
    details = [voice.say(DETAILS[one]) for one in found.details]
    message = templates.message("updates/doubts", voice, found=found, details=details, helps=helps)
    return "\n\n".join(block["text"]["text"] for block in message.blocks if block["type"] == "section")


def post(
    templates: Templates, voice: Voice, item: Posted, why: Sequence[Followed], *, channel: str = ""
) -> Message:
    """A published update, where people follow it. `why` is what they follow; `channel` is theirs, if one."""
    names = [subject(voice, one) for one in why]
    buttons = [Button(voice.say("Report"), str(item.id), opens=REPORT)]
    if channel or not why:
        buttons.insert(0, Button(voice.say("Follow"), f"/alliance follow {item.subject}"))
    given = [one.language for one in item.translations if one.is_current]
    if voice.language not in (item.language, *given):
        buttons.append(Button(voice.say("Ask for a translation"), f"/update translate ask {item.id}"))
    for one, name in zip(why, names, strict=True):
        label = voice.say("Not in this channel any more: %(name)s", name=name) if channel else ""
        buttons.append(
            Button(
                label or voice.say("Follow no more: %(name)s", name=name),
                f"/alliance unfollow {channel} {one.topic}".replace("  ", " "),
            )
        )
    return templates.message("updates/post", voice, buttons=buttons[:5], item=item, why=names, review=False)


def to_review(templates: Templates, voice: Voice, item: Posted) -> Message:
    """An update that waits, before the editors: the same text that will be published."""
    return templates.message(
        "updates/post", voice, buttons=deciding(voice, item), item=item, why=[], review=True
    )


def became(templates: Templates, voice: Voice, item: Posted, what: str = "author") -> Message:
    """What became of an update: told to its author (`author`, `corrected`), or said in place of it."""
    buttons = []
    if what == "author" and item.state is UpdateState.CHANGE_ASKED:
        buttons = [Button(voice.say("Change it"), f"revise {item.id}", opens=POST, first=True)]
    return templates.message("updates/became", voice, buttons=buttons, item=item, what=what)


def own(
    templates: Templates,
    voice: Voice,
    found: Sequence[Posted],
    *,
    which: str = MINE,
    what: str = "",
    page: int = 1,
) -> Message:
    """A member's own updates, with what became of each; or, `published`, those that they may change."""
    shown = listed(found, page, LISTED)
    buttons = []
    for number, one in shown.entries:
        if one.state in (UpdateState.IN_REVIEW, UpdateState.CHANGE_ASKED, UpdateState.PUBLISHED):
            buttons.append(Button(voice.say("Change %(n)s", n=number), f"revise {one.id}", opens=POST))
            buttons.append(
                Button(
                    voice.say("Withdraw %(n)s", n=number),
                    f"/update {which} withdraw {one.id}",
                    confirm=voice.say("It will be shown nowhere any more."),
                )
            )
        if one.state is UpdateState.PUBLISHED and one.may_translate:
            buttons.append(Button(voice.say("Translate %(n)s", n=number), str(one.id), opens=TRANSLATE))
    buttons += turning(voice, f"/update {which}", shown)
    title = voice.say("My updates") if which == MINE else voice.say("Published updates")
    return templates.message(
        "updates/list", voice, buttons=buttons, personal=True, found=shown.entries, which=which, title=title,
        what=what, left=0, excerpt=EXCERPT, offers=(),
    )  # fmt: skip


def review(
    templates: Templates,
    voice: Voice,
    found: Sequence[Posted],
    offers: Sequence[Offer],
    *,
    what: str = "",
) -> Message:
    """What waits for the editors, longest first, each to approve, send back or decline: updates, then offers.

    Both are counted as one list; what follows is seen when the first are decided.
    """
    shown = listed(found, 1, LISTED).entries
    room = listed(offers, 1, LISTED).entries[: LISTED - len(shown)]
    offered = tuple((number + len(found), one) for number, one in room)
    buttons = []
    for number, one in shown:
        buttons += deciding(voice, one, number)
        if len(one.body) > EXCERPT:
            buttons.append(Button(voice.say("Read it all %(n)s", n=number), f"/update review {one.id}"))
    for number, offer in offered:
        buttons += translations.decide(voice, offer, number)
    left = len(found) + len(offers) - len(shown) - len(offered)
    return templates.message(
        "updates/list", voice, buttons=buttons, personal=True, found=shown, which=REVIEW,
        title=voice.say("Waiting for review"), what=what, left=left, excerpt=EXCERPT, offers=offered,
        offer_excerpt=translations.EXCERPT,
    )  # fmt: skip


def subject(voice: Voice, one: Followed) -> str:
    """What somebody follows, by its name."""
    return named(voice, one.group, one.place) or (term(voice, one.theme) if one.theme else "")


def named(voice: Voice, group: Words | None, place: PlaceName | None) -> str:
    """A group or a place by its name; empty for neither."""
    return voice.words(group) if group else voice.country(place) if place else ""


def deciding(voice: Voice, item: Posted, number: int | None = None) -> list[Button]:
    """What an editor may say to an update that waits; in a list with its number."""
    return buttons_to_decide(
        voice, "/update review approve", REASON, f"{item.id} {item.revision}",
        is_flagged=item.is_flagged, number=number,
    )  # fmt: skip
