"""Labels of mandates."""

from app.domain.cases.mandate.mandate import MandateKind
from app.domain.cases.mandate.replies import ReplyMeaning
from app.domain.cases.mandate.sms_thread import MandateSms, SmsState

MANDATE = {
    MandateKind.PAPER: "Mandat signé sur papier",
    MandateKind.SMS: "Par SMS",
    MandateKind.PHONE: "Par téléphone, faute d’autre moyen",
}
REPLY_MEANING = {
    ReplyMeaning.PENDING: "réponse attendue",
    ReplyMeaning.YES: "accord reçu",
    ReplyMeaning.NO: "accord refusé",
    ReplyMeaning.UNCLEAR: "réponse qui n’est pas un accord",
}
CONSENT_WITHDRAWN = "accord retiré"
TONE = {
    ReplyMeaning.PENDING: "plain",
    ReplyMeaning.YES: "handled",
    ReplyMeaning.NO: "urgent",
    ReplyMeaning.UNCLEAR: "late",
}
"""The class of the tag, coloured in app/static/app.css."""
UNSENT_SMS = {SmsState.WAITING: "en cours d’envoi", SmsState.FAILED: "non envoyé"}


def find_sms_status(text: MandateSms) -> str:
    """The state of an SMS in two words."""
    if text.meaning == ReplyMeaning.NO and any(reply.meaning == ReplyMeaning.YES for reply in text.replies):
        return CONSENT_WITHDRAWN
    return UNSENT_SMS.get(text.state) or REPLY_MEANING[text.meaning]


def find_sms_tone(text: MandateSms) -> str:
    return "urgent" if text.state == SmsState.FAILED else TONE[text.meaning]
