"""What a person does with buttons, menus and forms, in messages, modals and on the Home tab."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox import answers, payloads
from sandbox.acting import Actor, Done
from sandbox.errors import BadRequest
from sandbox.people import Person
from sandbox.record import Outcome
from sandbox.things import Json, Message, View
from sandbox.values import chosen, start_values, walk, wrong_input


@dataclass(frozen=True)
class Click:
    """Where somebody clicks, and what they choose there."""

    action_id: str
    block_id: str | None
    value: Any
    forged: bool


class Windows(Actor):
    """Clicking, filling in, sending off."""

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
        click = Click(action_id, block_id, value, forged)
        if target.startswith("V"):
            view = self._seen_view(user, target)
            return await self._act(user, lambda act: self._view_click(person, view, click, act))
        message = self._seen_message(user, target, channel)
        return await self._act(user, lambda act: self._message_click(person, message, click, act))

    def _element(self, blocks: list[Json], click: Click) -> tuple[str, Json]:
        for found_id, _, element in walk(blocks):
            if element["action_id"] == click.action_id and click.block_id in {None, found_id}:
                return found_id, element
        if not click.forged:
            raise BadRequest(f"there is nothing called {click.action_id!r} to click")
        return click.block_id or "forged", {
            "type": "button",
            "action_id": click.action_id,
            "text": {"type": "plain_text", "text": click.action_id},
            **({} if click.value is None else {"value": click.value}),
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

    async def _message_click(self, person: Person, message: Message, click: Click, act: int) -> Done:
        space, blocks = self._parts.space, list(message.blocks)
        block_id, element = self._element(blocks, click)
        action, state = self._clicked(message.ts, block_id, element, click.value)
        typed = space.typed.setdefault((message.ts, person.id), start_values(blocks, channel=message.channel))
        if state is not None:
            typed.setdefault(block_id, {})[click.action_id] = state
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

    async def _view_click(self, person: Person, view: View, click: Click, act: int) -> Done:
        space = self._parts.space
        block_id, element = self._element(view.blocks, click)
        action, state = self._clicked(view.id, block_id, element, click.value)
        if state is not None:
            view = _with_value(view, block_id, click.action_id, state)
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
        found_id, element = self._element(blocks, Click(action_id, None, None, forged=False))
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
        # What was chosen of an earlier offer stays chosen while somebody looks for more.
        before = space.offered.get((target, action_id), [])
        space.offered[target, action_id] = options + [one for one in before if one not in options]
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
