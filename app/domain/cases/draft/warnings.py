"""Finds what the check page warns of before sending. Source: features.md N9."""

import logging
import re

from app.domain.cases.draft.draft import Draft
from app.domain.catalogue.warnings import find_warning, has_nir
from db.search import fold_text

log = logging.getLogger("aplus.encryption")
_WORD = re.compile(r"[^\W_]+")


def has_citizen_name(draft: Draft) -> bool:
    """True when the subject, which lists show, has the citizen's first or last name.

    Whole words are compared, without accents or case: « Roi » is not in « paroisse ».
    """
    said = _join_folded_words(draft.subject)
    last, first = _join_folded_words(draft.last_name), _join_folded_words(draft.first_name)
    # A first name of two letters may be an ordinary word.
    return (len(last.strip()) > 1 and last in said) or (len(first.strip()) > 2 and first in said)


def _join_folded_words(text: str) -> str:
    """« Anne-Zoé » -> «  anne zoe  ». The blanks at both ends make « in » match whole words only."""
    return f" {' '.join(_WORD.findall(fold_text(text)))} "


def list_answer_warnings(draft: Draft) -> list[str]:
    """Describes likely mistakes in the answers. They never block the sending."""
    found = [find_warning(detail.label, detail.value) for detail in draft.details]
    if any(has_nir(text) for text in (draft.subject, draft.description, draft.urgency_reason)):
        found.append(
            "Le texte semble contenir un numéro de sécurité sociale : mieux vaut le donner dans son champ, « Autres »."
        )
    return [doubt for doubt in found if doubt]
