"""Questions: in lists, to who is to answer, to who asked, and what is said when one is put."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from community.addressees import Addressee, Reading
from community.helplines import Help
from community.inquiries import Given, Inquiry
from community.paging import Listed, listed
from community.questions import LONGEST
from community.safeguards import Detail
from storage.vocabulary import QuestionState, ReminderKind
from templates.messages import Button, Message, Templates, turning
from templates.slack.questions.forms import ANSWER, ASK, CORRECT, FURTHER
from templates.slack.updates import DETAILS
from templates.terms import term
from templates.voice import Voice

LISTED = 7
"""Questions a page, each with two buttons below it."""
MOST_CARRIED = 1_900
"""Characters of a reply that a button can carry beside its command (Slack takes 2,000)."""
OPEN, ANSWERED, MINE = "open", "answered", "mine"


def name_of(voice: Voice, to: Addressee) -> str:
    """How an addressee is called."""
    if to.office:
        return term(voice, to.office)
    return voice.words(to.group) if to.group else voice.country(to.place) if to.place else ""


def listing(
    templates: Templates,
    voice: Voice,
    found: Listed[Inquiry],
    *,
    which: str,
    may_ask: bool,
    words: str = "",
) -> Message:
    """Open, answered or one's own questions; those from the record stand below their heading."""
    buttons = [Button(voice.say("Ask something"), "", opens=ASK, first=True)] if may_ask else []
    for number, one in found.entries:
        if one.may_answer and one.is_open:
            buttons.append(Button(voice.say("Answer %(n)s", n=number), str(one.id), opens=ANSWER))
        buttons.append(Button(voice.say("Show %(n)s", n=number), f"/ask {one.id}"))
    buttons += turning(voice, f"/ask {which} {words}".strip() if which != OPEN else "/ask", found)
    titles = {
        OPEN: voice.say("Open questions"),
        ANSWERED: voice.say("Answered questions"),
        MINE: voice.say("My questions"),
    }
    if which == OPEN and may_ask:
        buttons.append(Button(titles[MINE], f"/ask {MINE}"))
    if which != OPEN:
        buttons.append(Button(titles[OPEN], "/ask"))
    if which != ANSWERED:
        buttons.append(Button(titles[ANSWERED], f"/ask {ANSWERED}"))
    shipped = [number for number, one in found.entries if one.asked_at is None]
    return templates.message(
        "questions/list", voice, buttons=buttons, personal=which == MINE, found=found.entries, which=which,
        may_ask=may_ask, title=titles[which], count=found.total, first_shipped=min(shipped, default=0),
    )  # fmt: skip


def one(
    templates: Templates, voice: Voice, item: Inquiry, *, what: str = "", page: int = 1, shared: bool = False
) -> Message:
    """One question with all its answers, and what the reader may do with it. `what` was just done."""
    buttons = []
    if item.may_answer and item.state is not QuestionState.CLOSED:
        buttons.append(Button(voice.say("Answer"), str(item.id), opens=ANSWER, first=True))
    if (item.is_mine or item.may_answer) and item.state is not QuestionState.CLOSED and item.asked_at:
        buttons += [_closing(voice, item)]
    if item.is_mine and item.state in (QuestionState.PARTLY, QuestionState.ANSWERED):
        buttons.append(Button(voice.say("Ask further"), str(item.id), opens=FURTHER))
    if item.is_mine and item.state is not QuestionState.CLOSED:
        buttons.append(_withdrawing(voice, item))
    for number, given in enumerate(item.answers, start=1):
        if given.may_correct and len(buttons) < LISTED:
            label = voice.say("Correct answer %(n)s", n=number)
            buttons.append(Button(label, str(given.id), opens=CORRECT))
    buttons.append(Button(voice.say("Open questions"), "/ask"))
    return templates.message(
        "questions/one", voice, buttons=[] if shared else buttons, command=f"/ask {item.id}", page=page,
        personal=bool(what) or item.is_mine or item.may_answer, item=item, what=what,
    )  # fmt: skip


def asked(
    templates: Templates, voice: Voice, item: Inquiry, holders: Sequence[str], *, is_theirs: bool
) -> Message:
    """After somebody asked: to whom it went, who sees it, and how to take it back."""
    buttons = [Button(voice.say("Show it"), f"/ask {item.id}"), _withdrawing(voice, item)]
    return _said(templates, voice, "asked", buttons, item=item, holders=holders, is_theirs=is_theirs)


def done(templates: Templates, voice: Voice, what: str) -> Message:
    """After an act of the asker's: `withdrawn`, `not_withdrawn` or `further`."""
    return _said(templates, voice, what)


def whom(templates: Templates, voice: Voice, found: Reading) -> Message:
    """It is not clear to whom: those whom it may mean, and the form, with the question kept in each."""
    names = [(name_of(voice, one), one) for one in found.to or found.nearest]
    fits = len(found.question) <= LONGEST
    buttons = [
        Button(name, f"{one.key} {found.question}" if fits else one.key, opens=ASK)
        if not found.to or not fits
        else Button(name, f"/ask {one.key} {found.question}")
        for name, one in names
    ]
    buttons.append(Button(voice.say("Choose from all"), f"? {found.question}" if fits else "", opens=ASK))
    return _said(templates, voice, "choice" if found.to else "unknown", buttons, question=found.question)


def no_question(templates: Templates, voice: Voice, to: Addressee) -> Message:
    """Only the addressee was named: the form is a click away."""
    buttons = [Button(voice.say("Write it"), to.key, opens=ASK, first=True)]
    return _said(templates, voice, "no_question", buttons, to=to)


def too_long(templates: Templates, voice: Voice, to: Addressee, question: str) -> Message:
    """More than a question may have: it is given back whole."""
    buttons = [Button(voice.say("Open the form"), to.key, opens=ASK)]
    return _said(templates, voice, "too_long", buttons, question=question, most=LONGEST)


def doubts(
    templates: Templates,
    voice: Voice,
    details: Sequence[Detail],
    helps: Sequence[Help],
    *,
    to: Addressee | None = None,
    typed: str = "",
    what: str = "question",
) -> Message:
    """What looks like a person's details, before anything is sent; with `to`, the ways on from a command."""
    buttons = []
    if to is not None:
        buttons = [
            Button(voice.say("Change it"), f"{to.key} {typed}", opens=ASK, first=True),
            Button(voice.say("Send it as it is"), f"/ask sure {to.key} {typed}"),
        ]
    named = [voice.say(DETAILS[one]) for one in details]
    return templates.message(
        "questions/doubts", voice, buttons=buttons, personal=True, details=named, helps=helps, typed=typed,
        what=what,
    )  # fmt: skip


def to_answer(templates: Templates, voice: Voice, item: Inquiry, *, is_theirs: bool) -> Message:
    """To somebody who is to answer: the question, or what became of it."""
    is_gone = item.state is QuestionState.WITHDRAWN
    is_open = not is_gone and item.state is not QuestionState.CLOSED
    buttons = []
    if is_open:
        buttons = [Button(voice.say("Answer"), str(item.id), opens=ANSWER, first=True), _closing(voice, item)]
    return templates.message(
        "questions/to_answer", voice, buttons=buttons, item=item, is_theirs=is_theirs, is_gone=is_gone,
        is_open=is_open,
    )  # fmt: skip


def answered(templates: Templates, voice: Voice, item: Inquiry, given: Given) -> Message:
    """To whoever asked: an answer, and whether it is enough."""
    buttons = [
        Button(voice.say("That answers it"), f"/ask close {item.id}", first=True),
        Button(voice.say("Ask further"), str(item.id), opens=FURTHER),
    ]
    return templates.message(
        "questions/answered", voice, buttons=buttons, item=item, one=given, what="answered", personal=True
    )


def closed(templates: Templates, voice: Voice, item: Inquiry | None) -> Message:
    """To whoever asked: it was closed by somebody else; without the question, nothing that tells which."""
    what = "closed" if item else "unnamed"
    return templates.message("questions/answered", voice, item=item, one=None, what=what, personal=True)


def offer(
    templates: Templates, voice: Voice, number: int, text: str, ts: str, details: Sequence[Detail]
) -> Message:
    """Under a reply in the thread of question `number`: whether it is to be recorded."""
    buttons = []
    is_long = len(text) > MOST_CARRIED
    if not is_long:
        buttons = [
            Button(voice.say("Record as the answer"), f"/ask record {number} {ts} {text}", first=True),
            Button(voice.say("It answers in part"), f"/ask partly {number} {ts} {text}"),
            Button(voice.say("Leave it"), "/ask leave"),
        ]
    what = "long" if is_long else "offer"
    return templates.message(
        "questions/offer", voice, buttons=buttons, what=what, details=details, personal=True
    )


def left(templates: Templates, voice: Voice) -> Message:
    """In place of the offer: nothing was recorded."""
    return templates.message("questions/offer", voice, what="left", details=(), personal=True)


def resurfaced(templates: Templates, voice: Voice, found: Sequence[Inquiry]) -> Message:
    """On a Monday, to who is to answer: what has waited for a week or longer."""
    shown = listed(found, 1, LISTED).entries
    buttons = [
        Button(voice.say("Answer %(n)s", n=number), str(one.id), opens=ANSWER) for number, one in shown
    ]
    stop = f"/alliance reminders off {ReminderKind.QUESTION.value}"
    buttons.append(Button(voice.say("No more of these lists"), stop))
    return templates.message("questions/resurface", voice, buttons=buttons, found=found, shown=shown)


def said(templates: Templates, voice: Voice, what: str) -> Message:
    """The last page of the forms for answers."""
    return templates.message("questions/said", voice, what=what, personal=True)


def _said(
    templates: Templates, voice: Voice, what: str, buttons: Sequence[Button] = (), **values: Any
) -> Message:
    return templates.message("questions/asked", voice, buttons=buttons, personal=True, what=what, **values)


def _closing(voice: Voice, item: Inquiry) -> Button:
    label = voice.say("That answers it") if item.is_mine and item.answers else voice.say("Close it")
    sure = voice.say("It takes no answer any more; it stays findable.")
    return Button(label, f"/ask close {item.id}", confirm=sure)


def _withdrawing(voice: Voice, item: Inquiry) -> Button:
    sure = voice.say("Nobody will see it any more.")
    return Button(voice.say("Withdraw it"), f"/ask withdraw {item.id}", confirm=sure)
