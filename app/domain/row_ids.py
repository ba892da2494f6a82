"""The numbers that a row can have. An address may contain any number, and PostgreSQL compares no larger one."""

LARGEST_ID = 2**31 - 1
