"""The inherited duties of a closed account, in words, with links to the pages that the reader may open."""

from dataclasses import dataclass

from app.domain.catalogue.entries import EntryKind
from app.domain.reorganisation.inherited_duties import InheritedGroup, InheritedItem, InheritedKind
from app.text.labels.catalogue import WORDS
from app.text.labels.people import INHERITED_DUTY

_PATH_OF_KIND = {
    InheritedKind.INVITATION: "/equipes/{id}/membres",
    InheritedKind.ACCOUNT: "/personnes/{id}",
    InheritedKind.IMPORTED: "/administration/imports/{id}",
    InheritedKind.IMPORT: "/administration/imports/{id}",
    InheritedKind.PHRASE: "/equipe/phrases",
    InheritedKind.CATALOGUE: "/administration/catalogue/{slug}/{id}",
}
_COUNTED_KINDS = {InheritedKind.INVITATION, InheritedKind.PHRASE, InheritedKind.IMPORTED}


@dataclass(frozen=True)
class InheritedLink:
    """path is empty when the reader may not open the page. count is None for a single item."""

    name: str
    path: str
    count: int | None


@dataclass(frozen=True)
class InheritedLine:
    sentence: str
    links: list[InheritedLink]
    hidden_count: int
    advice: str


def list_inherited_lines(shares: list[InheritedGroup]) -> list[InheritedLine]:
    return [
        InheritedLine(
            INHERITED_DUTY[share.inherited_kind][0],
            [_build_link(item) for item in share.items],
            share.hidden,
            INHERITED_DUTY[share.inherited_kind][1],
        )
        for share in shares
    ]


def _build_link(item: InheritedItem) -> InheritedLink:
    slug = WORDS[EntryKind(item.entry_kind)].slug if item.entry_kind else ""
    path = _PATH_OF_KIND[item.inherited_kind].format(id=item.id, slug=slug) if item.may_open else ""
    return InheritedLink(item.name, path, item.count if item.inherited_kind in _COUNTED_KINDS else None)
