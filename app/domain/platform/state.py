"""What applies to every page: the banner, and maintenance, during which pages can be read and nothing is written.

A single row, read together with the person who asks (app/domain/authentication/request_context.py). It is not cached:
every process sees a change at its next page. Source: features.md P9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.accounts.duties import Duty, require_duty
from app.domain.audit.log import write_audit
from app.domain.errors import Forbidden, Invalid
from app.domain.text_length import format_length_error
from app.settings import settings
from db.availability import is_unavailable
from db.engine import transaction
from db.read_only import ReadOnlyError, set_read_only
from db.tables.platform import Platform

__all__ = [
    "Banner",
    "BannerKind",
    "PlatformState",
    "ReadOnlyError",
    "begin_maintenance",
    "end_maintenance",
    "is_unavailable",
    "remove_banner",
    "set_read_only",
    "show_banner",
]
LONGEST_BANNER = 500
_ROW_ID = 1
_COLUMNS = ("banner", "banner_kind", "banner_from", "banner_until", "maintenance_since")


class BannerKind(StrEnum):
    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True)
class Banner:
    text: str = ""
    kind: BannerKind = BannerKind.INFO
    shown_from: datetime | None = None
    shown_until: datetime | None = None

    def is_shown(self, now: datetime) -> bool:
        begun = self.shown_from is None or self.shown_from <= now
        return bool(self.text) and begun and (self.shown_until is None or now < self.shown_until)


@dataclass(frozen=True)
class PlatformState:
    """`banner_shown` is true at this moment. `maintenance_forced` is set by the environment, and no page can end it."""

    banner: Banner
    banner_shown: bool
    maintenance_since: datetime | None
    maintenance_forced: bool

    @property
    def read_only(self) -> bool:
        return self.maintenance_forced or self.maintenance_since is not None


def build_platform_columns() -> str:
    """The columns that decode_platform_state reads; null when the row has never been written."""
    return ", ".join(f"platform.{name}" for name in _COLUMNS)


def decode_platform_state(row: Mapping[str, Any], now: datetime) -> PlatformState:
    if row["banner"] is None:
        return PlatformState(
            Banner(), banner_shown=False, maintenance_since=None, maintenance_forced=settings.maintenance
        )
    banner = Banner(row["banner"], BannerKind(row["banner_kind"]), row["banner_from"], row["banner_until"])
    return PlatformState(banner, banner.is_shown(now), row["maintenance_since"], settings.maintenance)


async def is_in_maintenance() -> bool:
    """For what runs without a person: emails, jobs and the antivirus wait until maintenance ends."""
    begun = Platform.exists().where(Platform.id == _ROW_ID, Platform.maintenance_since.is_not_null())
    return settings.maintenance or await begun


async def show_banner(actor: Actor, banner: Banner, now: datetime) -> None:
    """On every page, public ones included. Raises NotFound, Invalid."""
    require_duty(actor, Duty.RUN_PLATFORM)
    wrong = {}
    if not banner.text:
        wrong["texte"] = "Écrivez le message, ou retirez le bandeau."
    elif len(banner.text) > LONGEST_BANNER:
        wrong["texte"] = format_length_error(len(banner.text), LONGEST_BANNER)
    if banner.shown_until and banner.shown_until <= max(now, banner.shown_from or now):
        wrong["fin"] = "La fin est passée, ou vient avant le début. Corrigez-la, ou laissez-la vide."
    if wrong:
        raise Invalid(**wrong)
    await _save_banner(actor, banner, now)


async def remove_banner(actor: Actor, now: datetime) -> None:
    require_duty(actor, Duty.RUN_PLATFORM)
    await _save_banner(actor, Banner(), now)


async def _save_banner(actor: Actor, banner: Banner, now: datetime) -> None:
    async with transaction():
        await _create_row()
        await Platform.update(
            {
                Platform.banner: banner.text,
                Platform.banner_kind: banner.kind,
                Platform.banner_from: banner.shown_from,
                Platform.banner_until: banner.shown_until,
            }
        ).where(Platform.id == _ROW_ID)
        await write_audit("platform.banner", now=now, person_id=actor.id)


async def begin_maintenance(actor: Actor | None, now: datetime) -> None:
    """`actor` is None at the command line. A second time changes nothing. Raises NotFound."""
    if actor:
        require_duty(actor, Duty.RUN_PLATFORM)
    async with transaction():
        await _create_row()
        begun = await (
            Platform.update({Platform.maintenance_since: now})
            .where(Platform.id == _ROW_ID, Platform.maintenance_since.is_null())
            .returning(Platform.id)
        )
        if begun:
            await write_audit("maintenance.begun", now=now, person_id=actor.id if actor else None)


async def end_maintenance(actor: Actor | None, now: datetime) -> None:
    """Raises NotFound; Forbidden when the environment forces maintenance."""
    if actor:
        require_duty(actor, Duty.RUN_PLATFORM)
    if settings.maintenance:
        raise Forbidden("Qui exploite le serveur tient la maintenance : demandez-lui de redémarrer sans MAINTENANCE=1.")
    async with transaction():
        ended = await (
            Platform.update({Platform.maintenance_since: None})
            .where(Platform.id == _ROW_ID, Platform.maintenance_since.is_not_null())
            .returning(Platform.id)
        )
        if ended:
            await write_audit("maintenance.ended", now=now, person_id=actor.id if actor else None)


async def _create_row() -> None:
    await Platform.insert(Platform(id=_ROW_ID)).on_conflict(target=Platform.id, action="DO NOTHING")
