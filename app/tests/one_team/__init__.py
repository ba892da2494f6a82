"""Cases sent to one team: people see of them today what they saw in the former release. Source: issue 16, A.

former_release.jsonl is the recording of commit 62f88122, the last release in which turn, clock and « c'est traité »
belonged to the case. It was made in a checkout of that commit, with a copy of this folder, by
`python -m app.tests.one_team`. Today's code never writes it: it would be compared with itself. More stories need the
same checkout.

Of its stories, 100 are drawn (drawing.py), 14 are written (written.py), and 5 show each a rule that differs on purpose
(changed_rules.py), as some of the others do (ended_unseen.py, too). The reminders that are new are written beside the
recording (promises.py). Between two steps the jobs run that send late notices and reminders, and close inactive cases.
"""
