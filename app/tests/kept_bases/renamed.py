"""What was renamed or rewritten since the bases were kept. It is compared under today’s name."""

from typing import Any

from db.baseline.names import COLUMNS, TABLES, VALUES

INDEXES = """
allowance_pkey rate_limit_state_pkey
area_figures_pkey area_statistics_pkey
area_mark_area area_change_area
area_mark_pkey area_change_pkey
audit_by_about_id audit_log_by_target_person_id
audit_by_action audit_log_by_action
audit_by_case_id audit_log_by_case_id
audit_by_happened_at audit_log_by_happened_at
audit_by_person_id audit_log_by_person_id
audit_by_team_id audit_log_by_team_id
audit_pkey audit_log_pkey
brake_happened_at rate_limit_hit_happened_at
brake_key rate_limit_hit_key
brake_pkey rate_limit_hit_pkey
case_word_case_mark_once search_token_case_token_once
case_word_key search_token_key_id
case_word_mark search_token_token
case_word_pkey search_token_pkey
cases_search_operators cases_search_internal
form_save_case_place_person_page_once form_save_case_form_name_person_page_once
import_work_due import_due_at
letter_pkey email_pkey
letter_state email_state
login_request_browser_hash login_link_browser_hash
login_request_pkey login_link_pkey
login_request_reference_key login_link_reference_key
pending_answers_case_key pending_choices_case_key
pending_answers_pkey pending_choices_pkey
provider_visit_expires_at provider_login_expires_at
provider_visit_pkey provider_login_pkey
provider_visit_state_hash_key provider_login_state_hash_key
reading_case_person_once read_receipt_case_person_once
reading_person read_receipt_person
reading_pkey read_receipt_pkey
sms_answer_pkey sms_reply_pkey
sms_answer_reference_key sms_reply_reference_key
sms_answer_sms sms_reply_sms
sms_number_mark sms_phone_token
survey_tally_month_question_answer_once survey_count_month_question_answer_once
survey_tally_pkey survey_count_pkey
survey_ticket_pkey survey_participation_pkey
"""
"""The old name, the new name."""
RENAMED: dict[str, str] = {
    **TABLES,
    **{
        f"{table}.{old}": f"{TABLES.get(table, table)}.{new}"
        for table, columns in COLUMNS.items()
        for old, new in columns.items()
    },
    **{f"sqlite_autoindex_{old}_1": f"sqlite_autoindex_{new}_1" for old, new in TABLES.items()},
    **dict(line.split() for line in INDEXES.strip().splitlines()),
}
"""A table, a column (« team.phone »), an index or a trigger -> its new name since a migration (« team.number »)."""
REWORDED = {f"{table}.{column}": {repr(old): repr(new)} for table, column, old, new in VALUES[:4]}
REWORDED["person.platform_role"] = {repr("expert"): repr("member")}
"""New column names -> the one value that a migration rewrites, old -> new. All other values are unchanged."""
CHANGED: dict[str, str] = {
    **dict.fromkeys(("job.name", "job.due_at"), "2026-11-27: four names, and so another order"),
    "recipient": "2026-11-28: a team that transferred a case has its row again, and each team its own turn",
    "cases.late_from": "2026-11-28: a silence that another team's answer hid has a clock",
    "cases.handled_at": "2026-11-28: « c'est traité » of one team of two is not that of the case",
}
"""A table, a column (« team.phone »), an index or a trigger -> why a migration changes its rows or values, or drops it.
"""
CHANGED_TABS = {"referent.msa.lot": {"a-traiter": 2}}
"""Login -> the counts of its tabs that a migration changes. 2026-11-28: a case that MSA never answered, and CAF did."""
_BY_HOLDER, _BESIDE_THE_TURN = ("a-moi", "a-personne", "a-mes-collegues"), ("en-attente", "mises-de-cote")
_BY_TEAM = {"CPAM": {"new": 1, "seen": 0}, "MSA": {"new": 1, "seen": 1, "answered": 0}}
CHANGED_FIGURES = {
    "superviseur.lot": {**_BY_TEAM, "CAF": {"sent lately": 10}},
    "admin": {**_BY_TEAM, "CAF": {"sent lately": 11}},
}
"""Login -> organisation -> its figures that a migration changes. 2026-11-28: an organisation counts its own openings
and answers, and a case that it transferred.
"""


def join_tabs(found: dict[str, int]) -> dict[str, int]:
    """The tabs of the former release: a referent's « En cours » is other tabs now, twice over."""
    if "a-moi" not in found:
        return found
    aside = found["mises-de-cote"]
    open_cases = found["a-traiter"] + sum(found[tab] for tab in _BESIDE_THE_TURN)
    assert sum(found[tab] for tab in _BY_HOLDER) + aside == open_cases
    kept = {tab: count for tab, count in found.items() if tab not in {*_BY_HOLDER, *_BESIDE_THE_TURN}}
    return {"en-cours": open_cases, **kept}


def change_figures(facts: dict[str, Any], login: str) -> dict[str, dict[str, int]]:
    """What the page of figures shows to this person after the migrations."""
    changed = CHANGED_FIGURES.get(login, {})
    return {name: counts | changed.get(name, {}) for name, counts in facts["figures"][login].items()}
