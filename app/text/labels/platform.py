"""Labels of the banner."""

from app.domain.platform.state import BannerKind

BANNER = {BannerKind.INFO: "Information", BannerKind.WARNING: "Important"}
