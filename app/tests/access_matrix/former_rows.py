"""The rows of addresses of before the release of 2026-11-27 (app/routes/pages/moved.py), which go with the next one."""

from uuid import UUID

from app.tests.access_matrix.rows import allow_machine, allow_public, allow_signed_in

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
"""Each leads to the new address the people whom its row lets in, and says nothing of what is there."""
STILL_SERVED = [
    allow_public("POST /lettres/{link:str}/arret", link="faux"),
    allow_machine("POST /textos/reponses"),
]
