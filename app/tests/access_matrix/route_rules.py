"""One row for each route: who may use it. app/tests/access_matrix/test_routes.py fails for a route without a row.

- allow_public(), allow_first_visit(), allow_signed_in(): everybody; any open session; any person past the first visit.
- allow_machine(): a machine that knows a secret.
- allow_only(…): these people of the cast; for others the page does not exist (404), or otherwise=403.
- allow_by_case(…): each person who may do this to the case, by the docstring of app/domain/cases/permissions.py.
- allow_by_draft(), allow_by_attachment(), allow_by_message(): app/tests/access_matrix/world.py lists the owners.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.cases.lifecycle.survey_counts import QUESTIONS
from app.domain.cases.permissions import Action

FormValues = dict[str, str]


class Access(StrEnum):
    ANYBODY = "anybody"
    NOBODY = "nobody"
    ARRIVING = "arriving"
    ARRIVED = "arrived"
    ONLY = "only"
    CASE = "case"
    DRAFT = "draft"
    ATTACHMENT = "attachment"
    MESSAGE = "message"


@dataclass(frozen=True)
class RouteRule:
    """`form` is what a post sends; `values` are parameters of the address that no target gives.

    In both, « team of X », « person X », « session of X » stand for a row’s id. `done_by` is the column of the matrix
    that has already done the action: repeating it changes nothing.
    """

    name: str
    rule: Access
    logins: frozenset[str] = frozenset()
    otherwise: int = 404
    refused: frozenset[str] = frozenset()
    actions: frozenset[Action] = frozenset()
    done_by: str = ""
    form: FormValues = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.name.split()[0]

    @property
    def path(self) -> str:
        return self.name.split()[1]

    def build_path(self, values: dict[str, Any]) -> str:
        return re.sub(r"\{([a-z_]+):[a-z]+\}", lambda found: str(values[found[1]]), self.path)

    @property
    def needs_target(self) -> bool:
        """Whether the address names a case, a draft, a file or a message."""
        return self.rule in (Access.CASE, Access.DRAFT, Access.ATTACHMENT, Access.MESSAGE)


def allow_public(name: str, /, form: FormValues | None = None, **values: Any) -> RouteRule:
    return RouteRule(name, Access.ANYBODY, form=form or {}, values=values)


def allow_machine(name: str) -> RouteRule:
    """A machine that knows a secret; 403 for every person."""
    return RouteRule(name, Access.NOBODY)


def allow_first_visit(name: str) -> RouteRule:
    return RouteRule(name, Access.ARRIVING)


def allow_signed_in(name: str, /, form: FormValues | None = None, **values: Any) -> RouteRule:
    return RouteRule(name, Access.ARRIVED, form=form or {}, values=values)


def allow_only(
    name: str, /, *who: str, otherwise: int = 404, refused: str = "", form: FormValues | None = None, **values: Any
) -> RouteRule:
    """The people of `refused` may know that the page exists, and get 403."""
    return RouteRule(
        name, Access.ONLY, frozenset(who), otherwise, frozenset(refused.split()), form=form or {}, values=values
    )


def allow_by_case(name: str, *actions: Action, form: FormValues | None = None, again: str = "") -> RouteRule:
    return RouteRule(name, Access.CASE, actions=frozenset(actions), form=form or {}, done_by=again)


def allow_by_draft(name: str, /, form: FormValues | None = None, **values: Any) -> RouteRule:
    return RouteRule(name, Access.DRAFT, actions=frozenset({Action.EDIT_DRAFT}), form=form or {}, values=values)


def allow_by_attachment(name: str, form: FormValues | None = None) -> RouteRule:
    return RouteRule(name, Access.ATTACHMENT, form=form or {})


def allow_by_message(name: str, form: FormValues | None = None) -> RouteRule:
    return RouteRule(name, Access.MESSAGE, form=form or {})


AGENTS = ("agent_lot", "colleague_lot", "agent_cher")
MANAGERS = ("manager_caf_lot",)
A_FILE = {"nom": "relevé.pdf", "taille": "100"}
A_FIELD = {"champ": "Numéro fiscal", "valeur": "12"}
PHRASE = {"titre": "Délai", "texte": "Comptez trois semaines.", "equipe": "team of manager_caf_lot"}
SURVEY = {name: answers[0] for name, answers in QUESTIONS.items()}
PAUL = "person referent_msa_lot"
NO_IMPORT = UUID(int=1)
YES = {"responsable": "oui"}
AN_ADDRESS = {"adresses": "quelqu.un@exemple.fr"}
CAF: dict[str, Any] = {"team_id": "team of manager_caf_lot"}
MEMBERS = "referent_caf_lot manager_caf_lot"
CAF_OF_THE_CHER: dict[str, Any] = {"team_id": "team of referent_caf_cher"}
JULIEN: dict[str, Any] = {**CAF, "person_id": "person referent_caf_lot"}
ENTRY: dict[str, Any] = {"slug": "categories", "entry_id": 1}
CAF_ADMINISTRATORS = ("admin", "supervisor_lot", "manager_caf_lot")
REASON = {"motif": "Il manque une pièce."}
AREA_ADMINISTRATORS = ("admin", "supervisor_lot")

ROUTE_RULES = [
    allow_public("GET /s/{name:str}", name="app.css"),
    allow_public("GET /"),
    allow_public("GET /login"),
    allow_public("POST /login", {"adresse": "personne@exemple.fr"}),
    allow_public("GET /login/lien-envoye"),
    allow_public("POST /login/renvoi"),
    allow_public("GET /login/lien/{link:str}", link="faux"),
    allow_public("POST /login/lien/{link:str}", link="faux"),
    allow_public("GET /login/mot-de-passe"),
    allow_public("POST /login/mot-de-passe"),
    allow_public("POST /login/proconnect"),
    allow_public("GET /login/proconnect/retour"),
    allow_public("GET /login/verification"),
    allow_public("POST /login/verification"),
    allow_public("POST /login/verification/secours"),
    allow_public("GET /login/mot-de-passe/oubli"),
    allow_public("POST /login/mot-de-passe/oubli"),
    allow_public("GET /invitations/{link:str}", link="faux"),
    allow_public("POST /invitations/{link:str}", link="faux"),
    allow_public("GET /mails/{link:str}", link="faux"),
    allow_public("POST /mails/{link:str}", link="faux"),
    allow_public("GET /mails/{link:str}/arret", link="faux"),
    allow_public("POST /mails/{link:str}/arret", link="faux"),
    allow_public("GET /inscription"),
    allow_public("POST /inscription"),
    allow_public("GET /inscription/envoyee"),
    allow_machine("POST /sms/reponses"),
    allow_public("GET /livez"),
    allow_public("GET /readyz"),
    allow_public("GET /.well-known/security.txt"),
    allow_public("GET /aide"),
    allow_public("GET /mentions-legales"),
    allow_public("GET /donnees-personnelles"),
    allow_public("GET /accessibilite"),
    allow_public("GET /conditions"),
    allow_public("GET /demo/mails"),
    allow_public("GET /demo/mails.json"),
    allow_public("GET /demo/sms"),
    allow_public("GET /demo/sms.json"),
    allow_public("POST /demo/sms"),
    allow_public("GET /galerie"),
    allow_public("GET /galerie/mails"),
    allow_public("GET /galerie/mails/{kind:str}", kind="login"),
    allow_public("GET /{path:path}", path="nulle-part"),
    allow_first_visit("POST /deconnexion"),
    allow_first_visit("GET /bienvenue"),
    allow_first_visit("POST /bienvenue"),
    allow_signed_in("GET /profil"),
    allow_signed_in("POST /profil"),
    allow_signed_in("POST /profil/mails"),
    allow_signed_in("POST /profil/raccourcis"),
    allow_signed_in("GET /profil/invitations"),
    allow_only("POST /profil/invitations/{invitation_id:int}", invitation_id=1),
    allow_signed_in("POST /profil/autres-sessions/fermeture"),
    allow_signed_in("GET /profil/confirmation"),
    allow_signed_in("POST /profil/confirmation"),
    allow_signed_in("POST /profil/confirmation/lien"),
    allow_signed_in("GET /profil/mot-de-passe"),
    allow_signed_in("POST /profil/mot-de-passe"),
    allow_signed_in("POST /profil/mot-de-passe/suppression"),
    allow_signed_in("GET /profil/double-authentification"),
    allow_signed_in("POST /profil/double-authentification"),
    allow_signed_in("POST /profil/double-authentification/codes"),
    allow_signed_in("POST /profil/double-authentification/retrait"),
    allow_only("POST /profil/sessions/{session_id:int}/fermeture", "agent_cher", session_id="session of agent_cher"),
    allow_signed_in("GET /demandes"),
    allow_signed_in("GET /flux"),
    allow_signed_in("GET /nouvelles"),
    allow_signed_in("GET /mandat.pdf"),
    allow_only("GET /demandes/nouvelle", *AGENTS, otherwise=403),
    allow_only("POST /demandes/nouvelle", *AGENTS, otherwise=403, form={"mode": "guided"}),
    allow_by_draft("GET /brouillons/{draft_id:uuid}/{step:str}", step="verification"),
    allow_by_draft("GET /brouillons/{draft_id:uuid}/{step:str}", step="usager"),
    allow_by_draft("POST /brouillons/{draft_id:uuid}/{step:str}", {"prenom": "Ana"}, step="usager"),
    allow_by_draft("GET /brouillons/{draft_id:uuid}/blocage"),
    allow_by_draft("POST /brouillons/{draft_id:uuid}/blocage", {"description": "Rien depuis un mois."}),
    allow_by_draft("GET /brouillons/{draft_id:uuid}/mandat"),
    allow_by_draft("POST /brouillons/{draft_id:uuid}/mandat", {"mandat": "paper"}),
    allow_by_draft("GET /brouillons/{draft_id:uuid}/mandat.pdf"),
    allow_by_draft("GET /brouillons/{draft_id:uuid}/mandat/sms"),
    allow_by_draft("GET /brouillons/{draft_id:uuid}/suppression"),
    allow_by_draft("POST /brouillons/{draft_id:uuid}/suppression"),
    allow_by_draft("POST /brouillons/{draft_id:uuid}/envoi"),
    allow_by_case("GET /demandes/{case_id:uuid}", Action.READ),
    allow_by_case("GET /demandes/{case_id:uuid}/flux", Action.READ),
    allow_by_case("GET /demandes/{case_id:uuid}/nouvelles", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/messages", Action.WRITE, form={"message": "Bonjour"}),
    allow_by_case("POST /demandes/{case_id:uuid}/message-en-cours", Action.READ, form={"message": "Bonj"}),
    allow_by_case("POST /demandes/{case_id:uuid}/pieces", Action.WRITE, Action.EDIT_DRAFT, form=A_FILE),
    allow_by_case("POST /demandes/{case_id:uuid}/prise-en-charge", Action.ANSWER),
    allow_by_case("GET /demandes/{case_id:uuid}/transfert", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/transfert", Action.ANSWER, form=REASON),
    allow_by_case("GET /demandes/{case_id:uuid}/organisme", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/organisme", Action.INVITE_TEAM, form=REASON),
    allow_by_case("GET /demandes/{case_id:uuid}/expert", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/expert", Action.INVITE_EXPERT, form=REASON),
    allow_by_case("GET /demandes/{case_id:uuid}/collegues", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/collegues", Action.INVITE_COLLEAGUE),
    allow_by_case("GET /demandes/{case_id:uuid}/complement", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/complement", Action.COMPLETE, form=A_FIELD),
    allow_by_case("GET /demandes/{case_id:uuid}/retrait", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/retrait", Action.WITHDRAW, again="who withdrew it"),
    allow_by_case("GET /demandes/{case_id:uuid}/mandat", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/mandat", Action.RENEW_MANDATE, form={"signature": "23/11/2026"}),
    allow_by_case("GET /demandes/{case_id:uuid}/cloture", Action.READ),
    allow_by_case(
        "POST /demandes/{case_id:uuid}/cloture", Action.CLOSE, form={"issue": "solved"}, again="who closed it"
    ),
    allow_by_case("POST /demandes/{case_id:uuid}/reouverture", Action.REOPEN),
    allow_by_case("POST /demandes/{case_id:uuid}/sondage", Action.ANSWER_SURVEY, form=SURVEY),
    allow_by_message("GET /demandes/{case_id:uuid}/messages/{message:str}/correction"),
    allow_by_message("POST /demandes/{case_id:uuid}/messages/{message:str}/correction", {"message": "Bonsoir"}),
    allow_by_attachment("GET /pieces/{attachment_id:uuid}"),
    allow_by_attachment("GET /pieces/{attachment_id:uuid}/apercu"),
    allow_by_attachment("POST /pieces/{attachment_id:uuid}/reception", {"depuis": "0"}),
    allow_only("GET /equipe/phrases", *MANAGERS),
    allow_only("POST /equipe/phrases", *MANAGERS, form=PHRASE),
    allow_only("GET /equipe/phrases/{phrase_id:int}", phrase_id=1),
    allow_only("POST /equipe/phrases/{phrase_id:int}/annulation", phrase_id=1),
    allow_only("POST /equipe/phrases/{phrase_id:int}/retablissement", phrase_id=1),
    allow_signed_in("GET /equipes"),
    allow_only("GET /equipes/nouvelle", "admin", "supervisor_lot"),
    allow_only("POST /equipes/nouvelle", "admin", "supervisor_lot"),
    allow_only("GET /equipes/{team_id:int}/modification", *CAF_ADMINISTRATORS, refused="referent_caf_lot", **CAF),
    allow_only("GET /equipes/{team_id:int}/modification", "admin", refused="referent_caf_cher", **CAF_OF_THE_CHER),
    allow_only("POST /equipes/{team_id:int}/modification", *CAF_ADMINISTRATORS, refused="referent_caf_lot", **CAF),
    allow_only("POST /equipes/{team_id:int}/modification", "admin", refused="referent_caf_cher", **CAF_OF_THE_CHER),
    allow_only("GET /equipes/{team_id:int}/fusion", "admin", "supervisor_lot", refused=MEMBERS, **CAF),
    allow_only("POST /equipes/{team_id:int}/fusion", "admin", "supervisor_lot", refused=MEMBERS, **CAF),
    allow_only("GET /equipes/{team_id:int}/fermeture", "admin", "supervisor_lot", refused=MEMBERS, **CAF),
    allow_only("POST /equipes/{team_id:int}/fermeture", "admin", "supervisor_lot", refused=MEMBERS, **CAF),
    allow_only("GET /equipes/{team_id:int}", *CAF_ADMINISTRATORS, "referent_caf_lot", **CAF),
    allow_only("GET /equipes/{team_id:int}", "admin", "referent_caf_cher", team_id="team of referent_caf_cher"),
    allow_only("GET /equipes/{team_id:int}", team_id=2**31 - 1),
    allow_only("GET /equipes/{team_id:int}/membres", *CAF_ADMINISTRATORS, refused="referent_caf_lot", **CAF),
    allow_only(
        "GET /equipes/{team_id:int}/membres", "admin", refused="referent_caf_cher", team_id="team of referent_caf_cher"
    ),
    allow_only(
        "POST /equipes/{team_id:int}/membres", *CAF_ADMINISTRATORS, form=AN_ADDRESS, refused="referent_caf_lot", **CAF
    ),
    allow_only(
        "POST /equipes/{team_id:int}/membres",
        "admin",
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
    allow_only("GET /administration/inscriptions", "admin", "supervisor_lot"),
    allow_only("GET /administration/inscriptions/{applicant_id:int}", applicant_id=1),
    allow_only("POST /administration/inscriptions/{applicant_id:int}/acceptation", applicant_id=1),
    allow_only("POST /administration/inscriptions/{applicant_id:int}/refus", applicant_id=1),
    allow_only("GET /administration/bandeau", "admin"),
    allow_only("POST /administration/bandeau", "admin"),
    allow_only("GET /administration/sessions", "admin"),
    allow_only("POST /administration/sessions", "admin"),
    allow_only("GET /administration/maintenance", "admin"),
    allow_only("POST /administration/maintenance", "admin"),
    allow_only("GET /administration/imports", "admin"),
    allow_only("POST /administration/imports", "admin"),
    allow_only("GET /administration/imports/modeles/{kind:str}", "admin", kind="personnes.csv"),
    allow_only("GET /administration/imports/{import_id:uuid}", import_id=NO_IMPORT),
    allow_only("GET /administration/imports/{import_id:uuid}/lignes.csv", import_id=NO_IMPORT),
    allow_only("POST /administration/imports/{import_id:uuid}/abandon", import_id=NO_IMPORT),
    allow_only("POST /administration/imports/{import_id:uuid}/application", import_id=NO_IMPORT),
    allow_only("GET /administration/catalogue", "admin"),
    allow_only("GET /administration/catalogue/{slug:str}", "admin", slug="organismes"),
    allow_only("GET /administration/catalogue/{slug:str}", slug="inconnu"),
    allow_only("GET /administration/catalogue/{slug:str}/ajout", "admin", slug="organismes"),
    allow_only("POST /administration/catalogue/{slug:str}/ajout", "admin", slug="organismes"),
    allow_only("GET /administration/catalogue/{slug:str}/{entry_id:int}", "admin", **ENTRY),
    allow_only("POST /administration/catalogue/{slug:str}/{entry_id:int}", "admin", **ENTRY),
    allow_only("POST /administration/catalogue/{slug:str}/{entry_id:int}/annulation", **ENTRY),
    allow_only("POST /administration/catalogue/{slug:str}/{entry_id:int}/place", "admin", **ENTRY),
    allow_only("POST /administration/catalogue/{slug:str}/{entry_id:int}/retablissement", "admin", **ENTRY),
    allow_only("POST /administration/catalogue/{slug:str}/{entry_id:int}/retrait", "admin", **ENTRY),
    allow_only("GET /administration", "admin", "supervisor_lot", *MANAGERS),
    allow_only("GET /administration/demandes", "admin", "supervisor_lot"),
    allow_only("GET /administration/trace", "admin"),
    allow_only("GET /administration/trace.csv", "admin"),
    allow_only("GET /administration/territoires", *AREA_ADMINISTRATORS),
    allow_only("GET /administration/territoires/{code:str}", *AREA_ADMINISTRATORS, code="46"),
    allow_only("GET /administration/territoires/{code:str}", "admin", code="18"),
    allow_only("GET /administration/territoires/{code:str}", code="999"),
    allow_only("POST /administration/territoires/{code:str}", *AREA_ADMINISTRATORS, code="46"),
    allow_only("POST /administration/territoires/{code:str}", "admin", code="18"),
]
