"""bin/bench weight: weighs every page of every journey, with an empty cache (cold) and a filled one (warm)."""

from collections.abc import Callable, Iterator

from app.routes.handlers import list_resolved_handlers
from bench.budgets import CASE, HEADING, LOGIN, LOGIN_TEXT, NAVIGATION, STEP, Weight
from bench.full_list import measure_full_list, measure_numbered_pages
from bench.live_weight import measure_live
from bench.long_thread import invent_messages
from bench.meter import Meter
from bench.world import BenchWorld, run_world
from e2e.people import Person

FIRST_REQUESTS = 4
_NOT_PAGES = {"/", "/demo/courrier", "/demo/mails.json", "/flux", "/galerie/lettres", "/mandat.pdf", "/nouvelles"}
_NOT_PAGES |= {"/profil/donnees/fichier"}
SUBJECT, CASE_PAGE = "Pesée", "la demande"


def measure_weight() -> int:
    """Prints the table. Returns 1 when a budget is exceeded."""
    print(HEADING)
    with run_world() as here:
        weights = [_told(weight) for weigh_some in _PARTS for weight in weigh_some(here)]
    broken = [weight for weight in weights if not weight.within_budget]
    print(f"{len(weights)} weighed, {len(broken)} over budget")
    return 1 if broken else 0


def _told(weight: Weight) -> Weight:
    print(weight, flush=True)
    return weight


def _login(here: BenchWorld) -> Iterator[Weight]:
    page = here.context().new_page()
    meter = Meter(page)
    yield Weight("/login", "cold", *meter.weigh(lambda: page.goto("/login")), LOGIN, FIRST_REQUESTS)
    yield Weight("/login", "warm", *meter.weigh(lambda: page.goto("/login")), NAVIGATION)
    yield _first_text(here)
    someone = Person(page, "collegue.lot@exemple.fr")
    yield Weight("lien demandé", "warm", *meter.weigh(someone.ask_for_link), 2 * NAVIGATION)
    link = someone.find_link(someone.wait_for_email("Votre lien de connexion"))
    yield Weight("page du lien", "warm", *meter.weigh(lambda: page.goto(link)), NAVIGATION)
    yield Weight("me connecter", "warm", *meter.weigh(_press(someone, "Me connecter")), CASE)


def _first_text(here: BenchWorld) -> Weight:
    """HTML and CSS only: the first paint needs them within the first round trip of TCP."""
    page = here.context().new_page()
    page.route("**/*.svg", lambda route: route.abort())
    return Weight("/login, HTML et CSS", "cold", *Meter(page).weigh(lambda: page.goto("/login")), LOGIN_TEXT)


def _wizard(here: BenchWorld) -> Iterator[Weight]:
    agent = here.log_in_person("agent.lot")
    meter = Meter(agent.page)
    steps = iter(["catégorie", "sujet", "organismes", "usager", "blocage", "mandat", "vérification"])

    def go_on() -> None:
        going_on = meter.weigh(_press(agent, "Continuer"))
        weights.append(Weight(f"étape {next(steps)} (dans la page)", "warm", *going_on, STEP))

    weights: list[Weight] = []
    agent.page.goto("/demandes")
    first = meter.weigh(_go(agent, "/demandes/nouvelle"))
    yield Weight("étape mode, la première fois", "warm", *first, NAVIGATION)
    yield Weight("étape mode", "warm", *meter.weigh(_go(agent, "/demandes/nouvelle")), STEP)
    agent.press_continue = go_on  # type: ignore[method-assign]
    agent.drafts_until_check(last_name="Pélissier", subject=SUBJECT)
    yield from weights
    address = agent.page.url.rpartition("/")[0]
    for step in ("categorie", "sujet", "organismes", "usager", "blocage", "mandat"):
        yield Weight(f"étape {step}", "warm", *meter.weigh(_go(agent, f"{address}/{step}")), STEP)


def _case(here: BenchWorld) -> Iterator[Weight]:
    agent = here.log_in_person("agent.lot")
    case = agent.send_case(subject=SUBJECT)
    agent.writes(
        "Un premier message, assez long pour ressembler à ce qui s’écrit : le dossier est complet depuis mars."
    )
    cold = Person(here.context(storage_state=agent.page.context.storage_state()).new_page(), agent.address)
    yield Weight(CASE_PAGE, "cold", *Meter(cold.page).weigh(_go(cold, case)), CASE)
    listed = Person(here.context(storage_state=agent.page.context.storage_state()).new_page(), agent.address)
    meter = Meter(listed.page)
    yield Weight("/demandes", "cold", *meter.weigh(_go(listed, "/demandes")), CASE)
    yield Weight(f"{CASE_PAGE}, après la liste", "warm", *meter.weigh(_go(listed, case)), NAVIGATION)
    yield from _conversation(agent, case)


def _conversation(agent: Person, case: str) -> Iterator[Weight]:
    meter = Meter(agent.page)
    for view in ("/demandes", "/demandes?vue=brouillons", "/demandes?vue=cloturees", case):
        shown = CASE_PAGE if view == case else view
        yield Weight(shown, "warm", *meter.weigh(_go(agent, view)), NAVIGATION)
    yield Weight("envoyer un message", "warm", *meter.weigh(lambda: agent.writes("Un second message.")), NAVIGATION)
    for gesture in ("Compléter le dossier", "Inviter un collègue", "Inviter un expert"):
        yield Weight(f"{gesture} (fragment)", "warm", *meter.weigh(_press(agent, gesture)), NAVIGATION)
        agent.page.goto(case)
    yield Weight("clore (fragment)", "warm", *meter.weigh(_press(agent, "Clore la demande")), NAVIGATION)
    agent.page.get_by_role("radio", name="Le blocage est résolu", exact=True).check()
    yield Weight("clôture", "warm", *meter.weigh(_press(agent, "Confirmer la clôture")), NAVIGATION)


def _long_case(here: BenchWorld) -> Iterator[Weight]:
    """Forty read messages: the thread is folded."""
    agent, referent = here.log_in_person("agent.lot"), here.log_in_person("referent.caf.lot")
    case = agent.send_case(subject=SUBJECT)
    for seed, someone in enumerate((agent, referent)):
        someone.page.goto(case)
        someone.writes_at_once(invent_messages(20, seed))
    agent.page.goto("/demandes")
    meter = Meter(agent.page)
    agent.page.goto(case)
    yield Weight(f"{CASE_PAGE} de 40 messages", "warm", *meter.weigh(_go(agent, case)), NAVIGATION)


def _referent(here: BenchWorld) -> Iterator[Weight]:
    case = here.log_in_person("agent.lot").send_case(subject=SUBJECT)
    referent = here.log_in_person("referent.caf.lot")
    meter = Meter(referent.page)
    referent.page.goto("/demandes")
    yield Weight(f"{CASE_PAGE}, référent", "warm", *meter.weigh(_go(referent, case)), NAVIGATION)
    for gesture in ("Transférer", "Inviter un organisme"):
        yield Weight(f"{gesture} (fragment)", "warm", *meter.weigh(_press(referent, gesture)), NAVIGATION)
        referent.page.goto(case)


def _every_page(here: BenchWorld) -> Iterator[Weight]:
    """Each address without a parameter, as the administrator. A denied access has a page too."""
    admin = here.log_in_person("admin")
    meter = Meter(admin.page)
    paths = {path for handler in list_resolved_handlers() if "GET" in handler.http_methods for path in handler.paths}
    for path in sorted(path for path in paths - _NOT_PAGES if "{" not in path and not path.endswith((".csv", ".json"))):
        yield Weight(path, "warm", *meter.weigh(_go(admin, path)), NAVIGATION)


_PARTS: list[Callable[[BenchWorld], Iterator[Weight]]] = [
    _login,
    _wizard,
    _case,
    _long_case,
    _referent,
    _every_page,
    measure_numbered_pages,
    measure_full_list,
    measure_live,
]


def _go(person: Person, address: str) -> Callable[[], object]:
    return lambda: person.page.goto(address)


def _press(person: Person, button: str) -> Callable[[], None]:
    return lambda: person.page.get_by_role("button", name=button, exact=True).click()
