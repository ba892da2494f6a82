"""The form of a team, for a new one and for a change."""

from dataclasses import dataclass

from app.domain.errors import Invalid
from app.domain.teams.areas import AreaChoice
from app.domain.teams.form import FORM_FIELDS, MAX_LENGTHS, TeamCard, TeamForm
from app.domain.teams.refusals import HelperKind
from app.routes.forms import Form


@dataclass(frozen=True)
class TeamFormValues:
    """Values of the form: as typed or as saved. texts is indexed by the names of fields."""

    texts: dict[str, str]
    areas: frozenset[str]
    welcome: frozenset[int]
    organisation: int | None = None


def list_area_items(areas: list[AreaChoice]) -> list[dict[str, str]]:
    return [{"value": area.code, "label": area.code_and_name} for area in areas]


def list_kind_items(kinds: list[HelperKind]) -> list[dict[str, str]]:
    return [{"value": str(kind.id), "label": kind.name} for kind in kinds]


def read_form_values(form: Form) -> TeamFormValues:
    return TeamFormValues(
        {field: form.read_as_typed(field) for field in FORM_FIELDS.values()},
        frozenset(form.read_texts("territoires")),
        frozenset(form.read_numbers("structures")),
        form.read_number("organisme"),
    )


def list_saved_values(card: TeamCard, areas: frozenset[str], welcome: frozenset[int]) -> TeamFormValues:
    return TeamFormValues({field: getattr(card, name) for name, field in FORM_FIELDS.items()}, areas, welcome)


def read_team_wish(form: Form) -> TeamForm:
    """Raises Invalid for unreadable or too long texts. The domain checks the rest."""
    texts, errors = form.read_valid_texts({field: MAX_LENGTHS[name] for name, field in FORM_FIELDS.items()})
    if errors:
        raise Invalid(**errors)
    typed = read_form_values(form)
    card = TeamCard(**{name: texts[field] for name, field in FORM_FIELDS.items()})
    return TeamForm(card, typed.areas, typed.welcome)
