"""What surrounds the cases: teams, people who joined and left, imports, the catalogue, each person’s choices."""

from app.cast import build_address
from app.domain.accounts.first_visit import complete_first_visit
from app.domain.cases.thread.ready_phrases import save_phrase
from app.domain.catalogue.editing import edit_entry
from app.domain.catalogue.entries import EntryKind, load_entries
from app.domain.catalogue.history import find_version
from app.domain.email.preferences import change_email_frequency
from app.domain.imports.admin_actions import apply_import, send_import
from app.domain.imports.kinds import ImportKind
from app.domain.imports.worker import process_next_import
from app.domain.members.invitation import invite_to_team
from app.domain.members.invitation_link import build_invitation_url
from app.domain.platform.state import Banner, show_banner
from app.domain.reorganisation.deactivation import deactivate_account, preview_deactivation
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.domain.signup import decision
from app.domain.signup.acceptance import accept_by_link
from app.domain.signup.own_invitations import join_team, list_own_invitations
from app.domain.signup.request import SignupForm, request_account
from app.domain.teams.change import change_team
from app.domain.teams.creation import open_team
from app.domain.teams.form import TeamCard, TeamForm, load_card
from app.domain.teams.refusals import list_helper_kinds
from app.tests.kept_bases.context import HistoryWorld, find_team, load_person
from app.tests.support.imports_fixtures import PEOPLE_HEADING, build_csv
from db.tables.members import Invitation
from db.tables.organisations import Organisation

OUTPOST, CLOSED = "CAF du Lot, antenne d’essai", "CPAM du Lot, antenne d’essai"
NEW = "accueil.lot@exemple.fr"


async def write_spring(world: HistoryWorld) -> None:
    """Two teams are merged, one is closed; two people make their first visit; one account is closed."""
    world.move_to_date(3, 30)
    for name, acronym in ((OUTPOST, "CAF"), (CLOSED, "CPAM")):
        row = await Organisation.select(Organisation.id).where(Organisation.acronym == acronym).first()
        assert row
        kinds = frozenset(kind.id for kind in await list_helper_kinds())
        wish = TeamForm(TeamCard(name, phone="05 36 49 00 91"), frozenset({"46"}), kinds)
        await open_team(world.cast.admin, row["id"], wish, world.tick())
    await merge_teams(world.cast.admin, await find_team(OUTPOST), await find_team("CAF du Lot"), world.tick())
    await close_team(world.cast.admin, await find_team(CLOSED), world.tick())
    for login, first_name, last_name in (("nouvelle.lot", "Léa", "Fabre"), ("nouveau.cher", "Tom", "Garrel")):
        await complete_first_visit(
            await load_person(login),
            first_name=first_name,
            last_name=last_name,
            function="Conseillère",
            phone="05 36 49 00 92",
            accepted=True,
            now=world.tick(),
        )
    leaving = await load_person("referent.msa.creuse")
    seen = (await preview_deactivation(world.cast.admin, leaving.id)).preview_version
    await deactivate_account(world.cast.admin, leaving.id, {}, seen, world.tick())


async def write_evening(world: HistoryWorld) -> None:
    world.move_to_date(11, 24)
    await _choices(world)
    await _invitations(world)
    await _signups(world)
    await _lists(world)


async def write_claire(world: HistoryWorld) -> None:
    """She works for the prefecture and joins the CAF’s team too: she accepts from her own session."""
    world.move_to_date(11, 6)
    manager = world.cast.manager_caf_lot
    await invite_to_team(manager, await find_team("CAF du Lot"), build_address("referent.pref.lot"), world.tick())
    claire = await load_person("referent.pref.lot")
    (own,) = await list_own_invitations(claire, world.tick())
    await join_team(claire, own.id, world.tick())


async def _choices(world: HistoryWorld) -> None:
    """Ready-made phrases, a team with a refused organisation, the catalogue, a banner, email preferences."""
    cast, caf = world.cast, await find_team("CAF du Lot")
    for title in ("Pièce manquante", "Délai de versement"):
        body = f"{title} : nous revenons vers vous."
        await save_phrase(cast.manager_caf_lot, caf, None, title, body, seen=0, now=world.tick())
    creuse = await find_team("CPAM de la Creuse")
    some = frozenset(kind.id for kind in (await list_helper_kinds())[1:])
    await change_team(cast.admin, creuse, TeamForm(await load_card(creuse), frozenset({"23"}), some), world.tick())
    entry = next(one for one in await load_entries(EntryKind.ORGANISATION) if one.name == "CAF")
    state = {name: value for name, value in entry.state.items() if name not in {"withdrawn", "position"}}
    typed = {**state, "notice": "Joindre l’attestation."}
    seen = await find_version(EntryKind.ORGANISATION, entry.id)
    await edit_entry(cast.admin, EntryKind.ORGANISATION, entry.id, typed, seen_version=seen, now=world.tick())
    await show_banner(cast.admin, Banner("Fermé le 1er janvier."), world.tick())
    await change_email_frequency(cast.referent_caf_lot, "daily", world.tick())


async def _invitations(world: HistoryWorld) -> None:
    """One used, by a new address; two open: to Samir, who has an account, and to an unknown address."""
    manager, caf = world.cast.manager_caf_lot, await find_team("CAF du Lot")
    for address in (NEW, build_address("referent.travail.lot"), "guichet.lot@exemple.fr"):
        await invite_to_team(manager, caf, address, world.tick())
    row = await Invitation.select(Invitation.reference).where(Invitation.address == NEW).first()
    assert row
    link = build_invitation_url(row["reference"]).rpartition("/")[2]
    await accept_by_link(link, browser="kept desk", network="203.0.113.8", now=world.tick())


async def _signups(world: HistoryWorld) -> None:
    """One accepted, one refused, one waiting, and one by Carmen, who has an account."""
    admin = world.cast.admin
    for place in ("acceptee", "refusee", "attente"):
        await _asks(world, f"inscription.{place}@exemple.fr")
    await _asks(world, build_address("agent.lot"))
    accepted, refused, _ = await decision.list_applicants(admin)
    office = await find_team("France Services de démonstration du Lot")
    await decision.accept_applicant(admin, accepted.id, office, world.tick())
    await decision.refuse_applicant(admin, refused.id, "Demandez à votre responsable de vous inviter.", world.tick())


async def _asks(world: HistoryWorld, address: str) -> None:
    asked = SignupForm(
        address=address,
        first_name="Zoé",
        last_name="Neuve",
        function="Conseillère",
        phone="05 36 49 00 93",
        organisation=None,
        area="46",
        team_name="France Services de démonstration du Lot",
        reason="J’accueille du public.",
    )
    await request_account(asked, network="203.0.113.9", now=world.tick())


async def _lists(world: HistoryWorld) -> None:
    """One import of people is applied, another is previewed."""
    for number in range(2):
        rows = (
            f"Zoé;Neuve;liste.{number}@exemple.fr;Référente;;MSA du Lot;MSA;46;",
            "Sans;Adresse;;Référente;;MSA du Lot;MSA;46;",
        )
        content, admin = build_csv(PEOPLE_HEADING, *rows), world.cast.admin
        sent = await send_import(admin, ImportKind.PEOPLE, f"liste {number}.csv", content, now=world.tick())
        assert await process_next_import(world.tick)
        if not number:
            await apply_import(admin, sent, now=world.tick())
            assert await process_next_import(world.tick)
