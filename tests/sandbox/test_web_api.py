"""The Web API's front door, people and channels."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import METHODS, Channel, Limits, Sandbox
from tests.sandbox.helpers import (
    EDITORS,
    GENERAL,
    LOUNGE,
    MANIFEST,
    MEMBER,
    NEPAL,
    NEWCOMER,
    code,
    refusal,
    refused,
    slack_client,
)


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert await code(client.api_call("chat.sing")) == "unknown_method"


async def test_no_token_and_a_wrong_token_are_told_apart(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{box.api_url}auth.test")
        assert answer.status == 200
        assert await answer.json() == {"ok": False, "error": "not_authed"}
    wrong = slack_client(box, "xoxb-wrong")
    assert await code(wrong.auth_test()) == "invalid_auth"


async def test_a_token_in_the_form_is_as_good_as_in_the_header(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{box.api_url}auth.test", data={"token": box.bot_token})
        assert (await answer.json())["user_id"] == box.bot_user_id


async def test_each_token_is_for_its_own_methods(box: Sandbox, client: AsyncWebClient) -> None:
    assert await code(client.apps_connections_open(app_token=box.bot_token)) == "not_allowed_token_type"
    with_app_token = slack_client(box, box.app_token)
    assert await code(with_app_token.users_list()) == "not_allowed_token_type"


async def test_a_missing_scope_names_what_is_needed_and_provided() -> None:
    manifest = {**MANIFEST, "oauth_config": {"scopes": {"bot": ["commands"]}}}
    async with Sandbox(manifest).serving() as box:
        said = await refusal(slack_client(box).chat_postMessage(channel=GENERAL, text="Hello"))
    assert said == {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "commands"}


async def test_every_answer_says_what_the_token_may_do() -> None:
    async with Sandbox(MANIFEST, app_scopes=("authorizations:read",)).serving() as box:
        client = slack_client(box)
        for answer in (
            await client.auth_test(),
            await refused(client.conversations_info(channel="C0NOWHERE")),
        ):
            granted = set(str(answer.headers["x-oauth-scopes"]).split(","))
            assert granted == set(MANIFEST["oauth_config"]["scopes"]["bot"])
        opened = await refused(client.apps_connections_open(app_token=box.app_token))
        assert opened.data == {
            "ok": False, "error": "missing_scope", "needed": "connections:write",
            "provided": "authorizations:read",
        }  # fmt: skip
        assert opened.headers["x-oauth-scopes"] == "authorizations:read"
        wrong = await refused(slack_client(box, "xoxb-wrong").auth_test())
        assert "x-oauth-scopes" not in wrong.headers


async def test_every_answer_has_the_real_date(box: Sandbox, client: AsyncWebClient) -> None:
    box.clock.advance(100_000)
    await asyncio.sleep(2)  # it is not the date at which the sandbox was opened
    for answer in (await client.auth_test(), await refused(slack_client(box, "xoxb-wrong").auth_test())):
        date = parsedate_to_datetime(str(answer.headers["date"]))
        assert abs((datetime.now(UTC) - date).total_seconds()) < 1.9


@pytest.mark.parametrize("name", sorted(METHODS))
async def test_every_method_of_the_table_is_a_method_of_the_sdk(name: str, client: AsyncWebClient) -> None:
    assert hasattr(client, name.replace(".", "_"))


async def test_arguments_come_as_a_form_or_as_json(client: AsyncWebClient) -> None:
    as_json = await client.api_call(
        "chat.postMessage", json={"channel": GENERAL, "text": "a", "blocks": [{"type": "divider"}]}
    )
    as_form = await client.api_call(
        "chat.postMessage", data={"channel": GENERAL, "text": "a", "blocks": '[{"type": "divider"}]'}
    )
    assert [m["message"]["blocks"][0]["type"] for m in (as_json, as_form)] == ["divider", "divider"]
    assert (
        await code(client.api_call("chat.postMessage", data={"channel": GENERAL, "blocks": "{"}))
        == "invalid_blocks_format"
    )


async def test_a_missing_argument_is_named(client: AsyncWebClient) -> None:
    said = await refusal(client.api_call("chat.update", json={"channel": GENERAL, "text": "x"}))
    assert said["error"] == "invalid_arguments"
    assert said["response_metadata"]["messages"] == ["[ERROR] missing required field: ts"]


async def test_api_test_gives_back_what_it_gets(client: AsyncWebClient) -> None:
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert await code(client.api_test(error="my_error")) == "my_error"


async def test_team_and_bot_say_who_they_are(client: AsyncWebClient) -> None:
    assert (await client.team_info())["team"]["name"] == "Alliance sandbox"
    bot_id = (await client.auth_test())["bot_id"]
    assert (await client.bots_info(bot=bot_id))["bot"]["name"] == "Pathfinder"


async def test_people_are_listed_a_page_at_a_time(client: AsyncWebClient) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = await client.users_list(limit=4, cursor=cursor)
        seen += [member["id"] for member in page["members"]]
        assert len(page["members"]) <= 4
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == 10
    assert await code(client.users_list(cursor="nonsense")) == "invalid_cursor"


async def test_a_locale_comes_only_when_asked_for(client: AsyncWebClient) -> None:
    assert "locale" not in (await client.users_info(user=MEMBER))["user"]
    user = (await client.users_info(user=MEMBER, include_locale=True))["user"]
    assert (user["locale"], user["tz"], user["tz_offset"]) == ("fr-FR", "Africa/Dakar", 0)


async def test_somebody_without_zone_and_locale_has_no_such_fields(client: AsyncWebClient) -> None:
    user = (await client.users_info(user="U0NOZONEX", include_locale=True))["user"]
    assert not {"tz", "tz_offset", "locale"} & set(user)
    assert "email" not in user["profile"]


async def test_an_email_needs_its_scope(client: AsyncWebClient) -> None:
    assert (await client.users_lookupByEmail(email="SAM@example.org"))["user"]["id"] == NEPAL
    assert await code(client.users_lookupByEmail(email="no@example.org")) == "users_not_found"
    scopes = [one for one in MANIFEST["oauth_config"]["scopes"]["bot"] if one != "users:read.email"]
    async with Sandbox({**MANIFEST, "oauth_config": {"scopes": {"bot": scopes}}}).serving() as box:
        other = slack_client(box)
        assert "email" not in (await other.users_info(user=NEPAL))["user"]["profile"]
        assert await code(other.users_lookupByEmail(email="sam@example.org")) == "missing_scope"


async def test_an_unknown_person_is_not_found(client: AsyncWebClient) -> None:
    assert await code(client.users_info(user="U0NOBODYX")) == "user_not_found"


async def test_user_groups_need_their_scope(client: AsyncWebClient) -> None:
    assert (await refusal(client.usergroups_list()))["needed"] == "usergroups:read"


async def test_channels_are_listed_by_type_and_private_ones_only_where_the_bot_is() -> None:
    rooms = (
        Channel("C0AAAAAAA", "open"),
        Channel("G0BBBBBBB", "closed", is_private=True, has_bot=False),
        Channel("G0CCCCCCC", "ours", is_private=True),
    )
    async with Sandbox(MANIFEST, channels=rooms).serving() as box:
        client = slack_client(box)
        public = await client.conversations_list()
        private = await client.conversations_list(types="private_channel")
        assert [room["name"] for room in public["channels"]] == ["open"]
        assert [room["name"] for room in private["channels"]] == ["ours"]
        assert await code(client.conversations_info(channel="G0BBBBBBB")) == "channel_not_found"
        assert await code(client.conversations_list(types="secret")) == "invalid_types"


async def test_where_the_bot_is_is_listed_without_what_the_page_leaves_out(client: AsyncWebClient) -> None:
    answer = await client.users_conversations(types="public_channel,private_channel", limit=999)
    rooms = {room["id"]: room for room in answer["channels"]}
    assert {GENERAL, EDITORS} <= set(rooms)
    assert LOUNGE not in rooms
    assert not {"is_member", "num_members"} & set(rooms[GENERAL])
    public = await client.users_conversations()
    assert EDITORS not in {room["id"] for room in public["channels"]}
    assert await code(client.users_conversations(limit=1_000)) == "invalid_limit"


async def test_members_and_info_of_a_channel(client: AsyncWebClient) -> None:
    assert (await client.conversations_info(channel=LOUNGE))["channel"]["is_member"] is False
    assert EDITORS not in (await client.conversations_members(channel=GENERAL))["members"]
    assert NEPAL in (await client.conversations_members(channel=GENERAL))["members"]


async def test_the_bot_joins_a_public_channel_and_brings_people(client: AsyncWebClient) -> None:
    assert await code(client.chat_postMessage(channel=LOUNGE, text="x")) == "not_in_channel"
    await client.conversations_join(channel=LOUNGE)
    assert (await client.chat_postMessage(channel=LOUNGE, text="x"))["ok"]
    await client.conversations_invite(channel="C0PATHFND", users="U0EDITORX")
    assert "U0EDITORX" in (await client.conversations_members(channel="C0PATHFND"))["members"]
    assert (
        await code(client.conversations_invite(channel="C0PATHFND", users="U0EDITORX"))
        == "already_in_channel"
    )


async def test_direct_messages_are_opened_once(client: AsyncWebClient) -> None:
    first = await client.conversations_open(users=NEWCOMER)
    again = await client.conversations_open(users=NEWCOMER)
    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"] is True
    assert (await client.chat_postMessage(channel=NEWCOMER, text="Hello"))["channel"] == first["channel"][
        "id"
    ]
    assert await code(client.conversations_open(users="U0OTHERBT")) == "cannot_dm_bot"


async def test_history_and_threads_page(box: Sandbox, client: AsyncWebClient) -> None:
    root = (await client.chat_postMessage(channel=GENERAL, text="root"))["ts"]
    for text in ("one", "two", "three"):
        await client.chat_postMessage(channel=GENERAL, text=text, thread_ts=root)
    thread = await client.conversations_replies(channel=GENERAL, ts=root)
    assert [message["text"] for message in thread["messages"]] == ["root", "one", "two", "three"]
    history = await client.conversations_history(channel=GENERAL)
    assert [(m["text"], m["reply_count"]) for m in history["messages"]] == [("root", 3)]
    page = await client.conversations_replies(channel=GENERAL, ts=root, limit=2)
    assert page["has_more"] is True
    assert page["response_metadata"]["next_cursor"]


async def test_history_between_two_times(client: AsyncWebClient) -> None:
    stamps = [(await client.chat_postMessage(channel=GENERAL, text=str(n)))["ts"] for n in range(3)]
    between = await client.conversations_history(channel=GENERAL, oldest=stamps[0], latest=stamps[2])
    assert [message["text"] for message in between["messages"]] == ["1"]
    all_of_them: dict[str, Any] = {"oldest": stamps[0], "latest": stamps[2], "inclusive": True}
    inclusive = await client.conversations_history(channel=GENERAL, **all_of_them)
    assert [message["text"] for message in inclusive["messages"]] == ["2", "1", "0"]


async def test_history_needs_membership(client: AsyncWebClient) -> None:
    assert await code(client.conversations_history(channel=LOUNGE)) == "not_in_channel"


async def test_no_limit_on_posting_when_told_so() -> None:
    async with Sandbox(MANIFEST, limits=Limits(None, 0, None)).serving() as box:
        box.clock.freeze()
        for number in range(20):
            await slack_client(box).chat_postMessage(channel=GENERAL, text=str(number))


async def test_a_reaction_stands_under_its_message(box: Sandbox, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=GENERAL, text="x"))["ts"]
    await client.reactions_add(channel=GENERAL, timestamp=ts, name="eyes")
    assert box.messages(GENERAL)[0]["reactions"] == [["eyes", box.bot_user_id]]
    assert await code(client.reactions_add(channel=GENERAL, timestamp=ts, name="eyes")) == "already_reacted"


async def test_a_file_is_ready_a_moment_after_it_is_complete(box: Sandbox, client: AsyncWebClient) -> None:
    box.clock.freeze()
    done = await client.files_upload_v2(channel=GENERAL, filename="map.png", content=b"pixels", title="Map")
    file = done["files"][0]["id"]
    image = {"type": "image", "slack_file": {"id": file}, "alt_text": "Map"}
    post: dict[str, Any] = {"channel": GENERAL, "text": "Map", "blocks": [image]}
    assert (await client.files_info(file=file))["file"]["mimetype"] == ""
    assert await code(client.chat_postMessage(**post)) == "invalid_blocks"
    box.clock.advance(2)
    assert (await client.files_info(file=file))["file"]["mimetype"] == "image/png"
    assert (await client.chat_postMessage(**post))["ok"]
    assert await code(client.files_info(file="F0NOTHING")) == "file_not_found"


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("map.png", "image/png", True),
        ("map.JPG", "image/jpeg", True),
        ("map.svg", "application/octet-stream", False),
        ("page.html", "application/octet-stream", False),
        ("notes", "application/octet-stream", False),
    ],
)
async def test_a_picture_is_shown_and_every_other_file_is_a_download(
    box: Sandbox, client: AsyncWebClient, name: str, kind: str, shown: bool
) -> None:
    done = await client.files_upload_v2(channel=GENERAL, filename=name, content=b"<script>", title="A file")
    async with aiohttp.ClientSession() as session:
        got = await session.get(f"{box.url}/files/{done['files'][0]['id']}/{name}")
        assert (got.status, got.content_type, await got.read()) == (200, kind, b"<script>")
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert ("Content-Disposition" not in got.headers) is shown


async def test_an_upload_of_another_length_is_refused(box: Sandbox, client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with aiohttp.ClientSession() as session:
        assert (await session.post(place["upload_url"], data=b"12")).status == 400
        assert (await session.post(place["upload_url"], data=b"12345")).status == 200
    assert (await client.files_completeUploadExternal(files=[{"id": place["file_id"]}]))["ok"]


async def test_only_this_machine_by_its_own_name_is_answered(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            assert (await session.get(f"{box.url}/sandbox/state", headers=headers)).status == 403
