"""What is kept about people, as /donnees-personnelles says it: why, on what basis, who receives it, how long.

Durations are read from the rules that delete, and app/tests/pages/test_personal_data.py runs the job of each one.
Source: issue 17, point 2; RGPD, articles 6, 9 and 13; décret n° 2019-341 (numéro de sécurité sociale).
"""

from dataclasses import dataclass
from datetime import timedelta

from app.domain.absences.retention import RETENTION as ABSENCE_RETENTION
from app.domain.audit import attempt_counts
from app.domain.audit.log import RETENTION as AUDIT_RETENTION
from app.domain.authentication.retention import CHANGE_RETENTION
from app.domain.authentication.retention import RETENTION as LOGIN_RETENTION
from app.domain.authentication.sessions import REMEMBERED_LIFETIME
from app.domain.cases.lifecycle.retention import CLOSED_RETENTION_MONTHS, DRAFT_RETENTION
from app.domain.imports.retention import RETENTION as IMPORT_RETENTION
from app.domain.reorganisation.inactivity import CLOSING, FIRST_WARNING, SECOND_WARNING
from app.domain.reorganisation.pseudonyms import KEPT_CLOSED
from app.domain.signup.retention import RETENTION as SIGNUP_RETENTION

_TASK = "Mission d’intérêt public (RGPD, article 6.1.e)."
_SECURITY = "Obligation de sécurité (RGPD, article 32)."
_READERS = "L’agent et son équipe, les référents des organismes choisis, les personnes qu’ils invitent."
_WITH_CASE = f"{CLOSED_RETENTION_MONTHS} mois après la clôture de la demande."


@dataclass(frozen=True)
class DataKind:
    """job: the recurring job that deletes it (app/server/background.py); empty for what ends by itself."""

    name: str
    purpose: str
    basis: str
    recipients: str
    kept: str
    job: str


def _days(kept: timedelta) -> str:
    return f"{kept.days} jours"


DATA_KINDS = (
    DataKind(
        "L’identité et les coordonnées de l’usager",
        "Retrouver son dossier auprès de l’organisme, et le joindre.",
        f"{_TASK} L’agent agit par mandat.",
        _READERS,
        _WITH_CASE,
        "erasure",
    ),
    DataKind(
        "Son numéro de sécurité sociale, ses numéros d’allocataire ou de dossier",
        "Retrouver son dossier quand l’organisme ne le peut pas autrement.",
        f"{_TASK} Pour le numéro de sécurité sociale : décret n° 2019-341, et le mandat, qui le nomme.",
        f"{_READERS} Le numéro de sécurité sociale est masqué tant que l’on ne demande pas à le voir.",
        _WITH_CASE,
        "erasure",
    ),
    DataKind(
        "Ce qui est dit de sa santé, quand le blocage en dépend",
        "Expliquer le blocage. Rien n’oblige à l’écrire : dites le moins possible.",
        "Consentement explicite de l’usager, par le mandat (RGPD, article 9.2.a).",
        _READERS,
        _WITH_CASE,
        "erasure",
    ),
    DataKind(
        "Le blocage, les échanges, les pièces jointes",
        "Débloquer la démarche.",
        _TASK,
        _READERS,
        _WITH_CASE,
        "erasure",
    ),
    DataKind(
        "Le mandat, et le SMS par lequel il est donné",
        "Prouver que l’usager est d’accord.",
        "Code civil, articles 1984 et suivants.",
        f"{_READERS} Pour un SMS : le prestataire qui le porte.",
        _WITH_CASE,
        "erasure",
    ),
    DataKind(
        "Un brouillon",
        "Préparer une demande.",
        _TASK,
        "La personne qui l’écrit, seule.",
        f"{_days(DRAFT_RETENTION)} après son dernier enregistrement.",
        "erasure",
    ),
    DataKind(
        "Le compte d’un agent ou d’un référent : nom, fonction, téléphone, adresse mail, équipes, dernière visite",
        "Savoir à qui l’on parle, et qui lit.",
        _TASK,
        "Les personnes qui suivent les mêmes demandes ; ses responsables, les animateurs de ses territoires, "
        "l’administration.",
        f"Fermé après {_days(CLOSING)} sans visite, prévenu à {FIRST_WARNING.days} et {SECOND_WARNING.days} jours.",
        "inactive accounts",
    ),
    DataKind(
        "Le nom et l’adresse d’un compte fermé",
        "Savoir qui a écrit dans une demande encore gardée, et rouvrir le compte.",
        _TASK,
        "Les mêmes personnes.",
        f"{_days(KEPT_CLOSED)} (deux ans), puis un numéro qui ne dit plus qui c’était.",
        "closed accounts",
    ),
    DataKind(
        "Une absence",
        "Dire qui remplace une personne.",
        _TASK,
        "Ses responsables ; qui lit une demande dont elle s’occupe.",
        f"{_days(ABSENCE_RETENTION)} après son dernier jour.",
        "absences",
    ),
    DataKind(
        "La trace : qui a consulté, modifié, exporté, s’est connecté, quand, de quel réseau",
        "Voir un abus, et le prouver.",
        f"{_SECURITY} CNIL, délibération n° 2021-122.",
        "L’administration. Elle ne contient aucun contenu.",
        f"Un an ({_days(AUDIT_RETENTION)}).",
        "audit log",
    ),
    DataKind(
        "Une session, un lien de connexion demandé",
        "Ouvrir le compte à la bonne personne.",
        _SECURITY,
        "La personne elle-même.",
        f"{_days(REMEMBERED_LIFETIME)} au plus pour une session ; {_days(LOGIN_RETENTION)} pour l’adresse qui a "
        "demandé un lien.",
        "logins",
    ),
    DataKind(
        "L’adresse d’avant, quand celle d’un compte change",
        "Prévenir l’ancienne boîte, pour qu’un changement non voulu se voie.",
        _SECURITY,
        "La personne elle-même, et qui a demandé le changement tant qu’il attend.",
        f"{_days(CHANGE_RETENTION)} après le changement, ou la fin de sa demande.",
        "logins",
    ),
    DataKind(
        "Le fait qu’une boîte refuse les mails",
        "Savoir qui ne peut pas être joint, et ne pas lui adresser de demande.",
        _TASK,
        "Qui tient ses équipes, l’administration.",
        "Avec le compte ; il n’est plus montré dès qu’un mail arrive, ou que la personne se connecte.",
        "",
    ),
    DataKind(
        "Ce que des visiteurs non connectés ont essayé, compté par heure",
        "Arrêter qui devine des mots de passe ou des liens.",
        _SECURITY,
        "L’administration.",
        f"{_days(attempt_counts.RETENTION)}.",
        "logins",
    ),
    DataKind(
        "Une demande de compte, une invitation",
        "Ouvrir un compte à qui en a besoin.",
        _TASK,
        "Qui décide des inscriptions du territoire, qui tient l’équipe.",
        f"{_days(SIGNUP_RETENTION)} après la demande, ou la fin de l’invitation.",
        "signups",
    ),
    DataKind(
        "Une liste de personnes et d’équipes importée",
        "Créer des comptes.",
        _TASK,
        "L’administration.",
        f"{_days(IMPORT_RETENTION)} ; le fichier, dès l’import fait.",
        "imports",
    ),
    DataKind(
        "Le sondage de satisfaction",
        "Améliorer la plateforme.",
        _TASK,
        "L’administration, les animateurs.",
        "Anonyme : seuls des totaux sont gardés, où cinq personnes au moins ont répondu.",
        "",
    ),
)
