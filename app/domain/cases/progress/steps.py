"""What happens to a case, step by step, for each of its teams and for the agents' side. Pure.

The verbs and the replay of a case (lifecycle/replay.py) apply the same functions, so that a withdrawn message leaves
what the case would be without it. Source: design.md, « Several teams »; features.md W1, W2.

| step             | the team that acts, or is reached             | the other teams       | the agents' turn     |
|------------------|-----------------------------------------------|-----------------------|----------------------|
| sent             | has the turn, its clock starts                |                       | no                   |
| opened           | seen                                          |                       |                      |
| taken, assigned  | promises to say where the case is             | nothing changes       | no change            |
| given back       | no promise, unless it has answered            | nothing changes       | no change            |
| answered         | its turn and its clock end; it promises to    | nothing changes       | yes                  |
|                  | say more, unless the answer announces an end  |                       |                      |
| asked            | gets the turn back, also after « c'est        | nothing changes       | no, unless no team   |
|                  | traité »; by name, also once it is out        |                       | is asked             |
| completed by the | as asked, if it awaits the agents' side and   | nothing changes       | no, unless no team   |
| agents' side     | they have the turn                            |                       | awaited them         |
| joined           | has the turn, its clock starts                |                       |                      |
| joined, opinion  | owes nothing                                  |                       |                      |
| left             | out: no turn, no clock                        | nothing changes       | yes, once no team is |
|                  |                                               |                       | concerned            |
| closed           | no turn, no clock                             | the same              | no                   |
| reopened,        | as asked, but « c'est traité » stays          |                       | no, unless no team   |
| resumed          |                                               |                       | is asked             |
| suspended        | no turn, no clock                             | the same              | yes                  |
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.accounts.actor import Side
from app.domain.case_status import Status, compute_status
from app.domain.cases.progress.promise import end_promise, make_promise
from app.domain.cases.progress.team import TeamProgress, Teams, merge_progress, resolve_addressed_teams
from app.domain.cases.progress.turns import ask_team, begin_turn, end_turn, find_irrelevant_at


@dataclass(frozen=True)
class CaseProgress:
    """next_side: Side.AGENT while the agents' side is asked, Side.REFERENT while it waits, empty once closed."""

    teams: Teams
    next_side: str = ""
    sent: bool = True
    closed: bool = False

    @property
    def status(self) -> Status:
        """Teams that stepped out count: the status never goes back."""
        return compute_status(
            sent=self.sent,
            closed=self.closed,
            seen=any(team.seen_at for team in self.teams.values()),
            answered=any(team.first_answer_at for team in self.teams.values()),
        )

    @property
    def late_from(self) -> datetime | None:
        return min((team.late_from for team in self.teams.values() if team.late_from), default=None)

    @property
    def handled_at(self) -> datetime | None:
        """When the last of the concerned teams said « c'est traité »; None while one of them has not."""
        said = [team.handled_at for team in self.teams.values() if team.is_concerned]
        known = [at for at in said if at]
        return max(known) if known and len(known) == len(said) else None


def send(teams: Iterable[int], now: datetime, area: str) -> CaseProgress:
    sent = CaseProgress({}, Side.REFERENT)
    for team in teams:
        sent = join(sent, team, now, area)
    return sent


def open_by(before: CaseProgress, teams: Iterable[int], now: datetime) -> CaseProgress:
    """Only a team's first opening counts."""
    seen = {team: replace(before.teams[team], seen_at=before.teams[team].seen_at or now) for team in teams}
    return replace(before, teams={**before.teams, **seen})


def take(before: CaseProgress, team: int, now: datetime, area: str) -> CaseProgress:
    """A person of the team takes charge of the case, or is given it."""
    return replace(before, teams={**before.teams, team: make_promise(before.teams[team], now, area)})


def give_back(before: CaseProgress, team: int) -> CaseProgress:
    """No person of the team has the case any more: what it has answered still wants its end."""
    known = before.teams[team]
    return before if known.first_answer_at else replace(before, teams={**before.teams, team: end_promise(known)})


def answer(
    before: CaseProgress, team: int, now: datetime, area: str, *, handled: bool = False, irrelevant: bool = False
) -> CaseProgress:
    known = before.teams[team]
    after = replace(
        end_turn(known),
        first_answer_at=known.first_answer_at or now,
        last_answer_at=now,
        handled_at=now if handled else None,
        irrelevant_at=find_irrelevant_at(known, now, handled=handled, irrelevant=irrelevant),
    )
    promised = make_promise(after, now, area)
    return replace(before, teams={**before.teams, team: promised}, next_side=Side.AGENT)


def ask(before: CaseProgress, addressed: Iterable[int], now: datetime, area: str) -> CaseProgress:
    """A message of the agents' side. addressed: the teams that it names, none for all (resolve_addressed_teams)."""
    targets = resolve_addressed_teams(before.teams, addressed)
    return _give_turn(before, targets, now, area, keeps_handled=False)


def complete(before: CaseProgress, now: datetime, area: str) -> CaseProgress:
    """The agents' side completes the citizen's file: the teams that wrote last, and await it, have the turn again."""
    asking = frozenset(team for team, progress in before.teams.items() if progress.awaits_agents)
    if before.next_side != Side.AGENT or not asking:
        return before
    return _give_turn(before, asking, now, area, keeps_handled=False)


def join(before: CaseProgress, team: int, now: datetime, area: str, *, opinion: bool = False) -> CaseProgress:
    """A team that had stepped out, or was there already, is asked anew. A team asked for an opinion owes nothing."""
    known = before.teams.get(team, TeamProgress(now))
    joined = replace(known, left_at=None, irrelevant_at=None, handled_at=None, opinion=opinion)
    reached = joined if opinion else begin_turn(joined, now, area)
    return replace(before, teams={**before.teams, team: reached})


def leave(before: CaseProgress, team: int, now: datetime) -> CaseProgress:
    """A team that steps out, transfers the case or is closed."""
    left = replace(end_turn(before.teams[team]), left_at=now, taken_by=None)
    return _settle_turn(replace(before, teams={**before.teams, team: left}))


def close(before: CaseProgress) -> CaseProgress:
    return replace(_end_turns(before), next_side="", closed=True)


def reopen(before: CaseProgress, now: datetime, area: str) -> CaseProgress:
    return _ask_again(replace(before, closed=False), now, area)


def suspend(before: CaseProgress) -> CaseProgress:
    return replace(_end_turns(before), next_side=Side.AGENT)


def resume(before: CaseProgress, now: datetime, area: str) -> CaseProgress:
    return _ask_again(before, now, area)


def merge(before: CaseProgress, old: int, new: int) -> CaseProgress:
    """The team `old` is merged into `new`, on a case that `old` received."""
    teams = {team: progress for team, progress in before.teams.items() if team != old}
    known = teams.get(new)
    teams[new] = merge_progress(before.teams[old], known) if known else before.teams[old]
    return replace(before, teams=teams)


def _ask_again(before: CaseProgress, now: datetime, area: str) -> CaseProgress:
    return _give_turn(before, resolve_addressed_teams(before.teams), now, area, keeps_handled=True)


def _give_turn(
    before: CaseProgress, targets: frozenset[int], now: datetime, area: str, *, keeps_handled: bool
) -> CaseProgress:
    asked = {team: ask_team(before.teams[team], now, area, keeps_handled=keeps_handled) for team in targets}
    return replace(before, teams={**before.teams, **asked}, next_side=Side.REFERENT if targets else Side.AGENT)


def _end_turns(before: CaseProgress) -> CaseProgress:
    return replace(before, teams={team: end_turn(progress) for team, progress in before.teams.items()})


def _settle_turn(after: CaseProgress) -> CaseProgress:
    """Once no team is concerned any more, an open case is the agents' to go on with."""
    concerned = any(team.is_concerned for team in after.teams.values())
    return after if after.closed or concerned else replace(after, next_side=Side.AGENT)
