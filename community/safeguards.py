"""What looks like a person's details or a case. Nobody's case belongs here: it is stopped before it is shown.

These are hints, not proof: they ask, and an editor decides. A false alarm costs a click, a miss may cost a
person. The words are those of the field in English, French and Spanish.
"""

from __future__ import annotations

import re
from enum import StrEnum

from phonenumbers import Leniency, PhoneNumberMatcher


class Detail(StrEnum):
    """What was noticed."""

    EMAIL = "email"
    PHONE = "phone"
    DOCUMENT = "document"
    BIRTH = "birth"
    CASE = "case"


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_DOCUMENT = re.compile(
    r"\b(passport|passeport|pasaporte|visa|identity card|carte d.identité|cédula|DNI|case|dossier|expediente)"
    r"\s*(no\.?|n[o°º]\.?|number|numéro|número|#|:)*\s*[A-Z]{0,3}[-/ ]?\d[\d/-]{4,}",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\b(born (on|in)|date of birth|né(e)? le|date de naissance|nacid[oa] el|fecha de nacimiento)\b.{0,20}\d",
    re.IGNORECASE,
)
_AGE = r"(\d{1,2}[- ](year|yr)s?[- ]old|âgée? de \d{1,2} ans|de \d{1,2} (años|ans))"
_PERSON = r"(girl|boy|child|worker|victim|survivor|fille|fillette|garçon|enfant|victime|niñ[oa]|víctima)"
_CASE = re.compile(
    rf"\b(a|an|the|one|une?|la|le|el|un|una)\s+{_AGE}\s+{_PERSON}\b"
    rf"|\b(a|an|the|one|une?|la|le|el|un|una)\s+{_PERSON}\s*,?\s*{_AGE}"
    rf"|\b{_PERSON}\s+(named|called|nommée?|appelée?|llamad[oa])\s+\w",
    re.IGNORECASE,
)
_PATTERNS = {
    Detail.EMAIL: _EMAIL,
    Detail.DOCUMENT: _DOCUMENT,
    Detail.BIRTH: _BIRTH,
    Detail.CASE: _CASE,
}


def looks_personal(*texts: str) -> tuple[Detail, ...]:
    """What in these texts looks like a person's details or a case, each kind once; empty for nothing.

    Telephone numbers are those with a country code, as the `phonenumbers` library finds them.
    """
    text = "\n".join(texts)
    found = [kind for kind, pattern in _PATTERNS.items() if pattern.search(text)]
    if any(PhoneNumberMatcher(text, None, leniency=Leniency.VALID)):
        found.append(Detail.PHONE)
    return tuple(found)
