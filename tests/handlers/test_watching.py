"""What the secretariat reads when the bot is not well, where, and that it arrives."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from bot.ticking import send_due, tidy
from community import deliveries, digests, editions, observances, questions, reminders, retention
from community.deliveries import Outgoing
from community.watching import SETTLED
from handlers.slack import failures, watching
from handlers.slack.asking import Services
from storage.beats import Beat, note_beats
from storage.deliveries import deliveries_by_key
from storage.vocabulary import DeliveryState
from tests.handlers.talk import Talk

CHANNEL, SECRETARIAT = "G0EDITORS", "U0SECRETA"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def no_beats(talk: Talk) -> AsyncIterator[None]:
    talk.box.clock.at(NOW)
    await talk.box.settle()
    async with talk.database.writing() as session:
        await session.execute(delete(Beat))
    yield
    async with talk.database.writing() as session:
        await session.execute(delete(Beat))


async def heard(talk: Talk, replica: str, since: float, at: float, *parts: str) -> None:
    """Since and at in minutes before now."""
    async with talk.database.writing() as session:
        moments = [NOW - timedelta(minutes=one) for one in (since, at)]
        await note_beats(session, replica, [(part, *moments) for part in parts or ("clock", "worker")])


async def alerts(talk: Talk, channel: str = CHANNEL, **troubles: str) -> list[str]:
    services = talk.going.bot.services
    to = replace(services, secretariat_channel=channel if channel == CHANNEL else None)
    await watching.tell(to, NOW, troubles)
    await talk.box.settle()
    where = channel if channel == CHANNEL else talk.box.dm(channel)
    return [f"{one['text']} {one['blocks']}" for one in talk.box.messages(where) if not one["ephemeral"]]


async def test_a_process_that_stopped_without_a_word(talk: Talk) -> None:
    await heard(talk, "web1-0badcafe", 500, 0)
    await heard(talk, "web2-0badcafe", 500, 7)
    (alert,) = await alerts(talk)
    assert "One of my processes has stopped" in alert
    assert "web2-0badcafe" in alert
    assert "1 other process goes on" in alert
    assert await alerts(talk) == [alert], "once"


@pytest.mark.parametrize(
    ("part", "means"),
    [
        ("clock", "My clock stands still"),
        ("worker", "I send no messages"),
        ("post", "I send no e-mail"),
        ("socket", "The connection to Slack is down"),
    ],
)
async def test_a_part_that_hangs_says_what_that_means(talk: Talk, part: str, means: str) -> None:
    await heard(talk, "web1-0badcafe", 500, 0, "other")
    await heard(talk, "web1-0badcafe", 500, 6, part)
    (alert,) = await alerts(talk)
    assert means in alert
    assert "23 November 2026" in alert or "<!date" in alert


async def test_a_standstill_is_told_with_what_became_of_what_was_due(talk: Talk) -> None:
    back = SETTLED.total_seconds() / 60
    await heard(talk, "a", 500, 120)
    await heard(talk, "b", back, 0)
    (alert,) = await alerts(talk)
    assert "I sent nothing from" in alert
    assert "No message was due in that time." in alert


async def test_a_fault_of_ours_is_told_with_its_number_and_without_what_was_typed(talk: Talk) -> None:
    (alert,) = await alerts(talk, clock_work_failed="AB12CD")
    assert "AB12CD" in alert
    assert "a newsletter may be missing" in alert


def always(found: Any) -> Callable[..., Any]:
    async def answer(*_args: Any) -> Any:
        return found

    return answer


async def fails(*_args: Any) -> Any:
    raise KeyError("a fault of ours")


async def test_a_fault_in_what_the_clock_does_is_told_though_it_stops_nothing_else(
    talk: Talk, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = talk.going.bot
    bot.watch._troubles.clear()
    with monkeypatch.context() as broken:
        broken.setattr(digests, "due", always([None]))
        broken.setattr(digests, "compose", fails)
        broken.setattr(editions, "due", always([1]))
        broken.setattr(editions, "draft", fails)
        broken.setattr(reminders, "due", always([None]))
        broken.setattr(questions, "resurfacing", always([None]))
        broken.setattr(observances, "todays", always([(1, 2026)]))
        broken.setattr(observances, "post", fails)
        broken.setattr(retention, "RULES", (replace(retention.RULES[0], work=fails),))
        await send_due(bot)
        await tidy(bot)
    kinds = "reminder_failed", "resurfacing_failed", "observance_failed", "retention_failed"
    logged = [json.loads(line)["event"] for line in log.getvalue().splitlines()]
    assert sorted(one for one in logged if one.endswith("_failed")) == sorted(
        ["edition_failed", "edition_failed", *kinds]
    )
    before = len(await alerts(talk))
    await bot.watch.tell(replace(bot.services, secretariat_channel=CHANNEL), NOW)
    told = (await alerts(talk))[before:]
    assert len(told) == 5, "of each kind once"
    assert sum("a reminder, a digest or a newsletter may be missing" in one for one in told) == 4
    assert sum("could not be erased" in one for one in told) == 1
    assert "Somebody asked" not in str(told)


async def test_without_a_channel_each_of_the_secretariat_reads_it_in_their_own_language(talk: Talk) -> None:
    await talk.box.change_user(SECRETARIAT, locale="fr-FR")
    (alert,) = await alerts(talk, SECRETARIAT, worker_failed="AB12CD")
    assert "L’envoi des messages n’a pas fonctionné" in alert


async def test_what_failed_for_good_arrives_there_too_letters_among_it(talk: Talk) -> None:
    services: Services = replace(talk.going.bot.services, secretariat_channel=CHANNEL)
    async with talk.database.writing() as session:
        for key, channel in (("one", "C0OLDONEX"), ("two", "mail:1"), ("three", "mail:2")):
            await deliveries.put(
                session, Outgoing(key, "update:1", "notice", channel, "en", {"text": "x"}), NOW
            )
        for row in (await deliveries_by_key(session, ["one", "two", "three"])).values():
            row.state, row.reason = DeliveryState.FAILED, "is_archived"
    await failures.report(services)
    await talk.box.settle()
    (message,) = [one for one in talk.box.messages(CHANNEL) if not one["ephemeral"]]
    said = str(message["blocks"])
    assert "Some messages did not arrive" in said
    assert "The channel is archived" in said
    assert "2 e-mail addresses did not take it" in said
