"""Rules of the project, checked in its source. Each failure names the file and what to do. Source: house.md."""

import ast
import hashlib
import json
import re
from enum import StrEnum
from pathlib import Path

import pytest
from litestar import Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.types import Guard
from litestar.utils.signature import ParsedSignature

from app.domain.accounts.duties import Duty
from app.domain.case_status import Status
from app.domain.cases.permissions import Action, Relation
from app.domain.teams.permissions import TeamAction
from app.main import create_app
from app.routes import guards
from app.routes.forms import MAX_FORM_BYTES
from app.routes.handlers import check_guards, list_resolved_handlers
from app.routes.pages import moved
from app.settings import ROOT
from app.tests.support.product_code import list_product_files
from app.text.labels import STATUS
from db.piccolo_app import APP_CONFIG

ROUTES, COMPONENTS, STATIC = ROOT / "app/routes", ROOT / "app/components", ROOT / "app/static"
TEMPLATES = sorted(COMPONENTS.rglob("*.html"))
HANDLERS = list_resolved_handlers()
FORMER = {path for handler in moved.HANDLERS for path in handler.paths}
"""app/routes/pages/test_moved.py: each has the guard of the address that it leads to."""
CODE = list_product_files("app/routes")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_route_never_writes(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("db"):
            pytest.fail(f"{name_of(path)}:{node.lineno} imports {node.module}: call a function of app/domain instead")
        if isinstance(node, ast.Attribute) and node.attr in {"insert", "save", "delete", "objects"}:
            pytest.fail(f"{name_of(path)}:{node.lineno} uses .{node.attr}: writing belongs to app/domain")


def test_every_route_has_one_guard() -> None:
    for handler in HANDLERS:
        named = [guard for guard in handler.resolve_guards() if guard in guards.ENTRY_GUARDS]
        assert len(named) == 1, f"{handler.handler_name}: put it under one router of app/routes/handlers.py"


GUARDS_BUT_ONE = [
    [],
    [guards.require_recent_login],
    [guards.allow_anyone, guards.require_signed_in],
    [guards.require_signed_in, guards.require_signed_in],
]


@pytest.mark.parametrize("named", GUARDS_BUT_ONE)
def test_a_route_without_one_guard_or_with_two_stops_the_start(named: list[Guard]) -> None:
    from litestar import get

    @get("/oubli", guards=named[1:])
    async def forgotten() -> None: ...

    with pytest.raises(RuntimeError, match="forgotten"):
        check_guards(Router(path="/", guards=named[:1], route_handlers=[forgotten]))


def test_only_these_routes_are_public() -> None:
    public = {path for handler in HANDLERS if guards.allow_anyone in handler.resolve_guards() for path in handler.paths}
    assert public - FORMER == {
        "/",
        "/accessibilite",
        "/aide",
        "/conditions",
        "/donnees-personnelles",
        "/{path:path}",
        "/inscription",
        "/inscription/envoyee",
        *("/invitations/{link:str}", "/adresses/{link:str}"),
        "/mails/{link:str}",
        "/mails/{link:str}/arret",
        "/login",
        "/login/lien-envoye",
        "/login/lien/{link:str}",
        "/login/mot-de-passe",
        "/login/mot-de-passe/oubli",
        "/login/proconnect",
        "/login/proconnect/retour",
        "/login/renvoi",
        "/login/verification",
        "/login/verification/secours",
        "/mentions-legales",
        "/livez",
        "/readyz",
        "/.well-known/security.txt",
        "/s/{name:str}",
    }, "a new public route is a decision: show nothing personal, then add it here"


def test_only_the_pages_of_the_demonstration_are_for_this_machine() -> None:
    own = {
        path
        for handler in HANDLERS
        if guards.require_local_machine in handler.resolve_guards()
        for path in handler.paths
    }
    assert own - FORMER == {
        "/demo/mails",
        "/demo/mails.json",
        "/demo/sms",
        "/demo/sms.json",
        "/galerie",
        "/galerie/mails",
        "/galerie/mails/{kind:str}",
    }, "they show what opens any account: each names this guard"


def test_only_the_provider_of_texts_comes_by_its_secret() -> None:
    secret = {
        path
        for handler in HANDLERS
        if guards.require_sms_provider in handler.resolve_guards()
        for path in handler.paths
    }
    assert secret == {"/sms/reponses", "/textos/reponses"}, "a machine's door: it reads no cookie and shows nothing"


def test_only_these_addresses_take_more_than_a_plain_form() -> None:
    heavier = {
        path
        for handler in HANDLERS
        if isinstance(handler.request_max_body_size, int) and handler.request_max_body_size > MAX_FORM_BYTES
        for path in handler.paths
    }
    assert heavier == {
        "/administration/imports",
        "/brouillons/{draft_id:uuid}/blocage",
        "/brouillons/{draft_id:uuid}/mandat",
        "/demandes/{case_id:uuid}/messages",
        "/pieces/{attachment_id:uuid}/reception",
    }, "files come in there; every other body is read only up to app.routes.forms.PLAIN"


def test_addresses_are_lower_case_kebab_french_with_typed_parameters() -> None:
    for handler in HANDLERS:
        for path in handler.paths:
            fixed = re.sub(r"\{[a-z_]+:(uuid|int|str|path)\}", "", path)
            assert re.fullmatch(r"[a-z0-9/.-]*", fixed), f"{path}: lower-case kebab, each parameter typed"


def test_every_row_s_number_in_an_address_is_one_that_a_row_can_have() -> None:
    for handler in HANDLERS:
        takers = [handler.parsed_fn_signature, *_provided(handler)]
        for path in handler.paths:
            for name in re.findall(r"\{([a-z_]+):int\}", path):
                asked = [taker.parameters[name].kwarg_definition for taker in takers if name in taker.parameters]
                bounded = asked and all(getattr(one, "le", None) == 2**31 - 1 for one in asked)
                assert bounded, f"{handler.handler_name}: {name} is a RowId (app/routes/deps.py)"


def _provided(handler: HTTPRouteHandler) -> list[ParsedSignature]:
    """The dependencies of the handler, except those that every handler may have (app/main.py)."""
    own = [one for one in (handler.dependencies or {}).values() if isinstance(one, Provide)]
    return [ParsedSignature.from_fn(one.dependency, {}) for one in own]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_keeps_the_rules_of_the_house(path: Path) -> None:
    text = path.read_text()
    assert "|safe" not in text.replace(" ", ""), f"{name_of(path)}: |safe lets HTML in"
    assert "hx-on" not in text and "<script>" not in text, f"{name_of(path)}: no inline script"
    assert "maxlength" not in text.lower(), f"{name_of(path)}: a browser cuts a long paste in silence; the route counts"
    for form in re.findall(r"<form\b[^>]*>.*?</form>", text, re.DOTALL):
        assert "action=" in form and "method=" in form, f"{name_of(path)}: a form works without scripts: action, method"
        if 'method="post"' in form:
            assert "csrf_field()" in form, f"{name_of(path)}: add csrf_field()"
    for tag in re.findall(r"<[a-z]+\b[^>]*\bhx-(?:post|get)=[^>]*>", text):
        assert "action=" in tag or "href=" in tag, f"{name_of(path)}: hx-* goes on what works without it: {tag}"
        assert "hx-target=" in tag and "hx-swap=" in tag, f"{name_of(path)}: name the target and the swap: {tag}"


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.name.startswith("_")], ids=name_of)
def test_a_fragment_is_included_by_a_page(path: Path) -> None:
    name = str(path.relative_to(COMPONENTS))
    users = [other for other in TEMPLATES if f'include "{name}"' in other.read_text()]
    assert users, f"{name} is included nowhere: the page and the answer must share it"
    assert path.read_text().startswith("{#"), f"{name}: its first line says which names it needs"


def test_every_target_of_a_swap_exists() -> None:
    everything = "".join(path.read_text() for path in TEMPLATES)
    for target in set(re.findall(r'hx-target="#([a-z-]+)"', everything)):
        assert f'id="{target}"' in everything, f'hx-target="#{target}": no template has this id'


def test_macros_are_imported_only_where_they_are_used() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        for names in re.findall(r"\{% from \"[^\"]+\" import ([^%]+?)(?: with context)? %\}", text):
            for name in names.split(","):
                uses = len(re.findall(rf"\b{name.strip()}\(|\bonce(?:_each)?\({name.strip()},", text))
                assert uses, f"{name_of(path)} imports {name.strip()} and does not use it"


def test_the_vendored_files_are_the_ones_that_were_checked() -> None:
    for entry in json.loads((STATIC / "vendored.json").read_text()):
        digest = hashlib.sha256((STATIC / entry["file"]).read_bytes()).hexdigest()
        assert digest == entry["sha256"], f"{entry['file']} is not {entry['package']} {entry['version']}"


def test_the_glossary_covers_tables_statuses_relations_and_actions() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text()
    names = {table.__name__ for table in APP_CONFIG.table_classes}
    enums: tuple[type[StrEnum], ...] = (Status, Relation, Action, Duty, TeamAction)
    for word in sorted(names | {member.name for enum in enums for member in enum}):
        assert f"`{word}`" in glossary, f"GLOSSARY.md lacks `{word}`"
    for label in STATUS.values():
        assert label in glossary, f"GLOSSARY.md lacks « {label} »"


def test_the_contract_of_the_tests_is_written_down() -> None:
    contract = " ".join((ROOT / "docs/qa.md").read_text().split())
    used = set()
    for path in (ROOT / "e2e").glob("*.py"):
        used |= set(re.findall(r'get_by_role\(\s*"(?:button|link|textbox|checkbox)", name="([^"]+)"', path.read_text()))
    for word in sorted(used):
        shown = word.split(" : ")[0]
        assert shown in contract, f"docs/qa.md lacks « {word} », which e2e/ uses"


def test_every_test_that_the_threat_list_names_exists() -> None:
    written = {
        name
        for folder in ("app", "db", "e2e")
        for path in (ROOT / folder).rglob("test_*.py")
        for name in (path.stem, *re.findall(r"def (test_\w+)", path.read_text()))
    }
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/security.md").read_text()))
    assert len(named) > 40 and not named - written, f"docs/security.md names what is gone: {named - written}"


def test_the_application_starts() -> None:
    assert create_app().routes
