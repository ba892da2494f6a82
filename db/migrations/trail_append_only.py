"""The trail is append-only: the database itself refuses to change a line, and to delete one less than a year old."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-24T07:05:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "the trail is append-only, and found by person, case, team, action and date"

INDEXES = (("person_id", "id"), ("about_id", "id"), ("case_id", "id"), ("team_id", "id"), ("action", "id"))
"""What a filter names, then the order of the page; happened_at has its own."""

# SQLite replaces a row without asking the triggers of deletion: a known id is refused as it comes in.
_SQLITE = (
    """CREATE TRIGGER audit_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER audit_kept_a_year BEFORE DELETE ON audit
    WHEN coalesce(julianday(OLD.happened_at), julianday('now')) > julianday('now', '-1 year')
    BEGIN SELECT RAISE(ABORT, 'the trail is append-only for a year'); END""",
)
_POSTGRES = (
    """CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.happened_at <= now() - interval '1 year' THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'the trail is append-only';
    END $$""",
    """CREATE TRIGGER audit_never_changed BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
    """CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_guard)
    return manager


async def _guard() -> None:
    engine = get_current_engine()
    for columns in (*INDEXES, ("happened_at",)):
        listed = ", ".join(columns)
        await engine.run_ddl(f"CREATE INDEX audit_by_{columns[0]} ON audit ({listed})")
    for statement in _POSTGRES if is_postgres() else _SQLITE:
        await engine.run_ddl(statement)
