"""The backup and restore commands: they print counts and what is left to do."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.cli.backup.encrypted_file import BackupError
from app.cli.backup.restore import restore
from app.cli.backup.write import Manifest, create_backup
from app.cli.database import open_database
from app.cli.rotate_keys import encrypt_stored_files
from app.domain.operations.after_restore import HeldEmails, cancel_held_emails, load_held_emails, release_held_emails
from app.settings import settings


def write_backup(target: str) -> None:
    try:
        place, manifest = asyncio.run(create_backup(settings, Path(target)))
    except BackupError as refused:
        sys.exit(str(refused))
    print(f"Sauvegarde écrite et chiffrée : {place} ({_format_size(manifest)}). Elle ne contient aucune clé.")


def restore_backup(source: str, option: str = "") -> None:
    if option not in {"", "--remplacer"}:
        sys.exit(f"Option inconnue : {option}. La seule est --remplacer.")
    try:
        manifest, done = asyncio.run(restore(settings, Path(source), replace=bool(option)))
    except BackupError as refused:
        sys.exit(str(refused))
    encrypt_stored_files()
    stopped, erased = done.stopped, done.erased
    print(
        f"Base du {manifest.made_at} remise en place, relue et vérifiée ({_format_size(manifest)}).\n"
        f"{stopped.sessions} sessions fermées, {stopped.login_links} liens de connexion "
        f"et {stopped.invitations} invitations "
        f"annulés, {stopped.sms} SMS abandonnés.\n"
        f"{erased.erased if erased else 0} demandes effacées dont l’heure avait passé.\n"
        f"{stopped.emails} mails retenus : certains sont peut-être déjà partis. Pour les envoyer : "
        "python -m app emails release ; pour les abandonner : python -m app emails drop"
    )
    if not done.keys_match:
        print("ATTENTION : les clés d’ici n’ouvrent pas ce qui est chiffré. Remettez celles d’alors avant de démarrer.")


def _format_size(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values())} lignes, {len(manifest.parts) - 1} fichiers"


def show_emails() -> None:
    held = asyncio.run(_load_held_emails())
    print(f"{held.count} mails retenus{_format_period(held)}.")


async def _load_held_emails() -> HeldEmails:
    async with open_database():
        return await load_held_emails()


def _format_period(held: HeldEmails) -> str:
    if held.first is None or held.last is None:
        return ""
    return f", écrits du {held.first:%d/%m/%Y à %H:%M} au {held.last:%d/%m/%Y à %H:%M} (UTC)"


def release_emails() -> None:
    print(f"{asyncio.run(_release_held_emails())} mails rendus à l’envoi.")


async def _release_held_emails() -> int:
    async with open_database():
        return await release_held_emails(datetime.now(UTC))


def drop_emails() -> None:
    print(f"{asyncio.run(_drop_held_emails())} mails abandonnés : ils ne partiront pas.")


async def _drop_held_emails() -> int:
    async with open_database():
        return await cancel_held_emails(datetime.now(UTC))
