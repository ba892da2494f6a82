"""The three choices of when emails arrive, as a form: in the profile, and on the page that a digest leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.accounts.actor import Actor
from app.domain.email.preferences import CHOICE_FIELDS
from app.domain.email.shares import CaseShare
from app.routes.forms import Form
from app.text.labels import EMAIL_FREQUENCIES, EMAIL_SHARES


@dataclass(frozen=True)
class ChoiceGroup:
    name: str
    legend: str
    hint: str
    items: tuple[Any, ...]
    value: str


def build_choice_groups(actor: Actor, values: Mapping[CaseShare, str]) -> list[ChoiceGroup]:
    """The first group explains each time. An expert of the platform has no team, and one choice."""
    shares = [CaseShare.MINE] if actor.is_expert else list(CaseShare)
    return [_build_group(share, values[share]) for share in shares]


def _build_group(share: CaseShare, value: str) -> ChoiceGroup:
    brief = tuple(replace(item, hint="") for item in EMAIL_FREQUENCIES)
    items = EMAIL_FREQUENCIES if share == CaseShare.MINE else brief
    return ChoiceGroup(CHOICE_FIELDS[share], *EMAIL_SHARES[share], items, value)


def read_email_choices(form: Form) -> dict[CaseShare, str]:
    """A page of before the release has the first field alone: its choice holds for all."""
    return {share: form.read_text(_find_field(form, field)) for share, field in CHOICE_FIELDS.items()}


def read_choices_as_typed(form: Form) -> dict[CaseShare, str]:
    return {share: form.read_as_typed(_find_field(form, field)) for share, field in CHOICE_FIELDS.items()}


def _find_field(form: Form, field: str) -> str:
    return field if form.has_field(field) else CHOICE_FIELDS[CaseShare.MINE]
