"""Filled databases as past installations would have left them, and what must be found in them again.

python -m app.tests.kept_bases 2026-11 makes one in db/kept_bases/, on both databases, from today’s code. Each later
change migrates, opens, searches and counts it again (test_kept_bases.py). A kept base is never made again: its bytes
are what the code of its day wrote. `seed` does not make it; only tests use it.
"""
