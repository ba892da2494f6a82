"""Tables and columns under the names of the trade: email, rate limit, read receipt, search token, audit log.

No value changes and no row is written again (db/migrations/plain_values.py writes the few that do). Indexes, constraints
and sequences take the new names too. One transaction: a kill leaves all of the names of before. Not additive: the
release before this one cannot run beside it. No release was out on 2026-11-27.
"""

import re

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.engine import get_current_engine, is_postgres

ID = "2026-11-27T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tables and columns under plain names"

TABLES = {
    "allowance": "rate_limit_state",
    "area_figures": "area_statistics",
    "area_mark": "area_change",
    "audit": "audit_log",
    "brake": "rate_limit_hit",
    "case_word": "search_token",
    "letter": "email",
    "login_request": "login_link",
    "pending_answers": "pending_choices",
    "provider_visit": "provider_login",
    "reading": "read_receipt",
    "sms_answer": "sms_reply",
    "survey_tally": "survey_count",
    "survey_ticket": "survey_participation",
}
COLUMNS = {
    "area_figures": {"figures": "counts", "until": "valid_until"},
    "attachment": {"received": "received_bytes"},
    "attempt_count": {"about": "account_id"},
    "audit": {"about_id": "target_person_id", "verb": "denied_route"},
    "case_word": {"mark": "token", "key": "key_id"},
    "cases": {
        "last_apart": "last_internal_event",
        "late_told": "late_notices_sent",
        "search_operators": "search_internal",
    },
    "form_save": {"place": "form_name", "number": "revision", "main": "is_current"},
    "import": {"work_due": "due_at"},
    "import_row": {"verdict": "result", "differs": "differs_from_preview"},
    "letter": {"login_request": "login_link"},
    "message_draft": {"apart": "internal"},
    "pending_answers": {"answers": "choices"},
    "person": {"letters": "email_frequency"},
    "session": {"proved_at": "reauthenticated_at"},
    "sms": {"number_mark": "phone_token", "about": "original_sms"},
}
"""By the tables' names of before."""

_CLASSES = {"audit": ("Audit", "AuditEntry"), "cases": ("Case", "Case")}
"""Where the class is not called as its table is."""
_ORDER = "greatest({0}.last_event, {0}.last_internal_event), {0}.next_side"
_OPEN = "CASE WHEN {0}.erased_at IS NOT NULL OR {0}.status = 'draft' THEN NULL ELSE {0}.status <> 'closed' END"
_FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION mark_area(moved varchar) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE marked text := COALESCE(current_setting('aplus.marked', true), '');
    BEGIN
        IF moved IS NOT NULL AND position(' ' || moved || ' ' IN marked) = 0 THEN
            INSERT INTO area_change (area) VALUES (moved);
            PERFORM set_config('aplus.marked', marked || ' ' || moved || ' ', true);
        END IF;
    END $$""",
    f"""CREATE OR REPLACE FUNCTION recipient_begins_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE parent cases%ROWTYPE;
    BEGIN
        SELECT * INTO parent FROM cases WHERE id = NEW."case";
        IF FOUND THEN
            SELECT {_OPEN.format("parent")}, {_ORDER.format("parent")} INTO NEW.open, NEW.last_event, NEW.next_side;
        END IF;
        RETURN NEW;
    END $$""",  # nosec B608
    f"""CREATE OR REPLACE FUNCTION recipient_stays_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE recipient SET (open, last_event, next_side) = ROW({_OPEN.format("NEW")}, {_ORDER.format("NEW")})
        WHERE "case" = NEW.id;
        RETURN NULL;
    END $$""",  # nosec B608
)
"""PostgreSQL keeps the body of a function as text; SQLite renames in its triggers by itself."""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_rename_what_belongs_to_tables)
    for old, new in TABLES.items():
        manager.rename_table(_find_classes(old)[0], old, _find_classes(old)[1], new)
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            manager.rename_column(_find_classes(table)[1], TABLES.get(table, table), old, new)
    return manager


def _find_classes(table: str) -> tuple[str, str]:
    """The names of its class, before and after."""
    return _CLASSES.get(table, (_derive_class(table), _derive_class(TABLES.get(table, table))))


def _derive_class(table: str) -> str:
    """As Piccolo derives a table's name from its class's, backwards."""
    return table.replace("_", " ").title().replace(" ", "")


async def _rename_what_belongs_to_tables() -> None:
    """Before the tables: indexes, constraints and sequences follow a renamed table, and keep their own names."""
    await (_rename_on_postgres() if is_postgres() else _rename_on_sqlite())


async def _rename_on_sqlite() -> None:
    """SQLite renames no index: it is made again."""
    engine = get_current_engine()
    indexes = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    for index in await engine.run_ddl(indexes):
        if (new := rename(index["tbl_name"], index["name"])) != index["name"]:
            await engine.run_ddl(f'DROP INDEX "{index["name"]}"')
            await engine.run_ddl(index["sql"].replace(index["name"], new, 1))


async def _rename_on_postgres() -> None:
    """A constraint's index has the constraint's name, and changes with it."""
    for listed, statement in (
        (_CONSTRAINTS, 'ALTER TABLE "{table}" RENAME CONSTRAINT "{old}" TO "{new}"'),
        (_INDEXES, 'ALTER INDEX "{old}" RENAME TO "{new}"'),
        (_SEQUENCES, 'ALTER SEQUENCE "{old}" RENAME TO "{new}"'),
    ):
        for found in await get_current_engine().run_ddl(listed):
            if (new := rename(found["tbl_name"], found["name"])) != found["name"]:
                await get_current_engine().run_ddl(statement.format(table=found["tbl_name"], old=found["name"], new=new))
    for function in _FUNCTIONS:
        await get_current_engine().run_ddl(function)


_CONSTRAINTS = """SELECT t.relname AS tbl_name, c.conname AS name FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE c.connamespace = 'public'::regnamespace"""
_INDEXES = """SELECT tablename AS tbl_name, indexname AS name FROM pg_indexes
    WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
_SEQUENCES = """SELECT t.relname AS tbl_name, s.relname AS name FROM pg_class s
    JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') JOIN pg_class t ON t.oid = d.refobjid
    WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace"""


def rename(table: str, name: str) -> str:
    """Of an index, a constraint or a sequence: « <table>_<columns>… » of before, as it would be called today."""
    beginning, rest = f"{table}_", name.removeprefix(f"{table}_")
    for old, new in COLUMNS.get(table, {}).items():
        rest = re.sub(rf"(?<![a-z]){old}(?![a-z])", new, rest)
    return f"{TABLES.get(table, table)}_{rest}" if name.startswith(beginning) else name
