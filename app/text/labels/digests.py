"""What happened on a case, in the lines of a digest."""

from app.domain.email.queue_email import EmailKind

DIGEST_WORDS = {
    EmailKind.NEW_CASE: "nouvelle demande",
    EmailKind.MESSAGE: "un nouveau message",
    EmailKind.INTERNAL: "un nouveau message",
    EmailKind.COMPLETED: "dossier complété",
    EmailKind.MENTION: "un collègue vous y nomme",
    EmailKind.CLOSED: "demande close",
    EmailKind.REOPENED: "demande rouverte",
    EmailKind.CONTINUED: "close : elle continue dans une autre",
    EmailKind.CONTINUES: "une autre demande continue ici",
    EmailKind.SEPARATED: "l’autre demande ne continue plus ici",
    EmailKind.SUSPENDED: "suspendue : l’usager a retiré son accord",
    EmailKind.RESUMED: "reprise : l’usager a de nouveau donné son accord",
    EmailKind.INVITED: "votre aide est demandée",
    EmailKind.TRANSFERRED: "demande transférée à votre équipe",
    EmailKind.MOVED: "transférée à une autre équipe",
    EmailKind.STEPPED_OUT: "une équipe ne la suit plus",
    EmailKind.REOPENING_ASKED: "on vous demande de la rouvrir",
    EmailKind.UNANSWERED: "un organisme n’a rien répondu depuis un mois ou plus",
    EmailKind.ASSIGNED: "un collègue vous la confie",
    EmailKind.TAKEN_OVER: "elle n’est plus à votre nom",
    EmailKind.REMINDER: "mise de côté jusqu’à ce jour",
    EmailKind.LATE: "réponse attendue au-delà du délai prévu",
    EmailKind.PROMISE: "dites où elle en est : vous vous en occupez depuis 10 jours ouvrés",
    EmailKind.INACTIVE: "sans échange entre l’agent et les organismes, elle sera close dans quinze jours",
    EmailKind.LATE_MANAGER: "sans réponse de votre équipe depuis plusieurs jours",
}
"""What happened on a case, in a line of a digest."""
DIGEST_PLURALS = {EmailKind.MESSAGE: "{} nouveaux messages"}
