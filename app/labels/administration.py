"""The pages of « Administration »: for each duty, where it is done, its words."""

from app.domain.administration import Duty

PAGES: dict[Duty, tuple[str, str, str]] = {}
"""duty -> address, title, what one does there. A page that exists is listed here; the rest of the menu follows."""
