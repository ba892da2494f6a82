"""The rows of addresses from before release 2026-11-27 (app/routes/pages/moved.py), to delete with the next one."""

from uuid import UUID

from app.tests.access_matrix.rules import allow_machine, allow_public, allow_signed_in

MOVED = [
    allow_public("GET /lettres/{link:str}", link="faux"),
    allow_public("POST /lettres/{link:str}", link="faux"),
    allow_public("GET /lettres/{link:str}/arret", link="faux"),
    allow_public("GET /demo/courrier"),
    allow_public("GET /demo/courrier.json"),
    allow_public("GET /galerie/lettres"),
    allow_public("GET /galerie/lettres/{kind:str}", kind="login"),
    allow_signed_in("POST /profil/lettres"),
    allow_signed_in("GET /brouillons/{draft_id:uuid}/mandat/texto", draft_id=UUID(int=1)),
]
"""Each redirects the people of its row to the new address, and reveals nothing of what is there."""
STILL_SERVED = [
    allow_public("POST /lettres/{link:str}/arret", link="faux"),
    allow_machine("POST /textos/reponses"),
]
