"""The audit log, and what it counts instead of listing."""

from piccolo.columns import UUID, BigSerial, Integer, Timestamptz, Varchar
from piccolo.table import Table


class AttemptCount(Table):
    """How often people who were not logged in did one action in an hour (app/domain/audit/attempt_counts.py).

    hour: since 1970. account_id: whose attempts, or 0. network: empty for an account, and after the first networks.
    """

    key = Varchar(length=100, primary_key=True)
    hour = Integer(index=True)
    action = Varchar(length=30)
    account_id = Integer()
    network = Varchar(length=43)
    times = Integer()


class AuditEntry(Table, tablename="audit_log"):
    """Who did what, when and from where: numbers only, no content, no foreign key (it outlives its subjects).

    target_person_id, team_id: the person and team concerned. network: never the full address of one machine.
    denied_route: the route of a denied access, « POST /equipes/{team_id}/membres »; otherwise empty.
    search_mark: the HMAC of the words of a search; otherwise empty.
    The database refuses to change a line, and to delete one less than a year old.
    """

    id = BigSerial(primary_key=True)
    happened_at = Timestamptz()
    action = Varchar(length=20)
    person_id = Integer(null=True, default=None)
    case_id = UUID(null=True, default=None)
    team_id = Integer(null=True, default=None)
    target_person_id = Integer(null=True, default=None)
    network = Varchar(length=43)
    browser = Varchar(length=60)
    denied_route = Varchar(length=100)
    search_mark = Varchar(length=22)
