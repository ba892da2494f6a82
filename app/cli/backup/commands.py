"""What the command line says of backups: figures, and what is left to do."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.cli.backup.encrypted_file import BackupRefused
from app.cli.backup.restore import restore
from app.cli.backup.write import Manifest, back_up
from app.cli.database import database
from app.cli.rotate_keys import seal_files
from app.domain.operations.after_restore import Held, drop_letters, held_letters, release_letters
from app.settings import settings


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
        f"{told.texts} SMS abandonnés.\n"
        f"{erased.erased if erased else 0} demandes effacées dont l’heure avait passé.\n"
        f"{told.letters} mails retenus : certains sont peut-être déjà partis. Pour les envoyer : "
        "python -m app emails release ; pour les abandonner : python -m app emails drop"
    )
    if not done.opens:
        print("ATTENTION : les clés d’ici n’ouvrent pas ce qui est chiffré. Remettez celles d’alors avant de démarrer.")


def _held(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values())} lignes, {len(manifest.parts) - 1} fichiers"


def tell_held() -> None:
    held = asyncio.run(_read_held())
    print(f"{held.number} mails retenus{_between(held)}.")


async def _read_held() -> Held:
    async with database():
        return await held_letters()


def _between(held: Held) -> str:
    if held.first is None or held.last is None:
        return ""
    return f", écrits du {held.first:%d/%m/%Y à %H:%M} au {held.last:%d/%m/%Y à %H:%M} (UTC)"


def release() -> None:
    print(f"{asyncio.run(_release_held())} mails rendus à l’envoi.")


async def _release_held() -> int:
    async with database():
        return await release_letters(datetime.now(UTC))


def drop() -> None:
    print(f"{asyncio.run(_drop_held())} mails abandonnés : ils ne partiront pas.")


async def _drop_held() -> int:
    async with database():
        return await drop_letters(datetime.now(UTC))
