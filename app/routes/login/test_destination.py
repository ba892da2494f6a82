"""Where login leads: to each page of the product, and nowhere else. Source: security.md T23."""

import pytest
from litestar import Litestar

from app.routes.login.destination import HOME_PATH, resolve_destination
from app.tests.support.browser import list_paths

ELSEWHERE = [
    "//evil.example",
    "///evil.example/demandes",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "https://evil.example",
    "https:evil.example",
    "HTTPS://evil.example/demandes",
    "javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "/demandes\r\nSet-Cookie: a=b",
    "/demandes%0d%0aSet-Cookie:a=b",
    "\t//evil.example",
    " /demandes",
    "/demandes/../../evil",
    "/demandes@evil.example",
    "/demandes.evil.example",
    "/demandes?x=//evil.example",
    "/demandes#@evil.example",
    "/demandesévil",
    "/\u2044evil.example",
    "/login",
    "/login/lien/abc",
    "/deconnexion",
    "/demo/mails",
    "/demo/courrier",
    "/demandes/" + "a" * 500,
    "\ud800",
    "\0/demandes",
]


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_it_leads_nowhere_else(asked: str) -> None:
    assert resolve_destination(asked) == HOME_PATH


def test_it_leads_to_every_page_of_ours_that_one_must_be_signed_in_for(application: Litestar) -> None:
    apart = {"/bienvenue", "/flux", "/nouvelles", ".csv", ".pdf", "/pieces/", "/s/", "/demo/", "/galerie"}
    apart |= {"/login", "/mails/", "/lettres/"}
    public = {"/", "/nulle-part", "/accessibilite", "/conditions", "/donnees-personnelles", "/mentions-legales"}
    public |= {"/inscription", "/inscription/envoyee", "/invitations/organismes", "/adresses/organismes"}
    public |= {"/livez", "/readyz", "/.well-known/security.txt"}
    for path in set(list_paths(application, "GET")) - public:
        if not any(part in path for part in apart):
            assert resolve_destination(path) == path, f"{path}: who logs in is not led back to it"
