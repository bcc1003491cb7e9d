"""From the changes during an act to what the person who acted could see of it."""

from collections.abc import Sequence
from dataclasses import replace

from sandbox.record import Exchange, Outcome
from sandbox.things import Change, Json, Message, View
from sandbox.workspace import Workspace


def outcome_of(
    space: Workspace,
    user: str | None,
    changes: Sequence[Change],
    calls: Sequence[Exchange],
    known: Outcome,
) -> Outcome:
    """Gather replies, updates and views; a message that changed again stands there as it is last."""
    posted: dict[tuple[str, str], Message] = {}
    updated: dict[tuple[str, str], Message] = {}
    deleted: dict[tuple[str, str], Message] = {}
    views: dict[str, Json] = {}
    for change in changes:
        thing = change.thing
        if isinstance(thing, View):
            if user in {None, thing.user}:
                views[thing.id] = thing.as_slack()
            continue
        if not thing.by_bot or not (user is None or space.sees(user, thing)):
            continue
        key = (thing.channel, thing.ts)
        if change.kind == "deleted":
            posted.pop(key, None)
            updated.pop(key, None)
            deleted[key] = thing
        elif change.kind == "posted" or key in posted:
            posted[key] = thing
        else:
            updated[key] = thing
    return replace(
        known,
        replies=[message.as_seen() for message in posted.values()],
        updated=[message.as_seen() for message in updated.values()],
        deleted=[message.as_seen() for message in deleted.values()],
        views=list(views.values()),
        calls=list(calls),
    )
