"""The pages by which accounts change: their part of e2e/screens.py."""

ACCOUNT_SCREENS = {
    "": {"address-dead-link": "/adresses/inconnue"},
    "agent.lot": {"profile-address": "/profil/adresse", "profile-data": "/profil/donnees"},
    "admin": {
        "domain-rename": "/administration/domaine?ancien=exemple.fr&nouveau=exemple.org",
        "account-join": "/personnes/{member}/reunion?avec=agent.lot@exemple.fr",
        "person-address": "/personnes/{member}/adresse",
        "person-identity": "/personnes/{member}/identite",
    },
}
"""Login, or empty for a visitor -> name of the file -> path."""
