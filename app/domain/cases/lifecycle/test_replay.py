"""A message posted and withdrawn leaves the case as if it had not existed, in any history."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from app.cast import Cast
from app.domain.cases.thread.correction import correct, withdraw_message
from app.domain.cases.thread.test_correction import last_message
from app.tests.support.case_verbs import (
    Verb,
    actor,
    asks,
    closes,
    completes,
    consents,
    continues,
    dismisses,
    handles,
    invites,
    list_places,
    notes,
    opens,
    passes_on,
    recalls,
    refused,
    reopens,
    rounds,
    rows,
    says,
    steps_out,
    stops,
    takes,
)
from app.tests.support.cases_fixtures import NewCase
from db.tables.cases import Case

HOUR = timedelta(hours=1)
SAYS = [("agent says", HOUR)]
CAF, MSA, CPAM, MANAGER, AGENT, COLLEAGUE = (
    "referent_caf_lot",
    "referent_msa_lot",
    "referent_cpam_lot",
    "manager_caf_lot",
    "agent_lot",
    "colleague_lot",
)
CAF_TEAM, MSA_TEAM, CPAM_TEAM = "CAF du Lot", "MSA du Lot", "CPAM du Lot"
BY_THE_CITIZEN = {"stops": stops, "consents": consents}
BY_REFERENTS = {
    **BY_THE_CITIZEN,
    "caf says": says(CAF),
    "msa says": says(MSA),
    "caf handles": handles(CAF),
    "msa handles": handles(MSA),
    "caf dismisses": dismisses(CAF),
    "manager dismisses": dismisses(MANAGER),
    "msa dismisses": dismisses(MSA),
    "msa takes": takes(MSA),
    "msa opens": opens(MSA),
    "msa steps out": steps_out(MSA),
    "msa passes to caf": passes_on(MSA, CAF_TEAM),
    "msa asks an opinion": invites(MSA, CPAM_TEAM, opinion=True),
    "msa invites": invites(MSA, CPAM_TEAM),
}
BY_AGENTS = {
    **BY_THE_CITIZEN,
    "agent says": says(AGENT),
    "colleague says": says(COLLEAGUE),
    "agent asks caf": asks(AGENT, CAF_TEAM),
    "agent asks msa": asks(AGENT, MSA_TEAM),
    "agent completes": completes(AGENT),
    "closes": closes,
    "reopens": reopens,
    "continues": continues,
    "recalls": recalls,
    "colleague opens": opens(COLLEAGUE),
}
BEFORE = {
    **BY_REFERENTS,
    **BY_AGENTS,
    "agent opens": opens(AGENT),
    "caf completes": completes(CAF),
    "caf opens": opens(CAF),
    "msa passes on": passes_on(MSA, CPAM_TEAM),
    "cpam answers": says(CPAM),
    "cpam passes back": passes_on(CPAM, MSA_TEAM),
    "caf passes to msa": passes_on(CAF, MSA_TEAM),
    "caf steps out": steps_out(CAF),
    "rounds": rounds,
}
WITHDRAWN: dict[str, tuple[str, Verb, dict[str, Verb]]] = {
    "an answer": (CAF, says(CAF), BY_REFERENTS),
    "« C’est traité »": (CAF, handles(CAF), BY_REFERENTS),
    "« Non pertinente »": (CAF, dismisses(CAF), BY_REFERENTS),
    "an agent’s message": (AGENT, says(AGENT), BY_AGENTS),
    "an agent’s message to the CAF": (AGENT, asks(AGENT, CAF_TEAM), BY_AGENTS),
    "a message between referents": (CAF, notes(CAF), BY_AGENTS),
}


def steps(verbs: dict[str, Verb], most: int) -> st.SearchStrategy[list[tuple[str, timedelta]]]:
    hours = st.sampled_from([1, 30, 5 * 24, 16 * 24, 61 * 24])
    return st.lists(
        st.tuples(st.sampled_from(sorted(verbs)), hours.map(lambda one: timedelta(hours=one))), max_size=most
    )


def is_read_by_a_leaver(after: list[tuple[str, timedelta]]) -> bool:
    """Then it cannot be withdrawn: a person who has left counts as the other side (readers.py)."""
    names = [name for name, _ in after]
    leaving = min((names.index(name) for name in ("msa steps out", "msa passes to caf") if name in names), default=0)
    return any(name.startswith("msa ") for name in names[:leaving])


stories = (
    st.sampled_from(sorted(WITHDRAWN))
    .flatmap(lambda what: st.tuples(st.just(what), steps(BEFORE, 6), steps(WITHDRAWN[what][2], 3), st.booleans()))
    .filter(lambda story: not is_read_by_a_leaver(story[2]))
)


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(story=stories)
@example(story=("« C’est traité »", [], [("stops", HOUR), ("consents", HOUR)], False))
@example(story=("an agent’s message to the CAF", [("msa dismisses", HOUR), ("caf steps out", HOUR)], SAYS, False))
@example(story=("an agent’s message to the CAF", [("caf steps out", HOUR)], [("agent says", HOUR)], False))
@example(story=("an agent’s message to the CAF", [("caf dismisses", HOUR), ("msa handles", HOUR)], [], True))
@example(story=("« Non pertinente »", [("msa asks an opinion", HOUR)], [("msa steps out", HOUR)], False))
@example(story=("an answer", [("caf handles", HOUR)], [("msa passes to caf", HOUR)], False))
@example(story=("an agent’s message", [("caf says", HOUR)], [("agent completes", HOUR)], False))
@example(story=("an agent’s message", [("caf says", HOUR), ("agent completes", HOUR)], [], False))
@example(story=("an agent’s message", [("caf says", HOUR)], [("continues", HOUR), ("recalls", HOUR)], False))
@example(story=("an agent’s message", [("continues", HOUR), ("reopens", HOUR)], [("recalls", HOUR)], False))
@example(story=("an answer", [("caf says", HOUR), ("continues", HOUR), ("recalls", HOUR)], [], False))
@example(story=("an agent’s message", [("stops", HOUR), ("consents", HOUR), ("caf says", HOUR)], [], False))
async def test_withdrawing_leaves_what_the_case_would_be_without(
    cast: Cast, new_case: NewCase, now: datetime, story: Any
) -> None:
    """Emails about what followed went to the teams that the message had called back, or not to those it put aside.

    A file completed after the message gives no turn to a team that the message had called.
    """
    what, before, after, corrected = story
    who, verb, _ = WITHDRAWN[what]
    loud, quiet = await new_case("CAF", "MSA"), await new_case("CAF", "MSA")
    for name, pause in before:
        now += pause
        await both(BEFORE[name], cast, loud, quiet, now)
    now += timedelta(hours=1)
    places = await list_places(loud)
    if await refused(verb, cast, loud, now):
        return
    called = await list_places(loud) != places or "agent completes" in dict(after)
    message, until = await last_message(), now if called else None
    for name, pause in after:
        now += pause
        if await follows_a_call(what, BEFORE[name], cast, loud, quiet, now):
            return
    if await Case.exists().where(Case.id == loud, Case.status == "closed"):
        return
    await both(consents, cast, loud, quiet, now)
    if corrected:
        await correct(actor(cast, who), loud, message, "Mieux dit", now)

    await withdraw_message(actor(cast, who), loud, message, now)

    left, expected = await rows(loud, until), {**await rows(quiet, until), "reminded_at": None}
    differing = {name: (left[name], expected[name]) for name in left if left[name] != expected[name]}
    assert not differing


async def both(verb: Verb, cast: Cast, loud: UUID, quiet: UUID, now: datetime) -> None:
    assert await refused(verb, cast, loud, now) == await refused(verb, cast, quiet, now)


async def follows_a_call(what: str, verb: Verb, cast: Cast, loud: UUID, quiet: UUID, now: datetime) -> bool:
    """Whether a message by name called back the only team: without it, no team is there to write to."""
    ends = await refused(verb, cast, loud, now), await refused(verb, cast, quiet, now)
    assert ends[0] == ends[1] or (ends == ("", "Invalid") and what == "an agent’s message to the CAF")
    return ends[0] != ends[1]
