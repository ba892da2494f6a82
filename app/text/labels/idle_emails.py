"""Labels of the emails about accounts that are not used, closed, opened again, or to be erased."""

from app.domain.email.queue_email import EmailKind

CLOSED_EMAILS = frozenset({EmailKind.IDLE_CLOSED, EmailKind.CLOSED_LOGIN})
"""Emails to a person whose account is closed. Their link opens nothing: they have none."""
IDLE_PERSON_EMAILS = {
    EmailKind.REACTIVATED: ("/demandes", "Voir mes demandes"),
    EmailKind.ERASURE_ASKED: ("/personnes?vue=effacement", "Voir qui le demande"),
    EmailKind.IDLE_FIRST: ("/login", "Me connecter"),
    EmailKind.IDLE_SECOND: ("/login", "Me connecter"),
}
IDLE_SUBJECT = {
    EmailKind.REACTIVATED: "Votre compte est de nouveau ouvert",
    EmailKind.ERASURE_ASKED: "Une personne demande l’effacement de son compte",
    EmailKind.IDLE_FIRST: "Vous n’êtes pas venu depuis quatre mois",
    EmailKind.IDLE_SECOND: "Votre compte sera fermé dans un mois",
    EmailKind.IDLE_KEEPERS: "Une équipe n’aura bientôt plus personne",
    EmailKind.IDLE_CLOSED: "Votre compte est fermé",
    EmailKind.CLOSED_LOGIN: "Votre compte est fermé",
}
IDLE_SENTENCE = {
    EmailKind.REACTIVATED: (
        "Votre compte était désactivé ; il est de nouveau ouvert, dans les mêmes équipes. À votre prochaine visite, "
        "vous direz de nouveau votre fonction et votre téléphone, qui n’étaient plus gardés."
    ),
    EmailKind.ERASURE_ASKED: (
        "Une personne dont vous tenez le compte en demande l’effacement. Désactivez-le : vous choisirez qui reprend "
        "ses demandes. Son nom et son adresse seront effacés le lendemain."
    ),
    EmailKind.IDLE_FIRST: (
        "Vous n’êtes pas venu depuis quatre mois au moins. Sans visite de votre part, votre compte sera fermé dans "
        "deux mois, et ce que vous suivez passera à votre équipe. Pour le garder, connectez-vous."
    ),
    EmailKind.IDLE_SECOND: (
        "Vous n’êtes pas venu depuis cinq mois au moins. Sans visite de votre part, votre compte sera fermé dans un "
        "mois, et ce que vous suivez passera à votre équipe. Pour le garder, connectez-vous."
    ),
    EmailKind.IDLE_KEEPERS: (
        "est la seule personne de cette équipe, et n’est pas venue depuis cinq mois au moins. Sans visite de sa part, "
        "son compte sera fermé : plus personne ne lirait ce que l’équipe reçoit. Invitez quelqu’un d’autre, ou fermez "
        "l’équipe."
    ),
    EmailKind.IDLE_CLOSED: (
        "Vous n’êtes pas venu depuis six mois au moins : votre compte est fermé, et ce que vous suiviez est passé à "
        "votre équipe. Votre nom et votre adresse sont gardés deux ans ; votre téléphone et vos moyens de connexion "
        "sont effacés."
    ),
    EmailKind.CLOSED_LOGIN: (
        "Un lien de connexion vient d’être demandé avec votre adresse. Votre compte est fermé : il n’y en a pas. "
        "Si vous n’avez rien demandé, ignorez ce mail."
    ),
}
