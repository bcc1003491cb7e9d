"""What looks like a person's details or a case, and what does not: a false alarm costs trust too."""

from __future__ import annotations

import pytest

from community.safeguards import Detail, looks_personal

PERSONAL = {
    "Call Amina on +977 1 4261 231 about it.": Detail.PHONE,
    "WhatsApp: +221 77 123 45 67": Detail.PHONE,
    "Write to amina.k@example.org": Detail.EMAIL,
    "A 12-year-old girl was found at the mill.": Detail.CASE,
    "We met a boy named Sunil there": Detail.CASE,
    "une fillette âgée de 9 ans travaillait": Detail.CASE,
    "la víctima llamada Rosa": Detail.CASE,
    "un niño de 11 años trabajaba allí": Detail.CASE,
    "Passport no. AB1234567 was kept": Detail.DOCUMENT,
    "Expediente 2026-55881 sigue abierto": Detail.DOCUMENT,
    "née le 4 mars 2012 à Dakar": Detail.BIRTH,
    "Date of birth: 3.4.2010": Detail.BIRTH,
}
HARMLESS = [
    "Twelve partners met and agreed on the research agenda.",
    "The minimum age was raised from 16 to 18 years.",
    "Convention No. 182 was ratified; 46 women were repatriated.",
    "160 million children are in child labour, 79 million in hazardous work.",
    "Le plan d’action national 2019-2021 couvre 4 régions et 12 ministères.",
    "L’âge minimum est de 15 ans ; le travail dangereux est interdit aux moins de 18 ans.",
    "El taller tuvo lugar el 7 de febrero de 2019 con unos 90 participantes.",
    "La edad mínima es de 15 años.",
    "Target 8.7 ends child labour by 2025.",
    "See https://www.alliance87.org/report-2019-04?page=12345678",
    "Children aged 5 to 17 were surveyed in 2024.",
    "Budget: 1 250 000 USD for 2027 and 2028.",
]
"""Sentences of the kind that the Alliance's own documents are full of."""


@pytest.mark.parametrize("text", PERSONAL)
def test_it_is_noticed(text: str) -> None:
    assert PERSONAL[text] in looks_personal(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_the_words_of_the_field_raise_no_alarm(text: str) -> None:
    assert looks_personal(text) == ()


def test_kinds_are_named_once() -> None:
    assert looks_personal("a@example.org b@example.org", "c@example.org") == (Detail.EMAIL,)
