"""The rows of addresses of before the release of 2026-11-27 (app/routes/pages/moved.py), which go with the next one."""

from uuid import UUID

from app.tests.access_matrix.rows import anybody, arrived, nobody

MOVED = [
    anybody("GET /lettres/{link:str}", link="faux"),
    anybody("POST /lettres/{link:str}", link="faux"),
    anybody("GET /lettres/{link:str}/arret", link="faux"),
    anybody("GET /demo/courrier"),
    anybody("GET /demo/courrier.json"),
    anybody("GET /galerie/lettres"),
    anybody("GET /galerie/lettres/{kind:str}", kind="login"),
    arrived("POST /profil/lettres"),
    arrived("GET /brouillons/{draft_id:uuid}/mandat/texto", draft_id=UUID(int=1)),
]
"""Each leads to the new address the people whom its row lets in, and says nothing of what is there."""
STILL_SERVED = [
    anybody("POST /lettres/{link:str}/arret", link="faux"),
    nobody("POST /textos/reponses"),
]
