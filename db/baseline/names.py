"""Names of tables, columns and values before the first release, in databases and backups of November 2026."""

import re

TABLES = {
    "allowance": "rate_limit_state",
    "area_figures": "area_statistics",
    "area_mark": "area_change",
    "audit": "audit_log",
    "brake": "rate_limit_hit",
    "case_word": "search_token",
    "letter": "email",
    "login_request": "login_link",
    "pending_answers": "pending_choices",
    "provider_visit": "provider_login",
    "reading": "read_receipt",
    "sms_answer": "sms_reply",
    "survey_tally": "survey_count",
    "survey_ticket": "survey_participation",
}
COLUMNS = {
    "area_figures": {"figures": "counts", "until": "valid_until"},
    "attachment": {"received": "received_bytes"},
    "attempt_count": {"about": "account_id"},
    "audit": {"about_id": "target_person_id", "verb": "denied_route"},
    "case_word": {"mark": "token", "key": "key_id"},
    "cases": {
        "last_apart": "last_internal_event",
        "late_told": "late_notices_sent",
        "search_operators": "search_internal",
    },
    "form_save": {"place": "form_name", "number": "revision", "main": "is_current"},
    "import": {"work_due": "due_at"},
    "import_row": {"verdict": "result", "differs": "differs_from_preview"},
    "letter": {"login_request": "login_link"},
    "message_draft": {"apart": "internal"},
    "pending_answers": {"answers": "choices"},
    "person": {"letters": "email_frequency"},
    "session": {"proved_at": "reauthenticated_at"},
    "sms": {"number_mark": "phone_token", "about": "original_sms"},
}
"""By the former names of the tables."""
VALUES = (
    ("message", "audience", "operators", "internal"),
    ("event", "audience", "operators", "internal"),
    ("attachment", "audience", "operators", "internal"),
    ("email", "kind", "apart", "internal"),
    ("job", "name", "late", "late notices"),
    ("job", "name", "figures", "statistics"),
    ("job", "name", "trail", "audit log"),
    ("job", "name", "arrivals", "signups"),
)
"""Table, column, former value, new value: these alone are written again."""


def rename(table: str, name: str) -> str:
    """Of an index, a constraint or a sequence: « <table>_<columns>… » under the new names."""
    beginning, rest = f"{table}_", name.removeprefix(f"{table}_")
    for old, new in COLUMNS.get(table, {}).items():
        rest = re.sub(rf"(?<![a-z]){old}(?![a-z])", new, rest)
    return f"{TABLES.get(table, table)}_{rest}" if name.startswith(beginning) else name
