"""A case that moves marks its territory, whoever writes it: its figures are to be counted again. And the indexes by which
they are counted without reading a territory's history, and its masked cases listed (app/domain/cases/statistics/counting.py and
anonymous_list.py ask in the same words).

On PostgreSQL a transaction adds one mark a territory, and never looks whether there is one already: two that write at
once would wait for each other, or see a mark that is being taken away. SQLite has one writer at a time: one mark will do.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-24T18:10:01:000000"
VERSION = "1.38.0"
DESCRIPTION = "a case that moves marks its territory"

_WATCHED = "status, area, urgent, last_event, sent_at, closed_at, late_from, erased_at"
_SENT = "NEW.status <> 'draft'"

INDEXES = (
    "cases_open_in_area ON cases (area, status, urgent, late_from, sent_at, erased_at, id) "
    "WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL",
    "cases_closed_in_area ON cases (area, closed_at, status, sent_at, erased_at, id) "
    "WHERE status = 'closed' AND erased_at IS NULL",
    "cases_known_in_area ON cases (area, last_event) WHERE status <> 'draft' AND erased_at IS NULL",
    "cases_known ON cases (last_event) WHERE status <> 'draft' AND erased_at IS NULL",
)


def _mark(area: str) -> str:
    """On SQLite."""
    return f"""INSERT INTO area_mark (area) SELECT moved FROM (SELECT {area} AS moved)
        WHERE moved IS NOT NULL AND NOT EXISTS (SELECT 1 FROM area_mark WHERE area = moved);"""  # nosec B608


def _area_of(row: str) -> str:
    return f'(SELECT area FROM cases WHERE id = {row}."case")'  # nosec B608


_SQLITE = (
    f"""CREATE TRIGGER case_marks_area_at_once AFTER INSERT ON cases WHEN {_SENT} BEGIN
        {_mark("NEW.area")}
    END""",
    f"""CREATE TRIGGER case_marks_area AFTER UPDATE OF {_WATCHED} ON cases WHEN {_SENT} BEGIN
        {_mark("NEW.area")}
        {_mark("OLD.area")}
    END""",
    f"""CREATE TRIGGER recipient_marks_area_joining AFTER INSERT ON recipient BEGIN
        {_mark(_area_of("NEW"))}
    END""",
    f"""CREATE TRIGGER recipient_marks_area_changing AFTER UPDATE OF team ON recipient BEGIN
        {_mark(_area_of("NEW"))}
    END""",
    f"""CREATE TRIGGER recipient_marks_area_leaving AFTER DELETE ON recipient BEGIN
        {_mark(_area_of("OLD"))}
    END""",
)
_POSTGRES = (
    """CREATE FUNCTION mark_area(moved varchar) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE marked text := COALESCE(current_setting('aplus.marked', true), '');
    BEGIN
        IF moved IS NOT NULL AND position(' ' || moved || ' ' IN marked) = 0 THEN
            INSERT INTO area_mark (area) VALUES (moved);
            PERFORM set_config('aplus.marked', marked || ' ' || moved || ' ', true);
        END IF;
    END $$""",
    """CREATE FUNCTION case_marks_area() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM mark_area(NEW.area);
        IF TG_OP = 'UPDATE' AND OLD.area IS DISTINCT FROM NEW.area THEN
            PERFORM mark_area(OLD.area);
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION recipient_marks_area() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            PERFORM mark_area((SELECT area FROM cases WHERE id = OLD."case"));
        ELSE
            PERFORM mark_area((SELECT area FROM cases WHERE id = NEW."case"));
        END IF;
        RETURN NULL;
    END $$""",
    f"""CREATE TRIGGER case_marks_area_at_once AFTER INSERT ON cases
    FOR EACH ROW WHEN ({_SENT}) EXECUTE FUNCTION case_marks_area()""",
    f"""CREATE TRIGGER case_marks_area AFTER UPDATE OF {_WATCHED} ON cases
    FOR EACH ROW WHEN ({_SENT}) EXECUTE FUNCTION case_marks_area()""",
    """CREATE TRIGGER recipient_marks_area AFTER INSERT OR DELETE OR UPDATE OF team ON recipient
    FOR EACH ROW EXECUTE FUNCTION recipient_marks_area()""",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_watch)
    return manager


async def _watch() -> None:
    engine = get_current_engine()
    for statement in _POSTGRES if is_postgres() else _SQLITE:
        await engine.run_ddl(statement)
    for index in INDEXES:
        await engine.run_ddl(f"CREATE INDEX {index}")
