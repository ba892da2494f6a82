"""A team's form, the same for a new team and for a change."""

from dataclasses import dataclass

from app.domain.errors import Invalid
from app.domain.teams.areas import AreaChoice
from app.domain.teams.form import FIELDS, LONGEST, TeamCard, TeamWish
from app.domain.teams.refusals import HelperKind
from app.routes.forms import Form


@dataclass(frozen=True)
class Typed:
    """What the form shows: as it was typed, or as the team is. Named by the fields of the form."""

    texts: dict[str, str]
    areas: frozenset[str]
    welcome: frozenset[int]
    organisation: int | None = None


def area_items(areas: list[AreaChoice]) -> list[dict[str, str]]:
    return [{"value": area.code, "label": area.listed} for area in areas]


def kind_items(kinds: list[HelperKind]) -> list[dict[str, str]]:
    return [{"value": str(kind.id), "label": kind.name} for kind in kinds]


def typed_in(form: Form) -> Typed:
    return Typed(
        {field: form.typed(field) for field in FIELDS.values()},
        frozenset(form.many("territoires")),
        frozenset(form.numbers("structures")),
        form.number("organisme"),
    )


def shown(card: TeamCard, areas: frozenset[str], welcome: frozenset[int]) -> Typed:
    return Typed({field: getattr(card, name) for name, field in FIELDS.items()}, areas, welcome)


def wish_of(form: Form) -> TeamWish:
    """Raises Invalid for what cannot be read; the rules say the rest."""
    texts, errors = form.readable({field: LONGEST[name] for name, field in FIELDS.items()})
    if errors:
        raise Invalid(**errors)
    typed = typed_in(form)
    card = TeamCard(**{name: texts[field] for name, field in FIELDS.items()})
    return TeamWish(card, typed.areas, typed.welcome)
