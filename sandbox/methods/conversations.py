"""conversations.*: which channels there are, who is in them, what was said.

https://docs.slack.dev/reference/methods/conversations.list and its neighbours.
"""

from sandbox.errors import SlackError
from sandbox.methods.desk import Args, Desk, page
from sandbox.people import BOT_USER, Channel
from sandbox.things import Json, Message


def _body(desk: Desk, room: Channel) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object ."""
    members = room.members or ()
    body: Json = {
        "id": room.id,
        "is_channel": not room.is_private,
        "is_group": room.is_private and not room.is_im,
        "is_im": room.is_im,
        "is_mpim": False,
        "is_private": room.is_private,
        "is_archived": room.is_archived,
        "is_general": room.name == "general",
        "created": 1_700_000_000,
        "is_member": BOT_USER in members,
        "topic": {"value": room.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(members),
    }
    if room.is_im:
        return body | {"user": next(user for user in members if user != BOT_USER)}
    return body | {"name": room.name, "name_normalized": room.name}


def _family(room: Channel) -> str:
    if room.is_im:
        return "im"
    return "groups" if room.is_private else "channels"


def _known(desk: Desk, args: Args) -> list[Channel]:
    """All channels that the bot can know of, of the types asked for and granted."""
    families = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
    wanted = [families.get(kind.strip(), "") for kind in args.list("types") or ["public_channel"]]
    if "" in wanted:
        raise SlackError("invalid_types")
    for family in wanted:
        desk.need(f"{family}:read")
    return [
        room
        for room in desk.space.channels.values()
        if _family(room) in wanted
        and (not room.is_private or BOT_USER in (room.members or ()))
        and not (room.is_archived and args.flag("exclude_archived"))
    ]


def list_(desk: Desk, args: Args) -> Json:
    """All channels that the bot can know of, whether it is in them or not."""
    part, metadata = page(_known(desk, args), args)
    return {"ok": True, "channels": [_body(desk, room) for room in part], "response_metadata": metadata}


def of_user(desk: Desk, args: Args) -> Json:
    """The channels that the bot, or somebody else, is in; without what the page says is left out."""
    user = desk.person(args.maybe("user") or BOT_USER).id
    rooms = [room for room in _known(desk, args) if user in (room.members or ())]
    part, metadata = page(rooms, args, most=999)
    left_out = ("is_member", "num_members")
    bodies = [
        {name: value for name, value in _body(desk, room).items() if name not in left_out} for room in part
    ]
    return {"ok": True, "channels": bodies, "response_metadata": metadata}


def info(desk: Desk, args: Args) -> Json:
    """One channel."""
    room = desk.channel(args.text("channel"), member=False)
    desk.need(f"{_family(room)}:read")
    return {"ok": True, "channel": _body(desk, room)}


def members(desk: Desk, args: Args) -> Json:
    """Who is in a channel."""
    room = desk.channel(args.text("channel"), member=False)
    desk.need(f"{_family(room)}:read")
    part, metadata = page(list(room.members or ()), args)
    return {"ok": True, "members": part, "response_metadata": metadata}


def _in_time(args: Args, messages: list[Message]) -> list[Message]:
    oldest, latest = args.moment("oldest", 0), args.moment("latest", 9_999_999_999)
    inclusive = args.flag("inclusive")
    return [
        message
        for message in messages
        if oldest < float(message.ts) < latest or (inclusive and float(message.ts) in {oldest, latest})
    ]


def _answer(args: Args, messages: list[Message], bodies: dict[str, Json]) -> Json:
    part, metadata = page(messages, args, most=999)
    with_metadata = args.flag("include_all_metadata")
    shown = [message.as_slack(metadata=with_metadata) | bodies.get(message.ts, {}) for message in part]
    more = bool(metadata["next_cursor"])
    answer: Json = {"ok": True, "messages": shown, "has_more": more}
    return answer | {"response_metadata": metadata} if more else answer


def _counts(room: Channel, messages: list[Message]) -> dict[str, Json]:
    """What the first message of a thread says about its replies."""
    threads: dict[str, list[Message]] = {}
    for message in messages:
        if message.is_reply and message.thread_ts:
            threads.setdefault(message.thread_ts, []).append(message)
    return {
        ts: {
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
            "reply_users_count": len({reply.user for reply in replies}),
            "latest_reply": max(reply.ts for reply in replies),
        }
        for ts, replies in threads.items()
    }


def history(desk: Desk, args: Args) -> Json:
    """What was said in a channel, newest first: neither replies nor ephemeral messages."""
    room = desk.channel(args.text("channel"))
    desk.need(f"{_family(room)}:history")
    said = [one for one in desk.space.messages.get(room.id, {}).values() if one.only_for is None]
    roots = [message for message in said if not message.is_reply or message.broadcast]
    newest = sorted(_in_time(args, roots), key=lambda message: message.ts, reverse=True)
    return _answer(args, newest, _counts(room, said))


def replies(desk: Desk, args: Args) -> Json:
    """A thread, oldest first, its first message included."""
    room, ts = desk.channel(args.text("channel")), args.text("ts")
    desk.need(f"{_family(room)}:history")
    found = desk.space.message(room.id, ts)
    if found is None or found.only_for is not None:
        raise SlackError("thread_not_found")
    root = found.thread_ts or ts
    said = [one for one in desk.space.messages[room.id].values() if one.only_for is None]
    thread = [message for message in said if root in {message.ts, message.thread_ts}]
    inside = [message for message in thread if message.ts == root or message in _in_time(args, thread)]
    return _answer(args, sorted(inside, key=lambda message: message.ts), _counts(room, said))


def open_(desk: Desk, args: Args) -> Json:
    """The direct messages with a person."""
    users = args.list("users")
    if not users and args.has("channel"):
        return {"ok": True, "channel": _body(desk, desk.channel(args.text("channel")))}
    if len(users) != 1:
        code = "users_list_not_supplied" if not users else "not_enough_users"
        raise SlackError(code)
    person = desk.person(users[0])
    if person.is_bot or person.deleted:
        raise SlackError("cannot_dm_bot" if person.is_bot else "user_disabled")
    known = any(room.is_im and person.id in (room.members or ()) for room in desk.space.channels.values())
    room = desk.space.channels[desk.space.dm(person.id)]
    answer: Json = {"ok": True, "channel": _body(desk, room) if args.flag("return_im") else {"id": room.id}}
    return answer | {"no_op": True, "already_open": True} if known else answer


def join(desk: Desk, args: Args) -> Json:
    """The bot comes into a public channel."""
    room = desk.channel(args.text("channel"), member=False, live=True)
    if room.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if desk.space.join(room.id, BOT_USER):
        member_joined(desk, room.id, BOT_USER, None)
        desk.changed()
        return {"ok": True, "channel": _body(desk, desk.space.channels[room.id])}
    return {"ok": True, "channel": _body(desk, room), "warning": "already_in_channel"}


def invite(desk: Desk, args: Args) -> Json:
    """The bot brings people into a channel."""
    room, users = desk.channel(args.text("channel"), live=True), args.list("users")
    if not users:
        raise SlackError("no_user")
    for user in users:
        desk.person(user)
        if user == BOT_USER:
            raise SlackError("cant_invite_self")
        if not desk.space.join(room.id, user):
            raise SlackError("already_in_channel")
        member_joined(desk, room.id, user, BOT_USER)
    desk.changed()
    return {"ok": True, "channel": _body(desk, desk.space.channels[room.id])}


def member_joined(desk: Desk, channel: str, user: str, inviter: str | None) -> None:
    """The event. https://docs.slack.dev/reference/events/member_joined_channel ."""
    room = desk.space.channels[channel]
    event: Json = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel,
        "channel_type": "G" if room.is_private else "C",
        "team": "T0ALLIANCE",
        "event_ts": desk.space.new_ts(),
    }
    if inviter:
        event["inviter"] = inviter
    desk.emit("member_joined_channel", event, channel)
