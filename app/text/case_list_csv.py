"""The list of cases as a file: its columns, in the words of the list, each day written in full."""

from datetime import datetime

from app.domain.case_number import format_case_number
from app.domain.cases.inbox.rows import CaseRow
from app.text.formats import format_sortable_time, format_status

HEADINGS = (
    *(
        "Numéro",
        "Demande",
        "Statut",
        "À savoir",
        "Usager",
        "Envoyée le",
        "Structure",
        "Agent",
        "Territoire",
        "Organismes",
    ),
    *("S’en occupe", "Dernier message de", "Dernier message le", "Répondre avant", "De côté jusqu’au"),
)


def format_row(row: CaseRow) -> tuple[str, ...]:
    return (
        format_case_number(row.number),
        row.subject,
        format_status(row.status),
        ", ".join(_list_marks(row)),
        row.citizen,
        format_sortable_time(row.sent_at),
        row.office,
        row.author,
        row.area,
        ", ".join(row.organisations),
        row.taken_by,
        row.last_author or "Vous",
        format_sortable_time(row.last_at),
        _format_moment(row.due_at),
        _format_moment(row.set_aside_until),
    )


def _list_marks(row: CaseRow) -> list[str]:
    marks = {
        f"réponse de {', '.join(row.answered_by)}": bool(row.answered_by),
        "Urgente": row.urgent,
        "Suspendue": row.suspended,
        "En souffrance": row.late,
        "C’est traité": row.handled,
        "À vous": row.your_turn,
        "Non lue": row.unread,
    }
    return [mark for mark, shown in marks.items() if shown]


def _format_moment(moment: datetime | None) -> str:
    return format_sortable_time(moment) if moment else ""
