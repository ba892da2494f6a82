"""The lines of a thread that an actor may read, as values of a query: its SQL has the rule of permissions.py."""

from uuid import UUID

from app.domain.accounts.actor import Actor, Side
from app.domain.audience import Audience
from app.domain.cases.permissions import CaseFacts, find_side, list_teams_read_apart


def build_readable_lines_sql(table: str) -> str:
    """The condition on lines of this table, event or attachment, for list_read_values()."""
    team = f"(SELECT n.reader_team FROM message n WHERE n.id = {table}.message)"  # noqa: S608 # nosec B608
    of_team = f"({table}.audience = 'team' AND {{}} LIKE '%,' || {team} || ',%')"
    return f"{table}.\"case\" = {{}} AND ({table}.audience IN ('all', {{}}) OR {of_team})"


def list_read_values(actor: Actor, case: CaseFacts) -> tuple[UUID, Audience, str]:
    """The case, the audience beside ALL that the actor reads, and between commas the teams whose notes they read."""
    audience = Audience.INTERNAL if find_side(actor, case) == Side.REFERENT else Audience.ALL
    return case.id, audience, format_teams_read_apart(actor, case)


def format_teams_read_apart(actor: Actor, case: CaseFacts) -> str:
    """« ,12,15, ». It also tells apart two rights to read the thread of one case."""
    return format_teams(list_teams_read_apart(actor, case))


def format_teams(teams: frozenset[int]) -> str:
    return f",{','.join(map(str, sorted(teams)))}," if teams else ""
