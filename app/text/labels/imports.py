"""What an import is called: kinds, states, what becomes of a row, which rows are shown."""

from app.domain.imports.kinds import ListKind
from app.domain.imports.listing import Shown
from app.domain.imports.plan import Verdict
from app.domain.imports.states import State

LIST_KIND = {ListKind.PEOPLE: "Des personnes", ListKind.TEAMS: "Des équipes"}
IMPORT_STATE = {
    State.READING: "Lecture en cours",
    State.READY: "À vérifier",
    State.APPLYING: "Import en cours",
    State.APPLIED: "Importé",
    State.DROPPED: "Abandonné",
    State.FAILED: "Interrompu",
}
VERDICT = {
    Verdict.CREATED: "Création",
    Verdict.CHANGED: "Modification",
    Verdict.UNCHANGED: "Inchangée",
    Verdict.REFUSED: "Refusée",
}
SHOWN = {
    Shown.ALL: "Toutes les lignes",
    Shown.CREATED: "Créations",
    Shown.CHANGED: "Modifications",
    Shown.UNCHANGED: "Inchangées",
    Shown.REFUSED: "Refusées",
    Shown.REMARKED: "À vérifier",
    Shown.DIFFERING: "Autrement que prévu",
}
