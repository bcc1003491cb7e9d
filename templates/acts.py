"""How the acts of the audit are said: one table from an act's code to a phrase of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from community.rights import Action
from templates.terms import N_
from templates.voice import Voice

ACTS: Mapping[str, str] = {
    "update_posted": N_("sent an update for review"),
    "update_published": N_("published an update"),
    "update_change_asked": N_("asked for a change of an update"),
    "update_declined": N_("declined an update"),
    "update_revised": N_("changed an update"),
    "update_translated": N_("translated an update"),
    "update_withdrawn": N_("withdrew an update"),
    "translation_offered": N_("offered a translation"),
    "offer_published": N_("approved a translation"),
    "offer_change_asked": N_("asked for a change of a translation"),
    "offer_declined": N_("declined a translation"),
    "offer_withdrawn": N_("closed an offered translation"),
    "translation_asked": N_("asked for a translation"),
    "translation_accepted": N_("gave a translation that was asked for"),
    "translation_declined": N_("declined to translate what was asked for"),
    "interest_asked": N_("wrote that a country is interested"),
    "interest_accepted": N_("took up the interest of a country"),
    "interest_declined": N_("declined the interest of a country"),
    "join_asked": N_("asked to join a group"),
    "join_accepted": N_("accepted somebody into a group"),
    "join_declined": N_("declined a wish to join a group"),
    "chair_asked": N_("offered to chair a group"),
    "chair_accepted": N_("accepted an offer to chair a group"),
    "chair_declined": N_("declined an offer to chair a group"),
    "report_asked": N_("reported a post"),
    "report_accepted": N_("took up the report of a post"),
    "report_declined": N_("left a reported post as it is"),
    "group_joined": N_("joined a group"),
    "group_left": N_("left a group"),
    "channel_follows": N_("let a channel follow something"),
    "channel_follows_no_more": N_("ended what a channel follows"),
    "profile_saved": N_("saved their profile"),
    "principles_accepted": N_("accepted the common principles"),
    "record_added": N_("added to the record"),
    "record_changed": N_("changed the record"),
    "record_confirmed": N_("confirmed an entry of the record"),
    "record_ended": N_("said that an entry of the record is no longer true"),
    "record_taken_back": N_("took back a change of the record"),
    "place_added": N_("added a country or body"),
    "place_changed": N_("changed a country or body"),
    "place_merged": N_("merged two countries or bodies"),
    "stage_added": N_("set the stage of a pathfinder"),
    "stage_changed": N_("changed the stage of a pathfinder"),
    "group_added": N_("added a group"),
    "group_changed": N_("changed a group"),
    "group_merged": N_("merged two groups"),
    "organisation_added": N_("added an organisation"),
    "organisation_changed": N_("changed an organisation"),
    "organisation_merged": N_("merged two organisations"),
    "role_granted": N_("gave a role"),
    "role_ended": N_("ended a role"),
    "role_handed_over": N_("handed a role over"),
    "representative_confirmed": N_("confirmed a representative"),
    "representative_ended": N_("ended a representative’s right to act"),
    "member_stopped": N_("stopped a member from posting"),
    "member_lifted": N_("let a member post again"),
    "help_line_added": N_("added a help line"),
    "help_line_removed": N_("took away a help line"),
    "schedule_saved": N_("saved when a newsletter goes out"),
    "schedule_ended": N_("ended a regular newsletter"),
    "edition_edited": N_("changed what a newsletter says"),
    "edition_held": N_("held a newsletter back"),
    "edition_approved": N_("approved a newsletter"),
    "edition_sent_now": N_("sent a newsletter before its hour"),
    "reminders_chosen": N_("chose their reminders"),
    "edition_dropped": N_("dropped a newsletter"),
    "mail_asked": N_("asked for letters at an e-mail address"),
    "mail_confirmed": N_("confirmed an e-mail address"),
    "mail_stopped": N_("ended letters to an e-mail address"),
    "mail_refused": N_("refused an e-mail address for good"),
    "digests_by_mail": N_("chose e-mail for what they follow"),
    "digests_to_slack": N_("chose Slack for what they follow"),
    "sending_stopped": N_("stopped all sending"),
    "sending_started": N_("let sending go on"),
    "refused": N_("was refused"),
}
"""By the code under which `community.audit.note` keeps an act."""
WANTED: Mapping[str, str] = {
    Action.READ: N_("reading"),
    Action.POST_UPDATE: N_("posting an update"),
    Action.PUBLISH_UPDATE: N_("publishing an update"),
    Action.REVIEW_UPDATE: N_("reviewing updates"),
    Action.WITHDRAW_UPDATE: N_("changing or withdrawing an update"),
    Action.REPORT: N_("reporting a post"),
    Action.CHANGE_RECORD: N_("changing the record"),
    Action.MANAGE_ROLES: N_("managing roles"),
    Action.STOP_MEMBER: N_("stopping a member"),
    Action.MANAGE_HELP_LINES: N_("managing the help lines"),
    Action.SEE_AUDIT: N_("seeing who did what"),
    Action.TRANSLATE_UPDATE: N_("translating an update"),
    Action.OFFER_TRANSLATION: N_("offering a translation"),
    Action.REVIEW_TRANSLATION: N_("deciding on a translation"),
    Action.TAKE_PART: N_("taking part as a member"),
    Action.DECIDE_JOIN: N_("deciding who joins a group"),
    Action.DECIDE_REQUEST: N_("deciding on a request"),
    Action.FOLLOW: N_("following something"),
    Action.FOLLOW_FOR_CHANNEL: N_("choosing what a channel follows"),
    Action.MANAGE_REGISTER: N_("managing the register"),
    Action.MANAGE_SCHEDULES: N_("saying when a newsletter goes out"),
    Action.SEND_EDITION: N_("reviewing a newsletter"),
    Action.STOP_SENDING: N_("stopping all sending"),
}
"""What somebody was refused, by the action that they may not do."""


def act(voice: Voice, action: str, subject: str) -> str:
    """What was done and, where a row has one, its number: "gave a role · no. 17".

    An act of a version that is no longer here is said by its code.
    """
    said = voice.say(ACTS.get(action, action))
    if action == "refused":
        return f"{said} · {voice.say(WANTED.get(subject, subject))}"
    number = subject.partition(">")[0].partition(":")[2].partition(":")[0]
    if not number.isdigit():
        return said
    return " · ".join((said, voice.say("no. %(n)s", n=number)))
