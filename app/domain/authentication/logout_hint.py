"""What ends the session of ProConnect itself, at logout. It is stored encrypted, with the session."""

from app.domain.authentication.sessions import OpenSession
from db.encryption import decrypt
from db.tables.sessions import Session


async def load_logout_hint(session: OpenSession) -> str:
    """What ends ProConnect's own session. Raises UnreadableError."""
    row = await Session.select(Session.logout_hint).where(Session.id == session.id).first()
    return decrypt(Session.logout_hint, session.person_id, row["logout_hint"]) if row else ""
