"""The form of a person's roles, on /personnes/{id}/roles and /personnes/nouvelle: reads it, lists what it offers."""

from dataclasses import dataclass
from typing import Any

from app.domain.accounts.actor import PlatformRole, Supervised
from app.domain.people.roles import Roles
from app.domain.teams.areas import list_areas
from app.domain.teams.organisation_choices import list_organisations
from app.domain.teams.regions import find_whole_regions, list_region_areas, list_regions
from app.routes.forms import Form
from app.text.labels.people import ROLE_CHOICE

EXPERT, ROLE, REGIONS, AREAS, ORGANISATIONS = "expert", "role", "regions", "territoires", "organismes"


@dataclass(frozen=True)
class RoleFormValues:
    """What is ticked. A whole region is ticked instead of its departments."""

    role: str = PlatformRole.MEMBER
    is_expert: bool = False
    regions: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()


def list_saved_roles(roles: Roles) -> RoleFormValues:
    whole = find_whole_regions(roles.supervised.areas)
    inside = frozenset(code for region in whole for code in region.areas)
    return RoleFormValues(
        roles.role,
        roles.is_expert,
        frozenset(region.code for region in whole),
        roles.supervised.areas - inside,
        frozenset(str(one) for one in roles.supervised.organisations),
    )


def read_role_values(form: Form) -> RoleFormValues:
    return RoleFormValues(
        form.read_as_typed(ROLE),
        form.has_field(EXPERT),
        frozenset(form.read_texts(REGIONS)),
        frozenset(form.read_texts(AREAS)),
        frozenset(str(one) for one in form.read_numbers(ORGANISATIONS)),
    )


def read_roles(form: Form) -> Roles:
    """An unknown role is none. The domain checks what is supervised."""
    typed = read_role_values(form)
    role = PlatformRole(typed.role) if typed.role in set(PlatformRole) else PlatformRole.MEMBER
    areas = typed.areas | list_region_areas(typed.regions)
    return Roles(role, typed.is_expert, Supervised(areas, frozenset(int(one) for one in typed.organisations)))


async def list_role_choices() -> dict[str, Any]:
    """For components/people/_roles.html."""
    return {
        "role_items": [{"value": role, "label": label, "hint": hint} for role, (label, hint) in ROLE_CHOICE.items()],
        "region_items": [{"value": region.code, "label": region.name} for region in list_regions()],
        "area_items": [{"value": area.code, "label": area.code_and_name} for area in await list_areas()],
        "organisation_items": [{"value": one.id, "label": one.name} for one in await list_organisations()],
    }
