"""What people read for each code word: French, in the words of the sheet. GLOSSARY.md is tested against it."""

import contextlib
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.attachments.content import MediaType
from app.domain.attachments.states import Scan
from app.domain.cases.closure import Outcome
from app.domain.cases.listing import View
from app.domain.cases.statuses import Status
from app.domain.cases.steps import WizardStep
from app.domain.letters import LetterKind
from app.domain.mandates.mandate import HeldMandate, MandateKind

STATUS = {
    Status.DRAFT: "Brouillon",
    Status.NEW: "Nouvelle",
    Status.SEEN: "Consultée",
    Status.ANSWERED: "Répondue",
    Status.CLOSED: "Clôturée",
}
OUTCOME = {
    Outcome.SOLVED: "Le blocage est résolu",
    Outcome.SOLVED_ELSEWHERE: "Le blocage est résolu autrement",
    Outcome.NOT_SOLVED: "Le blocage n’est pas résolu",
    Outcome.NOT_NEEDED: "La demande n’est plus nécessaire",
    Outcome.HANDLED: "Le blocage était annoncé levé et plus personne n’a écrit",
    Outcome.SILENT: "Plus personne n’écrivait",
    Outcome.WITHDRAWN: "La demande a été retirée avant d’être ouverte",
}
SCAN = {
    Scan.NONE: "non analysé",
    Scan.WAITING: "analyse antivirus en cours",
    Scan.CLEAN: "sans virus connu",
    Scan.INFECTED: "virus trouvé, fichier supprimé",
    Scan.FAILED: "analyse impossible, fichier non distribué",
}
MEDIA = {
    MediaType.PDF: "PDF",
    MediaType.JPEG: "image JPEG",
    MediaType.PNG: "image PNG",
    MediaType.WEBP: "image WebP",
    MediaType.GIF: "image GIF",
    MediaType.TIFF: "image TIFF",
    MediaType.HEIC: "image HEIC",
    MediaType.ODT: "texte OpenDocument",
    MediaType.ODS: "tableur OpenDocument",
    MediaType.DOCX: "document Word",
    MediaType.XLSX: "classeur Excel",
    MediaType.DOC: "document Word",
    MediaType.XLS: "classeur Excel",
    MediaType.RTF: "texte RTF",
    MediaType.TXT: "texte",
    MediaType.CSV: "tableau CSV",
}
MANDATE = {
    MandateKind.PAPER: "Mandat signé sur papier",
    MandateKind.PHONE: "Par téléphone, faute d’autre moyen",
}
VIEW = {
    View.TO_HANDLE: "À traiter",
    View.OPEN: "En cours",
    View.MINE: "Ouvertes par moi",
    View.DRAFTS: "Brouillons",
    View.CLOSED: "Clôturées",
}
GESTURE = {
    "transfert": "Transférer",
    "organisme": "Inviter un organisme",
    "complement": "Compléter le dossier",
    "collegues": "Inviter un collègue",
    "expert": "Inviter un expert",
    "retrait": "Retirer la demande",
}
STEP = {
    WizardStep.MODE: "Mode",
    WizardStep.CATEGORY: "Catégorie",
    WizardStep.SUBJECT: "Sujet",
    WizardStep.ORGANISATIONS: "Organismes",
    WizardStep.CITIZEN: "Usager",
    WizardStep.PROBLEM: "Blocage",
    WizardStep.MANDATE: "Mandat",
    WizardStep.CHECK: "Vérification",
}
SURVEY = {
    "useful": "Administration+ vous a-t-il aidé à débloquer la situation ?",
    "quick": "La réponse est-elle arrivée assez vite ?",
    "clear": "La réponse était-elle claire ?",
}
SURVEY_ANSWER = {"yes": "Oui", "partly": "En partie", "no": "Non"}
NOTICES = {
    "envoyee": "Votre demande est envoyée aux référents des organismes choisis. Vous serez prévenu par mail.",
    "message": "Votre message est envoyé.",
    "message-corrige": "Votre message est corrigé.",
    "message-retire": "Votre message est retiré.",
    "prise-en-charge": "C’est noté : votre nom s’affiche pour cette demande.",
    "transferee": "La demande est transférée : votre équipe ne la suit plus.",
    "invitation": "L’invitation est envoyée.",
    "complement": "Le dossier est complété.",
    "complement-douteux": "Le dossier est complété. Ce numéro a une forme inhabituelle : vérifiez-le.",
    "retiree": "La demande est retirée : plus aucun organisme ne la reçoit.",
    "phrase": "La phrase est enregistrée.",
    "phrase-retiree": "La phrase est supprimée.",
    "close": "La demande est close.",
    "rouverte": "La demande est rouverte.",
    "sondage": "Merci, votre réponse anonyme est enregistrée.",
    "brouillon-supprime": "Le brouillon est supprimé.",
    "session-fermee": "La session est fermée.",
    "bienvenue": "Bienvenue : votre compte est prêt.",
    "profil": "Votre profil est enregistré.",
    "mot-de-passe": "Votre mot de passe est enregistré. Vos autres sessions sont fermées.",
    "mot-de-passe-retire": "Votre mot de passe est supprimé. Vos autres sessions sont fermées.",
}
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

_PARIS = ZoneInfo("Europe/Paris")
_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def status(code: str) -> str:
    return STATUS[Status(code)]


def outcome(code: str) -> str:
    return OUTCOME[Outcome(code)]


def day(moment: datetime) -> str:
    """« 3 mars 2026 », in Paris."""
    local = moment.astimezone(_PARIS)
    number = "1er" if local.day == 1 else str(local.day)
    return f"{number} {_MONTHS[local.month - 1]} {local.year}"


def time(moment: datetime) -> str:
    """« 3 mars 2026 à 9 h 05 », in Paris."""
    local = moment.astimezone(_PARIS)
    return f"{day(moment)} à {local.hour} h {local.minute:02d}"


def mandate(held: HeldMandate) -> str:
    """« Mandat signé sur papier, le 24 novembre 2026, attesté par Carmen Vidal »."""
    when = f", le {_date(held.signed_on)}" if held.signed_on else ""
    why = f" ({held.reason})" if held.reason else ""
    return f"{MANDATE[held.kind]}{when}{why}, attesté par {held.attested_by} le {time(held.attested_at)}"


def _date(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def read_day(typed: str) -> date | None:
    """« 24/11/2026 », « 24.11.26 », « 2026-11-24 », « 24 novembre 2026 »; None for anything else."""
    words = typed.strip().lower().replace("1er", "1")
    for number, name in enumerate(_MONTHS, start=1):
        words = words.replace(name, str(number))
    parts = [int(part) for part in re.findall(r"[0-9]{1,4}", words)]
    if re.sub(r"[0-9\s/.-]", "", words) or len(parts) != 3:
        return None
    day, month, year = reversed(parts) if parts[0] > 31 else parts
    with contextlib.suppress(ValueError):
        return date(year + 2000 if year < 100 else year, month, day)
    return None


def volume(size: int) -> str:
    """« 245 ko », « 1,2 Mo »: never 0, so that a small file is still one."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} ko"
    return f"{size / 1024 / 1024:.1f} Mo".replace(".", ",").replace(",0", "")


def scan(code: str) -> str:
    return SCAN[Scan(code)]


def media(code: str) -> str:
    return MEDIA[MediaType(code)]


def wait(free_at: datetime, wait: timedelta) -> str:
    """What a brake says: an hour in Paris rounded up, and how many minutes that is wherever one reads it."""
    local = (free_at + timedelta(seconds=59)).astimezone(_PARIS)
    minutes = max(1, -(-wait // timedelta(minutes=1)))
    return (
        "Par sécurité, le nombre d’essais est limité. "
        f"Réessayez à partir de {local.hour} h {local.minute:02d} (dans {minutes} minute{'s' if minutes > 1 else ''})."
    )


FILTERS = {
    "volume": volume,
    "mandate": mandate,
    "scan": scan,
    "media": media,
    "status": status,
    "outcome": outcome,
    "day": day,
    "time": time,
}
