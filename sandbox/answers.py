"""What the bot says in answer: bodies of acknowledgements, posts to a response_url.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses and
https://docs.slack.dev/surfaces/modals#response_actions
"""

from dataclasses import replace
from typing import Any

from sandbox.errors import SlackError
from sandbox.methods.views import push_on, put_in_place
from sandbox.people import BOT_USER
from sandbox.posting import draft
from sandbox.things import Address, Json, Message, View
from sandbox.validate import check_element, options_of
from sandbox.values import walk
from sandbox.workspace import Workspace

# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: 5 times in 30 minutes.
MOST_POSTS = 5


def to_command(space: Workspace, key: str, body: Any) -> None:
    """The acknowledgement of a command may carry the answer: a text, or a message as JSON."""
    if isinstance(body, str) and body:
        body = {"text": body}
    if not body:
        return
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    address = space.addresses[key]
    message = _say(space, address, body)
    space.addresses[key] = replace(address, original=message.ts)


def to_address(space: Workspace, key: str, body: Any) -> None:
    """A post to a response_url: within its time and number; a refused one does not count."""
    address = space.addresses.get(key)
    if address is None or space.clock.now() > address.until:
        raise SlackError("expired_url", status=404)
    if address.posts >= MOST_POSTS:
        raise SlackError("used_url", status=404)
    if not isinstance(body, dict):
        raise SlackError("invalid_payload", status=400)
    original = space.message(address.channel, address.original or "")
    if _true(body.get("delete_original")):
        if original is not None:
            space.delete(original, act=address.act)
        space.addresses[key] = replace(address, posts=address.posts + 1)
        return
    if _true(body.get("replace_original")) and original is not None:
        made = draft(space, body)
        edited = None if original.only_for else space.new_ts()
        message = space.update(replace(made.on(original), edited_ts=edited), act=address.act)
    else:
        message = _say(space, address, body)
    space.addresses[key] = replace(address, posts=address.posts + 1, original=address.original or message.ts)


def _true(value: Any) -> bool:
    return value is True or value == "true"


def _say(space: Workspace, address: Address, body: Json) -> Message:
    """One more message: to the person alone unless it says ``in_channel``."""
    kind = body.get("response_type") or "ephemeral"
    if kind not in {"ephemeral", "in_channel"}:
        raise SlackError("invalid_response_type")
    made = draft(space, body)
    thread = body.get("thread_ts")
    message = Message(
        address.channel,
        space.new_ts(),
        BOT_USER,
        thread_ts=str(thread) if thread else None,
        only_for=address.user if kind == "ephemeral" else None,
        by_bot=True,
    )
    return space.post(made.on(message), act=address.act)


def to_submission(space: Workspace, view: View, body: Any, act: int) -> dict[str, str]:
    """Do what the acknowledgement of a form says; give the errors that it shows under fields."""
    if body in (None, "", {}):
        space.close_top(view.user)
        return {}
    if not isinstance(body, dict):
        raise SlackError("invalid_response_action")
    action = body.get("response_action")
    if action == "clear":
        space.clear_stack(view.user)
    elif action == "update":
        put_in_place(space, view, body.get("view"), act)
    elif action == "push":
        push_on(space, view.user, body.get("view"), act)
    elif action == "errors":
        return _errors(view, body.get("errors"))
    else:
        raise SlackError("invalid_response_action")
    return {}


def _errors(view: View, errors: Any) -> dict[str, str]:
    """Errors stand under input blocks, by block_id; others Slack cannot show."""
    inputs = {block_id for block_id, block, _ in walk(view.blocks) if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_arguments", details=("missing required field: errors",))
    unknown = sorted(set(errors) - inputs)
    if unknown:
        raise SlackError("invalid_arguments", details=(f"no input block is called {', '.join(unknown)}",))
    return {str(block): str(sentence) for block, sentence in errors.items()}


def to_suggestion(body: Any) -> list[Json]:
    """The options that the bot offers for a query; at most 100, each right in itself.

    https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select
    """
    if not isinstance(body, dict) or not ("options" in body or "option_groups" in body):
        raise SlackError("invalid_options")
    menu: Json = {"type": "static_select", "action_id": "offered"}
    given = {name: body[name] for name in ("options", "option_groups") if name in body}
    if not any(given.values()):
        return []
    check_element(menu | given)
    return options_of(given)
