"""The index of parts of words exists where PostgreSQL allows it, and nothing breaks where it does not."""

import asyncpg

from app.tests.support.postgres_cluster import Cluster
from db.migrations import initial
from db.trigrams import INSTALL_SQL

_INDEXES = "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'cases_search%' ORDER BY 1"


def find_index_statement() -> str:
    (statement,) = (text for text in initial.read_statements("initial_postgresql.sql") if "gin_trgm_ops" in text)
    return statement


async def test_it_is_made_where_the_role_may_and_left_out_where_it_may_not(cluster: Cluster) -> None:
    connection = await asyncpg.connect(cluster.create_database("trigrammes"))
    try:
        await connection.execute("CREATE TABLE cases (search_text text, search_internal text)")
        await connection.execute("CREATE ROLE powerless; ALTER TABLE cases OWNER TO powerless; SET ROLE powerless")
        for statement in (INSTALL_SQL, find_index_statement()):
            await connection.execute(statement)
        assert await connection.fetch(_INDEXES) == []

        await connection.execute("RESET ROLE")
        await connection.execute(find_index_statement())
        made = [row["indexname"] for row in await connection.fetch(_INDEXES)]
        assert made == ["cases_search_internal", "cases_search_text"]
        assert await connection.fetchval("SELECT 'guadeloupe' LIKE '%elou%'")
    finally:
        await connection.execute("RESET ROLE; DROP TABLE cases; DROP ROLE powerless")
        await connection.close()
        cluster.drop_database("trigrammes")
