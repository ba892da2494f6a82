"""The ways to say who may use a route, for the rows of route_rules.py and case_rules.py.

- allow_public(), allow_first_visit(), allow_signed_in(): everybody; any open session; any person past the first visit.
- allow_machine(): a machine that knows a secret.
- allow_only(…): these people of the cast; for others the page does not exist (404), or otherwise=403.
- allow_by_case(…): each person who may do this to the case, by the docstring of app/domain/cases/permissions.py.
- allow_by_draft(), allow_by_attachment(), allow_by_message(): app/tests/access_matrix/world.py lists the owners.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.domain.cases.permissions import Action

FormValues = dict[str, str]


class Access(StrEnum):
    ANYBODY = "anybody"
    NOBODY = "nobody"
    ARRIVING = "arriving"
    ARRIVED = "arrived"
    ONLY = "only"
    CASE = "case"
    DRAFT = "draft"
    ATTACHMENT = "attachment"
    MESSAGE = "message"


@dataclass(frozen=True)
class RouteRule:
    """`form` is what a post sends; `values` are parameters of the address that no target gives.

    In both, « team of X », « person X », « session of X » stand for a row’s id. `done_by` is the column of the matrix
    that has already done the action: repeating it changes nothing.
    """

    name: str
    rule: Access
    logins: frozenset[str] = frozenset()
    otherwise: int = 404
    refused: frozenset[str] = frozenset()
    actions: frozenset[Action] = frozenset()
    done_by: str = ""
    form: FormValues = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.name.split()[0]

    @property
    def path(self) -> str:
        return self.name.split()[1]

    def build_path(self, values: dict[str, Any]) -> str:
        return re.sub(r"\{([a-z_]+):[a-z]+\}", lambda found: str(values[found[1]]), self.path)

    @property
    def needs_target(self) -> bool:
        """Whether the address names a case, a draft, a file or a message."""
        return self.rule in (Access.CASE, Access.DRAFT, Access.ATTACHMENT, Access.MESSAGE)


def allow_public(name: str, /, form: FormValues | None = None, **values: Any) -> RouteRule:
    return RouteRule(name, Access.ANYBODY, form=form or {}, values=values)


def allow_machine(name: str) -> RouteRule:
    """A machine that knows a secret; 403 for every person."""
    return RouteRule(name, Access.NOBODY)


def allow_first_visit(name: str) -> RouteRule:
    return RouteRule(name, Access.ARRIVING)


def allow_signed_in(name: str, /, form: FormValues | None = None, **values: Any) -> RouteRule:
    return RouteRule(name, Access.ARRIVED, form=form or {}, values=values)


def allow_only(
    name: str, /, *who: str, otherwise: int = 404, refused: str = "", form: FormValues | None = None, **values: Any
) -> RouteRule:
    """The people of `refused` may know that the page exists, and get 403."""
    return RouteRule(
        name, Access.ONLY, frozenset(who), otherwise, frozenset(refused.split()), form=form or {}, values=values
    )


def allow_by_case(
    name: str, *actions: Action, form: FormValues | None = None, again: str = "", **values: Any
) -> RouteRule:
    return RouteRule(name, Access.CASE, actions=frozenset(actions), form=form or {}, done_by=again, values=values)


def allow_by_draft(name: str, /, form: FormValues | None = None, **values: Any) -> RouteRule:
    return RouteRule(name, Access.DRAFT, actions=frozenset({Action.EDIT_DRAFT}), form=form or {}, values=values)


def allow_by_attachment(name: str, form: FormValues | None = None) -> RouteRule:
    return RouteRule(name, Access.ATTACHMENT, form=form or {})


def allow_by_message(name: str, form: FormValues | None = None) -> RouteRule:
    return RouteRule(name, Access.MESSAGE, form=form or {})
