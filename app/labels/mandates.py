"""The words of a mandate."""

from app.domain.mandates.mandate import MandateKind

MANDATE = {
    MandateKind.PAPER: "Mandat signé sur papier",
    MandateKind.PHONE: "Par téléphone, faute d’autre moyen",
}
