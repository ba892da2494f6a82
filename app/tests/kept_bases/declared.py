"""The cases of a kept base, and who reads each: written by hand, so that no code of the day decides what is right.

Citizens have names of birds, which no person has. A later base may have other cases: what holds for one
is in its own facts.json.
"""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

AGENTS = ("agent.lot", "collegue.lot", "nouvelle.lot")
CAF = ("referent.caf.lot", "responsable.caf.lot", "referent.pref.lot")
"""Claire has joined the CAF's team beside her own."""
MSA, CPAM = ("referent.msa.lot",), ("referent.cpam.lot",)
PREF = ("referent.pref.lot",)
EXPERT = ("expert",)
CHER = ("agent.cher", "nouveau.cher")


@dataclass(frozen=True)
class Declared:
    """apart: those of the readers who read what referents write between them."""

    subject: str
    first_name: str
    last_name: str
    readers: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


CASES = {
    "erased": Declared("Rappel jamais versé", "Noël", "Passereau"),
    "silent": Declared("Attestation introuvable", "Aude", "Quatrecanard", (*AGENTS, *CAF)),
    "new": Declared("Prime d’activité suspendue", "Zéphyrine", "Quatrecanard", (*AGENTS, *CAF)),
    "seen": Declared("Logement sans aide depuis août", "Émile", "d’Alouette-Vive", (*AGENTS, *CAF)),
    "answered": Declared(
        "Dossier perdu entre deux caisses",
        "Jeanne",
        "Quatrecanard",
        (*AGENTS, *CAF, *MSA, *EXPERT),
        (*CAF, *MSA),
    ),
    "handled": Declared("Pension versée en retard", "Inès", "Troishéron", (*AGENTS, *CAF)),
    "dismissed": Declared("Retraite d’un autre régime", "Léon", "Troishéron", (*AGENTS, *CAF, *MSA)),
    "reopened": Declared("Allocation arrêtée sans lettre", "Maëlle", "Œufblanc", (*AGENTS, *CPAM)),
    "suspended": Declared("Carte jamais reçue", "Ysé", "Pinson", (*AGENTS, *CAF)),
    "resumed": Declared("Indu contesté", "Blaise", "Troishéron", (*AGENTS, *CAF)),
    "withdrawn": Declared("Demande faite deux fois", "Aude", "Pinson", AGENTS),
    "transferred": Declared("Indemnités journalières", "Odon", "d’Alouette-Vive", (*AGENTS, *CPAM)),
    "late": Declared("Coupure de courant annoncée", "Émile", "Pinson", (*AGENTS, *PREF)),
    "by_phone": Declared("Titre de séjour expiré", "Yaël", "Quatrecanard", (*AGENTS, *PREF)),
    "by_expert": Declared("Blocage de plusieurs mois", "Odon", "Œufblanc", (*AGENTS, *CAF, *EXPERT)),
    "cher": Declared("Quotient familial faux", "Zéphyrine", "Quatrecanard", (*CHER, "referent.caf.cher")),
    "cher_closed": Declared("Rattachement d’un enfant", "Maëlle", "Pinson", (*CHER, "referent.cpam.cher")),
    "closed": Declared("Aide au logement recalculée", "Blaise", "Œufblanc", (*AGENTS, *CAF)),
    "closed_too": Declared("Mutuelle non reconnue", "Léon", "Quatrecanard", (*AGENTS, *CPAM)),
    "closed_last": Declared("Déclaration impossible en ligne", "Ysé", "Troishéron", (*AGENTS, *MSA)),
    "draft": Declared("Trop-perçu réclamé", "Aude", "Quatrecanard", ("agent.lot",)),
    "texted": Declared("Carte perdue en route", "Noël", "Pinson", ("collegue.lot",)),
}
DRAFTS = ("draft", "texted")


def id_of(name: str) -> UUID:
    """Of a case or a file: the page that begins it chooses it, so that it is the same on both databases."""
    return uuid5(NAMESPACE_URL, f"kept:{name}")


def message(name: str) -> str:
    """The message that every reader of this case reads."""
    return f"Bonjour, voici où nous en sommes de « {CASES[name].subject} »."


def internal_note(name: str) -> str:
    """The one that referents alone read."""
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
"""What each search finds, for those who read these cases: without the accents, capitals and dashes of what is written.

A draft is in no search, and of an erased case nothing is left to be found.
"""
SEARCH_APART = {"cachotterie": ("answered",)}
"""The same, for those who read what referents write between them."""
