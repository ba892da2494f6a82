"""Filled bases that installations of the past would have left, and what must be found in them again.

python -m app.tests.kept_bases 2026-11 makes one in db/kept_bases/, on both databases, from the code of today; each
later change migrates it, opens it, searches it and counts it again (test_kept_bases.py). One that is kept is never made
again: its bytes are what the code of its day wrote. Not made by `seed`, used by tests alone.
"""
