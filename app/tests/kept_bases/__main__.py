"""python -m app.tests.kept_bases 2026-11, called by bin/keep-base: makes a filled base from today’s code, for later
tests.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from app.tests.kept_bases.making import make_past_database
from app.tests.kept_bases.packing import FOLDER
from app.tests.support.postgres_cluster import run_shared_cluster

NAME = re.compile(r"\d{4}-\d{2}[a-z]?")


def main() -> None:
    """Makes all of it, or nothing."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if not NAME.fullmatch(name):
        sys.exit("Usage : bin/keep-base 2026-11 (l’année et le mois, et une lettre pour une autre du même mois)")
    if (FOLDER / name).exists():
        sys.exit(f"{name} est déjà là : c’est ce que le code d’alors a écrit, on ne la refait pas.")
    with tempfile.TemporaryDirectory() as work, run_shared_cluster() as cluster:
        kept = Path(work, "kept")
        kept.mkdir()
        asyncio.run(make_past_database(kept, Path(work), cluster))
        (FOLDER / name).mkdir(parents=True)
        for path in sorted(kept.iterdir()):
            (FOLDER / name / path.name).write_bytes(path.read_bytes())
            print(f"{FOLDER.name}/{name}/{path.name} : {path.stat().st_size} octets")


if __name__ == "__main__":
    main()
