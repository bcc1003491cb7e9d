"""What a person types and chooses in a channel: commands, messages, shortcuts, the app's own page."""

from dataclasses import replace
from typing import Any

from sandbox import answers, payloads
from sandbox.acting import Actor, Done
from sandbox.errors import BadRequest
from sandbox.methods.chat import message_body, message_event
from sandbox.methods.conversations import member_joined
from sandbox.mrkdwn import composed, pings
from sandbox.people import BOT_USER, Person
from sandbox.record import Outcome
from sandbox.things import Json, Message


class Acts(Actor):
    """Typing, choosing and coming in."""

    async def command(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Outcome:
        """Type a slash command and send it."""
        space, app = self._parts.space, self._parts.app
        person, room = self._person(user), self._room(user, channel)
        name, _, rest = text.strip().partition(" ")
        if not name.startswith("/"):
            raise BadRequest("a command begins with a slash")

        async def do(act: int) -> Done:
            if app.command(name) is None:
                return Done(failed="unknown_command")
            if thread_ts is not None:
                # https://docs.slack.dev/interactivity/implementing-slash-commands: not in threads.
                return Done(failed="not_supported_in_threads")
            url = self._response_url(user, room.id, act)
            payload = payloads.command(
                person, room, name, rest.strip(), response_url=url, trigger_id=space.new_trigger(user)
            )
            key = url.rpartition("/")[2]
            return await self._send(
                "command", payload, act, lambda body: answers.to_command(space, key, body)
            )

        return await self._act(user, do)

    async def message(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Outcome:
        """Write an ordinary message."""
        space = self._parts.space
        self._person(user)
        room = self._room(user, space.dm(user) if channel == BOT_USER else channel)
        if user not in space.members(room.id):
            raise BadRequest(f"{user} is not a member of {room.id}")

        async def do(_act: int) -> Done:
            known = {*space.people, *space.channels}
            said = composed(text, known)
            message = Message(room.id, space.new_ts(), user, said, thread_ts=thread_ts, pings=pings(said))
            message = space.post(message, act=-1)
            event = message_body(self._parts.desk, message) | {"client_msg_id": space.new_id("M")}
            self._parts.events.emit(message_event(self._parts.desk, room.id), event, room.id)
            if f"<@{BOT_USER}" in said and not room.is_im:
                mention = {name: value for name, value in event.items() if name != "channel_type"}
                self._parts.events.emit("app_mention", mention | {"type": "app_mention"}, room.id)
            return Done(ts=message.ts)

        return await self._act(user, do)

    async def shortcut(
        self, user: str, callback_id: str, channel: str | None = None, message_ts: str | None = None
    ) -> Outcome:
        """Choose a shortcut: a global one, or one from a message's menu."""
        person, space = self._person(user), self._parts.space
        known = self._parts.app.shortcut(callback_id)
        wanted = "global" if message_ts is None else "message"
        if known is None or known.get("type") != wanted:
            raise BadRequest(f"the app has no {wanted} shortcut {callback_id!r}")
        message = None if message_ts is None else self._seen_message(user, message_ts, channel)

        async def do(act: int) -> Done:
            trigger, at = space.new_trigger(user), space.new_ts()
            if message is None:
                payload = payloads.shortcut(person, callback_id, trigger, at)
            else:
                payload = payloads.message_shortcut(
                    person,
                    callback_id,
                    space.channels[message.channel],
                    message,
                    trigger_id=trigger,
                    action_ts=at,
                    response_url=self._response_url(user, message.channel, act),
                )
            return await self._send("interactive", payload, act, None)

        return await self._act(user, do)

    async def open_home(self, user: str, tab: str = "home") -> Outcome:
        """Open the app's own page, on its Home or its Messages tab."""
        self._person(user)
        space = self._parts.space
        if tab not in {"home", "messages"}:
            raise BadRequest("the tabs are home and messages")

        async def do(_act: int) -> Done:
            event: Json = {
                "type": "app_home_opened",
                "user": user,
                "channel": space.dm(user),
                "tab": tab,
                "event_ts": space.new_ts(),
            }
            view = space.views.get(space.homes.get(user, ""))
            if tab == "home" and view is not None:
                event["view"] = view.as_slack()
            self._parts.events.emit("app_home_opened", event, None)
            return Done()

        return await self._act(user, do)

    async def join(self, person: Person | str, channel: str | None = None) -> Outcome:
        """Somebody new comes into the workspace, or somebody who is there into a channel."""
        space, events = self._parts.space, self._parts.events

        async def do(_act: int) -> Done:
            if isinstance(person, Person):
                space.people[person.id] = person
                body = self._parts.desk.user(person, locale=True)
                event = {"type": "team_join", "user": body, "event_ts": space.new_ts()}
                events.emit("team_join", event, None)
                room = space.find_channel("general")
                if channel is None and room is not None and not person.is_restricted:
                    space.join(room.id, person.id)
            user = person.id if isinstance(person, Person) else self._person(person).id
            if channel is not None:
                known = space.find_channel(channel)
                if known is None:
                    raise BadRequest(f"there is no channel {channel!r}")
                if space.join(known.id, user):
                    member_joined(self._parts.desk, known.id, user, None)
            return Done()

        return await self._act(None, do)

    async def change_user(self, user: str, **fields: Any) -> Outcome:
        """Somebody's profile changes: ``locale``, ``tz``, ``title`` and whatever else a Person has."""
        changed = replace(self._person(user), **fields)

        async def do(_act: int) -> Done:
            self._parts.space.people[user] = changed
            body = self._parts.desk.user(changed, locale=True)
            event = {"type": "user_change", "user": body, "event_ts": self._parts.space.new_ts()}
            self._parts.events.emit("user_change", event, None)
            return Done()

        return await self._act(None, do)
