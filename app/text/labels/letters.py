"""The words of letters and of their hours. The subject and the sentences say no personal data, ever."""

from dataclasses import dataclass

from app.domain.email.queue_email import LetterKind
from app.domain.email.schedule import LetterTimes

LETTER_SUBJECT = {
    LetterKind.LOGIN: "Votre lien de connexion",
    LetterKind.NEW_CASE: "Une nouvelle demande vous attend",
    LetterKind.MESSAGE: "Un nouveau message vous attend",
    LetterKind.APART: "Un nouveau message vous attend",
    LetterKind.CLOSED: "Une demande a été close",
    LetterKind.REOPENED: "Une demande a été rouverte",
    LetterKind.SUSPENDED: "Une demande est suspendue",
    LetterKind.RESUMED: "Une demande reprend",
    LetterKind.INVITED: "Votre aide est demandée",
    LetterKind.TRANSFERRED: "Une demande vous est transférée",
    LetterKind.LATE: "Une demande attend votre réponse",
    LetterKind.SILENT: "Une demande sera bientôt close",
    LetterKind.LATE_MANAGER: "Une demande attend la réponse de votre équipe",
    LetterKind.PASSWORD_SET: "Votre mot de passe a été changé",
    LetterKind.PASSWORD_OFF: "Votre mot de passe a été supprimé",
    LetterKind.INVITATION: "Vous êtes invité à rejoindre une équipe",
    LetterKind.ADDED: "Vous faites partie d’une nouvelle équipe",
    LetterKind.JOINING: "Qui vient d’être invité ou ajouté dans votre équipe",
    LetterKind.HANDED_OVER: "Des demandes vous sont confiées",
    LetterKind.REACTIVATED: "Votre compte est de nouveau ouvert",
    LetterKind.SIGNUP: "Votre demande d’inscription est enregistrée",
    LetterKind.KNOWN: "Vous avez déjà un compte",
    LetterKind.REFUSED: "Votre demande d’inscription n’a pas été acceptée",
    LetterKind.FACTOR_SET: "La double authentification est en place",
    LetterKind.FACTOR_OFF: "La double authentification a été retirée",
    LetterKind.FACTOR_RESET: "La double authentification a été retirée",
    LetterKind.FACTOR_SEEN: "La double authentification a été retirée",
    LetterKind.FACTOR_CALLED: "La double authentification a été retirée",
    LetterKind.FACTOR_VOUCHED: "La double authentification a été retirée",
    LetterKind.SESSIONS_CLOSED: "Vos sessions ont été fermées",
    LetterKind.PROVIDER_BOUND: "Votre compte est lié à ProConnect",
    LetterKind.PROVIDER_UNBOUND: "Votre compte n’est plus lié à ProConnect",
    LetterKind.RECOVERY_USED: "Un code de secours a servi",
    LetterKind.DIGEST: "Du nouveau dans vos demandes",
}
_FACTOR_RESET = (
    "L’administration vient de retirer la double authentification de votre compte, comme on le demande après la "
    "perte d’un téléphone."
)
_SET_UP_AGAIN = (
    "Toutes vos sessions sont fermées. À votre prochaine connexion, remettez-la en place depuis votre profil."
)
LETTER_SENTENCE = {
    LetterKind.NEW_CASE: "Un agent vous adresse une nouvelle demande :",
    LetterKind.MESSAGE: "Un nouveau message a été écrit dans une demande que vous suivez :",
    LetterKind.APART: "Un nouveau message a été écrit dans une demande que vous suivez :",
    LetterKind.CLOSED: "Une demande que vous suivez a été close :",
    LetterKind.REOPENED: "Une demande que vous suivez a été rouverte :",
    LetterKind.SUSPENDED: "L’usager a retiré son accord par SMS : une demande que vous suivez est suspendue.",
    LetterKind.RESUMED: "L’usager a de nouveau donné son accord : une demande que vous suivez reprend.",
    LetterKind.INVITED: "Votre aide est demandée dans cette demande :",
    LetterKind.TRANSFERRED: "Un référent transfère une demande à votre équipe :",
    LetterKind.SILENT: "Plus personne n’écrit dans une demande : sans nouvelles, elle sera close dans quinze jours.",
    LetterKind.LATE: "Une demande adressée à votre équipe attend une réponse au-delà du délai prévu :",
    LetterKind.LATE_MANAGER: "Une demande adressée à votre équipe reste sans réponse depuis plusieurs jours :",
    LetterKind.PASSWORD_SET: "Un mot de passe vient d’être choisi pour votre compte. Vos autres sessions sont fermées.",
    LetterKind.PASSWORD_OFF: "Le mot de passe de votre compte vient d’être supprimé. Vos autres sessions sont fermées.",
    LetterKind.FACTOR_SET: (
        "La double authentification vient d’être mise en place pour votre compte : se connecter demande maintenant "
        "un code affiché par votre téléphone. Vos autres sessions sont fermées."
    ),
    LetterKind.FACTOR_OFF: (
        "La double authentification de votre compte vient d’être retirée. Vos autres sessions sont fermées."
    ),
    LetterKind.FACTOR_RESET: f"{_FACTOR_RESET} {_SET_UP_AGAIN}",
    LetterKind.FACTOR_SEEN: f"{_FACTOR_RESET} Elle dit vous avoir vu en personne. {_SET_UP_AGAIN}",
    LetterKind.FACTOR_CALLED: (
        f"{_FACTOR_RESET} Elle dit vous avoir rappelé à votre structure, à un numéro qu’elle connaissait. "
        f"{_SET_UP_AGAIN}"
    ),
    LetterKind.FACTOR_VOUCHED: (
        f"{_FACTOR_RESET} Elle dit que votre responsable, rappelé à un numéro connu, a confirmé que vous le demandiez. "
        f"{_SET_UP_AGAIN}"
    ),
    LetterKind.SESSIONS_CLOSED: (
        "L’administration vient de fermer toutes vos sessions : chaque navigateur où vous étiez connecté demande une "
        "nouvelle connexion."
    ),
    LetterKind.PROVIDER_BOUND: (
        "Vous venez d’entrer par ProConnect pour la première fois. Votre compte est maintenant lié à cette identité : "
        "aucune autre identité ProConnect ne l’ouvre, même si elle porte un jour votre adresse."
    ),
    LetterKind.PROVIDER_UNBOUND: (
        "L’administration vient de délier votre compte de l’identité ProConnect qui l’ouvrait. Toutes vos sessions "
        "sont fermées. Votre prochaine connexion par ProConnect le liera de nouveau."
    ),
    LetterKind.RECOVERY_USED: (
        "Quelqu’un vient de se connecter à votre compte avec un de vos codes de secours. Ce code ne servira plus."
    ),
    LetterKind.ADDED: "L’administration vient de vous ajouter à une équipe : votre profil dit laquelle.",
    LetterKind.JOINING: (
        "Vous êtes responsable de cette équipe : si vous n’attendiez pas cela, voyez-le avec qui l’a fait. "
        "Une invitation s’annule depuis la page des membres."
    ),
    LetterKind.HANDED_OVER: "Un collègue quitte votre équipe : ce qu’il suivait vous est confié.",
    LetterKind.REACTIVATED: "Votre compte était désactivé ; il est de nouveau ouvert, dans les mêmes équipes.",
    LetterKind.SIGNUP: (
        "Votre demande d’inscription est enregistrée. Une personne chargée de votre département la lira ; "
        "vous recevrez sa réponse à cette adresse, sous 60 jours au plus."
    ),
    LetterKind.KNOWN: (
        "Un compte vient d’être demandé avec votre adresse, qui en a déjà un. "
        "Pour y entrer, demandez un lien de connexion. Si vous n’avez rien demandé, ignorez ce mail."
    ),
    LetterKind.REFUSED: "Votre demande d’inscription n’a pas été acceptée, pour cette raison :",
}
ACCOUNT_LETTERS = frozenset(
    {
        LetterKind.PASSWORD_SET,
        LetterKind.PASSWORD_OFF,
        LetterKind.FACTOR_SET,
        LetterKind.FACTOR_OFF,
        LetterKind.FACTOR_RESET,
        LetterKind.FACTOR_SEEN,
        LetterKind.FACTOR_CALLED,
        LetterKind.FACTOR_VOUCHED,
        LetterKind.SESSIONS_CLOSED,
        LetterKind.PROVIDER_BOUND,
        LetterKind.PROVIDER_UNBOUND,
        LetterKind.RECOVERY_USED,
    }
)
PERSON_LETTERS = {
    LetterKind.ADDED: ("/profil", "Voir mon profil"),
    LetterKind.HANDED_OVER: ("/demandes?vue=les-miennes", "Voir ces demandes"),
    LetterKind.REACTIVATED: ("/demandes", "Voir mes demandes"),
}
"""What leads to a page of one’s own: its address, the button’s words."""
ARRIVAL_LETTERS = {
    LetterKind.INVITATION: ("", "Rejoindre l’équipe"),
    LetterKind.SIGNUP: ("", ""),
    LetterKind.KNOWN: ("/login", "Recevoir un lien de connexion"),
    LetterKind.REFUSED: ("/inscription", "Faire une autre demande"),
}
"""To an address that opens nothing yet. An invitation has its own link."""
DIGEST_WORDS = {
    LetterKind.NEW_CASE: "nouvelle demande",
    LetterKind.MESSAGE: "un nouveau message",
    LetterKind.APART: "un nouveau message",
    LetterKind.CLOSED: "demande close",
    LetterKind.REOPENED: "demande rouverte",
    LetterKind.SUSPENDED: "suspendue : l’usager a retiré son accord",
    LetterKind.RESUMED: "reprise : l’usager a de nouveau donné son accord",
    LetterKind.INVITED: "votre aide est demandée",
    LetterKind.TRANSFERRED: "demande transférée à votre équipe",
    LetterKind.LATE: "réponse attendue au-delà du délai prévu",
    LetterKind.SILENT: "sans nouvelles, elle sera close dans quinze jours",
    LetterKind.LATE_MANAGER: "sans réponse de votre équipe depuis plusieurs jours",
}
"""What happened to a case, as its line in a digest says it."""
DIGEST_SEVERAL = {LetterKind.MESSAGE: "{} nouveaux messages"}


@dataclass(frozen=True)
class Choice:
    """One radio."""

    value: LetterTimes
    label: str
    hint: str


LETTER_TIMES = (
    Choice(LetterTimes.AT_ONCE, "Aussitôt", "Un mail pour chaque nouveauté, dès qu’elle arrive."),
    Choice(LetterTimes.TWICE, "Deux fois par jour", "À 11 h et à 15 h, un seul mail avec tout ce qui vous attend."),
    Choice(LetterTimes.DAILY, "Une fois par jour", "À 11 h, un seul mail avec tout ce qui vous attend."),
    Choice(
        LetterTimes.NONE,
        "Aucun mail",
        "Ce qui vous attend se lit seulement dans « Mes demandes ». Un responsable reçoit tout de même, une fois par "
        "jour, ce que son équipe laisse sans réponse.",
    ),
)
