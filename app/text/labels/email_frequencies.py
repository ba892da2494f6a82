"""Labels of the choice of when emails arrive."""

from dataclasses import dataclass

from app.domain.email.schedule import EmailFrequency


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
