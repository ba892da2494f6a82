"""An import as an admin sends it, and a worker that runs what is due."""

from datetime import datetime
from uuid import UUID

from app.cast import Cast
from app.domain.imports.admin_actions import apply_import, send_import
from app.domain.imports.kinds import ImportKind
from app.domain.imports.listing import ImportLine, ImportSummary, RowFilter, list_import_lines, load_import
from app.domain.imports.row_decision import RowResult
from app.domain.imports.worker import process_next_import

PEOPLE_HEADING = "Prénom;Nom;Adresse mail;Fonction;Téléphone;Équipe;Organisme;Département;Responsable"
TEAMS_HEADING = "Matricule;Nom;Organisme;Départements;Adresse;Code postal;Commune;Contact mail;Téléphone"


def build_csv(heading: str, *rows: str) -> bytes:
    return "\n".join([heading, *rows]).encode()


async def preview_import(cast: Cast, kind: ImportKind, content: bytes, now: datetime) -> UUID:
    """Sent by the admin, and read by the worker."""
    sent = await send_import(cast.admin, kind, "liste.csv", content, now=now)
    assert await process_next_import(lambda: now)
    return sent


async def run_import(cast: Cast, sent: UUID, now: datetime) -> ImportSummary:
    await apply_import(cast.admin, sent, now=now)
    assert await process_next_import(lambda: now)
    return await load_import(cast.admin, sent)


async def load_lines(cast: Cast, sent: UUID, shown: RowFilter = RowFilter.ALL) -> list[ImportLine]:
    return (await list_import_lines(cast.admin, await load_import(cast.admin, sent), shown, 1)).lines


async def list_results(cast: Cast, sent: UUID) -> list[tuple[int, RowResult, str]]:
    """Of each row: its line, its result, and why or how."""
    return [(one.line, one.result, one.detail) for one in await load_lines(cast, sent)]
