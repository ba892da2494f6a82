"""Labels of the emails that name a team (app/gateways/email/team_notices.py)."""

from app.domain.email.queue_email import EmailKind

TEAM_EMAIL_SUBJECT = {
    EmailKind.UNANSWERED_TEAM: "Une équipe que vous suivez n’a pas répondu",
    EmailKind.UNDELIVERED: "Des mails n’arrivent pas dans une de vos équipes",
}
TEAM_EMAIL_SENTENCE = {
    EmailKind.UNANSWERED_TEAM: (
        "Cette équipe n’a rien répondu à au moins une demande, depuis quinze jours ou plus. Ses responsables en sont "
        "prévenus."
    ),
    EmailKind.UNDELIVERED: (
        "La messagerie d’une adresse de cette équipe refuse nos mails : la page des membres dit laquelle. "
        "Vérifiez avec la personne que son adresse est juste et que sa boîte n’est pas pleine."
    ),
}
