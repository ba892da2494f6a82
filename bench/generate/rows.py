"""Converts a played case to rows: those that the domain’s functions leave in each table, encrypted as they do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.domain.audience import Audience
from app.domain.cases.citizen import Citizen
from app.domain.cases.draft.draft import WizardMode
from app.domain.cases.events import EventKind
from app.domain.cases.lifecycle.survey_buffer import GROUP_SIZE
from app.domain.cases.lifecycle.survey_counts import QUESTIONS
from app.domain.cases.mandate.mandate import MandateKind
from app.domain.cases.progress.rows import TEAM_COLUMNS
from app.domain.cases.search.tokens import SEARCH_VERSION, list_marks
from app.domain.files.file_digest import encrypt_digest
from app.domain.tokens import compute_hmac
from bench.generate import sentences
from bench.generate.book import Book
from bench.generate.moments import DAY, MINUTE, moment
from bench.generate.notices import count_notices
from bench.generate.steps import Paper, Words
from bench.generate.telling import CaseHistory, fold_texts
from db.encryption import compute_search_token, encrypt, get_current_key
from db.tables.attachments import Attachment
from db.tables.cases import Case, CaseField, CaseOrganisation
from db.tables.email import Email
from db.tables.mandates import Mandate
from db.tables.participants import Guest, Recipient
from db.tables.search_tokens import SearchToken
from db.tables.survey import SurveyCount, SurveyParticipation
from db.tables.thread import Event, Message, ReadReceipt

Row = tuple[Any, ...]
_SURVEY = dict(zip("ypn", ("yes", "partly", "no"), strict=True))
_EMAIL_DELAY = timedelta(seconds=2)


def write_case(past: CaseHistory, book: Book, now: datetime) -> None:
    """Called after the last step, or at once for a draft."""
    case, story = past.story.id, past.story
    book.rows[Case].append(_case(past, book))
    book.rows[CaseOrganisation] += [(case, organisation) for organisation in story.organisations]
    book.rows[Recipient] += _recipients(past, now)
    if story.words is None:
        book.rows[Event] += past.events
        return
    book.rows[Event] += map(_encrypted_event, past.events)
    book.rows[Message] += past.messages
    book.rows[Guest] += [(case, person, by, moment(at)) for person, by, at in past.guests]
    book.rows[ReadReceipt] += [(case, person, event, moment(at)) for person, (event, at) in past.readings.items()]
    book.rows[CaseField] += _fields(past, book)
    book.rows[SearchToken] += _search_tokens(past) if story.sent else ()
    book.rows[Mandate].append(_mandate(past, story.words))
    book.rows[Attachment] += [_attachment(past, paper) for paper in story.words.papers]
    book.rows[Email] += _emails(past)


def count_survey(past: CaseHistory, book: Book) -> None:
    """Counts outlive the case; the participation does not."""
    if past.story.surveyed and past.closed_at:
        month = f"{moment(past.closed_at):%Y-%m}"
        for question, answer in zip(QUESTIONS, past.story.surveyed, strict=True):
            book.tally[month, question, _SURVEY[answer]] += 1
        if past.kept:
            book.rows[SurveyParticipation].append((compute_hmac("survey", str(past.story.id)),))


def write_sums(book: Book) -> None:
    """Writes the counts of months with enough answers: fewer than five are never added."""
    for month in sorted({month for month, _, _ in book.tally}):
        if sum(book.tally[month, "useful", answer] for answer in QUESTIONS["useful"]) < GROUP_SIZE:
            continue
        sums = [(question, answer) for question, answers in QUESTIONS.items() for answer in answers]
        book.rows[SurveyCount] += [(month, *asked, book.tally[(month, *asked)]) for asked in sums]


def _case(past: CaseHistory, book: Book) -> Row:
    story, words, progress = past.story, past.story.words, past.progress
    return (
        story.id,
        progress.status.value,
        past.closed_from,
        None if past.erased_at else story.author,
        story.team,
        story.area,
        WizardMode.GUIDED.value,
        story.topic.category,
        story.topic.subject,
        *(_identity(story.id, words) if words else ("", "", "")),
        words.subject if words else "",
        words.description if words else "",
        bool(story.urgency),
        story.urgency if words else "",
        fold_texts(past.said) if words else "",
        moment(story.started_at),
        moment(story.saved_at),
        _moment(past.sent_at),
        _moment(past.closed_at),
        past.closed_by or None,
        past.outcome,
        past.last_event,
        past.last_internal_event,
        progress.next_side,
        _moment(past.active_at),
        progress.late_from,
        progress.handled_at,
        _moment(past.reminded_at),
        _moment(past.erased_at),
        "".join(f" {fold_texts([said])}" for said in past.said_apart) if words else "",
        book.draw_number(kept=not past.erased_at) if story.sent else None,
        SEARCH_VERSION if story.sent else 0,
    )


def _moment(at: int) -> datetime | None:
    return moment(at) if at else None


def _identity(case: UUID, words: Words) -> tuple[str, ...]:
    return (
        encrypt(Case.citizen_first_name, case, words.first_name),
        encrypt(Case.citizen_last_name, case, words.last_name),
        encrypt(Case.citizen_birth, case, words.birth),
    )


def _recipients(past: CaseHistory, now: datetime) -> Iterator[Row]:
    for team, progress in past.progress.teams.items():
        notified = count_notices(progress, past.story.area, now)
        yield past.story.id, team, *(getattr(notified, name) for name in TEAM_COLUMNS)


def _encrypted_event(row: Row) -> Row:
    number, case, kind, *between, about, other_team, other_person = row
    if kind != EventKind.COMPLETED:
        return row
    return number, case, kind, *between, encrypt(Event.about, number, about), other_team, other_person


def _fields(past: CaseHistory, book: Book) -> Iterator[Row]:
    for position, (label, value) in enumerate(past.details.items()):
        number = next(book.numbers[CaseField])
        yield number, past.story.id, label, encrypt(CaseField.value, number, value), not value, position


def _search_tokens(past: CaseHistory) -> Iterator[Row]:
    words, key = past.story.words, get_current_key().id
    assert words is not None
    marks = list_marks(Citizen(words.first_name, words.last_name, words.birth), past.details.values())
    for found in sorted(_search_token(*mark) for mark in marks):
        yield past.story.id, found, key


@lru_cache(maxsize=100_000)
def _search_token(purpose: str, word: str) -> int:
    return compute_search_token(purpose, word, get_current_key())


def _mandate(past: CaseHistory, words: Words) -> Row:
    story, given = past.story, moment(past.story.saved_at - words.signed_days_before * DAY).date()
    kind, reason = (MandateKind.PHONE, sentences.NO_OTHER_WAY) if words.by_phone else (MandateKind.PAPER, "")
    return story.id, kind.value, given, encrypt(Mandate.reason, story.id, reason), story.author, moment(story.saved_at)


def _attachment(past: CaseHistory, paper: Paper) -> Row:
    """The bytes do not exist: a download answers that the file cannot be read (app/routes/cases/downloads.py)."""
    story = past.story
    step = story.steps[paper.after] if story.sent else None
    begun, uploader = (step.at - MINUTE, step.person) if step else (story.saved_at - MINUTE, story.author)
    return (
        paper.id,
        story.id,
        past.by_place[paper.after] if paper.after else None,
        paper.mandate,
        Audience.ALL.value,
        uploader,
        encrypt(Attachment.name, paper.id, paper.name),
        paper.media_type,
        paper.size,
        paper.size,
        encrypt_digest(paper.id, paper.digest),
        "none",
        moment(begun),
        moment(step.at) if step else None,
    )


def _emails(past: CaseHistory) -> Iterator[Row]:
    """All are sent."""
    for number, (kind, person, at, share) in enumerate(past.letters, 1):
        written = moment(at)
        left = written + _EMAIL_DELAY
        sent = ("sent", written, written, left, 1, share.value)
        yield UUID(int=past.story.id.int ^ number), kind.value, person, past.story.id, *sent
