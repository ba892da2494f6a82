"""The words that a person types, or pastes, to search."""

from db.visible_text import remove_every_invisible


def clean_typed_words(typed: str) -> str:
    """Without what nothing shows, and no blanks around."""
    return remove_every_invisible(typed).strip()
