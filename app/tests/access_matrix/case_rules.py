"""The rows of the routes about one case, one draft, one message or one file. rules.py explains each allow_…()."""

from app.domain.cases.lifecycle.survey_counts import QUESTIONS
from app.domain.cases.permissions import Action
from app.tests.access_matrix.rules import (
    allow_by_attachment,
    allow_by_case,
    allow_by_draft,
    allow_by_message,
    allow_signed_in,
)

A_FILE = {"nom": "relevé.pdf", "taille": "100"}
A_FIELD = {"champ": "Numéro fiscal", "valeur": "12"}
AN_IDENTITY = {"prenom": "Ana", "nom": "Roux", "naissance": "1957"}
REASON = {"motif": "Il manque une pièce."}
SURVEY = {name: answers[0] for name, answers in QUESTIONS.items()}
WORDS = {"mot": "Le rappel n’est pas parti."}

CASE_RULES = [
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
    allow_signed_in("GET /demandes/suivante"),
    allow_by_case("GET /demandes/{case_id:uuid}", Action.READ),
    allow_by_case("GET /demandes/{case_id:uuid}/apercu", Action.READ),
    allow_by_case("GET /demandes/{case_id:uuid}/flux", Action.READ),
    allow_by_case("GET /demandes/{case_id:uuid}/nouvelles", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/messages", Action.WRITE, form={"message": "Bonjour"}),
    allow_by_case("POST /demandes/{case_id:uuid}/message-en-cours", Action.READ, form={"message": "Bonj"}),
    allow_by_case("GET /demandes/{case_id:uuid}/phrases", Action.READ),
    allow_by_case("GET /demandes/{case_id:uuid}/phrases/{phrase_id:int}", Action.READ, phrase_id=1),
    allow_by_case("GET /demandes/{case_id:uuid}/noms", Action.WRITE),
    allow_by_case("POST /demandes/{case_id:uuid}/pieces", Action.WRITE, Action.EDIT_DRAFT, form=A_FILE),
    allow_by_case("GET /demandes/{case_id:uuid}/prise-en-charge", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/prise-en-charge", Action.ANSWER),
    allow_by_case("POST /demandes/{case_id:uuid}/restitution", Action.ANSWER),
    allow_by_case("GET /demandes/{case_id:uuid}/attribution", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/attribution", Action.ANSWER),
    allow_by_case("GET /demandes/{case_id:uuid}/mise-de-cote", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/mise-de-cote", Action.ANSWER, form={"jour": "12/12/2026"}),
    allow_by_case("POST /demandes/{case_id:uuid}/reprise", Action.ANSWER),
    allow_by_case("GET /demandes/{case_id:uuid}/transfert", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/transfert", Action.ANSWER, form=REASON),
    allow_by_case("GET /demandes/{case_id:uuid}/sortie", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/sortie", Action.ANSWER, form=REASON),
    allow_by_case("GET /demandes/{case_id:uuid}/organisme", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/organisme", Action.INVITE_TEAM, form=REASON),
    allow_by_case("GET /demandes/{case_id:uuid}/expert", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/expert", Action.INVITE_EXPERT, form=REASON),
    allow_by_case("GET /demandes/{case_id:uuid}/collegues", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/collegues", Action.INVITE_COLLEAGUE),
    allow_by_case("GET /demandes/{case_id:uuid}/complement", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/complement", Action.COMPLETE, form=A_FIELD),
    allow_by_case("GET /demandes/{case_id:uuid}/identite", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/identite", Action.COMPLETE, form=AN_IDENTITY),
    allow_by_case("GET /demandes/{case_id:uuid}/coordonnees", Action.READ),
    allow_by_case("GET /demandes/{case_id:uuid}/retrait", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/retrait", Action.WITHDRAW, again="who withdrew it"),
    allow_by_case("GET /demandes/{case_id:uuid}/mandat", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/mandat", Action.RENEW_MANDATE, form={"signature": "23/11/2026"}),
    allow_by_case("GET /demandes/{case_id:uuid}/cloture", Action.READ),
    allow_by_case(
        "POST /demandes/{case_id:uuid}/cloture", Action.CLOSE, form={"issue": "solved"}, again="who closed it"
    ),
    allow_by_case("POST /demandes/{case_id:uuid}/reouverture", Action.REOPEN),
    allow_by_case("GET /demandes/{case_id:uuid}/a-rouvrir", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/a-rouvrir", Action.ASK_REOPENING, form=WORDS),
    allow_by_case("POST /demandes/{case_id:uuid}/sondage", Action.ANSWER_SURVEY, form=SURVEY),
    allow_by_case("GET /demandes/{case_id:uuid}/memes-usager", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/lien", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/lien/retrait", Action.READ),
    allow_by_case("GET /demandes/{case_id:uuid}/suite", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/suite", Action.CLOSE),
    allow_by_case("POST /demandes/{case_id:uuid}/suite-annulee", Action.REOPEN),
    allow_by_message("GET /demandes/{case_id:uuid}/messages/{message:str}/correction"),
    allow_by_message("POST /demandes/{case_id:uuid}/messages/{message:str}/correction", {"message": "Bonsoir"}),
    allow_by_case("GET /demandes/{case_id:uuid}/retraits", Action.READ),
    allow_by_case("POST /demandes/{case_id:uuid}/retraits", Action.READ, form=REASON),
    allow_by_case("POST /demandes/{case_id:uuid}/retraits/decision", Action.READ, form={"demande": "inconnue"}),
    allow_by_attachment("GET /pieces/{attachment_id:uuid}"),
    allow_by_attachment("GET /pieces/{attachment_id:uuid}/apercu"),
    allow_by_attachment("POST /pieces/{attachment_id:uuid}/reception", {"depuis": "0"}),
]
