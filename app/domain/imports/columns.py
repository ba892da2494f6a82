"""The columns that a file may have, recognised by their heading without accents, case, order or punctuation."""

import re
from dataclasses import dataclass

from db.search import fold_text


@dataclass(frozen=True)
class Column:
    """`heading` is the one of our own template; `other_headings` are those of other lists.

    A required column may be missing when the column named by `alternative` is present.
    """

    name: str
    heading: str
    other_headings: tuple[str, ...] = ()
    example: str = ""
    required: bool = False
    alternative: str = ""

    @property
    def heading_keys(self) -> frozenset[str]:
        return frozenset(normalize_heading(heading) for heading in (self.heading, *self.other_headings))


def normalize_heading(words: str) -> str:
    """« COMPLEMENT D'ADRESSE » and « Complément d’adresse (facultatif) » both give « complement d adresse »."""
    return " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\(.*?\)", "", fold_text(words))))


_ADDRESS_HEADINGS = ("mail", "e-mail", "email", "courriel", "adresse e-mail", "adresse email", "adresse électronique")
_ORGANISATION_HEADINGS = ("opérateur", "sigle", "réseau")
_AREA_HEADINGS = ("département", "code département", "territoire", "territoires")

PEOPLE = (
    Column("first_name", "Prénom", ("prénoms",), "Jeanne"),
    Column("last_name", "Nom", ("nom de famille", "nom d’usage"), "Martin"),
    Column(
        "address",
        "Adresse mail",
        (*_ADDRESS_HEADINGS, "mail professionnel", "adresse mail professionnelle"),
        "jeanne.martin@exemple.fr",
        required=True,
    ),
    Column("function", "Fonction", ("poste", "emploi"), "Conseillère"),
    Column("phone", "Téléphone", ("tél", "téléphone professionnel", "numéro de téléphone"), "05 36 49 00 99"),
    Column("team", "Équipe", ("nom de l’équipe", "structure", "matricule"), "CAF du Lot"),
    Column("organisation", "Organisme", _ORGANISATION_HEADINGS, "CAF"),
    Column("areas", "Département", ("départements", *_AREA_HEADINGS), "46"),
    Column("manager", "Responsable", ("responsable d’équipe", "responsable de l’équipe"), "non"),
)

TEAMS = (
    Column("registry_number", "Matricule", ("numéro",)),
    Column(
        "name", "Nom", ("équipe", "nom de l’équipe", "structure", "nom de la structure"), "CAF du Lot", True, "office"
    ),
    Column("office", "France Services", ("nom france services",)),
    Column("organisation", "Organisme", _ORGANISATION_HEADINGS, "CAF", required=True, alternative="office"),
    Column("areas", "Départements", _AREA_HEADINGS, "46", required=True),
    Column("street", "Adresse", ("rue", "voie", "adresse postale"), "12 rue des Carmes"),
    Column("street_more", "Complément d’adresse", ("complément",)),
    Column("commune_code", "Code INSEE", ("code commune",)),
    Column("postal_code", "Code postal", ("cp",), "46000"),
    Column("commune", "Commune", ("ville",), "Cahors"),
    Column(
        "contact_address", "Contact mail", (*_ADDRESS_HEADINGS, "adresse mail", "mail de contact"), "accueil@exemple.fr"
    ),
    Column("shared_address", "Adresse partagée", ("boîte partagée", "adresse mail partagée", "mail partagé")),
    Column("phone", "Téléphone", ("tél", "numéro de téléphone"), "05 36 49 00 98"),
)
"""« France Services » gives a name and its organisation: the list of offices has no other column for it."""
