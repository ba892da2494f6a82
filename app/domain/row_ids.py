"""The numbers that a row can have: an address may say anything, and PostgreSQL compares no larger one."""

LARGEST_ID = 2**31 - 1
