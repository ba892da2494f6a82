"""The lines of what a closed account handed on: each in words, with links to the pages that the reader may open."""

from dataclasses import dataclass

from app.domain.catalogue.entries import Kind
from app.domain.reorganisation.handed_on import Handed, Item, Share
from app.text.labels.catalogue import WORDS
from app.text.labels.people import HANDED

_PAGE = {
    Handed.INVITATION: "/equipes/{id}/membres",
    Handed.ACCOUNT: "/personnes/{id}",
    Handed.IMPORTED: "/administration/imports/{id}",
    Handed.IMPORT: "/administration/imports/{id}",
    Handed.PHRASE: "/equipe/phrases",
    Handed.CATALOGUE: "/administration/catalogue/{slug}/{id}",
}
_COUNTED = {Handed.INVITATION, Handed.PHRASE, Handed.IMPORTED}


@dataclass(frozen=True)
class Link:
    """path is empty where the reader may not go; count is None for one thing that is only itself."""

    name: str
    path: str
    count: int | None


@dataclass(frozen=True)
class Line:
    said: str
    links: list[Link]
    hidden: int
    then: str


def lines_of(shares: list[Share]) -> list[Line]:
    return [
        Line(HANDED[share.handed][0], [_link(item) for item in share.items], share.hidden, HANDED[share.handed][1])
        for share in shares
    ]


def _link(item: Item) -> Link:
    slug = WORDS[Kind(item.kind)].slug if item.kind else ""
    path = _PAGE[item.handed].format(id=item.id, slug=slug) if item.open else ""
    return Link(item.name, path, item.count if item.handed in _COUNTED else None)
