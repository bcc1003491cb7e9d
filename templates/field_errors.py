"""What is said under a field that is wrong, in a modal and on the web."""

from __future__ import annotations

from templates.voice import Voice


def field_error(voice: Voice, reason: str) -> str:
    """What is said under a field that is wrong."""
    said = {
        "role_does_not_fit": voice.say(
            "This role does not go with that: chairs and leads are of a group, focal points of a country."
        ),
        "country_unclear": voice.say("I do not know which country this is; its ISO code would be clear."),
        "pathfinder_already": voice.say("This is a pathfinder already: `/pathfinder` and its name show it."),
        "member_already": voice.say("You are a member of this group already."),
        "chaired_already": voice.say("Somebody chairs this group by now."),
        "no_date": voice.say("A date is written as 2027, 2027-03, 2027-03-15 or by 2027-06."),
        "not_yet": voice.say("This day is still to come, so it cannot have been then."),
        "empty": voice.say("Please write something here."),
        "nothing_to_follow": voice.say("Please choose at least one group, country or theme."),
        "too_long": voice.say("This is too long; please say it more briefly, or in two parts."),
        "kind_does_not_fit": voice.say("This does not go with it: please choose another kind."),
        "name_needed": voice.say("Please write a name here, with letters or figures."),
        "name_taken": voice.say("Something else is called so already; names have to differ."),
        "entry_unclear": voice.say("I do not know which one this is; please type its whole name."),
        "place_unknown": voice.say(
            "I know no country called so. For a regional body, tick the box that says so."
        ),
        "stage_needed": voice.say("This is on record already; with a stage it becomes a pathfinder."),
        "same_entry": voice.say("These two are the same entry already."),
        "merged_already": voice.say("One of the two went into another one meanwhile."),
        "country_stays": voice.say("A country stays as it is; a regional body can go into another entry."),
        "not_on_record": voice.say("This is not on record yet; please add it first."),
        "not_yourself": voice.say("You cannot stop yourself; somebody else of the secretariat could."),
        "zone_unclear": voice.say(
            "I do not know this time zone. Its name has a region and a city, such as Asia/Kathmandu."
        ),
        "quiet_both": voice.say("Please give two different times, or neither."),
        "tick_needed": voice.say("Please tick the box to go on; you may also come back later."),
        "principles_changed": voice.say("The principles have changed meanwhile; please open them anew."),
        "erase_whom": voice.say("Please choose one person, or type one Slack id such as U012AB3CD."),
        "last_of_secretariat": voice.say(
            "Nobody else is of the secretariat: please hand that role over first."
        ),
        "gone": voice.say("This is not there any more; please choose another."),
        "own_language": voice.say("It is written in this language already; please choose another."),
        "translated_already": voice.say("This is there in this language already; thank you all the same."),
        "offer_waits": voice.say(
            "Somebody’s translation waits for review already. What you typed stays here until you close this."
        ),
        "champion_missing": voice.say("Please choose a member, or name an organisation."),
        "champion_twice": voice.say("Please name one champion only: a member, or an organisation."),
        "champion_unable": voice.say(
            "This account cannot be asked; please choose a member of this workspace."
        ),
        "no_group": voice.say("Only what is about an action group can be for its members alone."),
        "owner_missing": voice.say("Please say who promised it: a person, a role or an organisation."),
        "owner_twice": voice.say(
            "Only one of the three can promise it: please leave this one empty, or the other."
        ),
        "owner_unable": voice.say(
            "This account cannot take on a commitment; please choose a member of this workspace."
        ),
        "not_yours_to_promise": voice.say(
            "You can record what you, your role or your organisation promised. For others, those who lead "
            "the group or the country can, an editor, or the secretariat."
        ),
        "role_concerns_other": voice.say(
            "This role goes with another group or country; please choose that one, or leave this empty."
        ),
        "due_past": voice.say("This day has passed. A commitment is due today or later."),
        "day_not_wanted": voice.say(
            "What you chose above goes without a day: please take the day out, or choose how exact it is."
        ),
        "step_missing": voice.say("Please say which step it is."),
        "no_destination": voice.say("Choose a channel, or let it go by e-mail and on the web."),
        "leaves_already": voice.say("Another newsletter goes there already. End it, or untick it there."),
        "no_mail_address": voice.say("This is no e-mail address; one looks like name@example.org."),
        "refused_address": voice.say(
            "The mail server of this address refused it for good. Please give another."
        ),
        "too_many_ask": voice.say("Many people ask for letters just now. Please try again in an hour."),
        "no_address": voice.say("A link begins with https:// or http://."),
        "personal": voice.say(
            "This looks like a person’s details or a case. Nobody’s case belongs here; please leave it out."
        ),
        "no_day": voice.say("This day is in no calendar, or this hour on no clock."),
        "year_unlikely": voice.say("The year is from 1900 to 2200; please look at it again."),
        "day_needed": voice.say("Please choose the day, or say that the date is not known."),
        "end_before_start": voice.say("This lies before the beginning."),
        "one_day_only": voice.say("With this choice only the first day counts; please leave this one empty."),
        "hour_needs_day": voice.say("An hour needs its day: please choose one, or leave the hour out."),
        "hour_skipped": voice.say(
            "The clocks skip this hour on that day, so it never comes. Please choose another."
        ),
        "end_needs_start": voice.say("Please say when it begins, too."),
        "event_past": voice.say("That is over already. Choose another day, or say that it was held."),
        "event_over": voice.say("It was held or cancelled already, or its day has passed."),
        "held_ahead": voice.say("It lies ahead, so it cannot have been held yet."),
        "no_capacity": voice.say("Please write a number of seats, from 1 to 100,000."),
        "capacity_taken": voice.say("More people than that are registered already."),
        "not_yours": voice.say("Only who leads that group, or an editor, can move it there."),
        "no_number": voice.say("Please write a number, in figures."),
        "negative": voice.say("This cannot be below nought."),
        "too_large": voice.say("This is more than 100,000; please look at it again."),
        "not_its_day": voice.say("The event does not take place on this day."),
        "too_many_speakers": voice.say("At most three members can be on one item."),
        "one_speaker": voice.say("Please name exactly one: a member, an organisation, or somebody else."),
        "event_cancelled": voice.say("The event was cancelled."),
        "event_not_begun": voice.say("The event has not begun yet."),
        "no_meeting_number": voice.say("Please write a number from 1 to 999, in figures."),
        "number_taken": voice.say("Another meeting of this group has this number already."),
        "one_language": voice.say("Please write it in at least one of the three languages."),
        "language_published": voice.say(
            "The report is published in three languages; please write this one, too."
        ),
        "not_saved": voice.say(
            "I could not save this just now. All you typed is still here: please send it again."
        ),
    }
    return said.get(reason) or voice.say("This cannot be taken as it is; please look at it again.")
