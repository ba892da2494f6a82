"""The text that asks a citizen for their mandate. Source: mandate.md, « By SMS ».

Our own words keep to the letters that every telephone has (GSM 03.38): one other makes each text cost twice.
"""

from app.domain.cases.draft import Draft
from app.domain.teams.reachability import ReachableOrganisation

_PLAIN = str.maketrans({"’": "'", "‘": "'", "«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "\u00a0": " "})


def recall(draft: Draft, organisations: list[ReachableOrganisation]) -> str:
    """What the citizen attests, as it stands in the draft: a text that no longer says it authorises nothing."""
    contacted = ", ".join(known.acronym for known in organisations if known.id in draft.organisations)
    return (
        f"Vous : {draft.first_name} {draft.last_name}, date de naissance : {draft.birth}.\n"
        f"Démarche : {draft.subject}.\n"
        f"Organismes : {contacted}."
    ).translate(_PLAIN)


def wording(recalled: str, *, brand: str, agent: str, structure: str) -> str:
    """One structure is named: a case belongs to one team."""
    return (
        f"{brand}\n"
        f"{agent} ({structure}) vous demande un mandat pour débloquer une démarche.\n"
        f"{recalled}\n"
        "Répondez OUI pour attester que c'est exact et autoriser cet agent et sa structure à utiliser vos "
        "informations, votre numéro de sécurité sociale compris si besoin, pour cette démarche seulement. "
        "Durée : jusqu'au déblocage, un an au plus.\n"
        "Sinon, répondez NON. Pour retirer votre accord plus tard, répondez STOP."
    ).translate(_PLAIN)
