"""The texts that people type, for cases that are not erased."""

from random import Random
from uuid import UUID

from bench.generate import sentences
from bench.generate.names import FAMILY, GIVEN, shares
from bench.generate.society import Society
from bench.generate.steps import WRITTEN, Paper, Step, StepKind, Story, Words

_GIVEN, _FAMILY = shares(len(GIVEN)), shares(len(FAMILY))
_UNKNOWN, _OWN_WORDS, _BY_PHONE = 0.25, 0.4, 0.25
_WITH_FILES, _ON_MESSAGE, _REFERENCED = 0.35, 0.08, 0.1


def words_of(draw: Random, society: Society, told: Story) -> Words:
    own = draw.random() < _OWN_WORDS
    by_phone = draw.random() < _BY_PHONE
    labels = dict.fromkeys(society.asked[one] for one in told.organisations if one in society.asked)
    completed = any(step.kind == StepKind.COMPLETE for step in told.steps)
    return Words(
        first_name=draw.choices(GIVEN, _GIVEN)[0],
        last_name=draw.choices(FAMILY, _FAMILY)[0],
        birth=_birth(draw),
        details={label: "" if completed or draw.random() < _UNKNOWN else number(draw) for label in labels},
        subject=draw.choice(sentences.SUBJECTS) if own else told.topic.name,
        description=" ".join((draw.choice(sentences.OPENINGS), *draw.sample(sentences.FACTS, draw.randint(1, 4)))),
        by_phone=by_phone,
        signed_days_before=draw.randrange(20),
        papers=_papers(draw, told, by_phone=by_phone),
    )


def _birth(draw: Random) -> str:
    year = 1935 + int(draw.random() * 70)
    if draw.random() < 0.3:
        return str(year)
    return f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{year}"


def number(draw: Random) -> str:
    """A number of seven digits, of any organisation."""
    return f"{draw.randrange(10**7):07d}"


def write_words(draw: Random, society: Society, told: Story) -> None:
    """Adds the body of each message, and numbers that were found."""
    asking = frozenset(society.working[told.team])
    for place, step in enumerate(told.steps):
        if step.kind in WRITTEN or step.kind == StepKind.COMPLETE:
            told.steps[place] = step._replace(content=_message_of(draw, step, asks=step.person in asking))


def _message_of(draw: Random, step: Step, *, asks: bool) -> str:
    if step.kind == StepKind.COMPLETE:
        return number(draw)
    if step.kind == StepKind.DISMISS:
        return sentences.PROCEDURE
    if step.kind == StepKind.APART:
        return draw.choice(sentences.INTERNAL_NOTES)
    said = draw.sample(sentences.REPLIES if asks else sentences.ANSWERS, draw.randint(1, 3))
    if draw.random() < _REFERENCED:
        said.append(f"Référence {number(draw)}.")
    return " ".join(said)


def _papers(draw: Random, told: Story, *, by_phone: bool) -> list[Paper]:
    """The files of the case, its mandate, and some messages."""
    found = [] if by_phone else [_paper(draw, sentences.MANDATE_FILE, mandate=True)]
    if draw.random() < _WITH_FILES:
        found += [_paper(draw, draw.choice(sentences.FILES)) for _ in range(draw.randint(1, 3))]
    for place, step in enumerate(told.steps):
        if step.kind == StepKind.POST and draw.random() < _ON_MESSAGE:
            found.append(_paper(draw, draw.choice(sentences.FILES), after=place))
    return found


def _paper(draw: Random, kind: tuple[str, str], *, after: int = 0, mandate: bool = False) -> Paper:
    name, media_type = kind
    size, digest = int(draw.lognormvariate(12, 0.8)), f"{draw.getrandbits(256):064x}"
    return Paper(UUID(int=draw.getrandbits(128), version=4), name, media_type, size, digest, after, mandate)
