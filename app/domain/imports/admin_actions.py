"""An admin sends a list, then applies its preview in one click, or drops it. Source: features.md P5."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.audit.log import write_audit
from app.domain.errors import Conflict
from app.domain.imports.csv_parser import clean_cell, parse_csv, remove_unreadable
from app.domain.imports.kinds import IMPORTERS, ImportKind
from app.domain.imports.listing import load_import
from app.domain.imports.states import ImportState
from db.engine import transaction
from db.tables.imports import Import, ImportRow


async def send_import(actor: Actor, kind: ImportKind, file_name: str, content: bytes, *, now: datetime) -> UUID:
    """The bytes are stored as sent: the import applies what was previewed. Raises Invalid when no row can be read."""
    require_duty(actor, Duty.IMPORT)
    sheet = await asyncio.to_thread(parse_csv, content, IMPORTERS[kind].columns)
    sent = Import(
        id=uuid4(),
        kind=kind,
        state=ImportState.READING,
        file_name=remove_unreadable(clean_cell(file_name))[-200:] or "liste.csv",
        content=content,
        total=len(sheet.rows),
        ignored=", ".join(sheet.ignored)[:2000],
        due_at=now,
        sent_by=actor.id,
        sent_at=now,
    )
    async with transaction():
        await Import.insert(sent)
        await write_audit("import.sent", now=now, person_id=actor.id)
    return sent.id


async def apply_import(actor: Actor, import_id: UUID, *, now: datetime, invite: bool = False) -> None:
    """Only marks the list: a worker applies it. A second click changes nothing. Raises NotFound, Conflict.

    With `invite`, each person who is created in a team receives an invitation to it.
    """
    require_duty(actor, Duty.IMPORT)
    clicked: dict[Any, Any] = {Import.due_at: now, Import.applied_by: actor.id, Import.invite: invite}
    async with transaction():
        begun = await (
            Import.update({Import.state: ImportState.APPLYING, **clicked})
            .where(Import.id == import_id, Import.state == ImportState.READY)
            .returning(Import.id)
        )
        if begun:
            await write_audit("import.applied", now=now, person_id=actor.id)
    if not begun and (await load_import(actor, import_id)).state in {
        ImportState.DROPPED,
        ImportState.FAILED,
        ImportState.READING,
    }:
        raise Conflict("Cet import n’est plus à faire : il a été abandonné. Envoyez de nouveau le fichier.")


async def drop_import(actor: Actor, import_id: UUID, *, now: datetime) -> None:
    """Deletes the file and its preview at once. A second time changes nothing. Raises NotFound, Conflict."""
    require_duty(actor, Duty.IMPORT)
    async with transaction():
        dropped = await (
            Import.update({Import.state: ImportState.DROPPED, Import.content: None})
            .where(Import.id == import_id, Import.state.is_in([ImportState.READY, ImportState.FAILED]))
            .returning(Import.id)
        )
        if dropped:
            await ImportRow.delete().where(ImportRow.source == import_id)
            await write_audit("import.dropped", now=now, person_id=actor.id)
    if not dropped and (await load_import(actor, import_id)).state != ImportState.DROPPED:
        raise Conflict("Cet import a déjà commencé : il ne peut plus être abandonné.")
