"""The warnings before sending: a citizen’s name where other people would read it."""

from dataclasses import replace
from datetime import datetime

import pytest

from app.cast import Cast
from app.domain.cases.draft.draft import load_editable_draft
from app.domain.cases.draft.warnings import has_citizen_name
from app.tests.support.cases_fixtures import NewDraft


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
async def test_either_name_in_the_subject_is_noticed_as_a_whole_word(
    cast: Cast, new_draft: NewDraft, now: datetime
) -> None:
    draft = await load_editable_draft(cast.agent_lot, await new_draft("CAF"))

    def noticed(subject: str, first: str = "Jeanne", last: str = "Pélissier") -> bool:
        return has_citizen_name(replace(draft, subject=subject, first_name=first, last_name=last))

    assert noticed("Retraite de Mme PELISSIER") and noticed("Retraite (pélissier)") and noticed("Jeanne, sans réponse")
    assert noticed("RSA de M. Le Goff-d’Arc", last="LE GÔFF d'Arc") and noticed("Anne Zoé attend", first="Anne-Zoé")
    assert not noticed("Aide en retard") and not noticed("") and not noticed("Une paroisse", last="Roi")
    assert not noticed("Pas de réponse à Mme Goff", last="Le Goff") and not noticed("Il en a besoin", first="En")
    assert not noticed("Aide en retard", first="", last="") and not noticed("Bureau X", last="X")
