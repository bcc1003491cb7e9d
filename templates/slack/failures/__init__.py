"""What could not be delivered: where, why, and what to do about it."""

from __future__ import annotations

from community.failures import Report
from community.issues import Issue
from templates.messages import Button, Message, Templates
from templates.mrkdwn import channel_link, mention
from templates.slack.editions import name
from templates.voice import Voice

LISTED = 20


def report(templates: Templates, voice: Voice, found: Report, issue: Issue | None) -> Message:
    """For the editors, what did not arrive of their newsletter; for the secretariat, what else did not."""
    buttons = []
    if issue is not None and found.failures:
        buttons.append(Button(voice.say("Send it there again"), f"/digest again {issue.id}", first=True))
    lines = [
        (channel_link(one.channel) if one.channel[:1] in "CG" else mention(one.channel), one.count,
         _reason(voice, one.reason))
        for one in found.failures[:LISTED]
    ]  # fmt: skip
    return templates.message(
        "failures/report", voice, buttons=buttons, personal=True, lines=lines, letters=found.letters,
        left=len(found.failures) - len(lines), when=name(voice, issue) if issue else "",
    )  # fmt: skip


def _reason(voice: Voice, code: str) -> str:
    """Slack's word as a sentence that says what to do (docs.slack.dev/reference/methods/chat.postMessage)."""
    no_place = voice.say("The channel is gone, or private and I am not in it: invite me, or choose another.")
    said = {
        "not_in_channel": voice.say("I am not in that channel. Invite me there: type /invite and my name."),
        "channel_not_found": no_place,
        "is_archived": voice.say("The channel is archived. Unarchive it, or choose another."),
        "gave_up": voice.say("Slack did not answer, again and again. Try it later."),
        "restricted_action": voice.say("The workspace does not let apps post there. Ask its administrators."),
        "too_late": voice.say("It came too late to be of use."),
        "cannot_dm_bot": voice.say("A bot cannot be written to."),
    }
    return said.get(code) or voice.say("Slack says: %(code)s.", code=code)
