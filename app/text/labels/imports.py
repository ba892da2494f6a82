"""Labels of imports: kinds, states, results of rows, filters."""

from app.domain.imports.kinds import ImportKind
from app.domain.imports.listing import RowFilter
from app.domain.imports.row_decision import RowResult
from app.domain.imports.states import ImportState

LIST_KIND = {ImportKind.PEOPLE: "Des personnes", ImportKind.TEAMS: "Des équipes"}
IMPORT_STATE = {
    ImportState.READING: "Lecture en cours",
    ImportState.READY: "À vérifier",
    ImportState.APPLYING: "Import en cours",
    ImportState.APPLIED: "Importé",
    ImportState.DROPPED: "Abandonné",
    ImportState.FAILED: "Interrompu",
}
ROW_RESULT = {
    RowResult.CREATED: "Création",
    RowResult.CHANGED: "Modification",
    RowResult.UNCHANGED: "Inchangée",
    RowResult.REFUSED: "Refusée",
}
ROW_FILTER = {
    RowFilter.ALL: "Toutes les lignes",
    RowFilter.CREATED: "Créations",
    RowFilter.CHANGED: "Modifications",
    RowFilter.UNCHANGED: "Inchangées",
    RowFilter.REFUSED: "Refusées",
    RowFilter.REMARKED: "À vérifier",
    RowFilter.DIFFERING: "Autrement que prévu",
}
