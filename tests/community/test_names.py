"""Which country or body somebody means. The slips of the finger have their own file."""

from __future__ import annotations

import pytest
from babel import Locale
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from community.errors import Ambiguous, NotFound
from community.folding import fold
from community.names import HOUSE_LANGUAGES, MOST_CHOICES, Names, OwnName
from community.names_index import build, countries, written
from community.pathfinders import find_place
from storage.database import Database
from tests.community.slips import all_locales, every_name, names_by_locale, outcome, suggested

UNION = OwnName("african-union", {"en": "African Union", "fr": "Union africaine"}, ["AU", "UA"])


@pytest.mark.parametrize("part", range(3))
def test_every_country_is_found_by_its_name_in_every_locale_by_a_reader_of_that_locale(
    names: Names, part: int
) -> None:
    missed = []
    for locale in all_locales()[part::3]:
        for code, name in names_by_locale().get(locale, {}).items():
            found = outcome(names, name, locale)
            if found != code and not (isinstance(found, tuple) and code in found):
                missed.append((locale, code, name, found))
    assert missed == []


def test_every_country_is_found_or_offered_by_its_name_in_any_language_by_an_english_reader(
    names: Names,
) -> None:
    missed, asked = [], 0
    for name, codes in every_name().items():
        found = outcome(names, name, "en")
        choice = found if isinstance(found, tuple) else (found,)
        asked += isinstance(found, tuple)
        if not codes <= set(choice) and names.exact.get(name) != set(choice):
            missed.append((name, codes, found))
    assert missed == []
    assert 0 < asked < len(every_name()) / 20  # a question is rare: 1,209 of 31,254


def test_no_choice_is_longer_than_a_phone_shows(names: Names) -> None:
    longest = max(len(found) for name in every_name() if isinstance(found := outcome(names, name), tuple))
    assert 2 <= longest <= MOST_CHOICES


def test_the_index_files_are_what_a_fresh_build_makes() -> None:
    from community import names as module

    for file, index in zip(("names.tsv", "names_exact.tsv"), build(), strict=True):
        stored = (module._HERE / file).read_text(encoding="utf-8")
        assert stored == written(index), f"{file} is stale: run python -m community.names_index"


def test_there_are_249_countries_and_each_has_a_name_in_the_three_languages(names: Names) -> None:
    assert len(countries()) == 249
    for code in countries():
        for language in HOUSE_LANGUAGES:
            assert names.of(code, language) != code
            assert code in (found := outcome(names, names.of(code, language), language)) or found == code


@pytest.mark.parametrize(
    ("code", "locale", "name"),
    [
        ("VN", "en", "Viet Nam"), ("VN", "fr", "Viet Nam"), ("VN", "es", "Viet Nam"),
        ("TR", "en", "Türkiye"), ("TR", "fr", "Türkiye"), ("TR", "es", "Türkiye"),
        ("CV", "en", "Cabo Verde"), ("TZ", "en", "United Republic of Tanzania"),
        ("CI", "en", "Côte d’Ivoire"), ("BO", "es", "Bolivia (Estado Plurinacional de)"),
        ("SZ", "es", "Eswatini"), ("CZ", "en", "Czechia"), ("TL", "fr", "Timor-Leste"),
        ("NP", "fr", "Népal"), ("NP", "pt_BR", "Nepal"), ("NP", "pt-BR", "Nepal"), ("NP", "ar", "نيبال"),
        ("NP", "xx", "Nepal"), ("NP", "", "Nepal"), ("ZZ-none", "en", "ZZ-none"),
    ],
)  # fmt: skip
def test_names_are_shown_as_the_united_nations_use_them(
    names: Names, code: str, locale: str, name: str
) -> None:
    assert names.of(code, locale) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Nepal", "NP"), ("nepal", "NP"), ("NEPAL", "NP"), ("  Népal ", "NP"), ("np", "NP"), ("NPL", "NP"),
        ("🇳🇵", "NP"), (":flag-np:", "NP"), ("नेपाल", "NP"), ("نيبال", "NP"), ("Непал", "NP"),
        ("Niger", "NE"), ("le Niger", "NE"), ("Le Népal", "NP"), ("the Gambia", "GM"), ("la Gambie", "GM"),
        ("l'Ouganda", "UG"), ("L’Ouganda", "UG"), ("el Perú", "PE"), ("los Países Bajos", "NL"),
        ("Cote d'Ivoire", "CI"), ("Côte d’Ivoire", "CI"), ("ivory coast", "CI"), ("cote ivoire", "CI"),
        ("Viet-Nam", "VN"), ("Vietnam", "VN"), ("VIETNAM", "VN"), ("Timor Leste", "TL"), ("Burma", "MM"),
        ("\u200eNepal\u200f", "NP"), ("\u202bNepal\u202c", "NP"), ("Ne\u00adpal", "NP"), ("Nepal\x00", "NP"),
        ("\tNepal\n", "NP"), ("Nepal.", "NP"), ("*Nepal*", "NP"), ("Neapl", "NP"), ("Nepall", "NP"),
        ("UK", "GB"), ("U.K.", "GB"), ("the U.S.A.", "US"), ("the USA", "US"), ("DRC", "CD"), ("Türkiye", "TR"), ("Turkey", "TR"), ("Ｎｅｐａｌ", "NP"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_name_answers_at_once_whatever_its_dress(names: Names, typed: str, code: str) -> None:
    assert names.find(typed, "en") == code


@pytest.mark.parametrize("typed", ["x", "5", "hi", "EU", "un", "le x"])
def test_three_letters_that_are_no_name_are_no_slip_of_one(names: Names, typed: str) -> None:
    assert suggested(names, typed, "en", [UNION]) == ()


def test_three_letters_that_look_like_a_longer_name_are_suggested_that_one(names: Names) -> None:
    assert suggested(names, "NGO") == ("CD", "CG")  # Congo
    assert names.find("IRQ", "en") == "IQ", "a code is a name"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Nepl", "NP"), ("hola", "NL"), ("vale", "ML"), ("MENA", "KE"), ("Bali", "ML"), ("Chle", "CL")],
)
def test_a_slip_of_four_letters_is_suggested_and_never_answers(names: Names, typed: str, code: str) -> None:
    assert (suggested(names, typed) or ())[:1] == (code,)


def test_a_slip_in_a_name_that_the_reader_may_not_know_is_suggested(names: Names) -> None:
    assert suggested(names, "Deutshland", "en") == ("DE",)
    assert names.find("Deutshland", "de") == "DE"
    assert (suggested(names, "nigérien", "fr") or ())[:1] == ("NG",)  # "Nigérie" is Nigeria in Czech
    assert names.find("Allemage", "en") == "DE", "French is a language of the house"


@pytest.mark.parametrize(
    ("typed", "code", "locale"),
    [
        ("Lagos", "NG", "en"), ("Luanda", "AO", "es"), ("Lima", "PE", "en"), ("Addis Ababa", "ET", "fr"),
        ("La Paz", "BO", "es"), ("Nairobi", "KE", "en"), ("the Lagos", "NG", "en"),
    ],
)  # fmt: skip
def test_a_city_is_no_slip_of_a_country_and_its_own_is_suggested(
    names: Names, typed: str, code: str, locale: str
) -> None:
    assert (suggested(names, typed, locale) or ())[:1] == (code,)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Singapore", "SG"), ("Luxembourg", "LU"), ("Monaco", "MC"), ("Panama", "PA"), ("Tunis", "TN")],
)
def test_a_city_that_is_a_country_s_name_is_that_country(names: Names, typed: str, code: str) -> None:
    assert names.find(typed, "en") == code


def test_every_city_of_the_time_zones_is_suggested_or_is_a_name(names: Names) -> None:
    cities = {
        fold(zone.split("/")[-1].replace("_", " ")): code
        for zone, code in get_global("zone_territories").items()
        if code in countries()
    }
    assert len(cities) > 400
    for city, code in cities.items():
        assert (suggested(names, city) or ())[:1] == (code,) or code in (
            found if isinstance(found := outcome(names, city), tuple) else (found,)
        )


def test_nigeri_asks_between_niger_and_nigeria_and_niger_does_not(names: Names) -> None:
    assert set(outcome(names, "Nigeri") or ()) == {"NE", "NG"}
    assert names.find("Niger", "en") == "NE"
    assert names.find("Nigeria", "en") == "NG"


def test_an_exact_name_in_a_far_language_stands_first_among_what_is_one_slip_away(names: Names) -> None:
    assert outcome(names, "尼泊尔", "en") == ("NP", "NE")  # 尼日尔 is the Niger
    assert outcome(names, "尼泊尔", "zh") == "NP"


def test_a_name_in_the_reader_s_own_language_answers_at_once_where_others_are_asked(names: Names) -> None:
    assert isinstance(outcome(names, "Nigeri", "en"), tuple)
    assert outcome(names, "Nigeri", "sq") == "NG"  # Albanian
    assert outcome(names, "Nigeri", "sq-AL") == "NG"


def test_a_name_that_two_countries_share_asks(names: Names) -> None:
    for typed, codes in (("Congo", {"CD", "CG"}), ("Korea", {"KP", "KR"}), ("Corée", {"KP", "KR"})):
        assert set(outcome(names, typed) or ()) == codes


def test_an_article_does_not_turn_a_slip_into_the_code_of_another_country(names: Names) -> None:
    assert set(outcome(names, "les to") or ()) == {"LS", "TO"}  # Lesotho in French; "TO" is Tonga
    assert names.find("le TG", "fr") == "TG"


@pytest.mark.parametrize(
    "typed", ["", "   ", "🎉", "🎉🎉🎉", "...", "\u200e", "!", "\x00\x01", "12345", "xyzzy"]
)
def test_nonsense_is_nowhere_and_nothing_breaks(names: Names, typed: str) -> None:
    with pytest.raises(NotFound) as caught:
        names.find(typed, "en")
    assert caught.value.query == typed.strip()


@pytest.mark.parametrize("typed", ["n" * 10_000, "nepal " * 2_000, "é" * 10_000, "🇳🇵" * 5_000])
def test_ten_thousand_characters_are_nowhere_and_quickly_so(names: Names, typed: str) -> None:
    with pytest.raises(NotFound):
        names.find(typed, "en")


@given(st.text(max_size=60))
def test_any_text_at_all_is_found_asked_about_or_nowhere(names: Names, typed: str) -> None:
    found = outcome(names, typed, "fr")
    assert found is None or set([found] if isinstance(found, str) else found) <= set(countries())


@given(st.text())
def test_folding_twice_is_folding_once(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)


def test_what_comes_near_is_offered(names: Names) -> None:
    for typed, code in (("Madagscra", "MG"), ("Phillippinnes", "PH")):
        with pytest.raises(NotFound) as caught:
            names.find(typed, "en")
        assert code in caught.value.nearest
        assert len(caught.value.nearest) <= 3


class TestBodies:
    """The African Union is a pathfinder too."""

    def test_it_is_found_by_its_name_and_aliases(self, names: Names) -> None:
        for typed in (
            "African Union",
            "the african union",
            "Union Africaine",
            "l’Union africaine",
            "Afrcan Union",
        ):
            assert names.find(typed, "en", [UNION]) == "african-union"

    def test_au_asks_between_australia_and_the_union_and_ua_between_ukraine_and_it(
        self, names: Names
    ) -> None:
        for typed, code in (("AU", "AU"), ("au", "AU"), ("UA", "UA"), ("the AU", "AU")):
            with pytest.raises(Ambiguous) as caught:
                names.find(typed, "en", [UNION])
            assert set(caught.value.keys) == {code, "african-union"}

    def test_the_shipped_union_answers_too(self, names: Names) -> None:
        assert names.find("AU", "en") == "AU"  # without stored places nobody else is called so

    async def test_the_stored_union_is_known(self, names: Names, loaded: Database) -> None:
        async with loaded.reading() as session:
            key = await find_place(session, names, "Union africaine", "fr")
            assert key == await find_place(session, names, "African Union", "en")
            assert key not in countries()
            with pytest.raises(Ambiguous) as caught:
                await find_place(session, names, "AU", "en")
            assert set(caught.value.keys) == {"AU", key}
            assert await find_place(session, names, "Australia", "en") == "AU"

    def test_a_secretariat_s_own_spelling_of_a_country_answers_at_once(self, names: Names) -> None:
        own = OwnName("NP", {"en": "Federal Democratic Republic of Nepal"}, ["FDRN"])
        assert names.find("fdrn", "en", [own]) == "NP"
        assert names.find("Nepal", "en", [own]) == "NP"


def test_the_cldr_still_has_the_languages_we_speak() -> None:
    assert {"en", "fr", "es"} <= set(all_locales())
    assert Locale("fr").territories["NP"] == "Népal"
