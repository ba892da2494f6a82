"""Speeds up searches for a part of a word on PostgreSQL with pg_trgm, which PostgreSQL and Debian’s package include.

An account that may create in the database may install it. It has its own schema, because a restore replaces the public
one. If installing it is refused, searches work and scan the table.
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
    """To be run before a backup with these indexes is restored."""
    return INSTALL_SQL.format("")


def build_index_sql(*columns: str) -> str:
    """Indexes on columns of the table of cases."""
    return INSTALL_SQL.format(" ".join(INDEX_SQL.format(column) for column in columns))
