"""chat.*: posting, updating, deleting.

https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

from dataclasses import replace

from sandbox.errors import SlackError
from sandbox.methods.desk import Args, Desk
from sandbox.people import BOT_USER, Channel
from sandbox.posting import draft
from sandbox.things import Json, Message

# https://docs.slack.dev/reference/methods/chat.update: "The text field cannot exceed 4,000 characters".
LONGEST_UPDATE = 4_000


def post_message(desk: Desk, args: Args) -> Json:
    """Post in a channel, to a person, or in a thread."""
    room = _where(desk, args.text("channel"))
    made = draft(desk.space, args.body())
    thread = _thread(desk, room, args.maybe("thread_ts"))
    desk.pace.take(room.id, desk.space.clock.now())
    blank = Message(
        room.id,
        desk.space.new_ts(),
        BOT_USER,
        thread_ts=thread,
        broadcast=args.flag("reply_broadcast"),
        by_bot=True,
    )
    message = desk.space.post(made.on(blank))
    announce(desk, message)
    body = message.as_slack(metadata=True)
    answer: Json = {"ok": True, "channel": room.id, "ts": message.ts, "message": body}
    if made.warnings:
        answer["response_metadata"] = {"warnings": list(made.warnings)}
    return answer


def _where(desk: Desk, name: str) -> Channel:
    """The channel to post in; a person's id means the direct messages with them."""
    if name in desk.space.people:
        if desk.space.people[name].is_bot:
            raise SlackError("channel_not_found")
        name = desk.space.dm(name)
    everywhere = "chat:write.public" in desk.app.scopes
    return desk.channel(name, member=not everywhere, live=True)


def _thread(desk: Desk, room: Channel, ts: str | None) -> str | None:
    """The thread's first message, which must be there and not be ephemeral."""
    if ts is None:
        return None
    parent = desk.space.message(room.id, ts)
    if parent is None or parent.only_for is not None:
        raise SlackError("thread_not_found")
    if parent.thread_ts is None:
        desk.space.update(replace(parent, thread_ts=parent.ts), act=-1)
    return parent.thread_ts or parent.ts


def announce(desk: Desk, message: Message) -> None:
    """The message event, which the bot gets for its own messages too."""
    desk.emit(message_event(desk, message.channel), message_body(desk, message), message.channel)


def message_event(desk: Desk, channel: str) -> str:
    """Which subscription a message of this channel falls under."""
    room = desk.space.channels[channel]
    if room.is_im:
        return "message.im"
    return "message.groups" if room.is_private else "message.channels"


def message_body(desk: Desk, message: Message) -> Json:
    """The event of a message. https://docs.slack.dev/reference/events/message ."""
    kind = {"message.im": "im", "message.groups": "group", "message.channels": "channel"}
    return {
        **message.as_slack(metadata=True),
        "channel": message.channel,
        "event_ts": message.ts,
        "channel_type": kind[message_event(desk, message.channel)],
    }


def post_ephemeral(desk: Desk, args: Args) -> Json:
    """Show a message to one member of a channel."""
    room = desk.channel(args.text("channel"), live=True)
    user = args.text("user")
    if user not in (room.members or ()):
        raise SlackError("user_not_in_channel")
    made = draft(desk.space, args.body())
    thread = args.maybe("thread_ts")
    blank = Message(room.id, desk.space.new_ts(), BOT_USER, thread_ts=thread, only_for=user, by_bot=True)
    message = desk.space.post(made.on(blank))
    return {"ok": True, "message_ts": message.ts}


def update(desk: Desk, args: Args) -> Json:
    """Change the bot's own message; what is not given stays as it is."""
    room = desk.channel(args.text("channel"), live=True)
    old = desk.own_message(room.id, args.text("ts"), "cant_update_message")
    given = args.body()
    if len(str(given.get("text") or "")) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    if not any(args.has(name) for name in ("text", "blocks", "attachments")):
        raise SlackError("no_text")
    kept: Json = {
        "text": "" if given.get("blocks") else old.text,
        "blocks": list(old.blocks),
        "attachments": list(old.attachments),
        "metadata": old.metadata,
    }
    asked = {name: value for name, value in given.items() if value is not None}
    made = draft(desk.space, {**kept, **asked})
    new = desk.space.update(replace(made.on(old), edited_ts=desk.space.new_ts()))
    event = {
        "type": "message",
        "subtype": "message_changed",
        "channel": room.id,
        "ts": new.edited_ts,
        "event_ts": new.edited_ts,
        "hidden": True,
        "channel_type": message_body(desk, new)["channel_type"],
        "message": new.as_slack(metadata=True),
        "previous_message": old.as_slack(metadata=True),
    }
    desk.emit(message_event(desk, room.id), event, room.id)
    return {
        "ok": True,
        "channel": room.id,
        "ts": new.ts,
        "text": new.text,
        "message": new.as_slack(metadata=True),
    }


def delete(desk: Desk, args: Args) -> Json:
    """Take the bot's own message away."""
    room = desk.channel(args.text("channel"))
    old = desk.own_message(room.id, args.text("ts"), "cant_delete_message")
    desk.space.delete(old)
    ts = desk.space.new_ts()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "channel": room.id,
        "ts": ts,
        "event_ts": ts,
        "hidden": True,
        "deleted_ts": old.ts,
        "channel_type": message_body(desk, old)["channel_type"],
        "previous_message": old.as_slack(metadata=True),
    }
    desk.emit(message_event(desk, room.id), event, room.id)
    return {"ok": True, "channel": room.id, "ts": old.ts}


def get_permalink(desk: Desk, args: Args) -> Json:
    """The address of a message, here on the sandbox's own page."""
    room, ts = desk.channel(args.text("channel"), member=False), args.text("message_ts")
    message = desk.space.message(room.id, ts)
    if message is None or message.only_for is not None:
        raise SlackError("message_not_found")
    link = f"{desk.address()}/archives/{room.id}/p{ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={room.id}"
    return {"ok": True, "channel": room.id, "permalink": link}


def add_reaction(desk: Desk, args: Args) -> Json:
    """An emoji under a message. https://docs.slack.dev/reference/methods/reactions.add ."""
    room, name = desk.channel(args.text("channel"), live=True), args.text("name").strip(":")
    message = desk.space.message(room.id, args.text("timestamp"))
    if message is None or message.only_for is not None:
        raise SlackError("message_not_found")
    if (name, BOT_USER) in message.reactions:
        raise SlackError("already_reacted")
    desk.space.update(replace(message, reactions=(*message.reactions, (name, BOT_USER))))
    return {"ok": True}
