"""What happened around the cases: teams, people who came and left, lists, the catalogue, choices of each person."""

from app.cast import address_of
from app.domain.accounts.first_visit import arrive
from app.domain.cases.thread.ready_phrases import keep_phrase
from app.domain.catalogue.editing import edit
from app.domain.catalogue.entries import Kind, entries
from app.domain.catalogue.history import version_of
from app.domain.email.preferences import choose_times
from app.domain.imports.applying import work_next
from app.domain.imports.kinds import ListKind
from app.domain.imports.sending import apply_list, send_list
from app.domain.members.invitation import invite
from app.domain.members.links import link_for
from app.domain.platform.state import Banner, show_banner
from app.domain.reorganisation.deactivation import deactivate, deactivation_preview
from app.domain.reorganisation.merger import merge_teams
from app.domain.reorganisation.team_closure import close_team
from app.domain.signup import decision
from app.domain.signup.acceptance import accept
from app.domain.signup.own_invitations import join, own_invitations
from app.domain.signup.request import Asked, ask_for_account
from app.domain.teams.change import change_team
from app.domain.teams.creation import open_team
from app.domain.teams.form import TeamCard, TeamWish, load_card
from app.domain.teams.refusals import helper_kinds
from app.tests.kept_bases.context import World, person, team_named
from app.tests.support.imports_fixtures import PEOPLE, listed
from db.tables import Invitation, Organisation

OUTPOST, CLOSED = "CAF du Lot, antenne d’essai", "CPAM du Lot, antenne d’essai"
NEW = "accueil.lot@exemple.fr"


async def write_spring(world: World) -> None:
    """One team joins another, one is closed; two people come for the first time; one account is closed."""
    world.on(3, 30)
    for name, acronym in ((OUTPOST, "CAF"), (CLOSED, "CPAM")):
        row = await Organisation.select(Organisation.id).where(Organisation.acronym == acronym).first()
        assert row
        kinds = frozenset(kind.id for kind in await helper_kinds())
        wish = TeamWish(TeamCard(name, phone="05 36 49 00 91"), frozenset({"46"}), kinds)
        await open_team(world.cast.admin, row["id"], wish, world.now())
    await merge_teams(world.cast.admin, await team_named(OUTPOST), await team_named("CAF du Lot"), world.now())
    await close_team(world.cast.admin, await team_named(CLOSED), world.now())
    for login, first_name, last_name in (("nouvelle.lot", "Léa", "Fabre"), ("nouveau.cher", "Tom", "Garrel")):
        await arrive(
            await person(login),
            first_name=first_name,
            last_name=last_name,
            function="Conseillère",
            phone="05 36 49 00 92",
            accepted=True,
            now=world.now(),
        )
    leaving = await person("referent.msa.creuse")
    seen = (await deactivation_preview(world.cast.admin, leaving.id)).seen
    await deactivate(world.cast.admin, leaving.id, {}, seen, world.now())


async def write_evening(world: World) -> None:
    world.on(11, 24)
    await _choices(world)
    await _invitations(world)
    await _signups(world)
    await _lists(world)


async def write_claire(world: World) -> None:
    """She works for the prefecture, and joins the CAF's team too: she says yes from her own session."""
    world.on(11, 6)
    manager = world.cast.manager_caf_lot
    await invite(manager, await team_named("CAF du Lot"), address_of("referent.pref.lot"), world.now())
    claire = await person("referent.pref.lot")
    (own,) = await own_invitations(claire, world.now())
    await join(claire, own.id, world.now())


async def _choices(world: World) -> None:
    """Ready-made phrases, one team that some may not write to, the catalogue, a banner, when letters leave."""
    cast, caf = world.cast, await team_named("CAF du Lot")
    for title in ("Pièce manquante", "Délai de versement"):
        body = f"{title} : nous revenons vers vous."
        await keep_phrase(cast.manager_caf_lot, caf, None, title, body, seen=0, now=world.now())
    creuse = await team_named("CPAM de la Creuse")
    some = frozenset(kind.id for kind in (await helper_kinds())[1:])
    await change_team(cast.admin, creuse, TeamWish(await load_card(creuse), frozenset({"23"}), some), world.now())
    entry = next(one for one in await entries(Kind.ORGANISATION) if one.name == "CAF")
    state = {name: value for name, value in entry.state.items() if name not in {"withdrawn", "position"}}
    typed = {**state, "notice": "Joindre l’attestation."}
    seen = await version_of(Kind.ORGANISATION, entry.id)
    await edit(cast.admin, Kind.ORGANISATION, entry.id, typed, seen=seen, now=world.now())
    await show_banner(cast.admin, Banner("Fermé le 1er janvier."), world.now())
    await choose_times(cast.referent_caf_lot, "daily", world.now())


async def _invitations(world: World) -> None:
    """One used, by a new address; two open: to Samir, who has an account, and to an unknown address."""
    manager, caf = world.cast.manager_caf_lot, await team_named("CAF du Lot")
    for address in (NEW, address_of("referent.travail.lot"), "guichet.lot@exemple.fr"):
        await invite(manager, caf, address, world.now())
    row = await Invitation.select(Invitation.reference).where(Invitation.address == NEW).first()
    assert row
    link = link_for(row["reference"]).rpartition("/")[2]
    await accept(link, browser="kept desk", network="203.0.113.8", now=world.now())


async def _signups(world: World) -> None:
    """One accepted, one refused, one waiting, and one by Carmen, who has an account."""
    admin = world.cast.admin
    for place in ("acceptee", "refusee", "attente"):
        await _asks(world, f"inscription.{place}@exemple.fr")
    await _asks(world, address_of("agent.lot"))
    accepted, refused, _ = await decision.waiting_applicants(admin)
    office = await team_named("France Services de démonstration du Lot")
    await decision.accept(admin, accepted.id, office, world.now())
    await decision.refuse(admin, refused.id, "Demandez à votre responsable de vous inviter.", world.now())


async def _asks(world: World, address: str) -> None:
    asked = Asked(
        address=address,
        first_name="Zoé",
        last_name="Neuve",
        function="Conseillère",
        phone="05 36 49 00 93",
        organisation=None,
        area="46",
        structure="France Services de démonstration du Lot",
        reason="J’accueille du public.",
    )
    await ask_for_account(asked, network="203.0.113.9", now=world.now())


async def _lists(world: World) -> None:
    """One list of people is applied, another is ready to be."""
    for number in range(2):
        rows = (
            f"Zoé;Neuve;liste.{number}@exemple.fr;Référente;;MSA du Lot;MSA;46;",
            "Sans;Adresse;;Référente;;MSA du Lot;MSA;46;",
        )
        content, admin = listed(PEOPLE, *rows), world.cast.admin
        sent = await send_list(admin, ListKind.PEOPLE, f"liste {number}.csv", content, now=world.now())
        assert await work_next(world.now)
        if not number:
            await apply_list(admin, sent, now=world.now())
            assert await work_next(world.now)
