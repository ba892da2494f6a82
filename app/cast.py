"""The invented people and teams of the demonstration, the tests, e2e and the gallery.

Built through the domain's functions, so that the data is possible. On purpose, the Cher has no MSA team, and in the
Creuse the CPAM team has no member.
"""

from dataclasses import dataclass, fields
from datetime import datetime

from app.domain.accounts.actor import Actor, PlatformRole, load_actor, load_actors
from app.domain.accounts.first_visit import complete_first_visit
from app.domain.accounts.registration import register_person
from app.domain.teams.local_contact import load_editable_contact, save_contact
from app.domain.teams.supervision import supervise
from app.domain.teams.teams import add_member, create_team
from db.engine import transaction
from db.tables.people import Person


@dataclass(frozen=True)
class Cast:
    agent_lot: Actor
    """Carmen opens cases and closes them."""
    colleague_lot: Actor
    """Bastien, same team: sees Carmen's cases and may close them, but not her drafts."""
    agent_cher: Actor
    """Inès, another area: must see nothing of the Lot."""
    referent_caf_lot: Actor
    """Julien answers for the CAF."""
    referent_cpam_lot: Actor
    """Aïcha sees only what the CPAM receives."""
    referent_msa_lot: Actor
    """Paul answers for the MSA."""
    manager_caf_lot: Actor
    """Hélène manages the CAF's team and reads what it receives."""
    referent_caf_cher: Actor
    """Marc, same organisation, another area: must see nothing of the Lot."""
    expert: Actor
    """Nadia sees a case once she is invited."""
    supervisor_lot: Actor
    """Yves sees statistics, never a case."""
    admin: Actor
    """Odile runs the platform and reads no case."""
    newcomer_lot: Actor
    """Léa has not done her first visit: no page opens before it."""


@dataclass(frozen=True)
class Role:
    first_name: str
    last_name: str
    function: str
    team: str = ""
    platform_role: PlatformRole = PlatformRole.MEMBER
    expert: bool = False
    manager: bool = False
    first_visit_done: bool = True


TEAMS: dict[str, tuple[str, str]] = {
    "France Services de démonstration du Lot": ("FS", "46"),
    "France Services de démonstration du Cher": ("FS", "18"),
    "CAF du Lot": ("CAF", "46"),
    "CPAM du Lot": ("CPAM", "46"),
    "MSA du Lot": ("MSA", "46"),
    "France Travail du Lot": ("France Travail", "46"),
    "Préfecture du Lot": ("Préf", "46"),
    "CAF du Cher": ("CAF", "18"),
    "CPAM du Cher": ("CPAM", "18"),
    "CAF de la Creuse": ("CAF", "23"),
    "MSA de la Creuse": ("MSA", "23"),
    "CPAM de la Creuse": ("CPAM", "23"),
}

PEOPLE: dict[str, Role] = {
    "agent.lot": Role("Carmen", "Vidal", "Conseillère France Services", "France Services de démonstration du Lot"),
    "collegue.lot": Role("Bastien", "Roques", "Conseiller France Services", "France Services de démonstration du Lot"),
    "agent.cher": Role("Inès", "Moreau", "Conseillère France Services", "France Services de démonstration du Cher"),
    "referent.caf.lot": Role("Julien", "Delmas", "Référent partenariats", "CAF du Lot"),
    "referent.cpam.lot": Role("Aïcha", "Benali", "Référente accès aux droits", "CPAM du Lot"),
    "referent.msa.lot": Role("Paul", "Castagné", "Référent social", "MSA du Lot"),
    "referent.travail.lot": Role("Samir", "Haddad", "Référent partenariats", "France Travail du Lot"),
    "referent.pref.lot": Role("Claire", "Lacombe", "Référente titres et séjour", "Préfecture du Lot"),
    "responsable.caf.lot": Role("Hélène", "Marty", "Responsable du service", "CAF du Lot", manager=True),
    "referent.caf.cher": Role("Marc", "Perrin", "Référent partenariats", "CAF du Cher"),
    "referent.cpam.cher": Role("Lucie", "Bernard", "Référente accès aux droits", "CPAM du Cher"),
    "referent.caf.creuse": Role("Denis", "Faure", "Référent partenariats", "CAF de la Creuse"),
    "referent.msa.creuse": Role("Sylvie", "Chaput", "Référente sociale", "MSA de la Creuse"),
    "expert": Role("Nadia", "Lefort", "Experte de la plateforme", expert=True),
    "superviseur.lot": Role("Yves", "Cazals", "Animateur du réseau", platform_role=PlatformRole.SUPERVISOR),
    "nouvelle.lot": Role("Léa", "Fabre", "", "France Services de démonstration du Lot", first_visit_done=False),
    "nouveau.cher": Role("Tom", "Garrel", "", "France Services de démonstration du Cher", first_visit_done=False),
    "admin": Role("Odile", "Garnier", "Administratrice", platform_role=PlatformRole.ADMIN),
}

_ADDRESSES = {
    "colleague_lot": "collegue.lot",
    "manager_caf_lot": "responsable.caf.lot",
    "newcomer_lot": "nouvelle.lot",
    "supervisor_lot": "superviseur.lot",
}


def build_address(login: str) -> str:
    return f"{login}@exemple.fr"


def build_phone(login: str) -> str:
    """Among the numbers that are reserved for fiction in France."""
    return f"05 36 49 00 {list(PEOPLE).index(login):02d}"


async def build_people(now: datetime) -> None:
    """Adds missing people, with their teams, in one transaction. Those who exist are not changed."""
    async with transaction():
        rows = await Person.select(Person.address).where(
            Person.address.is_in([build_address(login) for login in PEOPLE])
        )
        known = {row["address"] for row in rows}
        await _build({login: role for login, role in PEOPLE.items() if build_address(login) not in known}, now)
    await _name_local_contact(now)


async def _build(newcomers: dict[str, Role], now: datetime) -> None:
    if not newcomers:
        return
    teams = {name: await create_team(name, acronym, [area]) for name, (acronym, area) in TEAMS.items()}
    for login, role in newcomers.items():
        person = await register_person(
            build_address(login),
            first_name=role.first_name,
            last_name=role.last_name,
            function=role.function,
            role=role.platform_role,
            expert=role.expert,
            now=now,
        )
        if role.first_visit_done:
            await _complete_first_visit(person, login, role, now)
        if role.team:
            await add_member(person, teams[role.team], manager=role.manager)
        if role.platform_role == PlatformRole.SUPERVISOR:
            await supervise(person, "46")


async def _name_local_contact(now: datetime) -> None:
    """The Lot gets one. On purpose, the Cher has none."""
    admin = (await _load_actors(["admin"]))["admin"]
    if not (await load_editable_contact(admin, "46")).address:
        address = build_address("contact.lot")
        await save_contact(
            admin, "46", name="Yves Cazals", address=address, phone=build_phone("superviseur.lot"), now=now
        )


async def _complete_first_visit(person: int, login: str, role: Role, now: datetime) -> None:
    """Accepts the terms of use, unless the account is deactivated."""
    actor = await load_actor(person)
    if actor and not actor.accepted_terms:
        await complete_first_visit(
            actor,
            first_name=role.first_name,
            last_name=role.last_name,
            function=role.function,
            phone=build_phone(login),
            accepted=True,
            now=now,
        )


async def load_cast() -> Cast:
    """In two queries: nearly each test asks for it."""
    known = await _load_actors([field.name for field in fields(Cast)])
    return Cast(**known)


async def _load_actors(names: list[str]) -> dict[str, Actor]:
    addresses = {build_address(_ADDRESSES.get(name, name.replace("_", "."))): name for name in names}
    rows = await Person.select(Person.id).where(Person.address.is_in(list(addresses)))
    actors = {addresses[actor.address]: actor for actor in await load_actors([row["id"] for row in rows])}
    missing = set(names) - set(actors)
    assert not missing, f"{missing}: build_people() first"
    return actors
