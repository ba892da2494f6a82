"""How a moment, a size, a mandate or a code word is written for people: French, in Paris time."""

import contextlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.accounts.actor import PlatformRole
from app.domain.case_status import Status
from app.domain.cases.inbox.ordering import MOST
from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.mandate.mandate import HeldMandate, MandateKind
from app.domain.cases.mandate.sms_thread import HeldText
from app.domain.email.queue_email import LetterKind
from app.domain.files.file_type import MediaType
from app.domain.files.scan_state import Scan
from app.domain.teams.reachability import Obstacle
from app.text import labels
from app.text.labels.imports import IMPORT_STATE, LIST_KIND, VERDICT
from app.text.labels.people import ROLE
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


def status(code: str) -> str:
    return labels.STATUS[Status(code)]


def role(code: str) -> str:
    return ROLE[PlatformRole(code)]


def outcome(code: str) -> str:
    return labels.OUTCOME[Outcome(code)]


def day(moment: datetime) -> str:
    """« 3 mars 2026 », in Paris."""
    local = moment.astimezone(_PARIS)
    number = "1er" if local.day == 1 else str(local.day)
    return f"{number} {_MONTHS[local.month - 1]} {local.year}"


def time(moment: datetime) -> str:
    """« 3 mars 2026 à 9 h 05 », in Paris."""
    local = moment.astimezone(_PARIS)
    return f"{day(moment)} à {local.hour} h {local.minute:02d}"


def sortable(moment: datetime) -> str:
    """« 2026-03-03 09:05:07 », in Paris: for columns and files."""
    return f"{moment.astimezone(_PARIS):%Y-%m-%d %H:%M:%S}"


def happened(counts: Mapping[LetterKind, int]) -> str:
    """« nouvelle demande, 3 nouveaux messages »"""
    return ", ".join(
        labels.DIGEST_SEVERAL[kind].format(count)
        if count > 1 and kind in labels.DIGEST_SEVERAL
        else labels.DIGEST_WORDS[kind]
        for kind, count in counts.items()
    )


def duration(time: timedelta) -> str:
    """« moins d’une heure », « 5 heures », « 3 jours », rounded down."""
    hours = int(time / timedelta(hours=1))
    if hours < 48:
        return f"{hours} heure{'s' if hours > 1 else ''}" if hours else "moins d’une heure"
    return f"{hours // 24} jours"


def mandate(held: HeldMandate) -> str:
    """« Mandat signé sur papier, le 24 novembre 2026, attesté par Carmen Vidal »."""
    if held.kind == MandateKind.SMS:
        return f"{labels.MANDATE[held.kind]}{_told(held.text)}, demandé par {held.attested_by}"
    when = f", le {_date(held.signed_on)}" if held.signed_on else ""
    why = f" ({held.reason})" if held.reason else ""
    return f"{labels.MANDATE[held.kind]}{when}{why}, attesté par {held.attested_by} le {time(held.attested_at)}"


def _told(text: HeldText | None) -> str:
    if text is None:
        return ", pas encore envoyé"
    decision = text.decision
    when = f" le {time(decision.received_at)}" if decision else ""
    return f" au {phone(text.phone)}, {labels.text_status(text)}{when}"


def phone(number: str) -> str:
    """« 06 39 98 12 34 » for the ten digits of France and most territories, « +687 75 12 34 » for the others."""
    inland = re.fullmatch(r"\+(?:33|262|590|594|596|508)([0-9]{9})", number)
    digits, prefix = (f"0{inland[1]}", "") if inland else (number[4:], number[:4] + " ")
    return prefix + " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def _date(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def read_day(typed: str) -> date | None:
    """« 24/11/2026 », « 24.11.26 », « 2026-11-24 », « 24 novembre 2026 »; None for anything else."""
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


def read_moment(typed: str) -> datetime | None:
    """« 2026-11-24T08:30 », as a browser's field for a moment sends it: an hour of Paris. None for anything else."""
    with contextlib.suppress(ValueError):
        read = datetime.fromisoformat(typed.strip())
        if read.tzinfo is None and 2000 <= read.year < 2100:
            return read.replace(tzinfo=_PARIS).astimezone(UTC)
    return None


def moment_field(moment: datetime | None) -> str:
    """The same, back into the field."""
    return f"{moment.astimezone(_PARIS):%Y-%m-%dT%H:%M}" if moment else ""


def volume(size: int) -> str:
    """« 245 ko », « 1,2 Mo »: never 0, so that a small file is still one."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} ko"
    return f"{size / 1024 / 1024:.1f} Mo".replace(".", ",").replace(",0", "")


def scan(code: str) -> str:
    return labels.SCAN[Scan(code)]


def obstacle(code: str) -> str:
    return OBSTACLE[Obstacle(code)]


def media(code: str) -> str:
    return labels.MEDIA[MediaType(code)]


_SOON = timedelta(seconds=20)


def wait(free_at: datetime, wait: timedelta, why: str = "") -> str:
    """What a limit says: an hour in Paris rounded up, and how many minutes that is wherever one reads it."""
    if wait <= _SOON:
        return f"{why or 'La plateforme reçoit beaucoup de demandes en ce moment.'} Réessayez dans quelques secondes."
    local = (free_at + timedelta(seconds=59)).astimezone(_PARIS)
    minutes = max(1, -(-wait // timedelta(minutes=1)))
    return (
        f"{why or 'Par sécurité, le nombre d’essais est limité.'} "
        f"Réessayez à partir de {local.hour} h {local.minute:02d} (dans {minutes} minute{'s' if minutes > 1 else ''})."
    )


def first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def figure(count: int) -> str:
    """Of a list's figures, which are counted so far and no further."""
    return "plus de 1\u00a0000" if count > MOST else str(count)


FILTERS = {
    "figure": figure,
    "first_upper": first_upper,
    "list_kind": LIST_KIND.__getitem__,
    "import_state": IMPORT_STATE.__getitem__,
    "verdict": VERDICT.__getitem__,
    "volume": volume,
    "mandate": mandate,
    "happened": happened,
    "phone": phone,
    "text_status": labels.text_status,
    "text_tone": labels.text_tone,
    "scan": scan,
    "media": media,
    "obstacle": obstacle,
    "role": role,
    "status": status,
    "outcome": outcome,
    "day": day,
    "time": time,
    "sortable": sortable,
    "duration": duration,
}
