"""Who may use the routes about the account of another person: part of route_rules.py."""

from typing import Any

from app.tests.access_matrix.member_rules import CAF_ADMINISTRATORS
from app.tests.access_matrix.rules import allow_only

JULIEN: dict[str, Any] = {"person_id": "person referent_caf_lot"}
EXPERT: dict[str, Any] = {"person_id": "person expert"}
ADDRESS = {"adresse": "neuve@exemple.fr"}
IDENTITY = {"prenom": "Julien", "nom": "Delmas", "fonction": "Référent", "telephone": "05 36 49 00 90"}
DOMAIN = {"ancien": "exemple.fr", "nouveau": "neuf.exemple.fr"}
JOIN = {"avec": "inconnue@exemple.fr", "preuve": "mailboxes"}

ACCOUNT_RULES = [
    allow_only("GET /personnes/{person_id:int}/adresse", *CAF_ADMINISTRATORS, **JULIEN),
    allow_only("GET /personnes/{person_id:int}/adresse", "admin", **EXPERT),
    allow_only("POST /personnes/{person_id:int}/adresse", *CAF_ADMINISTRATORS, form=ADDRESS, **JULIEN),
    allow_only("POST /personnes/{person_id:int}/adresse", "admin", form=ADDRESS, **EXPERT),
    allow_only("POST /personnes/{person_id:int}/adresse/annulation", **JULIEN),
    allow_only("GET /personnes/{person_id:int}/identite", *CAF_ADMINISTRATORS, **JULIEN),
    allow_only("GET /personnes/{person_id:int}/identite", "admin", **EXPERT),
    allow_only("POST /personnes/{person_id:int}/identite", *CAF_ADMINISTRATORS, form=IDENTITY, **JULIEN),
    allow_only("POST /personnes/{person_id:int}/identite", "admin", form=IDENTITY, **EXPERT),
    allow_only("GET /personnes/{person_id:int}/reunion", "admin", **JULIEN),
    allow_only("POST /personnes/{person_id:int}/reunion", "admin", form=JOIN, **JULIEN),
    allow_only("GET /administration/domaine", "admin"),
    allow_only("POST /administration/domaine", "admin", refused="", form=DOMAIN),
]
