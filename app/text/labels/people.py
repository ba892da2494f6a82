"""The words of people and of their roles."""

from app.domain.accounts.actor import PlatformRole
from app.domain.authentication.second_factor import Checked
from app.domain.people.listing import PersonView
from app.domain.reorganisation.handed_on import Handed

PERSON_VIEW = {
    PersonView.ALL: "Toutes",
    PersonView.ACTIVE: "Actives",
    PersonView.AWAITED: "Pas encore venues",
    PersonView.CLOSED: "Désactivées",
}
ROLE = {
    PlatformRole.MEMBER: "Membre d’équipe",
    PlatformRole.EXPERT: "Expert de la plateforme",
    PlatformRole.SUPERVISOR: "Superviseur",
    PlatformRole.ADMIN: "Administrateur",
}
HANDED = {
    Handed.INVITATION: (
        "Invitations en attente",
        "Elles ne serviront plus, même si le compte est réactivé : renvoyez celles qui sont justes.",
    ),
    Handed.ACCOUNT: (
        "Personnes entrées par ses invitations depuis un an",
        "Elles restent : retirez qui n’a rien à y faire.",
    ),
    Handed.IMPORTED: ("Comptes créés par ses imports", "Ils restent."),
    Handed.IMPORT: (
        "Imports qui attendent",
        "Ils ne se font pas d’eux-mêmes : relisez-les avant de les importer, ou abandonnez-les.",
    ),
    Handed.PHRASE: (
        "Phrases toutes prêtes, écrites ou modifiées, encore proposées",
        "Elles restent : un responsable de l’équipe les relit.",
    ),
    Handed.CATALOGUE: (
        "Fiches du catalogue, ajoutées ou modifiées",
        "Elles restent : chaque changement s’annule depuis sa fiche.",
    ),
}
"""What a closed account handed on: how it is named, what becomes of it."""

CHECKED = {
    Checked.SEEN: "Je l’ai vue en personne",
    Checked.CALLED: "Je l’ai rappelée à sa structure, à un numéro que je connaissais",
    Checked.VOUCHED: "Son responsable, que j’ai rappelé à un numéro connu, l’a confirmé",
}
"""How an administrator made sure who asks for their second factor to be taken away."""
