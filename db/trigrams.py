"""On PostgreSQL a part of a word is found by trigrams: pg_trgm, which comes with it (so does Debian's package).

Whoever may create in the database may install it. It has a schema of its own, for a restored backup takes the place of
all that is in ours. Where it is refused everything works, and a search reads what it looks through.
"""

INSTALL_SQL = """DO $$ BEGIN
    CREATE SCHEMA IF NOT EXISTS trigrams;
    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA trigrams;
    {}
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'without pg_trgm a search reads all that it looks through';
END $$"""
INDEX_SQL = "CREATE INDEX cases_{0} ON cases USING gin ({0} trigrams.gin_trgm_ops);"


def build_install_sql() -> str:
    """What a backup with these indexes needs before it is restored."""
    return INSTALL_SQL.format("")


def build_index_sql(*columns: str) -> str:
    """Of the table of cases."""
    return INSTALL_SQL.format(" ".join(INDEX_SQL.format(column) for column in columns))
