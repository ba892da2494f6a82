"""A nation's data, drawn from a seed: what five years of use would have left in the database, erasures included.

Stories are drawn (stories.py), told in the order of time as the verbs tell them (telling.py), and written in bulk.
Nobody in them exists. test_telling.py has the verbs themselves tell the same stories, and finds the same rows.
"""
