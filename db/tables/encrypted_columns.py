"""The columns that are stored encrypted."""

from db.tables.attachments import Attachment
from db.tables.cases import Case, CaseField
from db.tables.drafts import FormSave, PendingChoices
from db.tables.login import PendingLogin
from db.tables.mandates import Mandate
from db.tables.second_factor import SecondFactor
from db.tables.sessions import Session
from db.tables.sms import Sms, SmsReply
from db.tables.thread import Event

ENCRYPTED_CITIZEN_COLUMNS = (
    (Case.citizen_first_name, Case.id, "cases.citizen_first_name"),
    (Case.citizen_last_name, Case.id, "cases.citizen_last_name"),
    (Case.citizen_birth, Case.id, "cases.citizen_birth"),
    (CaseField.value, CaseField.id, "case_field.value"),
    (Event.about, Event.id, "event.about"),
    (Mandate.reason, Mandate.case, "mandate.reason"),
    (PendingChoices.choices, PendingChoices.case, "pending_answers.answers"),
    (Sms.phone, Sms.id, "sms.phone"),
    (Sms.body, Sms.id, "sms.body"),
    (SmsReply.body, SmsReply.reference, "sms_answer.body"),
    (Attachment.name, Attachment.id, "attachment.name"),
    (Attachment.digest, Attachment.id, "attachment.digest"),
    (FormSave.content, FormSave.id, "form_save.content"),
)
"""What identifies a citizen, encrypted by db/encryption.py: the column, the column that identifies its row, its label.
The label is part of the encrypted data: it stays when the column is renamed. Of the events only those of kind «
completed » are encrypted; other reasons are clear, as messages are.
"""
ENCRYPTED_ACCOUNT_COLUMNS = (
    (SecondFactor.secret, SecondFactor.person, "second_factor.secret"),
    (Session.logout_hint, Session.person, "session.logout_hint"),
    (PendingLogin.logout_hint, PendingLogin.person, "pending_login.logout_hint"),
)
"""Secrets that authenticate people and must be read again."""
ENCRYPTED_COLUMNS = ENCRYPTED_CITIZEN_COLUMNS + ENCRYPTED_ACCOUNT_COLUMNS
