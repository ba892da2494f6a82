"""The error of PostgreSQL when two transactions write one unique value, for a rule that answers it in words."""

from asyncpg.exceptions import UniqueViolationError

__all__ = ["UniqueViolationError"]
