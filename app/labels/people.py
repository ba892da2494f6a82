"""The words of people and of their roles."""

from app.domain.accounts.actor import PlatformRole
from app.domain.people.listing import PersonView

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
