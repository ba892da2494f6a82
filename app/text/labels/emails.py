"""Labels of emails. Subjects and sentences never contain personal data."""

from app.domain.email.queue_email import EmailKind
from app.text.labels.address_emails import ADDRESS_SENTENCE, ADDRESS_SUBJECT
from app.text.labels.idle_emails import IDLE_PERSON_EMAILS, IDLE_SENTENCE, IDLE_SUBJECT
from app.text.labels.role_emails import ROLE_EMAIL_SENTENCE, ROLE_EMAIL_SUBJECT
from app.text.labels.team_emails import TEAM_EMAIL_SENTENCE, TEAM_EMAIL_SUBJECT

_FACTOR_RESETS = (EmailKind.FACTOR_RESET, EmailKind.FACTOR_SEEN, EmailKind.FACTOR_CALLED, EmailKind.FACTOR_VOUCHED)
EMAIL_SUBJECT = {
    **ROLE_EMAIL_SUBJECT,
    EmailKind.LOGIN: "Votre lien de connexion",
    EmailKind.NEW_CASE: "Nouvelle demande",
    EmailKind.MESSAGE: "Nouveau message : demande",
    EmailKind.INTERNAL: "Nouveau message : demande",
    EmailKind.COMPLETED: "Dossier complété : demande",
    EmailKind.MENTION: "Un collègue vous nomme : demande",
    EmailKind.CLOSED: "Clôture de la demande",
    EmailKind.REOPENED: "Réouverture de la demande",
    EmailKind.CONTINUED: "Continue dans une autre : demande",
    EmailKind.CONTINUES: "Une autre demande continue ici : demande",
    EmailKind.SEPARATED: "Une autre demande ne continue plus ici : demande",
    EmailKind.SUSPENDED: "Suspension de la demande",
    EmailKind.RESUMED: "Reprise de la demande",
    EmailKind.INVITED: "Votre aide est demandée : demande",
    EmailKind.TRANSFERRED: "Transférée à votre équipe : demande",
    EmailKind.MOVED: "Transférée à une autre équipe : demande",
    EmailKind.STEPPED_OUT: "Une équipe ne suit plus la demande",
    EmailKind.REOPENING_ASKED: "On vous demande de rouvrir la demande",
    EmailKind.UNANSWERED: "Sans réponse : demande",
    **TEAM_EMAIL_SUBJECT,
    EmailKind.ASSIGNED: "On vous confie la demande",
    EmailKind.TAKEN_OVER: "N’est plus à votre nom : demande",
    EmailKind.REMINDER: "Mise de côté, de retour : demande",
    EmailKind.LATE: "Votre réponse est attendue : demande",
    EmailKind.PROMISE: "Dites où en est la demande",
    EmailKind.INACTIVE: "Bientôt close : demande",
    EmailKind.LATE_MANAGER: "La réponse de votre équipe est attendue : demande",
    EmailKind.PASSWORD_SET: "Votre mot de passe a été changé",
    EmailKind.PASSWORD_OFF: "Votre mot de passe a été supprimé",
    EmailKind.INVITATION: "Vous êtes invité à rejoindre une équipe",
    EmailKind.ADDED: "Vous faites partie d’une nouvelle équipe",
    EmailKind.JOINING: "Qui vient d’être invité ou ajouté dans votre équipe",
    EmailKind.HANDED_OVER: "Des demandes vous sont confiées",
    EmailKind.SIGNUP: "Votre demande d’inscription est enregistrée",
    EmailKind.KNOWN: "Vous avez déjà un compte",
    EmailKind.REFUSED: "Votre demande d’inscription n’a pas été acceptée",
    EmailKind.FACTOR_SET: "La double authentification est en place",
    **dict.fromkeys((EmailKind.FACTOR_OFF, *_FACTOR_RESETS), "La double authentification a été retirée"),
    EmailKind.SESSIONS_CLOSED: "Vos sessions ont été fermées",
    EmailKind.PROVIDER_BOUND: "Votre compte est lié à ProConnect",
    EmailKind.PROVIDER_UNBOUND: "Votre compte n’est plus lié à ProConnect",
    EmailKind.RECOVERY_USED: "Un code de secours a servi",
    EmailKind.ABSENCE_SET: "Une absence est enregistrée à votre nom",
    EmailKind.ABSENCE_REMOVED: "Votre absence a été supprimée",
    **IDLE_SUBJECT,
    **ADDRESS_SUBJECT,
    EmailKind.DIGEST: "Du nouveau dans vos demandes",
}
"""Those about a case end with its office and its organisations (app/text/email_subjects.py)."""
LATE_DIGEST_SUBJECT = "Des demandes attendent une réponse"
PROMISE_DIGEST_SUBJECT = "Dites où en sont des demandes"
"""Of a digest that says nothing else."""
_FACTOR_RESET = (
    "L’administration vient de retirer la double authentification de votre compte, comme on le demande après la "
    "perte d’un téléphone."
)
_SET_UP_AGAIN = (
    "Toutes vos sessions sont fermées. À votre prochaine connexion, remettez-la en place depuis votre profil."
)
EMAIL_SENTENCE = {
    **ROLE_EMAIL_SENTENCE,
    EmailKind.NEW_CASE: "Un agent vous adresse une nouvelle demande :",
    EmailKind.MESSAGE: "Un nouveau message a été écrit dans une demande que vous suivez :",
    EmailKind.INTERNAL: "Un nouveau message a été écrit dans une demande que vous suivez :",
    EmailKind.COMPLETED: "L’agent a complété le dossier d’une demande à laquelle vous avez répondu :",
    EmailKind.MENTION: "Un collègue vous nomme dans un message de cette demande :",
    EmailKind.CLOSED: "Une demande que vous suivez a été close :",
    EmailKind.REOPENED: "Une demande que vous suivez a été rouverte :",
    EmailKind.CONTINUED: (
        "Une demande que vous suivez est close : elle continue dans une autre demande du même usager. Le fil dit "
        "laquelle ; les organismes qui la suivaient encore y sont invités :"
    ),
    EmailKind.CONTINUES: "Une autre demande du même usager continue dans celle-ci. Le fil dit laquelle :",
    EmailKind.SEPARATED: "L’autre demande qui continuait dans celle-ci est rouverte : elles vont de nouveau à part.",
    EmailKind.SUSPENDED: "L’usager a retiré son accord par SMS : une demande que vous suivez est suspendue.",
    EmailKind.RESUMED: "L’usager a de nouveau donné son accord : une demande que vous suivez reprend.",
    EmailKind.INVITED: "Votre aide est demandée dans cette demande :",
    EmailKind.TRANSFERRED: "Un référent transfère une demande à votre équipe :",
    EmailKind.MOVED: "Un référent a transféré une demande que vous suivez à une autre équipe. Le fil dit pourquoi :",
    EmailKind.STEPPED_OUT: "Une équipe ne suit plus une demande que vous suivez. Le fil dit pourquoi :",
    EmailKind.REOPENING_ASKED: "Un référent vous demande de rouvrir une demande close. Le fil dit pourquoi :",
    EmailKind.UNANSWERED: (
        "Un organisme n’a rien répondu à une demande que vous suivez, depuis un mois ou plus. "
        "Vous pouvez inviter un expert de la plateforme, ou adresser une nouvelle demande à un autre organisme :"
    ),
    **TEAM_EMAIL_SENTENCE,
    EmailKind.ASSIGNED: "Un collègue de votre équipe vous confie une demande :",
    EmailKind.TAKEN_OVER: "Une demande que vous aviez prise n’est plus à votre nom. Le fil dit qui l’a reprise :",
    EmailKind.REMINDER: "C’est le jour choisi : une demande mise de côté est de nouveau dans vos listes :",
    EmailKind.PROMISE: (
        "Vous vous occupez d’une demande depuis 10 jours ouvrés : dites où elle en est. Vous pouvez dire que c’est "
        "traité, écrire un mot à l’agent, ou la mettre de côté jusqu’à un jour :"
    ),
    EmailKind.INACTIVE: (
        "L’agent et les organismes n’échangent plus dans une demande : sans un mot de l’un à l’autre, elle sera close "
        "dans quinze jours."
    ),
    EmailKind.LATE: "Une demande adressée à votre équipe attend une réponse au-delà du délai prévu :",
    EmailKind.LATE_MANAGER: "Une demande adressée à votre équipe reste sans réponse depuis plusieurs jours :",
    EmailKind.PASSWORD_SET: "Un mot de passe vient d’être choisi pour votre compte. Vos autres sessions sont fermées.",
    EmailKind.PASSWORD_OFF: "Le mot de passe de votre compte vient d’être supprimé. Vos autres sessions sont fermées.",
    EmailKind.FACTOR_SET: (
        "La double authentification vient d’être mise en place pour votre compte : se connecter demande maintenant "
        "un code affiché par votre téléphone. Vos autres sessions sont fermées."
    ),
    EmailKind.FACTOR_OFF: (
        "La double authentification de votre compte vient d’être retirée. Vos autres sessions sont fermées."
    ),
    EmailKind.FACTOR_RESET: f"{_FACTOR_RESET} {_SET_UP_AGAIN}",
    EmailKind.FACTOR_SEEN: f"{_FACTOR_RESET} Elle dit vous avoir vu en personne. {_SET_UP_AGAIN}",
    EmailKind.FACTOR_CALLED: (
        f"{_FACTOR_RESET} Elle dit vous avoir rappelé à votre structure, à un numéro qu’elle connaissait. "
        f"{_SET_UP_AGAIN}"
    ),
    EmailKind.FACTOR_VOUCHED: (
        f"{_FACTOR_RESET} Elle dit que votre responsable, rappelé à un numéro connu, a confirmé que vous le demandiez. "
        f"{_SET_UP_AGAIN}"
    ),
    EmailKind.SESSIONS_CLOSED: (
        "L’administration vient de fermer toutes vos sessions : chaque navigateur où vous étiez connecté demande une "
        "nouvelle connexion."
    ),
    EmailKind.PROVIDER_BOUND: (
        "Vous venez d’entrer par ProConnect pour la première fois. Votre compte est maintenant lié à cette identité : "
        "aucune autre identité ProConnect ne l’ouvre, même si elle porte un jour votre adresse."
    ),
    EmailKind.PROVIDER_UNBOUND: (
        "L’administration vient de délier votre compte de l’identité ProConnect qui l’ouvrait. Toutes vos sessions "
        "sont fermées. Votre prochaine connexion par ProConnect le liera de nouveau."
    ),
    EmailKind.RECOVERY_USED: (
        "Quelqu’un vient de se connecter à votre compte avec un de vos codes de secours. Ce code ne servira plus."
    ),
    EmailKind.ADDED: "L’administration vient de vous ajouter à une équipe : votre profil dit laquelle.",
    EmailKind.JOINING: (
        "Vous êtes responsable de cette équipe : si vous n’attendiez pas cela, voyez-le avec qui l’a fait. "
        "Une invitation s’annule depuis la page des membres."
    ),
    EmailKind.HANDED_OVER: "Un collègue quitte votre équipe : ce qu’il suivait vous est confié.",
    EmailKind.ABSENCE_SET: (
        "Une personne qui tient les membres de votre équipe vient d’enregistrer une absence à votre nom. Votre profil "
        "en dit les dates et qui vous remplace : vous pouvez la changer ou la supprimer."
    ),
    EmailKind.ABSENCE_REMOVED: (
        "Une personne qui tient les membres de votre équipe vient de supprimer l’absence enregistrée à votre nom. "
        "Si vous vous absentez, indiquez-le depuis votre profil."
    ),
    **IDLE_SENTENCE,
    **ADDRESS_SENTENCE,
    EmailKind.SIGNUP: (
        "Votre demande d’inscription est enregistrée. Une personne chargée de votre département la lira ; "
        "vous recevrez sa réponse à cette adresse, sous 60 jours au plus."
    ),
    EmailKind.KNOWN: (
        "Un compte vient d’être demandé avec votre adresse, qui en a déjà un. "
        "Pour y entrer, demandez un lien de connexion. Si vous n’avez rien demandé, ignorez ce mail."
    ),
    EmailKind.REFUSED: "Votre demande d’inscription n’a pas été acceptée, pour cette raison :",
}
ACCOUNT_EMAILS = frozenset(
    {
        *(EmailKind.PASSWORD_SET, EmailKind.PASSWORD_OFF, EmailKind.SESSIONS_CLOSED, EmailKind.RECOVERY_USED),
        *(EmailKind.FACTOR_SET, EmailKind.FACTOR_OFF, EmailKind.FACTOR_RESET, EmailKind.FACTOR_SEEN),
        *(EmailKind.FACTOR_CALLED, EmailKind.FACTOR_VOUCHED, EmailKind.PROVIDER_BOUND, EmailKind.PROVIDER_UNBOUND),
    }
)
PERSON_EMAILS = {
    EmailKind.ADDED: ("/profil", "Voir mon profil"),
    EmailKind.DOMAIN_RENAMED: ("/administration/trace", "Voir la trace"),
    EmailKind.IDENTITY_CORRECTED: ("/profil", "Voir mon profil"),
    EmailKind.HANDED_OVER: ("/demandes?vue=les-miennes", "Voir ces demandes"),
    **IDLE_PERSON_EMAILS,
    EmailKind.ABSENCE_SET: ("/profil/absence", "Voir mon absence"),
    EmailKind.ABSENCE_REMOVED: ("/profil/absence", "Voir mon absence"),
}
"""Emails that link to a page of the person’s own account: its address, the button’s label."""
SIGNUP_EMAILS = {
    EmailKind.INVITATION: ("", "Rejoindre l’équipe"),
    EmailKind.SIGNUP: ("", ""),
    EmailKind.KNOWN: ("/login", "Recevoir un lien de connexion"),
    EmailKind.REFUSED: ("/inscription", "Faire une autre demande"),
}
"""Emails to an address without an account. An invitation has a link of its own."""
