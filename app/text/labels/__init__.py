"""What people read for each code word: French, in the words of the sheet. GLOSSARY.md is tested against it."""

from app.text.labels.attachments import MEDIA, SCAN
from app.text.labels.audit import ACTIONS, refused_verb
from app.text.labels.cases import GESTURE, OUTCOME, STATUS, STEP, SURVEY, SURVEY_ANSWER, TYPED, VIEW
from app.text.labels.letters import (
    ACCOUNT_LETTERS,
    ARRIVAL_LETTERS,
    DIGEST_SEVERAL,
    DIGEST_WORDS,
    LETTER_SENTENCE,
    LETTER_SUBJECT,
    LETTER_TIMES,
    PERSON_LETTERS,
)
from app.text.labels.mandates import MANDATE, text_status, text_tone
from app.text.labels.notices import NOTICES

__all__ = [
    "ACCOUNT_LETTERS",
    "ACTIONS",
    "ARRIVAL_LETTERS",
    "DIGEST_SEVERAL",
    "DIGEST_WORDS",
    "GESTURE",
    "LETTER_SENTENCE",
    "LETTER_SUBJECT",
    "LETTER_TIMES",
    "MANDATE",
    "MEDIA",
    "NOTICES",
    "OUTCOME",
    "PERSON_LETTERS",
    "SCAN",
    "STATUS",
    "STEP",
    "SURVEY",
    "SURVEY_ANSWER",
    "TYPED",
    "VIEW",
    "refused_verb",
    "text_status",
    "text_tone",
]
