"""Labels of cases."""

from app.domain.case_status import Status
from app.domain.cases.draft.steps import WizardStep
from app.domain.cases.inbox.ordering import Order
from app.domain.cases.inbox.views import View
from app.domain.cases.lifecycle.closure import Outcome
from app.domain.cases.progress.standing import Standing

STATUS = {
    Status.DRAFT: "Brouillon",
    Status.NEW: "Nouvelle",
    Status.SEEN: "Consultée",
    Status.ANSWERED: "Répondue",
    Status.CLOSED: "Clôturée",
}
OUTCOME = {
    Outcome.SOLVED: "Le blocage est résolu",
    Outcome.SOLVED_ELSEWHERE: "Le blocage est résolu autrement",
    Outcome.NOT_SOLVED: "Le blocage n’est pas résolu",
    Outcome.NOT_NEEDED: "La demande n’est plus nécessaire",
    Outcome.HANDLED: "Le blocage était annoncé levé, sans échange depuis",
    Outcome.INACTIVE: "L’agent et les organismes n’échangeaient plus",
    Outcome.UNANSWERED: "Sans réponse",
    Outcome.DUPLICATE: "Elle continue dans une autre demande",
    Outcome.WITHDRAWN: "La demande a été retirée avant d’être ouverte",
}
STANDING = {
    Standing.LEFT: "ne suit plus la demande depuis le {}",
    Standing.IRRELEVANT: "demande non pertinente, le {}",
    Standing.HANDLED: "traitée le {}",
    Standing.AWAITED: "réponse attendue depuis le {}",
    Standing.ANSWERED: "répondue le {}",
    Standing.OPINION_SEEN: "avis demandé, consultée le {}",
    Standing.OPINION: "avis demandé le {}, pas encore ouverte",
    Standing.SEEN: "consultée le {}",
    Standing.NEW: "pas encore ouverte",
}
"""Where an organisation stands, with the day since when."""
VIEW = {
    View.TO_HANDLE: "À traiter",
    View.TAKEN: "À moi",
    View.UNTAKEN: "À personne",
    View.COLLEAGUES: "À mes collègues",
    View.WAITING: "En attente de l’agent",
    View.SET_ASIDE: "Mises de côté",
    View.OPEN: "En cours",
    View.MINE: "Ouvertes par moi",
    View.DRAFTS: "Brouillons",
    View.CLOSED: "Clôturées",
    View.FOUND: "Recherche",
}
ORDER = {
    Order.DUE: "À répondre d’abord",
    Order.RECENT: "Les plus récentes d’abord",
    Order.OLDEST: "Les plus anciennes d’abord",
}
ORDER_OF_AGENTS = "Réponses non lues d’abord"
ACTION_PANEL = {
    "attribution": "Confier à un collègue",
    "mise-de-cote": "Mettre de côté",
    "transfert": "Transférer",
    "sortie": "Ne plus suivre",
    "a-rouvrir": "Demander de rouvrir",
    "organisme": "Inviter un organisme",
    "complement": "Compléter le dossier",
    "identite": "Corriger l’identité",
    "collegues": "Inviter un collègue",
    "expert": "Inviter un expert",
    "mandat": "Enregistrer un nouveau mandat",
    "retrait": "Retirer la demande",
    "coordonnees": "Coordonnées",
}
TEXT_FIELDS = {
    "message": "Votre message",
    "motif": "Motif",
    "mot": "Pourquoi faudrait-il la rouvrir ?",
    "valeur": "Ce qui a été trouvé",
    "sujet": "Sujet",
    "objet": "Sujet",
    "description": "Description du blocage",
    "raison": "Pourquoi est-ce urgent ?",
}
"""Text fields by form field name: what was typed is shown again when its form is gone."""
STEP = {
    WizardStep.MODE: "Mode",
    WizardStep.CATEGORY: "Catégorie",
    WizardStep.SUBJECT: "Sujet",
    WizardStep.ORGANISATIONS: "Organismes",
    WizardStep.CITIZEN: "Usager",
    WizardStep.PROBLEM: "Blocage",
    WizardStep.MANDATE: "Mandat",
    WizardStep.CHECK: "Vérification",
}
SURVEY = {
    "useful": "Administration+ vous a-t-il aidé à débloquer la situation ?",
    "quick": "La réponse est-elle arrivée assez vite ?",
    "clear": "La réponse était-elle claire ?",
}
SURVEY_ANSWER = {"yes": "Oui", "partly": "En partie", "no": "Non"}
