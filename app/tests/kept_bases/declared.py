"""The cases of a kept base and the readers of each, written by hand so that no code decides what is right.

Citizens have names of birds, which no person has. A later base may have other cases: its own facts.json has what holds
for it.
"""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

AGENTS = ("agent.lot", "collegue.lot", "nouvelle.lot")
CAF = ("referent.caf.lot", "responsable.caf.lot", "referent.pref.lot")
"""Claire has joined the CAF’s team beside her own."""
MSA, CPAM = ("referent.msa.lot",), ("referent.cpam.lot",)
PREF = ("referent.pref.lot",)
EXPERT = ("expert",)
CHER = ("agent.cher", "nouveau.cher")


@dataclass(frozen=True)
class ExpectedCase:
    """`internal_readers`: the readers who also read internal notes."""

    subject: str
    first_name: str
    last_name: str
    readers: tuple[str, ...] = ()
    internal_readers: tuple[str, ...] = ()


CASES = {
    "erased": ExpectedCase("Rappel jamais versé", "Noël", "Passereau"),
    "silent": ExpectedCase("Attestation introuvable", "Aude", "Quatrecanard", (*AGENTS, *CAF)),
    "new": ExpectedCase("Prime d’activité suspendue", "Zéphyrine", "Quatrecanard", (*AGENTS, *CAF)),
    "seen": ExpectedCase("Logement sans aide depuis août", "Émile", "d’Alouette-Vive", (*AGENTS, *CAF)),
    "answered": ExpectedCase(
        "Dossier perdu entre deux caisses",
        "Jeanne",
        "Quatrecanard",
        (*AGENTS, *CAF, *MSA, *EXPERT),
        (*CAF, *MSA),
    ),
    "handled": ExpectedCase("Pension versée en retard", "Inès", "Troishéron", (*AGENTS, *CAF)),
    "dismissed": ExpectedCase("Retraite d’un autre régime", "Léon", "Troishéron", (*AGENTS, *CAF, *MSA)),
    "reopened": ExpectedCase("Allocation arrêtée sans lettre", "Maëlle", "Œufblanc", (*AGENTS, *CPAM)),
    "suspended": ExpectedCase("Carte jamais reçue", "Ysé", "Pinson", (*AGENTS, *CAF)),
    "resumed": ExpectedCase("Indu contesté", "Blaise", "Troishéron", (*AGENTS, *CAF)),
    "withdrawn": ExpectedCase("Demande faite deux fois", "Aude", "Pinson", AGENTS),
    "transferred": ExpectedCase("Indemnités journalières", "Odon", "d’Alouette-Vive", (*AGENTS, *CPAM)),
    "late": ExpectedCase("Coupure de courant annoncée", "Émile", "Pinson", (*AGENTS, *PREF)),
    "by_phone": ExpectedCase("Titre de séjour expiré", "Yaël", "Quatrecanard", (*AGENTS, *PREF)),
    "by_expert": ExpectedCase("Blocage de plusieurs mois", "Odon", "Œufblanc", (*AGENTS, *CAF, *EXPERT)),
    "cher": ExpectedCase("Quotient familial faux", "Zéphyrine", "Quatrecanard", (*CHER, "referent.caf.cher")),
    "cher_closed": ExpectedCase("Rattachement d’un enfant", "Maëlle", "Pinson", (*CHER, "referent.cpam.cher")),
    "closed": ExpectedCase("Aide au logement recalculée", "Blaise", "Œufblanc", (*AGENTS, *CAF)),
    "closed_too": ExpectedCase("Mutuelle non reconnue", "Léon", "Quatrecanard", (*AGENTS, *CPAM)),
    "closed_last": ExpectedCase("Déclaration impossible en ligne", "Ysé", "Troishéron", (*AGENTS, *MSA)),
    "draft": ExpectedCase("Trop-perçu réclamé", "Aude", "Quatrecanard", ("agent.lot",)),
    "texted": ExpectedCase("Carte perdue en route", "Noël", "Pinson", ("collegue.lot",)),
}
DRAFTS = ("draft", "texted")


def build_id(name: str) -> UUID:
    """The id of a case or a file. The page that creates it chooses its id, so that it is the same on both databases."""
    return uuid5(NAMESPACE_URL, f"kept:{name}")


def build_message(name: str) -> str:
    """The message that every reader of this case reads."""
    return f"Bonjour, voici où nous en sommes de « {CASES[name].subject} »."


def build_internal_note(name: str) -> str:
    """The internal note, which only referents read."""
    return f"Cachotterie entre nous sur « {CASES[name].subject} »."


WITH_MESSAGE = ("silent", "answered", "reopened", "suspended", "cher", "seen")
WITH_NOTE = ("answered",)
SEARCHES = {
    "quatrecanard": ("silent", "new", "answered", "by_phone", "cher", "closed_too"),
    "TROISHERON": ("handled", "dismissed", "resumed", "closed_last"),
    "d'alouette vive": ("seen", "transferred"),
    "oeufblanc": ("reopened", "by_expert", "closed"),
    "zephyrine": ("new", "cher"),
    "7654321K": ("answered",),
    "passereau": (),
}
"""The cases found by each search, for their readers: without the accents, capitals and dashes of the text.

No search finds a draft, nor an erased case.
"""
INTERNAL_SEARCHES = {"cachotterie": ("answered",)}
"""The same, for the readers of internal notes."""
