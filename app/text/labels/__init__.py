"""French labels of codes, in the words of the case page. A test compares GLOSSARY.md with them."""

from app.text.labels.address_emails import ADDRESS_EMAILS, JOIN_SENTENCE, JOIN_SUBJECT
from app.text.labels.attachments import MEDIA, SCAN
from app.text.labels.audit import AUDIT_ACTIONS, format_denied_route
from app.text.labels.cases import (
    ACTION_PANEL,
    ORDER,
    ORDER_OF_AGENTS,
    OUTCOME,
    STANDING,
    STATUS,
    STEP,
    SURVEY,
    SURVEY_ANSWER,
    TEXT_FIELDS,
    VIEW,
)
from app.text.labels.digests import DIGEST_PLURALS, DIGEST_WORDS
from app.text.labels.email_frequencies import EMAIL_FREQUENCIES, EMAIL_SHARES
from app.text.labels.emails import (
    ACCOUNT_EMAILS,
    EMAIL_SENTENCE,
    EMAIL_SUBJECT,
    LATE_DIGEST_SUBJECT,
    PERSON_EMAILS,
    PROMISE_DIGEST_SUBJECT,
    SIGNUP_EMAILS,
)
from app.text.labels.idle_emails import CLOSED_EMAILS
from app.text.labels.mandates import MANDATE, find_sms_status, find_sms_tone
from app.text.labels.notices import NOTICES
from app.text.labels.role_emails import ROLE_EMAILS

__all__ = [
    "ACCOUNT_EMAILS",
    "ACTION_PANEL",
    "ADDRESS_EMAILS",
    "AUDIT_ACTIONS",
    "CLOSED_EMAILS",
    "DIGEST_PLURALS",
    "DIGEST_WORDS",
    "EMAIL_FREQUENCIES",
    "EMAIL_SENTENCE",
    "EMAIL_SHARES",
    "EMAIL_SUBJECT",
    "JOIN_SENTENCE",
    "JOIN_SUBJECT",
    "LATE_DIGEST_SUBJECT",
    "MANDATE",
    "MEDIA",
    "NOTICES",
    "ORDER",
    "ORDER_OF_AGENTS",
    "OUTCOME",
    "PERSON_EMAILS",
    "PROMISE_DIGEST_SUBJECT",
    "ROLE_EMAILS",
    "SCAN",
    "SIGNUP_EMAILS",
    "STANDING",
    "STATUS",
    "STEP",
    "SURVEY",
    "SURVEY_ANSWER",
    "TEXT_FIELDS",
    "VIEW",
    "find_sms_status",
    "find_sms_tone",
    "format_denied_route",
]
