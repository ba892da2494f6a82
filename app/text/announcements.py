"""What a screen reader says of the lines that arrive on an open page: who did what, by organisation."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from app.domain.audience import Readership
from app.domain.cases.events import EventKind
from app.text.formats import capitalize_first

_FEMININE = frozenset(
    {"BDF", "CAF", "CARSAT", "CNAM", "CNAV", "CPAM", "CRAM", "DDFIP", "DILA", "DRFIP", "MDPH", "MSA", "MSAP"}
    | {"Mairie", "Mission locale", "Préf", "Sous-Préf"}
)
_MASCULINE = frozenset({"CCAS", "CDAD", "Département"})
_ELIDED = frozenset({"ANAH", "ANTS", "Association", "Hôpital", "OFPRA", "URSSAF"})
"""Organisations that people name with an article. The others are named alone: « France Travail »."""
_VOWELS = "AEÉIOU"
_LONGEST = 3
"""More sentences than that are a number."""
_SENTENCES = {
    EventKind.SENT: "Nouvelle demande {of_whom}",
    EventKind.OPENED: "{organisation} a ouvert la demande",
    EventKind.HANDLED: "{organisation} : c’est traité",
    EventKind.IRRELEVANT: "{organisation} : non pertinente",
    EventKind.TAKEN: "{organisation} : {author} s’en occupe",
    EventKind.GIVEN_BACK: "{organisation} : {author} ne s’en occupe plus",
    EventKind.ASSIGNED: "{organisation} : demande confiée à {other}",
    EventKind.TRANSFERRED: "{organisation} transfère la demande à {other}",
    EventKind.STEPPED_OUT: "{organisation} ne suit plus la demande",
    EventKind.TEAM_INVITED: "Équipe invitée : {other}",
    EventKind.OPINION: "Avis demandé à {other}",
    EventKind.COLLEAGUE: "Collègue invité : {other}",
    EventKind.EXPERT: "Équipe de la plateforme invitée",
    EventKind.COMPLETED: "Dossier complété{by}",
    EventKind.IDENTITY: "Identité de l’usager corrigée{by}",
    EventKind.CORRECTED: "Message corrigé{by}",
    EventKind.RETRACTED: "Message retiré{by}",
    EventKind.REMOVAL_ASKED: "Retrait demandé{by}",
    EventKind.REMOVAL_REFUSED: "Demande de retrait écartée{by}",
    EventKind.TAKEN_AWAY: "Message retiré après lecture{by}",
    EventKind.FILE_REMOVED: "Pièce jointe retirée{by}",
    EventKind.CLOSED: "Demande close{by}",
    EventKind.REOPEN_ASKED: "{organisation} demande de rouvrir",
    EventKind.REOPENED: "Demande rouverte{by}",
    EventKind.CONTINUED: "Demande close, continuée dans une autre{by}",
    EventKind.CONTINUES: "Autre demande continuée ici{by}",
    EventKind.RECALLED: "Demande rouverte, de nouveau à part{by}",
    EventKind.SEPARATED: "Autre demande rouverte, de nouveau à part{by}",
    EventKind.WITHDRAWN: "Demande retirée{by}",
    EventKind.HANDED_OVER: "Demande confiée à {other}",
    EventKind.RELEASED: "N’est plus prise en charge par {other}",
    EventKind.TEAM_MERGED: "Équipe réunie à {other}",
    EventKind.TEAM_CLOSED: "Équipe fermée : {other}",
    EventKind.SUSPENDED: "L’usager a retiré son accord par SMS",
    EventKind.RESUMED: "Nouvel accord de l’usager, demande reprise",
}


class Line(Protocol):
    """Of a thread, or the last one of a case in a list. author is empty for what happens without a person."""

    @property
    def kind(self) -> EventKind: ...
    @property
    def author(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def acronym(self) -> str: ...
    @property
    def other(self) -> str: ...
    @property
    def readership(self) -> Readership: ...


def announce(line: Line, acronyms: Sequence[str]) -> str:
    """« Message de la CAF », « La MSA : c’est traité ». A person of the agents' side is named instead.

    acronyms: of the organisations that received the case, one for each team.
    """
    organisation = _name_team(line, acronyms)
    who = organisation if line.acronym in acronyms else line.author
    if line.kind == EventKind.MESSAGE:
        return _announce_message(line, add_preposition(who))
    sentence = _SENTENCES[line.kind].format(
        organisation=organisation,
        author=line.author,
        other=line.other,
        by=f" par {who}" if line.author else "",
        of_whom=add_preposition(who),
    )
    return capitalize_first(sentence)


def _announce_message(line: Line, of_whom: str) -> str:
    if line.readership.team:
        return f"Note de votre équipe, par {line.author}"
    return f"{'Note entre référents' if line.readership.is_apart else 'Message'} {of_whom}"


def _name_team(line: Line, acronyms: Sequence[str]) -> str:
    """Its organisation; the team itself where two teams of one organisation have the case."""
    several = acronyms.count(line.acronym) > 1 and line.team.startswith(line.acronym)
    return add_article(line.acronym) + (line.team.removeprefix(line.acronym) if several else "")


def add_article(acronym: str) -> str:
    """« la CAF », « le CCAS », « l’URSSAF », « France Travail »"""
    if acronym in _ELIDED:
        return f"l’{acronym}"
    return ("la " if acronym in _FEMININE else "le " if acronym in _MASCULINE else "") + acronym


def add_preposition(name: str) -> str:
    """« de la CAF », « du CCAS », « de l’URSSAF », « d’Action Logement »"""
    if name.startswith("le "):
        return f"du {name.removeprefix('le ')}"
    return f"d’{name}" if name[:1] in _VOWELS else f"de {name}"


def announce_lines(lines: Iterable[Line], acronyms: Sequence[str]) -> str:
    """Each sentence once, in their order."""
    return _join(list(dict.fromkeys(announce(line, acronyms) for line in lines)), "{} lignes de plus.")


def announce_cases(cases: Iterable[tuple[str, Line, Sequence[str]]]) -> str:
    """Of a list: « Aide en retard – Message de la CAF. » Each case has its subject, its last line and its acronyms."""
    return _join(
        [f"{subject} – {announce(line, acronyms)}" for subject, line, acronyms in cases], "{} demandes ont changé."
    )


def _join(sentences: list[str], several: str) -> str:
    if len(sentences) > _LONGEST:
        return several.format(len(sentences))
    return " ".join(f"{sentence}." for sentence in sentences)


FILTERS = {"announce_lines": announce_lines, "announce_cases": announce_cases}
