"""users.*, bots.*, team.*, auth.*, usergroups.*: who is there, and who asks.

https://docs.slack.dev/reference/methods/users.list and its neighbours.
"""

from sandbox.errors import SlackError
from sandbox.methods.desk import Args, Desk, page
from sandbox.people import BOT_USER, TEAM
from sandbox.things import APP, BOT, Json

DOMAIN = "alliance-sandbox"


def api_test(_desk: Desk, args: Args) -> Json:
    """Gives back what it is given, an error too. https://docs.slack.dev/reference/methods/api.test ."""
    echo = {name: value for name, value in args.given.items() if name != "token"}
    if args.maybe("error"):
        raise SlackError(args.text("error"), args=echo)
    return {"ok": True, "args": echo}


def auth_test(desk: Desk, _args: Args) -> Json:
    """Whose token this is."""
    return {
        "ok": True,
        "url": f"{desk.address()}/",
        "team": "Alliance sandbox",
        "user": desk.space.people[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def team_info(_desk: Desk, _args: Args) -> Json:
    """The workspace."""
    return {
        "ok": True,
        "team": {"id": TEAM, "name": "Alliance sandbox", "domain": DOMAIN, "email_domain": "", "icon": {}},
    }


def bots_info(desk: Desk, args: Args) -> Json:
    """The bot itself; there is no other app's."""
    if args.maybe("bot") not in {None, BOT}:
        raise SlackError("bot_not_found")
    return {
        "ok": True,
        "bot": {"id": BOT, "deleted": False, "name": desk.app.name, "app_id": APP, "user_id": BOT_USER},
    }


def users_list(desk: Desk, args: Args) -> Json:
    """Everybody, a page at a time; the locale only when asked for."""
    part, metadata = page(list(desk.space.people.values()), args)
    locale = args.flag("include_locale")
    return {
        "ok": True,
        "members": [desk.user(person, locale=locale) for person in part],
        "cache_ts": int(desk.space.clock.now()),
        "response_metadata": metadata,
    }


def users_info(desk: Desk, args: Args) -> Json:
    """One person."""
    person = desk.person(args.text("user"))
    return {"ok": True, "user": desk.user(person, locale=args.flag("include_locale"))}


def users_lookup_by_email(desk: Desk, args: Args) -> Json:
    """One person by address."""
    wanted = args.text("email").casefold()
    for person in desk.space.people.values():
        if person.email and person.email.casefold() == wanted and not person.deleted:
            return {"ok": True, "user": desk.user(person, locale=False)}
    raise SlackError("users_not_found")


def usergroups_list(_desk: Desk, _args: Args) -> Json:
    """User groups: the sandbox has none."""
    return {"ok": True, "usergroups": []}


def connections_open(desk: Desk, _args: Args) -> Json:
    """A WebSocket address for Socket Mode, good for one connection."""
    return {"ok": True, "url": desk.new_socket()}
