"""What a person does in the workspace, and what came of it.

A test, the control API and a click on the page all go through these functions, so that none of them
can do what a person could not.
"""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox import answers, payloads
from sandbox.activity import Activity, Links
from sandbox.app import App
from sandbox.errors import BadRequest
from sandbox.events import Events
from sandbox.methods.chat import message_body, message_event
from sandbox.methods.conversations import member_joined
from sandbox.methods.desk import Desk
from sandbox.mrkdwn import composed, pings
from sandbox.outcomes import outcome_of
from sandbox.people import BOT_USER, Channel, Person
from sandbox.record import Outcome, Record
from sandbox.things import Json, Message, View
from sandbox.values import chosen, start_values, walk, wrong_input
from sandbox.wire import Wire
from sandbox.workspace import Workspace


@dataclass
class Done:
    """What is known of an act when the bot has acknowledged it."""

    ack: Any = None
    failed: str | None = None
    errors: dict[str, str] = field(default_factory=dict)
    ts: str | None = None


@dataclass(frozen=True)
class Parts:
    """Everything that an act needs; made once by the sandbox."""

    space: Workspace
    app: App
    wire: Wire
    events: Events
    links: Links
    activity: Activity
    record: Record
    desk: Desk
    address: Callable[[], str]


class Acts:
    """The acts of people."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._numbers = itertools.count(1)
        self._under_way: set[int] = set()

    # What the acts share

    def _person(self, user: str) -> Person:
        person = self._parts.space.people.get(user)
        if person is None:
            raise BadRequest(f"nobody is called {user!r}")
        return person

    def _room(self, user: str, channel: str) -> Channel:
        room = self._parts.space.find_channel(channel)
        if room is None or not self._parts.space.may_see(user, room.id):
            raise BadRequest(f"{user} sees no channel {channel!r}")
        return room

    def _seen_message(self, user: str, ts: str, channel: str | None) -> Message:
        space = self._parts.space
        rooms = [self._room(user, channel).id] if channel else list(space.messages)
        for room in rooms:
            message = space.message(room, ts)
            if message is not None and space.sees(user, message):
                return message
        raise BadRequest(f"{user} sees no message {ts!r}")

    def _seen_view(self, user: str, view_id: str) -> View:
        space = self._parts.space
        view = space.views.get(view_id)
        top = space.top_view(user)
        shown = view is not None and (top is view or space.homes.get(user) == view_id)
        if view is None or not shown:
            raise BadRequest(f"{user} does not see the view {view_id!r}")
        return view

    def _response_url(self, user: str, channel: str, act: int, original: str | None = None) -> str:
        key = self._parts.space.new_address(user, channel, act, original)
        return f"{self._parts.address()}/respond/{key}"

    async def _act(self, user: str | None, do: Callable[[int], Awaitable[Done]]) -> Outcome:
        """Do it, wait until the bot is done, and gather what came of it."""
        parts, act = self._parts, next(self._numbers)
        changes, calls = len(parts.space.changes), len(parts.record.exchanges)
        self._under_way.add(act)
        try:
            done = await do(act)
            settled = await parts.links.settle()
        finally:
            self._under_way.discard(act)
        return outcome_of(
            parts.space,
            user,
            [change for change in parts.space.changes[changes:] if self._belongs(change.act, act)],
            [call for call in parts.record.exchanges[calls:] if self._belongs(call.act, act)],
            Outcome(settled, ack=done.ack, errors=done.errors, failed=done.failed, ts=done.ts),
        )

    def _belongs(self, owner: int | None, act: int) -> bool:
        """Whose doing it was is known for acknowledgements and response_urls; the rest is everybody's."""
        return owner in {None, act} or owner not in self._under_way

    async def _send(self, kind: str, payload: Json, act: int, use: Callable[[Any], None] | None) -> Done:
        with self._parts.activity.dispatch():
            delivered = await self._parts.wire.deliver(kind, payload, act=act, use=use)
        return Done(delivered.body, delivered.failed)

    async def settle(self) -> Outcome:
        """Do nothing but wait until the bot is done, for instance after the clock has moved."""

        async def nothing(_act: int) -> Done:
            return Done()

        return await self._act(None, nothing)

    # The acts

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

    async def action(
        self,
        user: str,
        target: str,
        *,
        action_id: str,
        channel: str | None = None,
        block_id: str | None = None,
        value: Any = None,
        forged: bool = False,
    ) -> Outcome:
        """Click a button, choose in a menu, or leave a field that tells of it at once.

        ``target`` is a message's ts or a view's id; ``value`` what was chosen. A person can click only
        what they see; ``forged`` sends a click on a button that is not there all the same.
        """
        person = self._person(user)
        if not self._parts.app.interactive:
            raise BadRequest("the manifest has interactivity switched off")
        if target.startswith("V"):
            return await self._act(
                user, lambda act: self._view_click(person, target, action_id, block_id, value, act, forged)
            )
        message = self._seen_message(user, target, channel)
        return await self._act(
            user, lambda act: self._message_click(person, message, action_id, block_id, value, act, forged)
        )

    def _element(
        self, blocks: list[Json], action_id: str, block_id: str | None, *, forged: bool, value: Any
    ) -> tuple[str, Json]:
        for found_id, _, element in walk(blocks):
            if element["action_id"] == action_id and block_id in {None, found_id}:
                return found_id, element
        if not forged:
            raise BadRequest(f"there is nothing called {action_id!r} to click")
        return block_id or "forged", {
            "type": "button",
            "action_id": action_id,
            "text": {"type": "plain_text", "text": action_id},
            **({} if value is None else {"value": value}),
        }

    def _clicked(self, owner: str, block_id: str, element: Json, value: Any) -> tuple[Json, Json | None]:
        """The entry in ``actions``, and the new state when the element holds one."""
        action: Json = {"action_id": element["action_id"], "block_id": block_id, "type": element["type"]}
        action["action_ts"] = self._parts.space.new_ts()
        if element["type"] in {"button", "workflow_button", "icon_button"}:
            shown = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
            if value not in (None, element.get("value")):
                raise BadRequest(f"the button {element['action_id']!r} has another value")
            return action | shown, None
        if element["type"] == "feedback_buttons":
            sides = [element["positive_button"], element["negative_button"]]
            if value not in [side["value"] for side in sides]:
                raise BadRequest(f"{value!r} is neither of the feedback buttons")
            return action | {"value": value}, None
        offered = self._parts.space.offered.get((owner, element["action_id"]))
        state = chosen(element, value, offered if "external" in element["type"] else None)
        return action | state, None if element["type"] == "overflow" else state

    async def _message_click(
        self,
        person: Person,
        message: Message,
        action_id: str,
        block_id: str | None,
        value: Any,
        act: int,
        forged: bool,
    ) -> Done:
        space, blocks = self._parts.space, list(message.blocks)
        found_id, element = self._element(blocks, action_id, block_id, forged=forged, value=value)
        action, state = self._clicked(message.ts, found_id, element, value)
        typed = space.typed.setdefault((message.ts, person.id), start_values(blocks, channel=message.channel))
        if state is not None:
            typed.setdefault(found_id, {})[action_id] = state
        payload = payloads.message_click(
            person,
            space.channels[message.channel],
            message,
            action,
            typed,
            trigger_id=space.new_trigger(person.id),
            response_url=self._response_url(person.id, message.channel, act, message.ts),
        )
        return await self._send("interactive", payload, act, None)

    async def _view_click(
        self,
        person: Person,
        view_id: str,
        action_id: str,
        block_id: str | None,
        value: Any,
        act: int,
        forged: bool,
    ) -> Done:
        space, view = self._parts.space, self._seen_view(person.id, view_id)
        found_id, element = self._element(view.blocks, action_id, block_id, forged=forged, value=value)
        action, state = self._clicked(view.id, found_id, element, value)
        if state is not None:
            view = _with_value(view, found_id, action_id, state)
            space.views[view.id] = view
        modal = view.id if view.kind == "modal" else None
        payload = payloads.view_click(person, view, action, space.new_trigger(person.id, modal))
        return await self._send("interactive", payload, act, None)

    async def suggest(self, user: str, target: str, *, action_id: str, query: str = "") -> list[Json]:
        """Type into a menu whose options come from the bot; gives what it offers."""
        person, space = self._person(user), self._parts.space
        if target.startswith("V"):
            view = self._seen_view(user, target)
            blocks: list[Json] = view.blocks
            where: Json = {"container": {"type": "view", "view_id": target}, "view": view.as_slack()}
        else:
            message = self._seen_message(user, target, None)
            blocks = list(message.blocks)
            where = {
                "container": {"type": "message", "message_ts": target, "channel_id": message.channel},
                "channel": {"id": message.channel, "name": space.channels[message.channel].name},
            }
        found_id, element = self._element(blocks, action_id, None, forged=False, value=None)
        options: list[Json] = []
        payload = payloads.suggestion(person, where, element, found_id, query)
        done = await self._send(
            "interactive",
            payload,
            next(self._numbers),
            lambda body: options.extend(answers.to_suggestion(body)),
        )
        if done.failed:
            raise BadRequest(f"the bot offered nothing: {done.failed}")
        space.offered[target, action_id] = options
        return options

    async def submit(self, user: str, view_id: str, values: dict[str, dict[str, Any]]) -> Outcome:
        """Fill in a modal and send it off; what is left out stays as it stands."""
        person, space = self._person(user), self._parts.space
        view = self._seen_view(user, view_id)
        if view.kind != "modal" or view.body.get("submit") is None:
            raise BadRequest(f"the view {view_id!r} has no button to submit it")
        elements = {(block_id, one["action_id"]): one for block_id, _, one in walk(view.blocks)}
        for block_id, given in values.items():
            for action_id, value in given.items():
                element = elements.get((block_id, action_id))
                if element is None:
                    raise BadRequest(f"there is no input {action_id!r} in a block {block_id!r}")
                offered = space.offered.get((view_id, action_id)) if "external" in element["type"] else None
                view = _with_value(view, block_id, action_id, chosen(element, value, offered))
        space.views[view.id] = view
        wrong = _wrong_inputs(view)
        if wrong:
            return Outcome("idle", errors=wrong)
        return await self._act(user, lambda act: self._submitted(person, view, act))

    async def _submitted(self, person: Person, view: View, act: int) -> Done:
        errors: dict[str, str] = {}
        space = self._parts.space

        def use(body: Any) -> None:
            errors.update(answers.to_submission(space, view, body, act))

        urls = [
            {
                "block_id": block_id,
                "action_id": element["action_id"],
                "channel_id": channel,
                "response_url": self._response_url(person.id, channel, act),
            }
            for block_id, _, element in walk(view.blocks)
            if element.get("response_url_enabled")
            and (channel := _chosen_channel(view.values[block_id][element["action_id"]]))
        ]
        payload = payloads.submission(person, view, space.new_trigger(person.id, view.id), urls)
        done = await self._send("interactive", payload, act, use)
        done.errors = errors
        return done

    async def close_view(self, user: str, view_id: str, *, clear: bool = False) -> Outcome:
        """Close a modal by hand; ``clear`` closes the whole stack."""
        person, space = self._person(user), self._parts.space
        view = self._seen_view(user, view_id)
        if view.kind != "modal":
            raise BadRequest("the Home tab cannot be closed")

        async def do(act: int) -> Done:
            stack = [space.views[one] for one in reversed(space.stacks[user])]
            everything = clear or bool(view.body.get("clear_on_close"))
            leaving = stack if everything else [view]
            for one in leaving:
                space.close_top(user)
                if one.body.get("notify_on_close"):
                    payload = payloads.closed(person, one, cleared=everything)
                    done = await self._send("interactive", payload, act, None)
                    if done.failed:
                        return done
            return Done()

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


def _with_value(view: View, block_id: str, action_id: str, state: Json) -> View:
    return replace(
        view, values={**view.values, block_id: {**view.values.get(block_id, {}), action_id: state}}
    )


def _wrong_inputs(view: View) -> dict[str, str]:
    """What Slack's own window refuses to send."""
    wrong: dict[str, str] = {}
    for block_id, block, element in walk(view.blocks):
        if block["type"] == "input":
            sentence = wrong_input(block, element, view.values[block_id][element["action_id"]])
            if sentence:
                wrong[block_id] = sentence
    return wrong


def _chosen_channel(state: Json) -> str | None:
    return state.get("selected_conversation") or state.get("selected_channel")
