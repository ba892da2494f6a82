"""When a provider’s answer proves an address, when it proves two factors, and whom it identifies."""

import pytest

from app.domain.authentication.oidc import Claims, has_two_factors, is_address_verified, normalize_claimed_address


def claims(
    issuer: str = "https://a.fr",
    address: str = "agent.lot@exemple.fr",
    verified: bool | None = True,
    methods: tuple[str, ...] = (),
    level: str = "",
) -> Claims:
    return Claims(issuer, address, verified, frozenset(methods), level, logout_hint="", subject="s")


@pytest.mark.parametrize(
    ("issuer", "vouches"),
    [
        ("https://auth.agentconnect.gouv.fr/api/v2", True),
        ("https://proconnect.gouv.fr/api/v2", True),
        ("https://fca.integ01.dev-agentconnect.fr/api/v2", True),
        ("https://evilproconnect.gouv.fr", False),
        ("https://proconnect.gouv.fr.evil.example", False),
        ("https://auth.proconnect.gouv.fr@evil.example/", False),
        ("https://evil.example/?.proconnect.gouv.fr", False),
        ("nonsense", False),
    ],
)
def test_proconnect_vouches_for_its_addresses_and_no_other_person_does_in_silence(issuer: str, vouches: bool) -> None:
    assert is_address_verified(claims(issuer, verified=None)) is vouches
    assert is_address_verified(claims(issuer, verified=True)) and not is_address_verified(
        claims(issuer, verified=False)
    )


@pytest.mark.parametrize(
    ("methods", "level", "twice"),
    [
        (("pwd", "mfa"), "", True),
        (("pwd",), "eidas2", True),
        ((), "https://proconnect.gouv.fr/assurance/consistency-checked-2fa", True),
        ((), "", False),
        (("pwd",), "eidas1", False),
        (("pwd", "mail"), "https://proconnect.gouv.fr/assurance/consistency-checked", False),
        (("m", "f", "a"), "mfa", False),
    ],
)
def test_two_factors_are_those_that_it_names(methods: tuple[str, ...], level: str, twice: bool) -> None:
    assert has_two_factors(claims(methods=methods, level=level)) is twice


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (" Agent.LOT@exemple.fr ", "agent.lot@exemple.fr"),
        ("\u212aevin@exemple.fr", ""),
        ("agent.lot@exemple.fr\nadmin@exemple.fr", ""),
        ("a\0@exemple.fr", ""),
        ("Carmen <agent.lot@exemple.fr>", ""),
        ("mailto:agent.lot@exemple.fr", ""),
        ("agent.lot@exemple.fr.", ""),
        ("(agent.lot@exemple.fr)", ""),
        ("", ""),
    ],
)
def test_an_address_is_read_as_accounts_have_it(said: str, known: str) -> None:
    assert normalize_claimed_address(claims(address=said)) == known
