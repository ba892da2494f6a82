"""Formats times, sizes, mandates and codes for people: in French, in Paris time."""

import contextlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.case_status import Status
from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.mandate.mandate import CaseMandate, MandateKind
from app.domain.cases.mandate.sms_thread import MandateSms
from app.domain.email.queue_email import EmailKind
from app.domain.files.file_type import MediaType
from app.domain.files.scan_state import ScanState
from app.domain.teams.reachability import Obstacle
from app.text import labels
from app.text.labels.imports import IMPORT_STATE, LIST_KIND, ROW_RESULT
from app.text.labels.people import format_roles
from app.text.labels.teams import OBSTACLE

_PARIS = ZoneInfo("Europe/Paris")
_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def format_status(code: str) -> str:
    return labels.STATUS[Status(code)]


def format_outcome(code: str) -> str:
    return labels.OUTCOME[Outcome(code)]


def format_day(moment: date) -> str:
    """« 3 mars 2026 »; of a moment, the day in Paris."""
    local = moment.astimezone(_PARIS) if isinstance(moment, datetime) else moment
    number = "1er" if local.day == 1 else str(local.day)
    return f"{number} {_MONTHS[local.month - 1]} {local.year}"


def format_time(moment: datetime) -> str:
    """« 3 mars 2026 à 9 h 05 », in Paris."""
    local = moment.astimezone(_PARIS)
    return f"{format_day(moment)} à {local.hour} h {local.minute:02d}"


def format_sortable_time(moment: datetime) -> str:
    """« 2026-03-03 09:05:07 », in Paris, for columns and file names."""
    return f"{moment.astimezone(_PARIS):%Y-%m-%d %H:%M:%S}"


def format_digest_counts(counts: Mapping[EmailKind, int]) -> str:
    """« nouvelle demande, 3 nouveaux messages »"""
    return ", ".join(
        labels.DIGEST_PLURALS[kind].format(count)
        if count > 1 and kind in labels.DIGEST_PLURALS
        else labels.DIGEST_WORDS[kind]
        for kind, count in counts.items()
    )


def format_duration(time: timedelta) -> str:
    """« moins d’une heure », « 5 heures », « 3 jours », rounded down."""
    hours = int(time / timedelta(hours=1))
    if hours < 48:
        return f"{hours} heure{'s' if hours > 1 else ''}" if hours else "moins d’une heure"
    return f"{hours // 24} jours"


def format_mandate(held: CaseMandate) -> str:
    """« Mandat signé sur papier, le 24 novembre 2026, attesté par Carmen Vidal »."""
    if held.kind == MandateKind.SMS:
        return f"{labels.MANDATE[held.kind]}{_format_sms_result(held.last_sms)}, demandé par {held.attested_by}"
    when = f", le {format_date(held.signed_on)}" if held.signed_on else ""
    why = f" ({held.reason})" if held.reason else ""
    return f"{labels.MANDATE[held.kind]}{when}{why}, attesté par {held.attested_by} le {format_time(held.attested_at)}"


def _format_sms_result(text: MandateSms | None) -> str:
    if text is None:
        return ", pas encore envoyé"
    decision = text.decisive_reply
    when = f" le {format_time(decision.received_at)}" if decision else ""
    return f" au {format_phone(text.phone)}, {labels.find_sms_status(text)}{when}"


def format_phone(number: str) -> str:
    """« 06 39 98 12 34 » for the ten digits of France and most territories, « +687 75 12 34 » for the others."""
    inland = re.fullmatch(r"\+(?:33|262|590|594|596|508)([0-9]{9})", number)
    digits, prefix = (f"0{inland[1]}", "") if inland else (number[4:], number[:4] + " ")
    return prefix + " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def format_date(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def parse_day(typed: str) -> date | None:
    """Parses « 24/11/2026 », « 24.11.26 », « 2026-11-24 », « 24 novembre 2026 ». None for anything else."""
    words = typed.strip().lower().replace("1er", "1")
    for number, name in enumerate(_MONTHS, start=1):
        words = words.replace(name, str(number))
    parts = [int(part) for part in re.findall(r"[0-9]{1,4}", words)]
    if re.sub(r"[0-9\s/.-]", "", words) or len(parts) != 3:
        return None
    day, month, year = reversed(parts) if parts[0] > 31 else parts
    with contextlib.suppress(ValueError):
        return date(year + 2000 if year < 100 else year, month, day)
    return None


def parse_local_time(typed: str) -> datetime | None:
    """Parses « 2026-11-24T08:30 », from a browser’s date and time field, as a time in Paris. None for anything else."""
    with contextlib.suppress(ValueError):
        read = datetime.fromisoformat(typed.strip())
        if read.tzinfo is None and 2000 <= read.year < 2100:
            return read.replace(tzinfo=_PARIS).astimezone(UTC)
    return None


def format_time_field(moment: datetime | None) -> str:
    """The value of a date and time field: the inverse of parse_local_time."""
    return f"{moment.astimezone(_PARIS):%Y-%m-%dT%H:%M}" if moment else ""


def format_size(size: int) -> str:
    """« 245 ko », « 1,2 Mo ». Never 0, so that a small file has a size."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} ko"
    return f"{size / 1024 / 1024:.1f} Mo".replace(".", ",").replace(",0", "")


def format_scan(code: str) -> str:
    return labels.SCAN[ScanState(code)]


def format_obstacle(code: str) -> str:
    return OBSTACLE[Obstacle(code)]


def format_media_type(code: str) -> str:
    return labels.MEDIA[MediaType(code)]


_SHORT_WAIT = timedelta(seconds=20)


def format_wait(free_at: datetime, wait: timedelta, why: str = "") -> str:
    """The time from which to try again, rounded up, and the minutes until then, for people in other time zones."""
    if wait <= _SHORT_WAIT:
        return f"{why or 'La plateforme reçoit beaucoup de demandes en ce moment.'} Réessayez dans quelques secondes."
    local = (free_at + timedelta(seconds=59)).astimezone(_PARIS)
    minutes = max(1, -(-wait // timedelta(minutes=1)))
    return (
        f"{why or 'Par sécurité, le nombre d’essais est limité.'} "
        f"Réessayez à partir de {local.hour} h {local.minute:02d} (dans {minutes} minute{'s' if minutes > 1 else ''})."
    )


def capitalize_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def format_count(count: int) -> str:
    """« 1 204 », with a narrow space that does not break."""
    return f"{count:,}".replace(",", "\u202f")


FILTERS = {
    "figure": format_count,
    "first_upper": capitalize_first,
    "list_kind": LIST_KIND.__getitem__,
    "import_state": IMPORT_STATE.__getitem__,
    "verdict": ROW_RESULT.__getitem__,
    "volume": format_size,
    "mandate": format_mandate,
    "happened": format_digest_counts,
    "phone": format_phone,
    "text_status": labels.find_sms_status,
    "text_tone": labels.find_sms_tone,
    "scan": format_scan,
    "media": format_media_type,
    "obstacle": format_obstacle,
    "roles": format_roles,
    "status": format_status,
    "outcome": format_outcome,
    "day": format_day,
    "time": format_time,
    "sortable": format_sortable_time,
    "duration": format_duration,
}
