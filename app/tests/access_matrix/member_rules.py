"""Who may use the routes about the members of a team: part of route_rules.py."""

from typing import Any

from app.tests.access_matrix.rules import allow_only

YES = {"responsable": "oui"}
AN_ADDRESS = {"adresses": "quelqu.un@exemple.fr"}
DAYS = {"du": "03/12", "au": "12/12"}
CAF: dict[str, Any] = {"team_id": "team of manager_caf_lot"}
JULIEN: dict[str, Any] = {**CAF, "person_id": "person referent_caf_lot"}
PILOT = "pilot_caf"
"""A supervisor of the CAF in every territory."""
CAF_ADMINISTRATORS = ("admin", "supervisor_lot", "manager_caf_lot", PILOT)

MEMBER_RULES = [
    allow_only("GET /equipes/{team_id:int}/membres", *CAF_ADMINISTRATORS, refused="referent_caf_lot", **CAF),
    allow_only(
        "GET /equipes/{team_id:int}/membres",
        "admin",
        PILOT,
        refused="referent_caf_cher",
        team_id="team of referent_caf_cher",
    ),
    allow_only(
        "POST /equipes/{team_id:int}/membres", *CAF_ADMINISTRATORS, form=AN_ADDRESS, refused="referent_caf_lot", **CAF
    ),
    allow_only(
        "POST /equipes/{team_id:int}/membres",
        "admin",
        PILOT,
        form=AN_ADDRESS,
        refused="referent_caf_cher",
        team_id="team of referent_caf_cher",
    ),
    allow_only(
        "POST /equipes/{team_id:int}/invitations/{invitation_id:int}/renvoi",
        invitation_id=1,
        refused="referent_caf_lot",
        **CAF,
    ),
    allow_only(
        "POST /equipes/{team_id:int}/invitations/{invitation_id:int}/annulation",
        invitation_id=1,
        refused="referent_caf_lot",
        **CAF,
    ),
    allow_only(
        "POST /equipes/{team_id:int}/membres/{person_id:int}/responsabilite",
        *CAF_ADMINISTRATORS,
        form=YES,
        refused="referent_caf_lot",
        **JULIEN,
    ),
    allow_only(
        "GET /equipes/{team_id:int}/membres/{person_id:int}/retrait",
        *CAF_ADMINISTRATORS,
        refused="referent_caf_lot",
        **JULIEN,
    ),
    allow_only(
        "POST /equipes/{team_id:int}/membres/{person_id:int}/retrait",
        *CAF_ADMINISTRATORS,
        refused="referent_caf_lot",
        **JULIEN,
    ),
    allow_only(
        "GET /equipes/{team_id:int}/membres/{person_id:int}/absence",
        *CAF_ADMINISTRATORS,
        refused="referent_caf_lot",
        **JULIEN,
    ),
    allow_only(
        "POST /equipes/{team_id:int}/membres/{person_id:int}/absence",
        *CAF_ADMINISTRATORS,
        form=DAYS,
        refused="referent_caf_lot",
        **JULIEN,
    ),
    allow_only(
        "POST /equipes/{team_id:int}/membres/{person_id:int}/absence/suppression",
        *CAF_ADMINISTRATORS,
        refused="referent_caf_lot",
        **JULIEN,
    ),
]
