"""What must be found again in a kept base: facts.json, written once, when the base is made.

Cases, readers, files and searches are as declared by hand; rows, tabs and figures as pages and tables gave them then.
"""

import json
from datetime import datetime
from typing import Any

from litestar import Litestar

from app.domain.files.digests import known_digest
from app.tests.kept_bases.declared import (
    CASES,
    SEARCH_APART,
    SEARCHES,
    WITH_MESSAGE,
    WITH_NOTE,
    id_of,
    internal_note,
    message,
)
from app.tests.kept_bases.files import FILES
from app.tests.kept_bases.installed import KEYS, SECRET_KEY
from app.tests.kept_bases.reading import READERS, browser_of, figures, rows, statuses, tabs
from app.tests.support.rows import raw_database
from db.tables import Attachment

Facts = dict[str, Any]
WITH_FIGURES = ("superviseur.lot", "admin")


async def facts_of(application: Litestar, url: str, made_at: datetime) -> Facts:
    """Rows are counted first: to read is to write in the trail."""
    return {
        "made_at": made_at.isoformat(),
        "secret_key": SECRET_KEY,
        "encryption_keys": KEYS,
        **await _counted(url),
        "cases": {name: _case(name) for name in CASES},
        "searches": {"all": SEARCHES, "apart": SEARCH_APART},
        "files": {name: await _file(name) for name in FILES},
        **await _seen(application, made_at),
    }


def as_text(facts: Facts) -> str:
    """JSON, one line for each thing that must be found again."""
    return "{\n" + ",\n".join(f"{_compact(name)}: {_section(value)}" for name, value in facts.items()) + "\n}\n"


def _section(value: Any) -> str:
    if not isinstance(value, dict):
        return _compact(value)
    return "{\n" + ",\n".join(f"  {_compact(name)}: {_compact(one)}" for name, one in value.items()) + "\n}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


async def _counted(url: str) -> Facts:
    async with raw_database(url) as database:
        ((number, last),) = await database.fetch("SELECT count(*), max(name) FROM migration")
        migrations = {"number": number, "last": last}
        return {"migrations": migrations, "rows": await rows(database), "statuses": await statuses(database)}


def _case(name: str) -> Facts:
    declared = CASES[name]
    return {
        "id": str(id_of(name)),
        "subject": declared.subject,
        "citizen": f"{declared.first_name} {declared.last_name}",
        "readers": sorted(declared.readers),
        "apart": sorted(declared.apart),
        "message": message(name) if name in WITH_MESSAGE else "",
        "internal_note": internal_note(name) if name in WITH_NOTE else "",
    }


async def _file(name: str) -> Facts:
    kept, case = FILES[name], CASES[FILES[name].case]
    readers = {"all": case.readers, "apart": case.apart}.get(kept.readers, (kept.readers,))
    row = await Attachment.select(Attachment.digest, Attachment.size).where(Attachment.id == id_of(name)).first()
    assert row
    return {
        "id": str(id_of(name)),
        "case": kept.case,
        "name": kept.name,
        "readers": sorted(readers),
        "drawn": kept.drawn,
        "size": row["size"],
        "sha256": known_digest(id_of(name), row["digest"]),
    }


async def _seen(application: Litestar, now: datetime) -> Facts:
    seen: Facts = {"tabs": {}, "figures": {}}
    for login in READERS:
        async with browser_of(application, login, now) as browser:
            seen["tabs"][login] = await tabs(browser)
            if login in WITH_FIGURES:
                seen["figures"][login] = await figures(browser)
    return seen
