"""Every column that names a person has its answer: it moves to the account that stays, ends, or keeps its number."""

from piccolo.columns import ForeignKey

from db.encryption import format_column_name
from db.piccolo_app import APP_CONFIG
from db.tables.people import Person

MOVES = {
    *("membership.person", "invitation.invited_by", "absence.person", "absence.replacement", "phrase.person"),
    *("cases.author", "cases.closed_by", "recipient.taken_by", "guest.person", "set_aside.person", "email.person"),
    *("message_draft.person", "form_save.person", "attachment.uploader", "read_receipt.person", "person.merged_into"),
    "removal_request.asked_by",
}
ENDS = {
    *("session.person", "login_link.person", "pending_login.person", "second_factor.person", "recovery_code.person"),
    *("provider_identity.person", "address_change.person", "address_change.joins"),
    "inactivity_notice.person",
    "undelivered.person",
}
KEEPS = {
    *("message.author", "event.actor", "event.other_person", "mandate.attested_by", "guest.invited_by"),
    *("case_link.linked_by", "signup.decided_by", "import.sent_by", "import.applied_by", "catalogue_change.person"),
    "address_change.asked_by",
}
OF_A_ROLE = {"supervision.person", "supervised_organisation.person"}
"""An account with a role does not end so."""


def test_each_column_that_names_a_person_has_its_answer() -> None:
    found = {
        format_column_name(column)
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
        if isinstance(column, ForeignKey) and column._foreign_key_meta.resolved_references is Person
    }

    assert found == MOVES | ENDS | KEEPS | OF_A_ROLE, "say in account_rows.py what becomes of it"
    assert len(MOVES | ENDS | KEEPS | OF_A_ROLE) == sum(map(len, (MOVES, ENDS, KEEPS, OF_A_ROLE)))
