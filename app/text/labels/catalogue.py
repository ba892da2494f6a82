"""Labels of the catalogue: pages, fields of an entry, choices."""

from dataclasses import dataclass

from app.domain.catalogue.entries import EntryKind
from app.domain.catalogue.phrases import PhraseAnswer


@dataclass(frozen=True)
class CatalogueWords:
    """slug: part of the address. new and gone: agree in gender."""

    slug: str
    title: str
    text: str
    new: str
    withdrawn: str
    none: str


WORDS = {
    EntryKind.ORGANISATION: CatalogueWords(
        "organismes",
        "Organismes",
        "À qui l’on écrit, ce que chacun demande et sa consigne.",
        "Nouvel organisme",
        "Organismes retirés",
        "Aucun organisme pour le moment : ajoutez le premier.",
    ),
    EntryKind.FIELD: CatalogueWords(
        "champs",
        "Champs d’identification",
        "Ce qui aide à retrouver le dossier d’un usager, en plus de son nom et de sa date de naissance.",
        "Nouveau champ",
        "Champs retirés",
        "Aucun champ pour le moment : ajoutez le premier.",
    ),
    EntryKind.CATEGORY: CatalogueWords(
        "categories",
        "Catégories",
        "Le premier choix du mode guidé, et les organismes de son thème.",
        "Nouvelle catégorie",
        "Catégories retirées",
        "Aucune catégorie : le mode guidé ne propose rien. Ajoutez la première.",
    ),
    EntryKind.SUBJECT: CatalogueWords(
        "sujets",
        "Sujets",
        "Le second choix, les organismes qu’il fait contacter et la procédure habituelle.",
        "Nouveau sujet",
        "Sujets retirés",
        "Aucun sujet dans cette catégorie : l’agent le précise en quelques mots.",
    ),
}
BY_SLUG = {words.slug: kind for kind, words in WORDS.items()}

ENTRY_FIELD = {
    "acronym": "Sigle",
    "name": "Nom",
    "kind": "Rôle",
    "asked_field": "Champ demandé",
    "notice": "Consigne",
    "label": "Libellé",
    "group": "Où il est proposé",
    "hint": "Aide",
    "description": "Description",
    "category": "Catégorie",
    "procedure": "Procédure habituelle",
    "organisations": "Organismes contactés",
    "position": "Place",
    "title": "Titre court",
    "body": "Phrase",
    "answer": "Ce qu’elle fait",
    "remind_days": "Me le rappeler, en jours ouvrés",
}
"""Fields of an entry, as the history names them."""

ROLE = {
    "operator": "Opérateur : ses référents répondent aux demandes",
    "helper": "Aidant : ses agents ouvrent des demandes",
}
GROUP = {
    "autres": "Dans la liste « Autres », et quand un organisme le demande",
    "demande": "Seulement quand un organisme le demande",
}
PHRASE_ANSWER = {
    PhraseAnswer.MESSAGE: "Message",
    PhraseAnswer.HANDLED: "C’est traité",
    PhraseAnswer.IRRELEVANT: "Non pertinente",
    PhraseAnswer.TRANSFER: "Transférer",
}
PHRASE_ANSWER_CHOICE = {
    PhraseAnswer.MESSAGE: "Ajouter ces mots",
    PhraseAnswer.HANDLED: "Répondre « C’est traité »",
    PhraseAnswer.IRRELEVANT: "Répondre « Non pertinente »",
    PhraseAnswer.TRANSFER: "Transférer, pour cette raison",
}


def format_remind_days(days: int) -> str:
    return f"me le rappeler dans {days} jour{'s' if days > 1 else ''} ouvré{'s' if days > 1 else ''}"
