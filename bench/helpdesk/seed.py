"""python -m bench.helpdesk.seed, by django-helpdesk’s Python: makes two hundred tickets of ten follow-ups. JSON.

There is one agent with five hundred sessions. The first follow-ups are as long as our messages.
"""

import json

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402

TICKETS, FOLLOW_UPS, SESSIONS = 200, 10, 500
WORDS = "Le dossier est complet depuis le mois de mars, et l’usager n’a reçu ni décision ni demande de pièce."


@transaction.atomic  # type: ignore[untyped-decorator]
def fill() -> dict[str, list[str]]:
    agent = get_user_model().objects.create_superuser("agent", "agent@exemple.fr", "bench")
    queue = Queue.objects.create(title="Demandes", slug="demandes", allow_public_submission=True)
    tickets = [
        Ticket.objects.create(title=f"Allocation arrêtée {number}", queue=queue, description=WORDS, assigned_to=agent)
        for number in range(TICKETS)
    ]
    for ticket in tickets:
        for number in range(FOLLOW_UPS):
            FollowUp.objects.create(ticket=ticket, title=f"Suite {number}", comment=WORDS, public=True, user=agent)
    return {"tickets": [str(ticket.id) for ticket in tickets], "sessions": [_session(agent) for _ in range(SESSIONS)]}


def _session(agent: object) -> str:
    session = SessionStore()
    session["_auth_user_id"] = str(agent.pk)  # type: ignore[attr-defined]
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = agent.get_session_auth_hash()  # type: ignore[attr-defined]
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    print(json.dumps(fill()))
