"""The words of a gesture on several cases: its button, and what was done."""

from enum import StrEnum


class Gesture(StrEnum):
    """The value is the one of the button."""

    TAKE = "prise-en-charge"
    GIVE = "attribution"
    READ = "lues"
    UNREAD = "non-lues"
    SET_ASIDE = "mise-de-cote"
    TRANSFER = "transfert"


MARKS = (Gesture.READ, Gesture.UNREAD)
SEVERAL_BUTTON = {
    Gesture.TAKE: "Je m’en occupe",
    Gesture.GIVE: "Confier…",
    Gesture.READ: "Marquer comme lues",
    Gesture.UNREAD: "Marquer comme non lues",
    Gesture.SET_ASIDE: "Mettre de côté…",
    Gesture.TRANSFER: "Transférer…",
}
SEVERAL_QUESTION = {
    Gesture.GIVE: "Confier {}",
    Gesture.SET_ASIDE: "Mettre de côté {}",
    Gesture.TRANSFER: "Transférer {}",
}
_DONE = {
    Gesture.TAKE: ("est à votre nom", "sont à votre nom"),
    Gesture.GIVE: ("est confiée", "sont confiées"),
    Gesture.READ: ("est marquée comme lue", "sont marquées comme lues"),
    Gesture.UNREAD: ("est marquée comme non lue", "sont marquées comme non lues"),
    Gesture.SET_ASIDE: ("est mise de côté", "sont mises de côté"),
    Gesture.TRANSFER: ("est transférée", "sont transférées"),
}
_UNDONE = ("est comme avant", "sont comme avant")


def format_cases(count: int) -> str:
    """« 1 demande », « 5 demandes »."""
    return f"{count} demande{'s' if count > 1 else ''}"


def format_done(gesture: Gesture, count: int, *, undone: bool = False) -> str:
    """« 5 demandes sont mises de côté. » Empty for none."""
    one, several = _UNDONE if undone else _DONE[gesture]
    return f"{format_cases(count)} {several if count > 1 else one}." if count else ""


def format_unchanged(count: int, *, undone: bool = False) -> str:
    """Empty for none."""
    why = "elles ont changé depuis" if undone else "c’était déjà fait"
    return f"Rien n’a changé pour {format_cases(count)} : {why}." if count else ""
