"""A list as an admin sends it, and a worker that does what is due."""

from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.imports.applying import work_next
from app.domain.imports.kinds import ListKind
from app.domain.imports.listing import Line, SentList, Shown, import_of, lines_of
from app.domain.imports.plan import Verdict
from app.domain.imports.sending import apply_list, send_list

PEOPLE = "Prénom;Nom;Adresse mail;Fonction;Téléphone;Équipe;Organisme;Département;Responsable"
TEAMS = "Matricule;Nom;Organisme;Départements;Adresse;Code postal;Commune;Contact mail;Téléphone"


def listed(heading: str, *rows: str) -> bytes:
    return "\n".join([heading, *rows]).encode()


async def preview(cast: Cast, kind: ListKind, content: bytes, now: datetime) -> UUID:
    """Sent by the admin, and read."""
    sent = await send_list(cast.admin, kind, "liste.csv", content, now=now)
    assert await work_next(lambda: now)
    return sent


async def apply(cast: Cast, sent: UUID, now: datetime) -> SentList:
    await apply_list(cast.admin, sent, now=now)
    assert await work_next(lambda: now)
    return await import_of(cast.admin, sent)


async def lines(cast: Cast, sent: UUID, shown: Shown = Shown.ALL) -> list[Line]:
    return (await lines_of(cast.admin, await import_of(cast.admin, sent), shown, 1)).lines


async def shown(cast: Cast, sent: UUID) -> list[tuple[int, Verdict, str]]:
    """Each row: its line, what becomes of it, why or how."""
    return [(one.line, one.verdict, one.detail) for one in await lines(cast, sent)]
