"""The file that a person downloads about themself: JSON, with French names."""

import json
from datetime import date, datetime
from typing import Any

from app.domain.case_number import format_case_number
from app.domain.people.own_data import OwnData
from app.text.labels.audit import AUDIT_ACTIONS
from app.text.labels.emails import EMAIL_SUBJECT

_SUBJECTS = {
    "teams": "équipes",
    "areas": "territoires supervisés",
    "organisations": "organismes supervisés dans tous les territoires",
    "absences": "absence",
    "addresses": "changements d’adresse",
    "sessions": "sessions",
    "second_factors": "double authentification",
    "proconnect": "ProConnect",
    "cases": "demandes ouvertes",
    "messages": "messages écrits",
    "emails": "mails",
    "actions": "trace, depuis un an",
}
_NAMES = {
    "address": "adresse",
    "former": "ancienne adresse",
    "asked_at": "demandé le",
    "done_at": "fait le",
    "first_name": "prénom",
    "last_name": "nom",
    "function": "fonction",
    "phone": "téléphone",
    "signature": "signature",
    "platform_role": "rôle",
    "expert": "expert de la plateforme",
    "active": "compte ouvert",
    "created_at": "créé le",
    "terms_accepted_at": "conditions acceptées le",
    "last_seen_on": "dernière visite",
    "idle_from": "inactivité comptée depuis",
    "erasure_asked_at": "effacement demandé le",
    "email_frequency": "mails de mes demandes",
    "email_unassigned": "mails des demandes de personne",
    "email_colleagues": "mails des demandes des collègues",
    "shortcuts": "raccourcis clavier",
    "team": "équipe",
    "manager": "responsable",
    "area": "territoire",
    "organisation": "organisme",
    "first_day": "premier jour",
    "last_day": "dernier jour",
    "browser": "navigateur",
    "seen_at": "utilisée le",
    "since": "depuis",
    "number": "demande",
    "started_at": "commencée le",
    "sent_at": "envoyé le",
    "status": "état",
    "posted_at": "écrit le",
    "kind": "mail",
    "written_at": "préparé le",
    "state": "envoi",
    "happened_at": "quand",
    "action": "action",
    "network": "réseau",
}
_NOTE = (
    "Le texte de vos messages et de vos demandes parle des usagers : il n’est pas ici. Il se lit dans chaque demande, "
    "et s’efface avec elle."
)


def format_own_data(data: OwnData) -> str:
    """Sorted as stored. An unknown column keeps its name, so that nothing is left out."""
    found: dict[str, Any] = {"à savoir": _NOTE, "compte": _format_row(data.account)}
    found |= {_SUBJECTS[subject]: [_format_row(row) for row in rows] for subject, rows in data.rows.items()}
    return json.dumps(found, ensure_ascii=False, indent=2)


def _format_row(row: dict[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(name, name): _format_value(name, value) for name, value in row.items()}


def _format_value(name: str, value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if name == "number":
        return format_case_number(value) if value else ""
    if name == "action":
        return AUDIT_ACTIONS.get(value, value)
    return EMAIL_SUBJECT.get(value, value) if name == "kind" else value
