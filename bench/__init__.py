"""Benchmarks, run by bin/bench."""
