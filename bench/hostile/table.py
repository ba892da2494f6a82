"""One line of the table: the attack, the number of attempts, and what they reached."""


def report(name: str, reached: list[str]) -> int:
    """Returns 1 if an attempt succeeded. Each entry of `reached` says in words what it reached; empty for nothing."""
    bad = [what for what in reached if what]
    print(f"{name:42} {len(reached):6} {len(bad):8}", *bad[:3], sep="\n  ")
    return int(bool(bad))
