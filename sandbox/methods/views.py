"""views.*: opening, stacking, changing modals and publishing Home tabs.

https://docs.slack.dev/reference/methods/views.open and its neighbours.
"""

from dataclasses import replace
from typing import Any

from sandbox.errors import SlackError
from sandbox.methods.desk import Args, Desk
from sandbox.things import Json, View
from sandbox.validate import check_view
from sandbox.values import start_values
from sandbox.workspace import Workspace

# https://docs.slack.dev/surfaces/modals: up to three views at a time, the root and two pushed.
MOST_STACKED = 3


def make_view(space: Workspace, user: str, body: Any, **where: Any) -> View:
    """A checked view, named and with its starting values; not shown yet."""
    check_view(body)
    _check_external(space, body, where.get("id"))
    body = {**body, "blocks": space.named_blocks(body["blocks"])}
    view_id = where.pop("id", None) or space.new_id("V")
    return View(
        id=view_id,
        user=user,
        kind=body["type"],
        body=body,
        hash=f"{space.new_ts()}.hash",
        root=where.pop("root", None) or view_id,
        values=start_values(body["blocks"]),
        **where,
    )


def _check_external(space: Workspace, body: Json, own_id: str | None) -> None:
    external = body.get("external_id")
    if external and any(
        view.body.get("external_id") == external and view.id != own_id for view in space.views.values()
    ):
        raise SlackError("duplicate_external_id")


def open_root(space: Workspace, user: str, body: Any, act: int | None = None) -> View:
    """A new stack of modals with this one in it."""
    check_view(body, kind="modal")
    space.clear_stack(user)
    view = make_view(space, user, body)
    space.stacks[user] = [view.id]
    return space.show(view, act=act)


def push_on(space: Workspace, user: str, body: Any, act: int | None = None) -> View:
    """One more modal on a person's stack."""
    check_view(body, kind="modal")
    stack = space.stacks.get(user) or []
    if len(stack) >= MOST_STACKED:
        raise SlackError("push_limit_reached")
    if not stack:
        raise SlackError("not_found")
    view = make_view(space, user, body, root=stack[0], previous=stack[-1])
    space.stacks[user] = [*stack, view.id]
    return space.show(view, act=act)


def put_in_place(space: Workspace, old: View, body: Any, act: int | None = None) -> View:
    """Another view in the place of one: what was typed in an input of the same name stays.

    https://docs.slack.dev/surfaces/modals#updating_views: input survives when block_id and action_id do.
    """
    check_view(body, kind=old.kind)
    new = make_view(space, old.user, body, id=old.id, root=old.root, previous=old.previous)
    values = {
        block: {
            action: _kept(old.values.get(block, {}).get(action), state) for action, state in states.items()
        }
        for block, states in new.values.items()
    }
    return space.show(replace(new, values=values), act=act)


def _kept(before: Json | None, now: Json) -> Json:
    """The earlier value of an input of the same name and type, if there was one."""
    return before if before is not None and before.get("type") == now.get("type") else now


def _view_argument(desk: Desk, args: Args) -> Any:
    body = args.parsed("view")
    if body is None:
        raise SlackError("invalid_arguments", details=("missing required field: view",))
    if _takes_files(body):
        # https://docs.slack.dev/reference/block-kit/block-elements/file-input-element/#usage-info
        desk.need("files:read")
    return body


def _takes_files(body: Any) -> bool:
    blocks = body.get("blocks") if isinstance(body, dict) else None
    elements = (
        [one.get("element") for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []
    )
    return any(isinstance(one, dict) and one.get("type") == "file_input" for one in elements)


def _trigger(args: Args) -> str:
    return args.maybe("trigger_id") or args.text("interactivity_pointer")


def open_(desk: Desk, args: Args) -> Json:
    """Open a modal: a trigger, one use, three seconds."""
    body, key = _view_argument(desk, args), _trigger(args)
    check_view(body, kind="modal")
    trigger = desk.space.use_trigger(key)
    return {"ok": True, "view": open_root(desk.space, trigger.user, body).as_slack()}


def push(desk: Desk, args: Args) -> Json:
    """Put a modal on top of the one in which the person acted."""
    body, key = _view_argument(desk, args), _trigger(args)
    check_view(body, kind="modal")
    trigger = desk.space.use_trigger(key)
    if trigger.view is None or trigger.view not in desk.space.views:
        raise SlackError("not_found")
    return {"ok": True, "view": push_on(desk.space, trigger.user, body).as_slack()}


def _check_hash(view: View, args: Args) -> None:
    if args.has("hash") and args.text("hash") != view.hash:
        raise SlackError("hash_conflict")


def update(desk: Desk, args: Args) -> Json:
    """Change an open view, named by its id or external_id; a stale hash is refused."""
    body = _view_argument(desk, args)
    view_id, external = args.maybe("view_id"), args.maybe("external_id")
    if (view_id is None) == (external is None):
        raise SlackError("invalid_arguments", details=("give either view_id or external_id",))
    found = [
        view
        for view in desk.space.views.values()
        if view.id == view_id or (external and view.body.get("external_id") == external)
    ]
    if not found:
        raise SlackError("not_found")
    _check_hash(found[0], args)
    return {"ok": True, "view": put_in_place(desk.space, found[0], body).as_slack()}


def publish(desk: Desk, args: Args) -> Json:
    """Put a person's Home tab in place."""
    body = _view_argument(desk, args)
    if not desk.app.home_tab:
        raise SlackError("not_enabled")
    person = desk.person(args.text("user_id"))
    check_view(body, kind="home")
    old = desk.space.views.get(desk.space.homes.get(person.id, ""))
    if old is None:
        view = desk.space.show(make_view(desk.space, person.id, body))
        desk.space.homes[person.id] = view.id
    else:
        _check_hash(old, args)
        view = put_in_place(desk.space, old, body)
    return {"ok": True, "view": view.as_slack()}
