"""What the command line says of backups: figures, and what is left to do."""

import asyncio
import sys
from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app.cli.backup.encrypted_file import BackupRefused
from app.cli.backup.restore import restore
from app.cli.backup.write import Manifest, back_up
from app.cli.rotate_keys import seal_files
from app.domain.operations.after_restore import Held, drop_letters, held_letters, release_letters
from app.settings import settings
from db.engine import current_engine

Told = TypeVar("Told")


def back_up_to(target: str) -> None:
    try:
        place, manifest = asyncio.run(back_up(settings, Path(target)))
    except BackupRefused as refused:
        sys.exit(str(refused))
    print(f"Sauvegarde écrite et chiffrée : {place} ({_held(manifest)}). Elle ne contient aucune clé.")


def restore_from(source: str, option: str = "") -> None:
    if option not in {"", "--remplacer"}:
        sys.exit(f"Option inconnue : {option}. La seule est --remplacer.")
    try:
        manifest, done = asyncio.run(restore(settings, Path(source), replace=bool(option)))
    except BackupRefused as refused:
        sys.exit(str(refused))
    seal_files()
    told, erased = done.quieted, done.erased
    print(
        f"Base du {manifest.made_at} remise en place, relue et vérifiée ({_held(manifest)}).\n"
        f"{told.sessions} sessions fermées, {told.links} liens de connexion et {told.invitations} invitations annulés, "
        f"{told.texts} textos abandonnés.\n"
        f"{erased.erased if erased else 0} demandes effacées dont l’heure avait passé.\n"
        f"{told.letters} lettres retenues : certaines sont peut-être déjà parties. Pour les envoyer : "
        "python -m app letters release ; pour les abandonner : python -m app letters drop"
    )
    if not done.opens:
        print("ATTENTION : les clés d’ici n’ouvrent pas ce qui est chiffré. Remettez celles d’alors avant de démarrer.")


def _held(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values())} lignes, {len(manifest.parts) - 1} fichiers"


def tell_held() -> None:
    held = asyncio.run(_with_database(held_letters()))
    print(f"{held.number} lettres retenues{_between(held)}.")


def _between(held: Held) -> str:
    if held.first is None or held.last is None:
        return ""
    return f", écrites du {held.first:%d/%m/%Y à %H:%M} au {held.last:%d/%m/%Y à %H:%M} (UTC)"


def release() -> None:
    print(f"{asyncio.run(_with_database(release_letters(datetime.now(UTC))))} lettres rendues à l’envoi.")


def drop() -> None:
    dropped = asyncio.run(_with_database(drop_letters(datetime.now(UTC))))
    print(f"{dropped} lettres abandonnées : elles ne partiront pas.")


async def _with_database(work: Awaitable[Told]) -> Told:
    engine = current_engine()
    await engine.start()
    try:
        return await work
    finally:
        await engine.stop()
