"""Labels of the emails about roles (app/domain/people/role_notices.py)."""

from app.domain.email.queue_email import EmailKind

ROLE_EMAIL_SUBJECT = {
    EmailKind.ROLES: "Vos rôles ont changé",
    EmailKind.ROLE_NOTICE: "Les rôles d’une personne ont changé",
    EmailKind.OPENED: "Un compte vous est ouvert",
}
ROLE_EMAIL_SENTENCE = {
    EmailKind.ROLES: (
        "Vos sessions sont fermées : le changement vaut dès maintenant. Si vous n’attendiez pas cela, voyez-le avec "
        "qui l’a fait."
    ),
    EmailKind.ROLE_NOTICE: (
        "Vous êtes administrateur : si cela vous surprend, voyez-le avec qui l’a fait ; la fiche de la personne permet "
        "d’y revenir."
    ),
    EmailKind.OPENED: (
        "Pour y entrer, demandez un lien de connexion avec cette adresse. Si vous n’attendiez pas ce compte, ignorez "
        "ce mail : sans votre visite, personne ne s’en sert."
    ),
}
ROLE_EMAILS = frozenset(ROLE_EMAIL_SUBJECT)
ROLE_EMAIL_ACTION = {
    EmailKind.ROLES: "Voir mon profil",
    EmailKind.ROLE_NOTICE: "Voir cette personne",
    EmailKind.OPENED: "Demander mon lien de connexion",
}
SECOND_FACTOR = (
    "À la première connexion d’un administrateur, la plateforme demande de mettre en place la double "
    "authentification : ayez un téléphone avec une application de codes (TOTP)."
)
