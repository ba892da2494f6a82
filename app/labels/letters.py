"""The subject and the first sentence of each letter: no personal data, ever."""

from app.domain.letters import LetterKind

LETTER_SUBJECT = {
    LetterKind.LOGIN: "Votre lien de connexion",
    LetterKind.NEW_CASE: "Une nouvelle demande vous attend",
    LetterKind.MESSAGE: "Un nouveau message vous attend",
    LetterKind.CLOSED: "Une demande a été close",
    LetterKind.REOPENED: "Une demande a été rouverte",
    LetterKind.INVITED: "Votre aide est demandée",
    LetterKind.TRANSFERRED: "Une demande vous est transférée",
    LetterKind.LATE: "Une demande attend votre réponse",
    LetterKind.SILENT: "Une demande sera bientôt close",
    LetterKind.LATE_MANAGER: "Une demande attend la réponse de votre équipe",
    LetterKind.PASSWORD_SET: "Votre mot de passe a été changé",
    LetterKind.PASSWORD_OFF: "Votre mot de passe a été supprimé",
}
LETTER_SENTENCE = {
    LetterKind.NEW_CASE: "Un agent vous adresse une nouvelle demande :",
    LetterKind.MESSAGE: "Un nouveau message a été écrit dans une demande que vous suivez :",
    LetterKind.CLOSED: "Une demande que vous suivez a été close :",
    LetterKind.REOPENED: "Une demande que vous suivez a été rouverte :",
    LetterKind.INVITED: "Votre aide est demandée dans cette demande :",
    LetterKind.TRANSFERRED: "Un référent transfère une demande à votre équipe :",
    LetterKind.SILENT: "Plus personne n’écrit dans une demande : sans nouvelles, elle sera close dans quinze jours.",
    LetterKind.LATE: "Une demande adressée à votre équipe attend une réponse au-delà du délai prévu :",
    LetterKind.LATE_MANAGER: "Une demande adressée à votre équipe reste sans réponse depuis plusieurs jours :",
    LetterKind.PASSWORD_SET: "Un mot de passe vient d’être choisi pour votre compte. Vos autres sessions sont fermées.",
    LetterKind.PASSWORD_OFF: "Le mot de passe de votre compte vient d’être supprimé. Vos autres sessions sont fermées.",
}
ACCOUNT_LETTERS = frozenset({LetterKind.PASSWORD_SET, LetterKind.PASSWORD_OFF})
