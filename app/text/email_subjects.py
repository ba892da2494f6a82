"""The subject of each email. Those about one case name it, its office and its organisations, so that they are filed."""

from app.domain.case_number import format_case_number
from app.domain.cases.email_case import EmailCase
from app.domain.email.queue_email import EmailKind
from app.text import labels
from db.search import fold_text


def format_email_subject(kind: EmailKind, case: EmailCase | None = None) -> str:
    """« Nouvelle demande 4827-1930 de France Services Cahors à CAF et MSA »."""
    about = f" {format_case_number(case.number)} {format_email_case(case)}" if case else ""
    return f"{labels.EMAIL_SUBJECT[kind]}{about}"


def format_email_case(case: EmailCase) -> str:
    *firsts, last = case.organisations
    organisations = f"{', '.join(firsts)} et {last}" if firsts else last
    return " ".join(f"{_format_of(case.office)} à {organisations}".split())


def _format_of(name: str) -> str:
    """« d’Espace France Services », « de France Services »."""
    return f"d’{name}" if fold_text(name)[:1] in tuple("aeiou") else f"de {name}"
