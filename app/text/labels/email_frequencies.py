"""Labels of the choices of when emails arrive."""

from dataclasses import dataclass

from app.domain.email.schedule import EmailFrequency
from app.domain.email.shares import CaseShare


@dataclass(frozen=True)
class FrequencyChoice:
    """One choice of the email preferences."""

    value: EmailFrequency
    label: str
    hint: str


EMAIL_FREQUENCIES = (
    FrequencyChoice(EmailFrequency.AT_ONCE, "Aussitôt", "Un mail pour chaque nouveauté, dès qu’elle arrive."),
    FrequencyChoice(
        EmailFrequency.TWICE, "Deux fois par jour", "À 11 h et à 15 h, un seul mail avec tout ce qui vous attend."
    ),
    FrequencyChoice(EmailFrequency.DAILY, "Une fois par jour", "À 11 h, un seul mail avec tout ce qui vous attend."),
    FrequencyChoice(
        EmailFrequency.NONE,
        "Aucun mail",
        "Ce qui vous attend se lit seulement dans « Mes demandes ». Un responsable reçoit tout de même, une fois par "
        "jour, ce que son équipe laisse sans réponse.",
    ),
)
EMAIL_SHARES = {
    CaseShare.MINE: (
        "Demandes dont je m’occupe",
        "Celles que vous avez ouvertes, ou prises avec « Je m’en occupe ». Aux heures de votre territoire.",
    ),
    CaseShare.UNASSIGNED: (
        "Demandes dont personne ne s’occupe",
        "Dans vos équipes. Il y reste toujours une personne à qui ces mails arrivent.",
    ),
    CaseShare.COLLEAGUES: (
        "Demandes de mes collègues",
        "Celles dont un collègue s’occupe, ou auxquelles il vous a invité. Qui ne reçoit aucun mail des siennes compte "
        "sur ceux qui les reçoivent ici.",
    ),
}
"""The title of each choice, and its hint."""
