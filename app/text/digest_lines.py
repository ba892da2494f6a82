"""A line of a digest, in words: which case, what happened, and what one has to know to choose among them."""

from app.domain.case_number import format_case_number
from app.domain.cases.digests import DigestLine
from app.domain.email.queue_email import SENT_TOGETHER, EmailKind
from app.text import labels
from app.text.email_subjects import format_email_case
from app.text.formats import format_day, format_digest_counts


def find_digest_subject(lines: list[DigestLine]) -> str:
    """Empty for one of several sorts, which has the subject of all digests."""
    kinds = {kind for line in lines for kind in line.counts}
    if kinds == {EmailKind.PROMISE}:
        return labels.PROMISE_DIGEST_SUBJECT
    return labels.LATE_DIGEST_SUBJECT if kinds <= SENT_TOGETHER else ""


def format_digest_line(line: DigestLine) -> dict[str, str]:
    """« Demande 4827-1930 du 24 novembre 2026, de France Services Cahors à CAF », its facts, what happened."""
    number = f" {format_case_number(line.case.number)}" if line.case else ""
    about = f", {format_email_case(line.case)}" if line.case else ""
    return {
        "title": f"Demande{number} du {format_day(line.sent_at)}{about}",
        "facts": ", ".join(_list_facts(line)),
        "happened": format_digest_counts(line.counts),
    }


def _list_facts(line: DigestLine) -> list[str]:
    return [fact for fact in ("urgente" if line.urgent else "", _format_due(line), *_list_holders(line)) if fact]


def _format_due(line: DigestLine) -> str:
    if line.late:
        return "en souffrance"
    return f"répondre avant le {format_day(line.due)}" if line.due else ""


def _list_holders(line: DigestLine) -> list[str]:
    held = ["vous vous en occupez"] if line.held else []
    others = [f"{name} s’en occupe" for name in line.holders or ()]
    return held + others or ([] if line.holders is None else ["personne ne s’en occupe"])
