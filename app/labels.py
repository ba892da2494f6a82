"""What people read for each code word: French, in the words of the sheet. GLOSSARY.md is tested against it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.cases.statuses import Status

STATUS = {
    Status.DRAFT: "Brouillon",
    Status.NEW: "Nouvelle",
    Status.SEEN: "Consultée",
    Status.ANSWERED: "Répondue",
    Status.CLOSED: "Clôturée",
}

_PARIS = ZoneInfo("Europe/Paris")
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def status(code: str) -> str:
    return STATUS[Status(code)]


def day(moment: datetime) -> str:
    """« 3 mars 2026 », in Paris."""
    local = moment.astimezone(_PARIS)
    number = "1er" if local.day == 1 else str(local.day)
    return f"{number} {_MONTHS[local.month - 1]} {local.year}"


def time(moment: datetime) -> str:
    """« 3 mars 2026 à 9 h 05 », in Paris."""
    local = moment.astimezone(_PARIS)
    return f"{day(moment)} à {local.hour} h {local.minute:02d}"


FILTERS = {"status": status, "day": day, "time": time}
