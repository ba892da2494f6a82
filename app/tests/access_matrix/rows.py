"""One row for each route: who may use it. Without one app/tests/access_matrix/test_routes.py fails, and says what to
add.

- anybody(), arriving(), arrived(): everybody; any open session; any person whose first visit is done.
- nobody(): a machine that knows a secret.
- only(…): these people of the cast; for the others the page does not exist (404), or otherwise=403.
- on_case(…): each person who may do this to the case, as the docstring of app/domain/cases/permissions.py says.
- on_draft(), on_attachment(), on_message(): app/tests/access_matrix/world.py says whose each is.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.cases.lifecycle.survey_sums import QUESTIONS
from app.domain.cases.permissions import Action

Form = dict[str, str]


class Rule(StrEnum):
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
class Row:
    """form is what a post sends; values are the address's parameters where no target gives them.

    « team of X », « person X », « session of X » in either stand for the number of what is X's.
    again is the column of the matrix that has done it already: once more changes nothing.
    """

    name: str
    rule: Rule
    who: frozenset[str] = frozenset()
    otherwise: int = 404
    refused: frozenset[str] = frozenset()
    actions: frozenset[Action] = frozenset()
    again: str = ""
    form: Form = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.name.split()[0]

    @property
    def path(self) -> str:
        return self.name.split()[1]

    def address(self, values: dict[str, Any]) -> str:
        """Its path with these parameters."""
        return re.sub(r"\{([a-z_]+):[a-z]+\}", lambda found: str(values[found[1]]), self.path)

    @property
    def needs_target(self) -> bool:
        """Whether a case, a draft, a file or a message is in its address."""
        return self.rule in (Rule.CASE, Rule.DRAFT, Rule.ATTACHMENT, Rule.MESSAGE)


def anybody(name: str, /, form: Form | None = None, **values: Any) -> Row:
    return Row(name, Rule.ANYBODY, form=form or {}, values=values)


def nobody(name: str) -> Row:
    """For a machine that knows a secret: 403 whoever comes."""
    return Row(name, Rule.NOBODY)


def arriving(name: str) -> Row:
    return Row(name, Rule.ARRIVING)


def arrived(name: str, /, form: Form | None = None, **values: Any) -> Row:
    return Row(name, Rule.ARRIVED, form=form or {}, values=values)


def only(
    name: str, /, *who: str, otherwise: int = 404, refused: str = "", form: Form | None = None, **values: Any
) -> Row:
    """refused are those who may see that it exists, and no more: 403."""
    return Row(name, Rule.ONLY, frozenset(who), otherwise, frozenset(refused.split()), form=form or {}, values=values)


def on_case(name: str, *actions: Action, form: Form | None = None, again: str = "") -> Row:
    return Row(name, Rule.CASE, actions=frozenset(actions), form=form or {}, again=again)


def on_draft(name: str, /, form: Form | None = None, **values: Any) -> Row:
    return Row(name, Rule.DRAFT, actions=frozenset({Action.EDIT_DRAFT}), form=form or {}, values=values)


def on_attachment(name: str, form: Form | None = None) -> Row:
    return Row(name, Rule.ATTACHMENT, form=form or {})


def on_message(name: str, form: Form | None = None) -> Row:
    return Row(name, Rule.MESSAGE, form=form or {})


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
KEEPERS_OF_THE_CAF = ("admin", "supervisor_lot", "manager_caf_lot")
REASON = {"motif": "Il manque une pièce."}
KEEPERS_OF_AREAS = ("admin", "supervisor_lot")

ROWS = [
    anybody("GET /s/{name:str}", name="app.css"),
    anybody("GET /"),
    anybody("GET /login"),
    anybody("POST /login", {"adresse": "personne@exemple.fr"}),
    anybody("GET /login/lien-envoye"),
    anybody("POST /login/renvoi"),
    anybody("GET /login/lien/{link:str}", link="faux"),
    anybody("POST /login/lien/{link:str}", link="faux"),
    anybody("GET /login/mot-de-passe"),
    anybody("POST /login/mot-de-passe"),
    anybody("POST /login/proconnect"),
    anybody("GET /login/proconnect/retour"),
    anybody("GET /login/verification"),
    anybody("POST /login/verification"),
    anybody("POST /login/verification/secours"),
    anybody("GET /login/mot-de-passe/oubli"),
    anybody("POST /login/mot-de-passe/oubli"),
    anybody("GET /invitations/{link:str}", link="faux"),
    anybody("POST /invitations/{link:str}", link="faux"),
    anybody("GET /mails/{link:str}", link="faux"),
    anybody("POST /mails/{link:str}", link="faux"),
    anybody("GET /mails/{link:str}/arret", link="faux"),
    anybody("POST /mails/{link:str}/arret", link="faux"),
    anybody("GET /inscription"),
    anybody("POST /inscription"),
    anybody("GET /inscription/envoyee"),
    nobody("POST /sms/reponses"),
    anybody("GET /livez"),
    anybody("GET /readyz"),
    anybody("GET /.well-known/security.txt"),
    anybody("GET /aide"),
    anybody("GET /mentions-legales"),
    anybody("GET /donnees-personnelles"),
    anybody("GET /accessibilite"),
    anybody("GET /conditions"),
    anybody("GET /demo/mails"),
    anybody("GET /demo/mails.json"),
    anybody("GET /demo/sms"),
    anybody("GET /demo/sms.json"),
    anybody("POST /demo/sms"),
    anybody("GET /galerie"),
    anybody("GET /galerie/mails"),
    anybody("GET /galerie/mails/{kind:str}", kind="login"),
    anybody("GET /{path:path}", path="nulle-part"),
    arriving("POST /deconnexion"),
    arriving("GET /bienvenue"),
    arriving("POST /bienvenue"),
    arrived("GET /profil"),
    arrived("POST /profil"),
    arrived("POST /profil/mails"),
    arrived("POST /profil/raccourcis"),
    arrived("GET /profil/invitations"),
    only("POST /profil/invitations/{invitation_id:int}", invitation_id=1),
    arrived("POST /profil/autres-sessions/fermeture"),
    arrived("GET /profil/confirmation"),
    arrived("POST /profil/confirmation"),
    arrived("POST /profil/confirmation/lien"),
    arrived("GET /profil/mot-de-passe"),
    arrived("POST /profil/mot-de-passe"),
    arrived("POST /profil/mot-de-passe/suppression"),
    arrived("GET /profil/double-authentification"),
    arrived("POST /profil/double-authentification"),
    arrived("POST /profil/double-authentification/codes"),
    arrived("POST /profil/double-authentification/retrait"),
    only("POST /profil/sessions/{session_id:int}/fermeture", "agent_cher", session_id="session of agent_cher"),
    arrived("GET /demandes"),
    arrived("GET /flux"),
    arrived("GET /nouvelles"),
    arrived("GET /mandat.pdf"),
    only("GET /demandes/nouvelle", *AGENTS, otherwise=403),
    only("POST /demandes/nouvelle", *AGENTS, otherwise=403, form={"mode": "guided"}),
    on_draft("GET /brouillons/{draft_id:uuid}/{step:str}", step="verification"),
    on_draft("GET /brouillons/{draft_id:uuid}/{step:str}", step="usager"),
    on_draft("POST /brouillons/{draft_id:uuid}/{step:str}", {"prenom": "Ana"}, step="usager"),
    on_draft("GET /brouillons/{draft_id:uuid}/blocage"),
    on_draft("POST /brouillons/{draft_id:uuid}/blocage", {"description": "Rien depuis un mois."}),
    on_draft("GET /brouillons/{draft_id:uuid}/mandat"),
    on_draft("POST /brouillons/{draft_id:uuid}/mandat", {"mandat": "paper"}),
    on_draft("GET /brouillons/{draft_id:uuid}/mandat.pdf"),
    on_draft("GET /brouillons/{draft_id:uuid}/mandat/sms"),
    on_draft("GET /brouillons/{draft_id:uuid}/suppression"),
    on_draft("POST /brouillons/{draft_id:uuid}/suppression"),
    on_draft("POST /brouillons/{draft_id:uuid}/envoi"),
    on_case("GET /demandes/{case_id:uuid}", Action.READ),
    on_case("GET /demandes/{case_id:uuid}/flux", Action.READ),
    on_case("GET /demandes/{case_id:uuid}/nouvelles", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/messages", Action.WRITE, form={"message": "Bonjour"}),
    on_case("POST /demandes/{case_id:uuid}/message-en-cours", Action.READ, form={"message": "Bonj"}),
    on_case("POST /demandes/{case_id:uuid}/pieces", Action.WRITE, Action.EDIT_DRAFT, form=A_FILE),
    on_case("POST /demandes/{case_id:uuid}/prise-en-charge", Action.ANSWER),
    on_case("GET /demandes/{case_id:uuid}/transfert", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/transfert", Action.ANSWER, form=REASON),
    on_case("GET /demandes/{case_id:uuid}/organisme", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/organisme", Action.INVITE_TEAM, form=REASON),
    on_case("GET /demandes/{case_id:uuid}/expert", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/expert", Action.INVITE_EXPERT, form=REASON),
    on_case("GET /demandes/{case_id:uuid}/collegues", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/collegues", Action.INVITE_COLLEAGUE),
    on_case("GET /demandes/{case_id:uuid}/complement", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/complement", Action.COMPLETE, form=A_FIELD),
    on_case("GET /demandes/{case_id:uuid}/retrait", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/retrait", Action.WITHDRAW, again="who withdrew it"),
    on_case("GET /demandes/{case_id:uuid}/mandat", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/mandat", Action.RENEW_MANDATE, form={"signature": "23/11/2026"}),
    on_case("GET /demandes/{case_id:uuid}/cloture", Action.READ),
    on_case("POST /demandes/{case_id:uuid}/cloture", Action.CLOSE, form={"issue": "solved"}, again="who closed it"),
    on_case("POST /demandes/{case_id:uuid}/reouverture", Action.REOPEN),
    on_case("POST /demandes/{case_id:uuid}/sondage", Action.ANSWER_SURVEY, form=SURVEY),
    on_message("GET /demandes/{case_id:uuid}/messages/{message:str}/correction"),
    on_message("POST /demandes/{case_id:uuid}/messages/{message:str}/correction", {"message": "Bonsoir"}),
    on_attachment("GET /pieces/{attachment_id:uuid}"),
    on_attachment("GET /pieces/{attachment_id:uuid}/apercu"),
    on_attachment("POST /pieces/{attachment_id:uuid}/reception", {"depuis": "0"}),
    only("GET /equipe/phrases", *MANAGERS),
    only("POST /equipe/phrases", *MANAGERS, form=PHRASE),
    only("GET /equipe/phrases/{phrase_id:int}", phrase_id=1),
    only("POST /equipe/phrases/{phrase_id:int}/annulation", phrase_id=1),
    only("POST /equipe/phrases/{phrase_id:int}/retablissement", phrase_id=1),
    arrived("GET /equipes"),
    only("GET /equipes/nouvelle", "admin", "supervisor_lot"),
    only("POST /equipes/nouvelle", "admin", "supervisor_lot"),
    only("GET /equipes/{team_id:int}/modification", *KEEPERS_OF_THE_CAF, refused="referent_caf_lot", **CAF),
    only("GET /equipes/{team_id:int}/modification", "admin", refused="referent_caf_cher", **CAF_OF_THE_CHER),
    only("POST /equipes/{team_id:int}/modification", *KEEPERS_OF_THE_CAF, refused="referent_caf_lot", **CAF),
    only("POST /equipes/{team_id:int}/modification", "admin", refused="referent_caf_cher", **CAF_OF_THE_CHER),
    only("GET /equipes/{team_id:int}/fusion", "admin", "supervisor_lot", refused=MEMBERS, **CAF),
    only("POST /equipes/{team_id:int}/fusion", "admin", "supervisor_lot", refused=MEMBERS, **CAF),
    only("GET /equipes/{team_id:int}/fermeture", "admin", "supervisor_lot", refused=MEMBERS, **CAF),
    only("POST /equipes/{team_id:int}/fermeture", "admin", "supervisor_lot", refused=MEMBERS, **CAF),
    only("GET /equipes/{team_id:int}", *KEEPERS_OF_THE_CAF, "referent_caf_lot", **CAF),
    only("GET /equipes/{team_id:int}", "admin", "referent_caf_cher", team_id="team of referent_caf_cher"),
    only("GET /equipes/{team_id:int}", team_id=2**31 - 1),
    only("GET /equipes/{team_id:int}/membres", *KEEPERS_OF_THE_CAF, refused="referent_caf_lot", **CAF),
    only(
        "GET /equipes/{team_id:int}/membres", "admin", refused="referent_caf_cher", team_id="team of referent_caf_cher"
    ),
    only(
        "POST /equipes/{team_id:int}/membres", *KEEPERS_OF_THE_CAF, form=AN_ADDRESS, refused="referent_caf_lot", **CAF
    ),
    only(
        "POST /equipes/{team_id:int}/membres",
        "admin",
        form=AN_ADDRESS,
        refused="referent_caf_cher",
        team_id="team of referent_caf_cher",
    ),
    only(
        "POST /equipes/{team_id:int}/invitations/{invitation_id:int}/renvoi",
        invitation_id=1,
        refused="referent_caf_lot",
        **CAF,
    ),
    only(
        "POST /equipes/{team_id:int}/invitations/{invitation_id:int}/annulation",
        invitation_id=1,
        refused="referent_caf_lot",
        **CAF,
    ),
    only(
        "POST /equipes/{team_id:int}/membres/{person_id:int}/responsabilite",
        *KEEPERS_OF_THE_CAF,
        form=YES,
        refused="referent_caf_lot",
        **JULIEN,
    ),
    only(
        "GET /equipes/{team_id:int}/membres/{person_id:int}/retrait",
        *KEEPERS_OF_THE_CAF,
        refused="referent_caf_lot",
        **JULIEN,
    ),
    only(
        "POST /equipes/{team_id:int}/membres/{person_id:int}/retrait",
        *KEEPERS_OF_THE_CAF,
        refused="referent_caf_lot",
        **JULIEN,
    ),
    only("GET /personnes", *KEEPERS_OF_THE_CAF),
    only("GET /personnes/{person_id:int}", *KEEPERS_OF_THE_CAF, person_id="person referent_caf_lot"),
    only("GET /personnes/{person_id:int}", "admin", "supervisor_lot", person_id=PAUL),
    only("GET /personnes/{person_id:int}", "admin", person_id="person agent_cher"),
    only("GET /personnes/{person_id:int}", "admin", person_id="person expert"),
    only("GET /personnes/{person_id:int}", person_id=2**31 - 1),
    only("GET /personnes/{person_id:int}/desactivation", *KEEPERS_OF_THE_CAF, person_id="person referent_caf_lot"),
    only("GET /personnes/{person_id:int}/desactivation", "admin", person_id="person agent_cher"),
    only("GET /personnes/{person_id:int}/desactivation", "admin", person_id="person expert"),
    only("POST /personnes/{person_id:int}/desactivation", *KEEPERS_OF_THE_CAF, person_id="person referent_caf_lot"),
    only("POST /personnes/{person_id:int}/desactivation", "admin", person_id="person agent_cher"),
    only("POST /personnes/{person_id:int}/reactivation", "admin", "supervisor_lot", person_id=PAUL),
    only("GET /personnes/{person_id:int}/double-authentification/retrait", person_id=PAUL),
    only(
        "POST /personnes/{person_id:int}/double-authentification/retrait",
        "admin",
        form={"verification": "seen"},
        person_id=PAUL,
    ),
    only("GET /personnes/{person_id:int}/proconnect/retrait", person_id=PAUL),
    only("POST /personnes/{person_id:int}/proconnect/retrait", "admin", person_id=PAUL),
    only("GET /personnes/{person_id:int}/sessions/fermeture", "admin", person_id=PAUL),
    only("POST /personnes/{person_id:int}/sessions/fermeture", "admin", person_id=PAUL),
    only("GET /administration/inscriptions", "admin", "supervisor_lot"),
    only("GET /administration/inscriptions/{applicant_id:int}", applicant_id=1),
    only("POST /administration/inscriptions/{applicant_id:int}/acceptation", applicant_id=1),
    only("POST /administration/inscriptions/{applicant_id:int}/refus", applicant_id=1),
    only("GET /administration/bandeau", "admin"),
    only("POST /administration/bandeau", "admin"),
    only("GET /administration/sessions", "admin"),
    only("POST /administration/sessions", "admin"),
    only("GET /administration/maintenance", "admin"),
    only("POST /administration/maintenance", "admin"),
    only("GET /administration/imports", "admin"),
    only("POST /administration/imports", "admin"),
    only("GET /administration/imports/modeles/{kind:str}", "admin", kind="personnes.csv"),
    only("GET /administration/imports/{import_id:uuid}", import_id=NO_IMPORT),
    only("GET /administration/imports/{import_id:uuid}/lignes.csv", import_id=NO_IMPORT),
    only("POST /administration/imports/{import_id:uuid}/abandon", import_id=NO_IMPORT),
    only("POST /administration/imports/{import_id:uuid}/application", import_id=NO_IMPORT),
    only("GET /administration/catalogue", "admin"),
    only("GET /administration/catalogue/{slug:str}", "admin", slug="organismes"),
    only("GET /administration/catalogue/{slug:str}", slug="inconnu"),
    only("GET /administration/catalogue/{slug:str}/ajout", "admin", slug="organismes"),
    only("POST /administration/catalogue/{slug:str}/ajout", "admin", slug="organismes"),
    only("GET /administration/catalogue/{slug:str}/{entry_id:int}", "admin", **ENTRY),
    only("POST /administration/catalogue/{slug:str}/{entry_id:int}", "admin", **ENTRY),
    only("POST /administration/catalogue/{slug:str}/{entry_id:int}/annulation", **ENTRY),
    only("POST /administration/catalogue/{slug:str}/{entry_id:int}/place", "admin", **ENTRY),
    only("POST /administration/catalogue/{slug:str}/{entry_id:int}/retablissement", "admin", **ENTRY),
    only("POST /administration/catalogue/{slug:str}/{entry_id:int}/retrait", "admin", **ENTRY),
    only("GET /administration", "admin", "supervisor_lot", *MANAGERS),
    only("GET /administration/demandes", "admin", "supervisor_lot"),
    only("GET /administration/trace", "admin"),
    only("GET /administration/trace.csv", "admin"),
    only("GET /administration/territoires", *KEEPERS_OF_AREAS),
    only("GET /administration/territoires/{code:str}", *KEEPERS_OF_AREAS, code="46"),
    only("GET /administration/territoires/{code:str}", "admin", code="18"),
    only("GET /administration/territoires/{code:str}", code="999"),
    only("POST /administration/territoires/{code:str}", *KEEPERS_OF_AREAS, code="46"),
    only("POST /administration/territoires/{code:str}", "admin", code="18"),
]
