"""Who keeps an account corrects the name, function and phone of its person, who reads it by email."""

from datetime import datetime

from app.domain.account_keeping.account import KeptAccount, load_kept_account
from app.domain.accounts.actor import Actor
from app.domain.accounts.identity import find_identity_errors, normalize_spaces
from app.domain.accounts.profile import save_identity
from app.domain.audit.log import write_audit
from app.domain.email.queue_email import EmailKind, queue_emails
from app.domain.errors import Invalid
from app.domain.rate_limit import LimitedAction, consume_rate_limit
from db.engine import transaction


async def correct_person_identity(
    actor: Actor, person_id: int, *, first_name: str, last_name: str, function: str, phone: str, now: datetime
) -> bool:
    """Returns False when nothing differs. What the person has not said yet may stay empty until their first visit.

    Raises Invalid for each field, TooManyRequests, and what load_kept_account raises.
    """
    typed = {"first_name": first_name, "last_name": last_name, "function": function, "phone": phone}
    async with transaction():
        person = await load_kept_account(actor, person_id)
        _check_identity(person, typed)
        if all(normalize_spaces(text) == getattr(person, name) for name, text in typed.items()):
            return False
        await consume_rate_limit(LimitedAction.ACTION, actor, now)
        await save_identity(person_id, first_name=first_name, last_name=last_name, function=function, phone=phone)
        await queue_emails(EmailKind.IDENTITY_CORRECTED, [person_id], now=now)
        await write_audit("profile.corrected", now=now, person_id=actor.id, target_person_id=person_id)
    return True


_FIELDS = {"prenom": "first_name", "nom": "last_name", "fonction": "function", "telephone": "phone"}
_MISSING = {
    "prenom": "Saisissez son prénom.",
    "nom": "Saisissez son nom.",
    "fonction": "Saisissez sa fonction : elle dit à ses interlocuteurs qui est cette personne.",
}
"""identity.py speaks to the person themselves."""


def _check_identity(person: KeptAccount, typed: dict[str, str]) -> None:
    wrong = find_identity_errors(**typed)
    wrong |= {field: said for field, said in _MISSING.items() if not normalize_spaces(typed[_FIELDS[field]])}
    still_empty = {field for field, name in _FIELDS.items() if not (typed[name].strip() or getattr(person, name))}
    if left := {field: said for field, said in wrong.items() if field not in still_empty}:
        raise Invalid(**left)
