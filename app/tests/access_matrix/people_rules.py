"""Who may use the routes about people and their accounts: part of route_rules.py."""

from app.tests.access_matrix.account_rules import ACCOUNT_RULES
from app.tests.access_matrix.member_rules import CAF_ADMINISTRATORS
from app.tests.access_matrix.rules import allow_only

PAUL = "person referent_msa_lot"

PEOPLE_RULES = [
    allow_only("GET /personnes", *CAF_ADMINISTRATORS),
    allow_only("GET /personnes/{person_id:int}", *CAF_ADMINISTRATORS, person_id="person referent_caf_lot"),
    allow_only("GET /personnes/{person_id:int}", "admin", "supervisor_lot", person_id=PAUL),
    allow_only("GET /personnes/{person_id:int}", "admin", person_id="person agent_cher"),
    allow_only("GET /personnes/{person_id:int}", "admin", person_id="person expert"),
    allow_only("GET /personnes/{person_id:int}", person_id=2**31 - 1),
    allow_only(
        "GET /personnes/{person_id:int}/desactivation", *CAF_ADMINISTRATORS, person_id="person referent_caf_lot"
    ),
    allow_only("GET /personnes/{person_id:int}/desactivation", "admin", person_id="person agent_cher"),
    allow_only("GET /personnes/{person_id:int}/desactivation", "admin", person_id="person expert"),
    allow_only(
        "POST /personnes/{person_id:int}/desactivation", *CAF_ADMINISTRATORS, person_id="person referent_caf_lot"
    ),
    allow_only("POST /personnes/{person_id:int}/desactivation", "admin", person_id="person agent_cher"),
    allow_only("POST /personnes/{person_id:int}/reactivation", "admin", "supervisor_lot", person_id=PAUL),
    *ACCOUNT_RULES,
    allow_only("GET /personnes/{person_id:int}/double-authentification/retrait", person_id=PAUL),
    allow_only(
        "POST /personnes/{person_id:int}/double-authentification/retrait",
        "admin",
        form={"verification": "seen"},
        person_id=PAUL,
    ),
    allow_only("GET /personnes/{person_id:int}/proconnect/retrait", person_id=PAUL),
    allow_only("POST /personnes/{person_id:int}/proconnect/retrait", "admin", person_id=PAUL),
    allow_only("GET /personnes/{person_id:int}/sessions/fermeture", "admin", person_id=PAUL),
    allow_only("POST /personnes/{person_id:int}/sessions/fermeture", "admin", person_id=PAUL),
    allow_only("GET /personnes/nouvelle", "admin"),
    allow_only("POST /personnes/nouvelle", "admin", form={"adresse": "personne@exemple.fr", "expert": "oui"}),
    allow_only("GET /personnes/{person_id:int}/roles", "admin", person_id=PAUL),
    allow_only("GET /personnes/{person_id:int}/roles", refused="admin", person_id="person admin"),
    allow_only("POST /personnes/{person_id:int}/roles", "admin", person_id=PAUL),
]
