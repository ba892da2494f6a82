"""One line of the table: an attack, how often it was tried, what it reached."""


def report(name: str, reached: list[str]) -> int:
    """1 if one try reached something. Each entry of `reached` says in words what a try reached; empty for nothing."""
    bad = [what for what in reached if what]
    print(f"{name:42} {len(reached):6} {len(bad):8}", *bad[:3], sep="\n  ")
    return int(bool(bad))
