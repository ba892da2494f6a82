"""Brings a database made before the first release under the initial migration: python -m app baseline.

Such a database has run the migrations of November 2026, which db/migrations/initial.py replaces. The package goes with
the first release.
"""
