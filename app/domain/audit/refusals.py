"""What a person may not do on teams, people and administration, in the trail: one line by person, verb and hour.

A verb is its method and the template of its address. The line is the first of the hour: the trail is append-only, and a
loop must not fill it. The journal has each of them, with the same number. Refusals on cases: note_refusal (log.py).
Source: security.md 4.9, ASVS 16.3.2.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.audit.log import write_audit
from app.domain.bounded_set import Remembered
from db.advisory_lock import take_turns
from db.engine import on_commit, transaction
from db.read_only import is_reading_only
from db.tables import Audit

_ACTION = "refused"
_written = Remembered(10_000)


@dataclass(frozen=True)
class _Line:
    """What makes two refusals one line."""

    person_id: int
    verb: str
    hour: datetime

    async def is_written(self) -> bool:
        return await Audit.exists().where(
            Audit.action == _ACTION,
            Audit.person_id == self.person_id,
            Audit.verb == self.verb,
            Audit.happened_at >= self.hour,
        )


async def note_denial(
    person_id: int, verb: str, now: datetime, *, team_id: int | None = None, about_id: int | None = None
) -> None:
    """team_id and about_id: the team and the person whom it was about. In maintenance the journal alone has it."""
    line = _Line(person_id, verb, now.replace(minute=0, second=0, microsecond=0))
    if is_reading_only() or _written.holds(line):
        return
    async with transaction():
        await take_turns(f"refusal {line}")
        if not await line.is_written():
            await write_audit(_ACTION, now=now, person_id=person_id, team_id=team_id, about_id=about_id, verb=line.verb)
        on_commit(lambda: _written.keep(line))
