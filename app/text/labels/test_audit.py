"""Every action that the code writes into the trail has its words."""

import ast

from app.domain.cases.events import EventKind
from app.settings import ROOT
from app.tests.support.product_code import list_product_files
from app.text.labels.audit import AUDIT_ACTIONS
from db.tables.audit import AuditEntry

WRITERS = {"write_audit", "write_audit_daily", "record_attempt", "NewAuditEntry"}


def written_actions() -> dict[str, str]:
    """Each literal action given to a function of WRITERS -> its file."""
    found = {f"case.{kind}": "app/domain/cases/events.py" for kind in EventKind}
    for path in list_product_files("app"):
        if path.name != "log.py":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRITERS:
                    found |= {action: str(path.relative_to(ROOT)) for action in _literals(node.args[0])}
    return found


def _literals(argument: ast.expr) -> list[str]:
    if isinstance(argument, ast.JoinedStr):
        return []
    return [n.value for n in ast.walk(argument) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_each_action_has_its_words() -> None:
    for action, place in written_actions().items():
        assert action in AUDIT_ACTIONS, f"{place} writes « {action} »: say it in words in app/text/labels/audit.py"


def test_each_word_is_of_an_action_that_exists_and_fits() -> None:
    sources = [path.read_text() for path in list_product_files("app/domain")]
    for action in AUDIT_ACTIONS:
        spelled, built = f'"{action}"', f'f"{action.split(".")[0]}.{{'
        written = any(spelled in source or built in source for source in sources)
        assert written, f"app/text/labels/audit.py: nothing writes « {action} » any more"
        assert len(action) <= (AuditEntry.action.length or 0), f"« {action} » is too long for the column"
