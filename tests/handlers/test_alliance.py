"""`/alliance`: help, about, glossary, settings."""

from __future__ import annotations

import pytest

from tests.handlers.talk import ENGLISH, FRENCH, GUEST, NO_ZONE, SPANISH, Talk, labels, said


@pytest.mark.parametrize("words", ["", "help", "aide", "ayuda", "?"])
async def test_help_lists_every_command(talk: Talk, words: str) -> None:
    answer = await talk.ask(f"/alliance {words}")
    for command in talk.going.bot.desk.commands:
        assert f"`{command.name} " in answer
    assert "no person’s case" in answer


async def test_the_word_help_alone_gives_the_help_after_every_command(talk: Talk) -> None:
    page = await talk.ask("/alliance help")
    for command in talk.going.bot.desk.commands:
        assert await talk.ask(f"{command.name} help") == page, command.name
    for word in ("AYUDA", "?"):
        assert await talk.ask(f"/pathfinder {word}") == page
    for nothing in ("", "..."):
        assert await talk.ask(f"/actiongroup {nothing}") != page
    assert "`/alliance [aide," in await talk.ask("/ask aide", FRENCH)


async def test_a_question_may_begin_with_the_word_help(talk: Talk) -> None:
    answer = await talk.ask("/ask help us to find a trainer")
    assert "What you can ask me" not in answer
    assert "help us to find a trainer" in answer


async def test_an_unknown_word_points_to_the_help(talk: Talk) -> None:
    assert "`/alliance help` lists all" in await talk.ask("/alliance dance")


async def test_about_shows_figures_with_their_sources(talk: Talk) -> None:
    answer = await talk.ask("/alliance about")
    assert "168 million" in answer
    assert "Government of France" in answer
    assert "(candidate)" in answer


async def test_both_launches_stay_side_by_side(talk: Talk) -> None:
    outcome = await talk.command("/alliance about more")
    text = said(outcome)
    while "Next page" in labels(outcome):
        outcome = await talk.click("Next page", outcome)
        text += said(outcome)
    assert "launched in 2017" in text
    assert "September 2016" in text


async def test_the_glossary_spells_out_an_abbreviation(talk: Talk) -> None:
    assert "ASEAN Senior Labour Officials Meeting" in await talk.ask("/alliance glossary slom")
    assert "is not in the glossary" in await talk.ask("/alliance glossary qqqq")
    assert "Page 1 sur" in await talk.ask("/alliance glossaire", FRENCH)


async def test_language_is_chosen_by_a_click_and_kept(talk: Talk) -> None:
    outcome = await talk.command("/alliance settings")
    changed = await talk.click("Español", outcome)
    assert "Idioma" in said(changed)
    assert "7 de febrero de 2019" in await talk.ask("/pathfinder Nepal")
    await talk.ask("/alliance settings language slack")
    assert "7 February 2019" in await talk.ask("/pathfinder Nepal")


async def test_language_by_its_name(talk: Talk) -> None:
    await talk.ask("/alliance réglages langue français")
    assert "7 février 2019" in await talk.ask("/pathfinder Nepal")


async def test_a_language_we_do_not_speak(talk: Talk) -> None:
    answer = await talk.ask("/alliance settings language klingon")
    assert "do not speak “klingon” yet" in answer
    assert "English (`en`)" in answer


async def test_a_zone_is_chosen_by_name_and_a_wrong_one_gets_the_nearest(talk: Talk) -> None:
    assert "Time zone: *Asia/Kathmandu* · your choice" in await talk.ask(
        "/alliance settings zone asia/kathmandu"
    )
    outcome = await talk.command("/alliance settings zone Asia/Katmandoo")
    assert "Did you mean" in said(outcome)
    fixed = await talk.click("Asia/Kathmandu", outcome)
    assert "Time zone: *Asia/Kathmandu*" in said(fixed)


async def test_somebody_without_zone_and_locale_gets_the_defaults(talk: Talk) -> None:
    answer = await talk.ask("/alliance settings", NO_ZONE)
    assert "Language: *English*" in answer
    assert "Time zone: *UTC*" in answer


async def test_latin_american_spanish_is_spanish(talk: Talk) -> None:
    assert "Idioma" in await talk.ask("/alliance settings", GUEST, "C0PATHFND")


@pytest.mark.parametrize("user", [ENGLISH, FRENCH, SPANISH])
async def test_whoever_changes_their_slack_language_is_followed(talk: Talk, user: str) -> None:
    await talk.box.change_user(user, locale="fr-CA")
    assert "7 février 2019" in await talk.ask("/pathfinder Nepal", user)


async def test_the_help_names_its_words_as_one_types_them(talk: Talk) -> None:
    assert "`mine` shows your own updates" in await talk.ask("/alliance help")
    page = await talk.ask("/alliance aide", FRENCH)
    assert "`/update [pays ou groupe, mes, relecture, publiées, traduire]`" in page
    assert "`mes` montre les vôtres" in page
