"""docs/security.md: the register of keys matches the code, and each applicable requirement has its row."""

import ast
import re
from pathlib import Path

import pytest

from app.domain.cases.search.tokens import TokenPurpose
from app.settings import ROOT, ProConnectSettings, Settings, SmsSettings
from app.tests.support.product_code import list_product_files
from app.tests.support.setting_values import list_settings

PAGE = (ROOT / "docs/security.md").read_text()
BINDING = (
    "1.2.1 1.2.2 1.2.4 1.2.10 1.3.3 1.3.7 1.3.11 1.3.12 2.1.1 2.2.2 2.3.1 2.3.3 2.3.4 2.4.1 3.2.1 3.3.1 3.3.2 3.3.3 "
    "3.3.4 3.4.1 3.4.3 3.4.4 3.4.5 3.4.6 3.4.8 3.5.1 3.5.3 3.5.8 3.6.1 4.1.1 4.1.3 4.2.1 5.1.1 5.2.1 5.2.2 5.2.3 5.3.2 "
    "5.4.1 5.4.2 5.4.3 6.1.1 6.1.3 "
    "6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.2.12 "
    "6.3.3 6.3.4 6.3.8 6.5.1 6.5.2 6.5.3 6.5.5 6.6.2 6.6.3 7.1.1 7.1.2 7.2.3 7.2.4 7.3.1 "
    "7.3.2 7.4.1 7.4.2 7.4.5 7.5.1 7.5.2 7.6.2 8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.3.2 8.4.1 11.1.1 11.3.2 11.4.2 "
    "11.5.1 12.1.1 12.3.1 13.2.4 13.3.1 13.4.2 13.4.5 14.1.1 14.1.2 14.2.1 14.2.4 14.2.7 14.2.8 14.3.1 14.3.2 14.3.3 "
    "15.1.1 15.1.2 15.3.1 15.3.3 15.3.4 15.3.7 15.4.2 16.1.1 16.2.1 16.2.2 16.2.5 16.3.1 16.3.2 16.4.1 16.4.2 16.4.3 "
    "16.5.1 16.5.2 16.5.3"
)
"""Of ASVS 5.0, level 2 (security.md 1.1)."""
SECRETS = ("SECRET_KEY", "ENCRYPTION_KEYS", "BACKUP_KEY", "SMS_TOKEN", "SMS_ANSWERS_SECRET", "PROCONNECT_CLIENT_SECRET")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[1:]]


def test_each_requirement_that_binds_us_has_one_row_with_its_state_and_its_proof() -> None:
    shown = rows(section("ASVS 5.0 niveau 2 : où nous en sommes"))
    found = [number for cells in shown for number in re.findall(r"\b\d+\.\d+\.\d+\b", cells[0])]
    assert sorted(found) == sorted(BINDING.split())
    for cells in shown:
        assert len(cells) == 3 and cells[1] in {"tenu", "autrement", "non tenu"} and cells[2], cells


def test_the_register_has_every_use_of_a_key() -> None:
    """A purpose that the code no longer has must leave the register."""
    used = {purpose for path in list_product_files("app", "db") for purpose in _purposes(path)} | {*TokenPurpose}
    found = set(re.findall("« ([a-z' -]+) »", section("Registre des clés")))
    assert used == found


def _purposes(path: Path) -> set[str]:
    """The purpose given to each function below; of a formatted one, its beginning; each constant called … PURPOSE."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    named = {"compute_hmac": 0, "hash_token_with_key": 0, "compute_search_token": 0, "derive_key": 1}
    words = [
        call.args[named[call.func.id]]
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in named and len(call.args) > 1
    ]
    words += [node.value for node in nodes if isinstance(node, ast.Assign) and _is_purpose(node.targets[0])]
    begun = [word.values[0] if isinstance(word, ast.JoinedStr) else word for word in words]
    return {str(word.value) for word in begun if isinstance(word, ast.Constant)}


def _is_purpose(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id.endswith("PURPOSE")


def test_the_register_names_every_secret_setting() -> None:
    named = {str(one.metadata["name"]) for one in list_settings()}
    secret = {name for name in named if re.search(r"_KEYS?$|SECRET|TOKEN|^SMTP_URL$|^DATABASE_URL$", name)}
    assert secret >= set(SECRETS)
    for name in secret:
        assert f"`{name}`" in section("Registre des clés"), name


def test_no_secret_is_in_what_settings_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback or a debugger may show a settings object."""
    hidden = {
        **{name: f"chuchotement-{name}-au-moins-32-signes" for name in SECRETS},
        "ENCRYPTION_KEYS": f"chuchotement:{'A' * 43}=",
        "SMTP_URL": "smtp://moi:chuchotement@hote",
        "DATABASE_URL": "postgresql://moi:chuchotement@hote/base",
    }
    for name, value in hidden.items():
        monkeypatch.setenv(name, value)
    chosen = Settings()
    assert hidden["SMTP_URL"] == chosen.smtp_url and hidden["BACKUP_KEY"] == chosen.backup_key, "they are read"
    assert "chuchotement" not in f"{chosen!r} {SmsSettings()!r} {ProConnectSettings()!r}"
