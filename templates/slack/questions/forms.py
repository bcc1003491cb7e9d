"""The forms of questions: to ask, to ask further, to answer, to correct an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from community.addressees import Addressee
from community.answers import LONGEST as LONGEST_ANSWER
from community.inquiries import Inquiry
from community.questions import LONGEST
from storage.vocabulary import Visibility
from templates import forms
from templates.forms import Choice, Field
from templates.terms import label
from templates.voice import Voice

ASK, FURTHER, ANSWER, CORRECT = "question_ask", "question_further", "question_answer", "answer_correct"
FULLY, PARTLY = "fully", "partly"


def ask(
    voice: Voice,
    known: Sequence[tuple[str, Addressee]],
    *,
    to: str = "",
    text: str = "",
    notice: str = "",
    metadata: str = "",
) -> Mapping[str, Any]:
    """The form to ask; `known` are all addressees by their names, `to` the key of one."""
    choices = [Choice(name, one.key) for name, one in known]
    seen = [Choice(label(voice, one), one.value) for one in Visibility]
    remark = Choice(voice.say("It is a remark; it needs no answer"), "yes")
    hidden = Choice(voice.say("Under a pseudonym: nobody sees who asks"), "yes")
    return forms.form(
        ASK,
        voice.say("Ask something"),
        voice.say("Ask"),
        voice.say("Cancel"),
        [
            Field("to", voice.say("To whom"), forms.select(choices[:100], chosen=to)),
            Field(
                "text",
                voice.say("Question"),
                forms.text(initial=text[:LONGEST], lines=True, most=LONGEST),
                hint=voice.say("No details of persons, please: this is read by many."),
            ),
            Field(
                "visibility",
                voice.say("Who may see it"),
                forms.select(seen, chosen=Visibility.MEMBERS.value),
            ),
            Field("remark", voice.say("Remark"), forms.tick(remark), optional=True),
            Field(
                "hidden",
                voice.say("Your name"),
                forms.tick(hidden),
                optional=True,
                hint=voice.say(
                    "Pseudonymous until it is closed, anonymous after: until then the bot alone knows whom "
                    "to tell; then it forgets. What you write may still say who you are."
                ),
            ),
        ],
        metadata=metadata,
        notice=notice,
    )  # fmt: skip


def further(voice: Voice, metadata: str, notice: str = "") -> Mapping[str, Any]:
    """The form to open a question again, whose number the metadata begin with."""
    return forms.form(
        FURTHER,
        voice.say("Ask further"),
        voice.say("Ask"),
        voice.say("Cancel"),
        [
            Field(
                "more",
                voice.say("What is open still"),
                forms.text(lines=True, most=LONGEST),
                optional=True,
                hint=voice.say("It is added to your question, and those who answer hear of it."),
            )
        ],
        metadata=metadata,
        notice=notice,
    )


def answer(
    voice: Voice,
    waiting: Sequence[Inquiry],
    *,
    chosen: Collection[int] = (),
    text: str = "",
    notice: str = "",
    metadata: str = "",
) -> Mapping[str, Any]:
    """The form to answer; `waiting` may be chosen, several at once, where one answer settles them all."""
    questions = [Choice(f"{one.id} · {voice.words(one.text)}", str(one.id)) for one in waiting]
    whole = [
        Choice(voice.say("It answers them fully"), FULLY),
        Choice(voice.say("It answers them in part"), PARTLY),
    ]
    return forms.form(
        ANSWER,
        voice.say("Answer"),
        voice.say("Answer"),
        voice.say("Cancel"),
        [
            Field(
                "questions",
                voice.say("What it answers"),
                forms.several(questions[:100], chosen=[str(number) for number in chosen]),
                hint=voice.say("One answer may settle several questions."),
            ),
            Field(
                "text",
                voice.say("Your answer"),
                forms.text(initial=text[:LONGEST_ANSWER], lines=True, most=LONGEST_ANSWER),
                hint=voice.say("No details of persons, please: this is read by many."),
            ),
            Field("whole", voice.say("How far"), forms.select(whole, chosen=FULLY)),
        ],
        metadata=metadata,
        notice=notice,
    )


def correct(voice: Voice, text: str, metadata: str, notice: str = "") -> Mapping[str, Any]:
    """The form to correct an answer, which stands in it as it is; the metadata hold its id and language."""
    return forms.form(
        CORRECT,
        voice.say("Correct an answer"),
        voice.say("Correct"),
        voice.say("Cancel"),
        [Field("text", voice.say("Your answer"), forms.text(initial=text, lines=True, most=LONGEST_ANSWER))],
        metadata=metadata,
        notice=notice,
    )
