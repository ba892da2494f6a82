"""recipient.open, last_event and next_side say what its case says: kept by the database, whoever writes. And the indexes
by which a list is read from its newest end (app/domain/cases/inbox/access_paths.py asks in the same words).
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-24T14:00:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "a team's list is read in its order"

_OPEN = "CASE WHEN {0}.erased_at IS NOT NULL OR {0}.status = 'draft' THEN NULL ELSE {0}.status <> 'closed' END"
_KEPT = "open, last_event, next_side"
_WATCHED = "status, last_event, last_apart, next_side, erased_at"

INDEXES = (
    'recipient_in_order ON recipient (team, open, last_event, next_side, "case")',
    "cases_open ON cases (team, last_event, next_side, id) "
    "WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL",
    "cases_closed ON cases (team, last_event, id) WHERE status = 'closed' AND erased_at IS NULL",
    "cases_of_author ON cases (author, team, last_event, next_side, id) "
    "WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL",
    "cases_drafts ON cases (author, saved_at) WHERE status = 'draft'",
)


def _told_by(case: str, greatest: str) -> str:
    return f"{_OPEN.format(case)}, {greatest}({case}.last_event, {case}.last_apart), {case}.next_side"


_SQLITE = (
    f"""UPDATE recipient SET ({_KEPT}) = (SELECT {_told_by("cases", "max")} FROM cases WHERE id = recipient."case")""",  # nosec B608
    f"""CREATE TRIGGER recipient_begins_in_order AFTER INSERT ON recipient
    WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW."case") BEGIN
        UPDATE recipient SET ({_KEPT}) = (SELECT {_told_by("cases", "max")} FROM cases WHERE id = NEW."case")
        WHERE id = NEW.id;
    END""",  # nosec B608
    f"""CREATE TRIGGER recipient_stays_in_order AFTER UPDATE OF {_WATCHED} ON cases BEGIN
        UPDATE recipient SET ({_KEPT}) = ({_told_by("NEW", "max")}) WHERE "case" = NEW.id;
    END""",  # nosec B608
)
_POSTGRES = (
    f"""UPDATE recipient SET ({_KEPT}) = ROW({_told_by("cases", "greatest")})
    FROM cases WHERE cases.id = recipient."case" """,  # nosec B608
    f"""CREATE FUNCTION recipient_begins_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE told cases%ROWTYPE;
    BEGIN
        SELECT * INTO told FROM cases WHERE id = NEW."case";
        IF FOUND THEN
            SELECT {_told_by("told", "greatest")} INTO NEW.open, NEW.last_event, NEW.next_side;
        END IF;
        RETURN NEW;
    END $$""",  # nosec B608
    """CREATE TRIGGER recipient_begins_in_order BEFORE INSERT ON recipient
    FOR EACH ROW EXECUTE FUNCTION recipient_begins_in_order()""",
    f"""CREATE FUNCTION recipient_stays_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE recipient SET ({_KEPT}) = ROW({_told_by("NEW", "greatest")}) WHERE "case" = NEW.id;
        RETURN NULL;
    END $$""",  # nosec B608
    f"""CREATE TRIGGER recipient_stays_in_order AFTER UPDATE OF {_WATCHED} ON cases
    FOR EACH ROW EXECUTE FUNCTION recipient_stays_in_order()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_keep)
    return manager


async def _keep() -> None:
    engine = get_current_engine()
    for statement in _POSTGRES if is_postgres() else _SQLITE:
        await engine.run_ddl(statement)
    for index in INDEXES:
        await engine.run_ddl(f"CREATE INDEX {index}")
