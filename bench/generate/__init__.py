"""Generates the data of a nation from a seed: what five years of use leave in the database, erasures included.

Stories are drawn (stories.py), played in order of time as the domain’s functions would (telling.py), and written in
bulk. All persons are invented. test_telling.py plays the same stories with the real functions and compares the rows.
"""
