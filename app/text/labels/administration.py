"""The pages of « Administration »: the duty each one needs, its address, its labels; and what waits there."""

from enum import Enum

from app.domain.account_keeping.domain_places import PlaceKind
from app.domain.accounts.duties import Duty

ADMINISTRATION_PAGES: dict[Duty, tuple[str, str, str]] = {
    Duty.MANAGE_AREAS: (
        "/administration/territoires",
        "Territoires",
        "Le contact local de chaque territoire, affiché au bas des pages.",
    ),
    Duty.MANAGE_TEAMS: (
        "/equipes",
        "Équipes",
        "Créer, modifier, réunir, fermer des équipes ; voir celles que personne ne lit.",
    ),
    Duty.MANAGE_MEMBERS: (
        "/personnes",
        "Personnes",
        "Retrouver une personne, désactiver ou réactiver un compte, voir qui n’est jamais venu.",
    ),
    Duty.DECIDE_SIGNUPS: (
        "/administration/inscriptions",
        "Inscriptions",
        "Accepter ou refuser les personnes qui demandent un compte.",
    ),
    Duty.SEE_STATISTICS: (
        "/administration/demandes",
        "Demandes",
        "Les chiffres et l’état des demandes, contenu masqué.",
    ),
    Duty.READ_AUDIT: (
        "/administration/trace",
        "Trace",
        "Qui a consulté, modifié, invité, exporté, s’est connecté, quand et d’où.",
    ),
    Duty.IMPORT: (
        "/administration/imports",
        "Imports",
        "Créer et compléter des personnes et des équipes à partir d’un fichier CSV, avec un aperçu ligne par ligne.",
    ),
    Duty.RUN_PLATFORM: (
        "/administration/bandeau",
        "Bandeau et maintenance",
        "Un message sur toutes les pages ; tout en lecture seule le temps d’une maintenance.",
    ),
    Duty.CLOSE_SESSIONS: (
        "/administration/sessions",
        "Sessions",
        "Fermer d’un coup les sessions de tout le monde, quand un poste ou une clé a pu être volé.",
    ),
    Duty.REPAIR_ACCOUNTS: (
        "/administration/domaine",
        "Domaine d’adresses",
        "Renommer d’un coup les adresses d’un organisme qui a changé de nom de domaine, avec un aperçu.",
    ),
    Duty.MANAGE_CATALOGUE: (
        "/administration/catalogue",
        "Catalogue",
        "Organismes, champs demandés, catégories, sujets et procédures que les agents choisissent.",
    ),
}
"""duty -> address, title, description. The menu follows this list."""
RENAMED_PLACE = {
    PlaceKind.INVITATION: "Invitations en attente",
    PlaceKind.SIGNUP: "Demandes d’inscription en attente",
    PlaceKind.TEAM_SHARED: "Adresses partagées d’équipes",
    PlaceKind.TEAM_CONTACT: "Adresses de contact d’équipes",
    PlaceKind.AREA: "Contacts locaux de territoires",
}
"""What is renamed beside accounts, as headings."""


class Waiting(Enum):
    """One of them, several of them, the page where they are; empty for what no page shows."""

    SIGNUPS = ("inscription à décider", "inscriptions à décider", "/administration/inscriptions")
    UNREACHABLE = ("équipe injoignable", "équipes injoignables", "/equipes?vue=injoignables")
    UNREACHABLE_PEOPLE = ("personne injoignable", "personnes injoignables", "/personnes?vue=injoignables")
    TO_ERASE = (
        "compte à fermer, à la demande de la personne",
        "comptes à fermer, à la demande des personnes",
        "/personnes?vue=effacement",
    )
    IMPORTS = ("import à finir", "imports à finir", "/administration/imports")
    LOST_EMAILS = ("mail qui n’est pas arrivé", "mails qui ne sont pas arrivés", "")


def format_waiting(waiting: Waiting, count: int) -> dict[str, str]:
    one, several, path = waiting.value
    return {"sentence": f"{count} {several if count > 1 else one}", "path": path}
