"""The mandate: what prevents a case from being sent without one, and the page to sign."""

import re
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest

from app.cast import Cast
from app.domain.cases.draft.draft import AlreadySent, load_editable_draft
from app.domain.cases.draft.steps import WizardStep, list_incomplete_steps
from app.domain.cases.draft.submission import submit
from app.domain.cases.mandate.attestation import attest_mandate, find_date_problem
from app.domain.cases.mandate.filled_pdf import build_mandate_contents
from app.domain.cases.mandate.mandate import MandateKind, load_mandate
from app.domain.cases.mandate.pdf import Agent, Citizen, MandateContents, Office, TemplateError, render_mandate_pdf
from app.domain.errors import Invalid, NotFound
from app.domain.teams.reachability import list_organisations_in_area
from db.tables.mandates import Mandate

FULL = MandateContents(
    "Administration+",
    Citizen('#import "x" *gras* $x$ 😀 Жанна', "1957", "06 00 00 00 00", "Cahors"),
    Agent("Carmen Vidal", "Conseillère", "05 00 00 00 00"),
    Office("France Services " * 12, "1 place de la Mairie, 46000 Cahors"),
    "sujet " * 33,
    "CAF, MSA, " * 20,
    "Numéro d’allocataire CAF, " * 20,
    "Cahors",
    "24 novembre 2026",
)


@pytest.mark.parametrize("contents", [MandateContents("Administration+"), FULL], ids=["blank", "full"])
def test_the_page_is_one_a4_tagged_and_light(contents: MandateContents) -> None:
    drawn = render_mandate_pdf(contents)
    document = pypdfium2.PdfDocument(drawn)

    assert len(document) == 1 and [round(side) for side in document[0].get_size()] == [595, 842]
    assert len(drawn) <= 40_000
    for mark in (rb"/StructTreeRoot", rb"/MarkInfo", rb"/Lang\s*\(fr"):
        assert re.search(mark, drawn), mark


def test_the_page_says_what_a_mandate_must_and_prints_markup_as_it_was_typed() -> None:
    text = " ".join(pypdfium2.PdfDocument(render_mandate_pdf(FULL))[0].get_textpage().get_text_bounded().split())
    for said in (
        "le mandant",
        "le mandataire",
        "articles 1984",
        "Code civil",
        "retirer cette autorisation à tout moment",
        "numéro de sécurité sociale",
        "un an",
        "Signature du mandant",
        '#import "x" *gras* $x$',
        "24 novembre 2026",
    ):
        assert said in text, said


def test_an_operator_s_own_template_receives_the_same_contents(tmp_path: Path) -> None:
    own = tmp_path / "mandat.typ"
    own.write_text(
        '#let it = json(bytes(sys.inputs.at("mandat")))\n#set document(title: "Notre mandat")\n#set text(lang: "fr")\n'
        "= Notre mandat\n#it.citizen.name, #it.agent.name, #it.office.name, #it.organisations, #it.date"
    )
    text = " ".join(pypdfium2.PdfDocument(render_mandate_pdf(FULL, own))[0].get_textpage().get_text_bounded().split())
    for said in ("Notre mandat", '#import "x" *gras* $x$', "Carmen Vidal", "24 novembre 2026"):
        assert said in text, said


@pytest.mark.parametrize("source", ["#panic()", '#read("/etc/hostname")', "#it.unknown", None])
def test_a_template_that_cannot_be_drawn_is_refused(tmp_path: Path, source: str | None) -> None:
    own = tmp_path / "mandat.typ"
    if source is not None:
        own.write_text(source)
    with pytest.raises(TemplateError):
        render_mandate_pdf(FULL, own)


async def test_without_a_mandate_nothing_leaves(cast: Cast, draft_id: UUID, now: datetime) -> None:
    await Mandate.delete().where(Mandate.case == draft_id)
    with pytest.raises(Invalid):
        await submit(cast.agent_lot, draft_id, now)

    draft = await load_editable_draft(cast.agent_lot, draft_id)
    missing = list_incomplete_steps(draft, await list_organisations_in_area(draft.area, None), has_subjects=False)
    assert missing == [WizardStep.MANDATE]
    await attest_mandate(cast.agent_lot, draft_id, "phone", signed_on=now.date(), reason="", now=now)
    with pytest.raises(Invalid):
        await submit(cast.agent_lot, draft_id, now)

    await attest_mandate(cast.agent_lot, draft_id, "phone", signed_on=now.date(), reason="Ne se déplace plus", now=now)
    await submit(cast.agent_lot, draft_id, now)

    held = await load_mandate(draft_id)
    assert held is not None and (held.kind, held.reason) == (MandateKind.PHONE, "Ne se déplace plus")
    assert (held.attested_by, held.signed_on, held.attested_at) == ("Carmen Vidal", now.date(), now)
    with pytest.raises(AlreadySent):
        await attest_mandate(cast.agent_lot, draft_id, "paper", signed_on=None, reason="", now=now)


async def test_no_other_person_attests(cast: Cast, draft_id: UUID, now: datetime) -> None:
    for other in (cast.colleague_lot, cast.referent_caf_lot, cast.admin):
        with pytest.raises(NotFound):
            await attest_mandate(other, draft_id, "phone", signed_on=now.date(), reason="x", now=now)
    held = await load_mandate(draft_id)
    assert held is not None and held.kind == MandateKind.PAPER


@pytest.mark.parametrize(
    ("day", "right"),
    [("2026-11-23", True), ("2026-11-24", False), ("2025-11-23", True), ("2025-11-22", False), ("1957-01-01", False)],
)
def test_a_mandate_is_of_the_last_year(day: str, right: bool, now: datetime) -> None:
    assert (find_date_problem(date.fromisoformat(day), now) == "") == right


async def test_the_page_is_filled_with_what_the_draft_says(cast: Cast, draft_id: UUID, now: datetime) -> None:
    draft = await load_editable_draft(cast.agent_lot, draft_id)
    contents = await build_mandate_contents(cast.agent_lot, draft, "A+", "24 novembre 2026", now)
    assert contents.citizen.name == "Jeanne Pélissier" and contents.organisations == "CAF, MSA"
    assert contents.office.name == "France Services de démonstration du Lot" and contents.subject == "Aide en retard"
