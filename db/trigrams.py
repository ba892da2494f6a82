"""Installs pg_trgm, by whose indexes PostgreSQL finds a part of a word. Debian’s package of PostgreSQL includes it.

An account that may create in the database may install it. It has its own schema, because a restore replaces the public
one. If installing it is refused, searches work and scan the table. The initial migration makes the indexes.
"""

INSTALL_SQL = """DO $$ BEGIN
    CREATE SCHEMA IF NOT EXISTS trigrams;
    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA trigrams;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'without pg_trgm a search reads all that it looks through';
END $$"""
"""To be run before a backup with these indexes is restored."""
