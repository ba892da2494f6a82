"""Measures, replayed by bin/bench."""
