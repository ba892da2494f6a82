"""All dependencies and bundled files may be combined with EUPL-1.2. Its table: docs/decisions/0152."""

import json
import re
import tomllib
from importlib.metadata import distribution

from app.settings import ROOT

MAY_BE_COMBINED = {
    *("MIT", "MIT-0", "MIT-CMU", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Apache-2.0", "PSF-2.0", "Unlicense"),
    "MPL-2.0",  # in the EUPL's own appendix of compatible licences
}
READ = {
    "colorama": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "olefile": "BSD-2-Clause",
    "pypdfium2": "BSD-3-Clause OR Apache-2.0",
    "pathspec": "MPL-2.0",
    "python-dateutil": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "zxcvbn-rs-py": "MIT",
}
"""Libraries whose metadata name no SPDX licence: read in their own licence file."""
GPL_NAMED = {
    "pillow": "FreeType offers it beside its own licence, XZ has it for programs that the wheel does not carry",
    "pillow-heif": "its wheel carries x265 (GPL-2.0-or-later), libheif and libde265 (LGPL-3.0): in the EUPL's appendix",
    "pypdfium2": "exceptions of LLVM and GCC name it; libgcc, with its exception, is in the wheels for musl alone",
    "typing-extensions": "the PSF licence says that it is compatible with the GPL",
}
LOCKED = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


def licence_of(name: str) -> str:
    """In SPDX: from the metadata, or from READ where they are not precise."""
    about = distribution(name).metadata
    if said := about["License-Expression"]:
        return str(said)
    by_classifier = [
        one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or [] if one.startswith("License")
    ]
    named = [about["License"] or "", *by_classifier]
    return READ.get(name) or next((short for one in named if (short := one.partition(" License")[0])), "")


def may_be_combined(expression: str) -> bool:
    """Of alternatives, one is enough; of joint licences, all must be compatible. Parentheses are for READ."""
    return any(MAY_BE_COMBINED.issuperset(offered.split(" AND ")) for offered in expression.split(" OR "))


def test_every_locked_library_may_be_combined_with_our_licence() -> None:
    unknown = {name: licence for name in LOCKED if not may_be_combined(licence := licence_of(name))}
    assert len(LOCKED) > 60 and unknown == {}, "read their licences, then docs/decisions/0152"


def test_no_licence_is_read_for_a_library_that_is_gone_or_names_its_own() -> None:
    assert set(READ) <= set(LOCKED)
    assert not [name for name in READ if distribution(name).metadata["License-Expression"]]


def test_every_library_whose_files_name_the_gpl_was_looked_at() -> None:
    """The metadata of a wheel may omit bundled parts: pillow-heif is « BSD-3-Clause » there."""
    assert {name for name in LOCKED if "GPL" in licence_texts(name)} == set(GPL_NAMED)


def licence_texts(name: str) -> str:
    files = [one for one in distribution(name).files or [] if re.search("dist-info/.*(licen|copying)", str(one), re.I)]
    return "".join(one.read_binary().decode(errors="replace") for one in files)


def test_a_licence_that_is_not_among_them_is_refused() -> None:
    for unknown in ("GPL-3.0-only", "", "BSD", "MIT AND SSPL-1.0", "(MIT OR Apache-2.0) AND SSPL-1.0", "Proprietary"):
        assert not may_be_combined(unknown), unknown
    assert may_be_combined("SSPL-1.0 OR MIT") and may_be_combined("Apache-2.0 AND BSD-2-Clause")


def test_what_we_carry_of_others_may_be_combined_and_is_listed() -> None:
    (decision,) = (ROOT / "docs/decisions").glob("0152-*.md")
    listed = decision.read_text()
    carried = json.loads((ROOT / "app/static/vendored.json").read_text())
    carried.append(json.loads((ROOT / "app/domain/authentication/breached_passwords.json").read_text()))
    for part in carried:
        assert may_be_combined(part["licence"]) and f"`{part['file']}`" in listed, part["file"]
    assert not [name for name in {*READ, *GPL_NAMED} if name not in listed]


def test_the_notice_follows_the_copyright_at_once_and_has_the_address_of_the_text() -> None:
    """EUPL 1.2, its second paragraph: « immediately following the copyright notice »."""
    lines = (ROOT / "LICENSE").read_text().splitlines()
    assert lines[1].startswith("Copyright © ") and lines[2] == "Licensed under the EUPL"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "EUPL-1.2" and all((ROOT / name).is_file() for name in project["license-files"])
    page = (ROOT / "app/components/pages/mentions-legales.html").read_text()
    (address,) = re.findall(r"https://eur-lex\S+FR\S+", "\n".join(lines))
    assert address in page and lines[1].removeprefix("Copyright ") in page
