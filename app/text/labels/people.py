"""Labels of people and roles."""

from app.domain.account_keeping.account_join import JoinCheck
from app.domain.accounts.actor import PlatformRole
from app.domain.authentication.second_factor import IdentityCheck
from app.domain.email.failure import Failure
from app.domain.people.detail import PersonDetail
from app.domain.people.listing import PersonLine, PersonView, RoleFilter
from app.domain.people.role_notices import RoleNotice
from app.domain.reorganisation.inherited_duties import InheritedKind

PERSON_VIEW = {
    PersonView.ALL: "Toutes",
    PersonView.ACTIVE: "Actives",
    PersonView.AWAITED: "Pas encore venues",
    PersonView.UNREACHABLE: "Injoignables",
    PersonView.CLOSED: "Désactivées",
    PersonView.TO_ERASE: "Effacement demandé",
}
ROLE = {
    PlatformRole.MEMBER: "Membre d’équipe",
    PlatformRole.SUPERVISOR: "Superviseur",
    PlatformRole.ADMIN: "Administrateur",
}
EXPERT = "Expert de la plateforme"
ROLE_FILTER = {
    RoleFilter.MEMBER: ROLE[PlatformRole.MEMBER],
    RoleFilter.EXPERT: EXPERT,
    RoleFilter.SUPERVISOR: ROLE[PlatformRole.SUPERVISOR],
    RoleFilter.ADMIN: ROLE[PlatformRole.ADMIN],
}


def format_roles(person: PersonLine | PersonDetail | RoleNotice) -> str:
    """« Administrateur et expert de la plateforme »: an expert without another role is no « membre d’équipe »."""
    if not person.is_expert:
        return ROLE[person.role]
    return EXPERT if person.role == PlatformRole.MEMBER else f"{ROLE[person.role]} et {EXPERT[0].lower()}{EXPERT[1:]}"


ROLE_CHOICE = {
    PlatformRole.MEMBER: ("Aucun autre rôle", "Les droits de cette personne sont ceux de ses équipes."),
    PlatformRole.SUPERVISOR: (
        "Superviseur",
        "Tient des équipes et voit leurs chiffres, contenu masqué : celles de territoires, d’un organisme partout, ou "
        "les deux.",
    ),
    PlatformRole.ADMIN: (
        "Administrateur",
        "Tient toute la plateforme. N’est membre d’aucune équipe. À sa prochaine connexion, la double authentification "
        "lui est demandée.",
    ),
}
"""Each role, and what it means, where an administrator gives it."""
INHERITED_DUTY = {
    InheritedKind.INVITATION: (
        "Invitations en attente",
        "Elles ne serviront plus, même si le compte est réactivé : renvoyez celles qui sont justes.",
    ),
    InheritedKind.ACCOUNT: (
        "Personnes entrées par ses invitations depuis un an",
        "Elles restent : retirez qui n’a rien à y faire.",
    ),
    InheritedKind.IMPORTED: ("Comptes créés par ses imports", "Ils restent."),
    InheritedKind.IMPORT: (
        "Imports qui attendent",
        "Ils ne se font pas d’eux-mêmes : relisez-les avant de les importer, ou abandonnez-les.",
    ),
    InheritedKind.PHRASE: (
        "Phrases toutes prêtes, écrites ou modifiées, encore proposées",
        "Elles restent : un responsable de l’équipe les relit.",
    ),
    InheritedKind.CATALOGUE: (
        "Fiches du catalogue, ajoutées ou modifiées",
        "Elles restent : chaque changement s’annule depuis sa fiche.",
    ),
}
"""Inherited duties of a closed account: their name, and what becomes of them."""

IDENTITY_CHECK = {
    IdentityCheck.SEEN: "Je l’ai vue en personne",
    IdentityCheck.CALLED: "Je l’ai rappelée à sa structure, à un numéro que je connaissais",
    IdentityCheck.VOUCHED: "Son responsable, que j’ai rappelé à un numéro connu, l’a confirmé",
}
"""How an administrator checked the identity of a person who asks to reset their second factor."""
JOIN_CHECK = {
    JoinCheck.MAILBOXES: "Je le demande à la personne : ses deux boîtes confirmeront",
    JoinCheck.SEEN: "Je l’ai vue en personne ; sa boîte qui s’arrête ne s’ouvre plus",
    JoinCheck.CALLED: "Je l’ai rappelée à sa structure, à un numéro que je connaissais ; sa boîte ne s’ouvre plus",
    JoinCheck.VOUCHED: "Son responsable, que j’ai rappelé à un numéro connu, l’a confirmé ; sa boîte ne s’ouvre plus",
}
"""How an administrator knows that two accounts are one person's."""
UNDELIVERED_REASON = {
    Failure.MAILBOX: "sa messagerie répond que cette boîte n’existe pas, ou qu’elle est fermée",
    Failure.FULL: "sa messagerie répond que la boîte est pleine",
    Failure.DOMAIN: "ce qui suit le @ ne reçoit aucun mail",
    Failure.TEMPORARY: "sa messagerie a refusé un mail pendant trois jours",
}
"""Why emails do not arrive. Follows « Injoignable depuis le … : »."""
