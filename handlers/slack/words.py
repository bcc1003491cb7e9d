"""Words people type after a command. English always works; French and Spanish do too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from babel import Locale

from community.folding import fold
from community.names import HOUSE_LANGUAGES
from storage.vocabulary import Cadence, Region

SPOKEN: Mapping[str, tuple[str, ...]] = {
    "aob": ("aob", "divers", "otros", "varios"),
    "agenda": ("agenda", "ordre", "programme", "orden", "programa"),
    "attendance": ("attendance", "participation", "présences", "asistencia"),
    "feeds": ("feeds", "alimente", "alimenter", "alimenta", "alimentar"),
    "link": ("link", "lien", "enlace"),
    "not": ("not", "pas", "no"),
    "register": (
        "register",
        "inscrire",
        "s’inscrire",
        "inscription",
        "inscribir",
        "inscribirse",
        "inscripción",
    ),
    "registered": ("registered", "inscrits", "inscrites", "inscriptions", "inscritas", "inscritos"),
    "remove": ("remove", "supprimer", "eliminar"),
    "up": ("up", "monter", "subir"),
    "withdraw": ("withdraw", "désister", "se désister", "désinscrire", "retirarse", "retirar", "anular"),
    "answered": ("answered", "répondues", "répondue", "réponses", "respondidas", "respondida", "respuestas"),
    "about": ("about", "à propos", "acerca de", "acerca", "présentation", "presentación"),
    "back": ("back", "annuler", "deshacer"),
    "chair": ("chair", "présider", "presidir"),
    "change": ("change", "changer", "modifier", "cambiar", "modificar"),
    "concern": ("concern", "signalement", "préoccupation", "inquiétude", "preocupación", "denuncia"),
    "confirm": ("confirm", "confirmer", "confirmar"),
    "earlier": ("earlier", "antérieur", "antérieurs", "précédent", "anterior", "anteriores"),
    "follow": ("follow", "suivre", "seguir"),
    "glossary": ("glossary", "glossaire", "glosario"),
    "help": ("help", "aide", "ayuda", "?"),
    "interest": ("interest", "intérêt", "interés"),
    "join": ("join", "rejoindre", "unirse"),
    "language": ("language", "langue", "idioma", "lengua"),
    "leave": ("leave", "quitter", "salir"),
    "manage": ("manage", "gérer", "gestionar"),
    "mine": ("mine", "mes", "miens", "les miens", "miennes", "les miennes", "mías", "míos", "mis"),
    "done": ("done", "fait", "faits", "tenus", "hecho", "hechos", "cumplidos"),
    "drop": ("drop", "abandonner", "abandonar"),
    "meeting": ("meeting", "réunion", "reunión"),
    "meetings": ("meetings", "réunions", "reuniones"),
    "privacy": (
        "privacy",
        "my data",
        "erase",
        "delete my data",
        "confidentialité",
        "vie privée",
        "données",
        "mes données",
        "effacer",
        "privacidad",
        "datos",
        "mis datos",
        "borrar",
    ),
    "get": ("get", "obtenir", "obtener"),
    "priorities": ("priorities", "priorités", "prioridades"),
    "progress": ("progress", "progrès", "avances", "progresos"),
    "record": ("record", "consigner", "consignar"),
    "report": ("report", "rapport", "informe", "acta"),
    "open": ("open", "rouvrir", "reabrir"),
    "overdue": ("overdue", "late", "en retard", "retard", "atrasados", "atrasado", "retraso", "vencidos"),
    "map": ("map", "carte", "mapa"),
    "more": ("more", "plus", "más", "all", "tout", "todo"),
    "page": ("page", "página", "pagina"),
    "past": ("past", "passés", "passé", "passées", "pasados", "pasado", "pasadas"),
    "new": ("new", "nouvelle", "nouveau", "nueva", "nuevo"),
    "audit": ("audit", "journal", "registro"),
    "published": ("published", "publiées", "publiée", "publicadas", "publicada"),
    "preview": ("preview", "aperçu", "previo"),
    "profile": ("profile", "profil", "perfil"),
    "reminders": ("reminders", "rappels", "recordatorios"),
    "requests": ("requests", "demandes", "solicitudes"),
    "review": ("review", "relecture", "revisión"),
    "roles": ("roles", "rôles"),
    "settings": ("settings", "réglages", "paramètres", "ajustes", "configuración"),
    "slack": ("slack",),
    "start": ("start", "reprendre", "reanudar"),
    "stop": ("stop", "suspendre", "detener"),
    "stages": ("stages", "étapes", "étape", "etapas", "etapa"),
    "subscribe": (
        "subscribe",
        "abonner",
        "s’abonner",
        "abonnement",
        "suscribir",
        "suscribirse",
        "suscripción",
    ),
    "translate": ("translate", "traduire", "traduction", "traducir", "traducción"),
    "unfollow": ("unfollow", "arrêter", "dejar"),
    "welcome": ("welcome", "bienvenue", "bienvenida"),
    "accept": ("accept", "accepter", "aceptar"),
    "add": ("add", "ajouter", "añadir", "agregar"),
    "day": ("day", "jour", "journée", "día"),
    "decline": ("decline", "refuser", "rechazar"),
    "proposed": ("proposed", "proposés", "proposé", "propuestos", "propuesto"),
    "show": ("show", "montrer", "afficher", "voir", "mostrar", "ver"),
    "zone": ("zone", "fuseau", "zona", "huso"),
}

REGIONS: Mapping[Region, tuple[str, ...]] = {
    Region.AFRICA: ("africa", "afrique", "áfrica"),
    Region.AMERICAS: ("americas", "america", "amériques", "amérique", "américas", "américa"),
    Region.ARAB_STATES: ("arab states", "états arabes", "estados árabes", "arab_states"),
    Region.ASIA_PACIFIC: (
        "asia and the pacific", "asia", "pacific", "asia pacific", "asie et pacifique", "asie-pacifique",
        "asie", "pacifique", "asia y el pacífico", "asia-pacífico", "pacífico", "asia_pacific",
    ),
    Region.EUROPE_CENTRAL_ASIA: (
        "europe and central asia", "europe", "central asia", "europe et asie centrale", "asie centrale",
        "europa y asia central", "europa", "asia central", "europe_central_asia",
    ),
}  # fmt: skip

DEADLINES: Mapping[str, tuple[str, ...]] = {
    "before": ("before", "avant", "antes de"),
    "by": ("by", "d’ici", "d’ici à", "d’ici fin", "para", "hasta", "a más tardar en"),
}
"""What stands before a deadline, by its English word, which the compact form of dates has."""

CADENCES: Mapping[str, tuple[str, ...]] = {
    Cadence.AT_ONCE: ("now", "at once", "at_once", "immédiatement", "tout de suite", "aussitôt",
                      "al momento"),
    Cadence.DAILY: ("daily", "once a day", "quotidien", "une fois par jour", "chaque jour", "diario",
                    "una vez al día", "cada día"),
    Cadence.WEEKLY: ("weekly", "once a week", "hebdomadaire", "une fois par semaine", "chaque semaine",
                     "semanal", "una vez por semana", "cada semana"),
    Cadence.MONTHLY: ("monthly", "once a month", "mensuel", "une fois par mois", "chaque mois", "mensual",
                      "una vez al mes", "cada mes"),
}  # fmt: skip

LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "en": ("en", "english", "anglais", "inglés"),
    "fr": ("fr", "french", "français", "francés"),
    "es": ("es", "spanish", "espagnol", "español"),
}

GREETINGS = (
    "hello", "hi", "hey", "good morning", "good afternoon", "good evening", "thanks", "thank you",
    "many thanks", "bonjour", "bonsoir", "salut", "coucou", "merci", "merci beaucoup", "hola", "buenos días",
    "buenas", "buenas tardes", "buenas noches", "gracias", "muchas gracias",
)  # fmt: skip
"""With these alone nothing is asked yet."""

CONNECTING = (
    "in", "of", "on", "for", "at", "the", "en", "au", "aux", "du", "de", "des", "d", "à", "pour", "le", "la",
    "les", "del", "para", "el", "los", "las",
)  # fmt: skip
"""What stands between a question's words and is none of them; alone some are a country's code."""


def _folded(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Each word folded; what has no letters folds to nothing, which stands for no word."""
    folded = ((fold(word), meaning) for meaning, words in table.items() for word in words)
    return {word: meaning for word, meaning in folded if word}


_MEANINGS = {**_folded(SPOKEN), "?": "help"}
_REGIONS = {fold(word): region for region, words in REGIONS.items() for word in words}
_LANGUAGES = _folded(LANGUAGES)
_CADENCES = _folded(CADENCES)
_DEADLINES = _folded(DEADLINES)
_MONTHS = {
    fold(name): number
    for language in HOUSE_LANGUAGES
    for form in ("wide", "abbreviated")
    for number, name in Locale(language).months["stand-alone"][form].items()
}
_GREETINGS = frozenset(map(fold, GREETINGS))
_CONNECTING = frozenset(map(fold, CONNECTING))
_ELIDED = re.compile(r"^[dl][’'](?=\w)", re.IGNORECASE)
_EMOJI = re.compile(r":(?!flag-)[\w+-]+:")
_MONTH_OF_YEAR = re.compile(r"(\d{4})-(0?[1-9]|1[0-2])", re.ASCII)


def meaning(word: str) -> str | None:
    """What a word after a command stands for, by its English sub-command; None if it is none of them."""
    return _MEANINGS.get(word.strip()) or _MEANINGS.get(fold(word))


def leading(text: str) -> tuple[str, str]:
    """What the first one to three words of a line mean, and the rest; the first word where they mean nothing.

    Example: "mis datos get" → ("privacy", "get").
    """
    parts = text.split()
    for n in (3, 2, 1):
        if meant := meaning(" ".join(parts[:n])):
            return meant, " ".join(parts[n:])
    return "".join(parts[:1]), " ".join(parts[1:])


def region(text: str) -> Region | None:
    """The region called so in any of the three languages."""
    return _REGIONS.get(fold(text))


def deadline(text: str) -> str:
    """A date as somebody typed it, with a deadline's word in English: "avant 2027-06" → "before 2027-06"."""
    word, _, day = text.strip().rpartition(" ")
    return f"{_DEADLINES[fold(word)]} {day}" if fold(word) in _DEADLINES else text


def language(text: str) -> str | None:
    """The language called so, by code or by name in any of the three."""
    return _LANGUAGES.get(fold(text))


def cadence(text: str) -> Cadence | None:
    """How often, in any of the three languages."""
    found = _CADENCES.get(fold(text))
    return Cadence(found) if found else None


def named_cadence(text: str) -> tuple[str, str]:
    """A name and how often, which is one word to four, or "": "Nepal at once" → ("Nepal", "at once")."""
    parts = text.split()
    for n in (4, 3, 2, 1):
        name, often = " ".join(parts[:-n]), " ".join(parts[-n:])
        if name and cadence(often):
            return name, often
    return text, ""


def month(text: str) -> int | None:
    """The month called so in any of the three languages, 1 to 12."""
    return _MONTHS.get(fold(text))


def number(text: str) -> int:
    """The number of a row, in a click or a command; 0, which is no row's, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def year(text: str) -> int | None:
    """A year of four digits; there was none before the first."""
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and int(text) else None


def period(text: str) -> Mapping[str, int]:
    """The year, the month or both that a word names; {} for another: "d’avril", "2019", "2026-12"."""
    word = _ELIDED.sub("", text)
    if (both := _MONTH_OF_YEAR.fullmatch(word)) and year(both[1]):  # as in the calendar's addresses
        return {"year": int(both[1]), "month": int(both[2])}
    found = {"year": year(word), "month": month(word)}
    return {part: number for part, number in found.items() if number is not None}


def is_greeting(text: str) -> bool:
    """Whether somebody only says hello or thank you, with or without an emoji."""
    return fold(_EMOJI.sub(" ", text)) in _GREETINGS


def unconnected(names: Sequence[str], line: str) -> list[str]:
    """Some words of a line without what connects them at either end: ["in", "Nepal"] → ["Nepal"].

    Two capitals are a code, "DE 2019", unless the line has whole words in capitals, "JULIO DE 2019".
    """
    is_shouted = any(word.isupper() and len(word) > 2 for word in line.split())
    kept = list(names)
    for end in (0, -1):
        while kept and fold(kept[end]) in _CONNECTING:
            if kept[end].isupper() and len(kept[end]) == 2 and not is_shouted:
                break
            kept.pop(end)
    return [_ELIDED.sub("", word) for word in kept[:1]] + kept[1:]
