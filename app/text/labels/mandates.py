"""The words of a mandate."""

from app.domain.cases.mandate.mandate import MandateKind
from app.domain.cases.mandate.replies import Meaning
from app.domain.cases.mandate.sms_thread import HeldText, TextState

MANDATE = {
    MandateKind.PAPER: "Mandat signé sur papier",
    MandateKind.SMS: "Par SMS",
    MandateKind.PHONE: "Par téléphone, faute d’autre moyen",
}
ANSWERED = {
    Meaning.PENDING: "réponse attendue",
    Meaning.YES: "accord reçu",
    Meaning.NO: "accord refusé",
    Meaning.UNCLEAR: "réponse qui n’est pas un accord",
}
TAKEN_BACK = "accord retiré"
TONE = {Meaning.PENDING: "plain", Meaning.YES: "handled", Meaning.NO: "urgent", Meaning.UNCLEAR: "late"}
"""The kind of tag: app/static/app.css has its colours."""
UNSENT = {TextState.WAITING: "en cours d’envoi", TextState.FAILED: "non envoyé"}


def text_status(text: HeldText) -> str:
    """Where a text stands, in two words."""
    if text.meaning == Meaning.NO and any(reply.meaning == Meaning.YES for reply in text.replies):
        return TAKEN_BACK
    return UNSENT.get(text.state) or ANSWERED[text.meaning]


def text_tone(text: HeldText) -> str:
    return "urgent" if text.state == TextState.FAILED else TONE[text.meaning]
