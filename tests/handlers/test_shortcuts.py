"""The ways to the form from anywhere: a global shortcut, and a message's own menu."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from handlers.slack import forms as handled
from storage.tables import Update
from tests.handlers.talk import ENGLISH, FRENCH, GENERAL, Talk, modal, texts
from tests.handlers.wishes import heard


async def test_the_global_shortcut_opens_the_form_at_once(talk: Talk) -> None:
    opened = await talk.box.shortcut(FRENCH, "post_update")
    views = [call.kind for call in opened.calls if call.kind.startswith("views.")]
    assert views == ["views.open", "views.update"]
    assert modal(opened)["title"]["text"] == "Publier une nouvelle"


async def test_a_message_is_carried_into_the_form_as_people_read_it(talk: Talk) -> None:
    wrote = await talk.box.message(
        FRENCH, GENERAL, "Twelve partners met & agreed, <@U0NEWMEMB>: see https://example.org/a?b=1&c=2"
    )
    opened = await talk.box.shortcut(ENGLISH, "save_as_update", GENERAL, wrote.ts)
    body = next(block for block in modal(opened)["blocks"] if block["block_id"] == "body")
    carried = body["element"]["initial_value"]
    assert carried.startswith("Twelve partners met & agreed,")
    assert "https://example.org/a?b=1&c=2" in carried
    assert "U0NEWMEMB" not in carried, "whoever was mentioned did not ask to be"
    await talk.box.submit(
        ENGLISH, modal(opened)["id"],
        {"subject": {"value": "group:migration"}, "headline": {"value": "Partners met"}},
    )  # fmt: skip
    async with talk.database.reading() as session:
        (row,) = (await session.scalars(select(Update))).unique()
    assert row.body.startswith("Twelve partners met & agreed,")


async def test_a_message_longer_than_the_form_is_cut_not_refused(talk: Talk) -> None:
    wrote = await talk.box.message(FRENCH, GENERAL, "word " * 700)
    opened = await talk.box.shortcut(ENGLISH, "save_as_update", GENERAL, wrote.ts)
    body = next(block for block in modal(opened)["blocks"] if block["block_id"] == "body")
    assert 2_400 < len(body["element"]["initial_value"]) <= 2_500


async def test_too_late_for_the_form_a_fresh_button_comes_directly(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = handled.forms.loading

    def slow(*given: Any) -> Any:
        talk.box.clock.advance(4)
        return quick(*given)

    monkeypatch.setattr(handled.forms, "loading", slow)
    await talk.box.shortcut(ENGLISH, "post_update")
    monkeypatch.undo()
    (message,) = await heard(talk, ENGLISH)
    assert "took too long" in "\n".join(texts(message["blocks"]))
    button = message["blocks"][-1]["elements"][0]
    assert button["text"]["text"] == "Try again"
    opened = await talk.box.action(
        ENGLISH, message["ts"], channel=talk.box.dm(ENGLISH), action_id=button["action_id"]
    )
    assert modal(opened)["title"]["text"] == "Post an update"
