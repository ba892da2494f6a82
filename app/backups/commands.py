"""What the command line says of backups: figures, and what is left to do."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.backups.restoring import restore
from app.backups.sealing import BackupRefused
from app.backups.writing import Manifest, back_up
from app.domain.restored import release_letters
from app.rotating import seal_files
from app.settings import settings
from db.engine import current_engine


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
        "python -m app release-letters"
    )
    if not done.opens:
        print("ATTENTION : les clés d’ici n’ouvrent pas ce qui est chiffré. Remettez celles d’alors avant de démarrer.")


def _held(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values())} lignes, {len(manifest.parts) - 1} fichiers"


def release() -> None:
    print(f"{asyncio.run(_release())} lettres rendues à l’envoi.")


async def _release() -> int:
    engine = current_engine()
    await engine.start()
    try:
        return await release_letters(datetime.now(UTC))
    finally:
        await engine.stop()
