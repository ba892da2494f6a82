"""The trials: commands of bin/bench that pass or fail, too long for bin/test. Each says what its exit code 0 shows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    command: str
    minutes: int
    """On two processors, beside nothing else."""
    shows: str


TRIALS = {
    "nation": Trial("bin/bench scale", 60, "pages of a nation are at most half slower than those of a village"),
    "faults": Trial("bin/bench faults 40", 15, "no acknowledged write or email is lost when everything breaks"),
    "fuzz": Trial("bin/bench fuzz", 10, "no request of any person breaks the server, or holds it for 200 ms"),
    "load": Trial("bin/bench load 1000 20 60", 2, "a thousand open pages leave posting under 200 ms"),
    "memory": Trial("bin/bench memory", 5, "it starts in 1.5 s, and 5,000 open pages leave posting under 200 ms"),
    "throughput": Trial("bin/bench throughput 8", 15, "on SQLite one core answers as many pages as was asked"),
    "throughput-postgresql": Trial("bin/bench throughput postgresql 4", 10, "the same on PostgreSQL"),
    "line": Trial("bin/bench line", 5, "a person waits no longer than the budgets on EDGE"),
    "day": Trial("bin/bench day", 10, "a referent’s morning with sixty open cases: presses, bytes and seconds"),
    "browsers": Trial("bin/bench browsers", 15, "each browser test passes with servers on PostgreSQL"),
    "again": Trial("bin/bench again", 10, "pages and emails, and the matrix of rights, pass on PostgreSQL too"),
    "imports": Trial("bin/bench imports", 1, "a list of 20,000 people is imported within a minute"),
    "people": Trial("bin/bench people", 1, "lists and searches among 20,000 people take under 50 ms"),
    "sealed": Trial("bin/bench sealed", 1, "encryption leaves lists and searches within their budget"),
    "letters": Trial("bin/bench letters", 5, "of two thousand emails each leaves once, one at a time or several"),
    "migrations": Trial("bin/bench migrations", 5, "migrations and a move lose no row of 100,000 cases"),
    "hostile-addresses": Trial("bin/bench hostile addresses", 1, "one mailbox under many texts has one limit"),
    "hostile-files": Trial("bin/bench hostile files", 1, "a heavy PDF delays the previews of its sender alone"),
    "hostile-limits": Trial("bin/bench hostile limits", 1, "a program that tries passwords delays no honest login"),
    "hostile-passwords": Trial("bin/bench hostile passwords", 1, "the most common passwords are refused"),
    "hostile-presses": Trial("bin/bench hostile presses", 10, "a second press hits nothing that the first one showed"),
    "hostile-private": Trial("bin/bench hostile private", 1, "an internal note, a photo, a survey reach no other eyes"),
    "hostile-proxies": Trial("bin/bench hostile proxies", 3, "slow clients hold up no page of others, with each proxy"),
    "hostile-remains": Trial("bin/bench hostile remains", 3, "a thief of the files finds nothing that was withdrawn"),
    "hostile-settings": Trial("bin/bench hostile settings", 6, "no wrong setting starts, or says a secret"),
    "hostile-words": Trial("bin/bench hostile words", 1, "what a person typed is kept, or is said to be lost"),
}
