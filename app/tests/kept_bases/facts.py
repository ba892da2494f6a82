"""What must be found again in a kept base: facts.json, written once, when the base is made.

Cases, readers, files and searches are declared by hand; rows, tabs and statistics are what pages and tables gave then.
"""

import json
from datetime import datetime
from typing import Any

from litestar import Litestar

from app.domain.files.file_digest import decrypt_digest
from app.tests.kept_bases.declared import (
    CASES,
    INTERNAL_SEARCHES,
    SEARCHES,
    WITH_MESSAGE,
    WITH_NOTE,
    build_id,
    build_internal_note,
    build_message,
)
from app.tests.kept_bases.files import EXPECTED_FILES
from app.tests.kept_bases.installed import KEYS, SECRET_KEY
from app.tests.kept_bases.reading import (
    READERS,
    count_rows,
    count_statuses,
    open_signed_in_browser,
    read_statistics,
    read_tab_counts,
)
from app.tests.support.rows import open_raw_database
from db.tables.attachments import Attachment

Facts = dict[str, Any]
STATISTICS_READERS = ("superviseur.lot", "admin")


async def collect_facts(application: Litestar, url: str, made_at: datetime) -> Facts:
    """Rows are counted first, because reading a page writes in the audit log."""
    return {
        "made_at": made_at.isoformat(),
        "secret_key": SECRET_KEY,
        "encryption_keys": KEYS,
        **await _counted(url),
        "cases": {name: _case(name) for name in CASES},
        "searches": {"all": SEARCHES, "apart": INTERNAL_SEARCHES},
        "files": {name: await _file(name) for name in EXPECTED_FILES},
        **await _read_pages(application, made_at),
    }


def format_facts(facts: Facts) -> str:
    """JSON, one line for each fact."""
    return "{\n" + ",\n".join(f"{_compact(name)}: {_section(value)}" for name, value in facts.items()) + "\n}\n"


def _section(value: Any) -> str:
    if not isinstance(value, dict):
        return _compact(value)
    return "{\n" + ",\n".join(f"  {_compact(name)}: {_compact(one)}" for name, one in value.items()) + "\n}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


async def _counted(url: str) -> Facts:
    async with open_raw_database(url) as database:
        ((number, last),) = await database.fetch("SELECT count(*), max(name) FROM migration")
        migrations = {"number": number, "last": last}
        return {
            "migrations": migrations,
            "rows": await count_rows(database),
            "statuses": await count_statuses(database),
        }


def _case(name: str) -> Facts:
    declared = CASES[name]
    return {
        "id": str(build_id(name)),
        "subject": declared.subject,
        "citizen": f"{declared.first_name} {declared.last_name}",
        "readers": sorted(declared.readers),
        "apart": sorted(declared.internal_readers),
        "message": build_message(name) if name in WITH_MESSAGE else "",
        "internal_note": build_internal_note(name) if name in WITH_NOTE else "",
    }


async def _file(name: str) -> Facts:
    kept, case = EXPECTED_FILES[name], CASES[EXPECTED_FILES[name].case]
    readers = {"all": case.readers, "apart": case.internal_readers}.get(kept.readers, (kept.readers,))
    row = await Attachment.select(Attachment.digest, Attachment.size).where(Attachment.id == build_id(name)).first()
    assert row
    return {
        "id": str(build_id(name)),
        "case": kept.case,
        "name": kept.name,
        "readers": sorted(readers),
        "drawn": kept.has_preview,
        "size": row["size"],
        "sha256": decrypt_digest(build_id(name), row["digest"]),
    }


async def _read_pages(application: Litestar, now: datetime) -> Facts:
    seen: Facts = {"tabs": {}, "figures": {}}
    for login in READERS:
        async with open_signed_in_browser(application, login, now) as browser:
            seen["tabs"][login] = await read_tab_counts(browser)
            if login in STATISTICS_READERS:
                seen["figures"][login] = await read_statistics(browser)
    return seen
