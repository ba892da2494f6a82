"""The doors by which cases come into somebody's list: visibility.py's rule, each door an index read from one end.

A team's own cases, those that it received, those to which an expert was invited. However many lie behind a door, no
more are taken through it than the list asks for; the indexes are those of db/migrations/recipients_in_order_kept.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from piccolo.querystring import QueryString

from app.domain.accounts.actor import Actor, PlatformRole, Side
from app.domain.cases.inbox.filters import Order, View
from app.domain.cases.inbox.visibility import Condition

OPEN = "cases.status IN ('new', 'seen', 'answered') AND cases.erased_at IS NULL"
CLOSED = "cases.status = 'closed' AND cases.erased_at IS NULL"
Narrowing = Callable[[bool], Condition | None]
"""What else a case must be; asked with whether the actor reads there what referents write between them."""
_INVITED = '(SELECT 1 FROM guest WHERE guest."case" = cases.id AND guest.person = {})'
_NOTHING = QueryString('SELECT cases.id AS "case", last_event, TRUE AS yours FROM cases WHERE 1 = 0')


def anything(apart: bool) -> None:
    return None


@dataclass(frozen=True)
class Taken:
    """What is taken through each door. beyond is an event: only what comes after it in this order, or before_it.

    since is one too: only what is newer. past: only what comes after all of a query of this name, of the same order.
    """

    view: View
    most: int
    order: Order = Order.RECENT
    narrowing: Narrowing = anything
    beyond: int | None = None
    before_it: bool = False
    since: int | None = None
    past: str = ""

    @property
    def ascending(self) -> bool:
        return (self.order == Order.OLDEST) != self.before_it


def through_doors(actor: Actor, *taken: Taken) -> QueryString:
    """Rows of "case", last_event (the latest that the actor may read) and yours; each case once."""
    doors = [door for one in taken for door in _doors(actor, one)]
    if len(doors) < 2:
        return doors[0] if doors else _NOTHING
    each = " UNION ".join(["SELECT * FROM ({}) AS door"] * len(doors))
    end = f"ORDER BY last_event {_direction(taken[0])} LIMIT {taken[0].most}"
    return QueryString(f"SELECT * FROM ({each}) AS doors {end}", *doors)  # noqa: S608 # nosec B608


def _doors(actor: Actor, taken: Taken) -> Iterator[QueryString]:
    expert, helpers = actor.role == PlatformRole.EXPERT, actor.teams(Side.AGENT)
    for team in helpers:
        yield _door("cases", [QueryString("cases.team = {}", team)], actor, taken)
    for team in actor.teams(Side.REFERENT):
        received = QueryString("recipient.team = {}", team)
        if not expert and not helpers and taken.view != View.MINE:
            yield _received(received, taken)
        else:
            yield from _received_elsewhere(received, helpers, actor, taken)
    if expert:
        invited = QueryString("guest.person = {}", actor.id)
        readable = QueryString("(cases.status <> 'closed' OR cases.closed_by = {})", actor.id)
        yield _door('guest JOIN cases ON cases.id = guest."case"', [invited, readable], actor, taken)


def _received(door: QueryString, taken: Taken) -> QueryString:
    """Read from the recipient's own columns, without the cases unless something else narrows it."""
    conditions = [door, QueryString(f"recipient.open = {'FALSE' if taken.view == View.CLOSED else 'TRUE'}")]
    if taken.view == View.TO_HANDLE:
        conditions.append(QueryString("recipient.next_side = 'referent'"))
    narrowed = taken.narrowing(True)
    joined = "" if narrowed is None else ' JOIN cases ON cases.id = recipient."case"'
    columns = "recipient.\"case\", recipient.last_event, recipient.next_side = 'referent' AS yours"
    return _ordered(columns, "recipient" + joined, "recipient.last_event", conditions, narrowed, taken)


def _received_elsewhere(door: QueryString, helpers: list[int], actor: Actor, taken: Taken) -> Iterator[QueryString]:
    """Of a person with other seats or a role: on cases of their own team, and where they are invited as an expert, they
    stand on the agents' side; on the others they read as referents do (permissions.reads)."""
    source = 'recipient JOIN cases ON cases.id = recipient."case"'
    alone = [door]
    if helpers:
        alone.append(QueryString(f"cases.team NOT IN ({', '.join(['{}'] * len(helpers))})", *helpers))
    if actor.role == PlatformRole.EXPERT:
        yield _door(source, [door, QueryString(f"EXISTS {_INVITED}", actor.id)], actor, taken)
        alone.append(QueryString(f"NOT EXISTS {_INVITED}", actor.id))
    conditions = [*alone, *_in_view(actor, taken.view, Side.REFERENT)]
    columns = "recipient.\"case\", recipient.last_event, cases.next_side = 'referent' AS yours"
    yield _ordered(columns, source, "recipient.last_event", conditions, taken.narrowing(True), taken)


def _door(source: str, conditions: list[QueryString], actor: Actor, taken: Taken) -> QueryString:
    """On the agents' side."""
    columns = "cases.id AS \"case\", cases.last_event, cases.next_side = 'agent' AS yours"
    conditions = [*conditions, *_in_view(actor, taken.view, Side.AGENT)]
    return _ordered(columns, source, "cases.last_event", conditions, taken.narrowing(False), taken)


def _in_view(actor: Actor, view: View, side: Side) -> Iterator[QueryString]:
    yield QueryString(CLOSED if view == View.CLOSED else OPEN)
    if view == View.TO_HANDLE:
        yield QueryString(f"cases.next_side = '{side}'")
    if view == View.MINE:
        yield QueryString("cases.author = {}", actor.id)


def _ordered(
    columns: str, source: str, by: str, conditions: list[QueryString], narrowed: Condition | None, taken: Taken
) -> QueryString:
    if taken.beyond is not None:
        conditions = [*conditions, QueryString(f"{by} {'>' if taken.ascending else '<'} {{}}", taken.beyond)]
    if taken.past:
        end = "< (SELECT min" if taken.order == Order.RECENT else "> (SELECT max"
        conditions = [*conditions, QueryString(f"{by} {end}(last_event) FROM {taken.past})")]  # nosec B608
    if taken.since is not None:
        conditions = [*conditions, QueryString(f"{by} > {{}}", taken.since)]
    if narrowed is not None:
        conditions = [*conditions, narrowed.querystring]
    all_of = " AND ".join(["{}"] * len(conditions))
    end = f"ORDER BY {by} {_direction(taken)} LIMIT {taken.most}"
    return QueryString(f"SELECT {columns} FROM {source} WHERE {all_of} {end}", *conditions)  # noqa: S608 # nosec B608


def _direction(taken: Taken) -> str:
    return "ASC" if taken.ascending else "DESC"
