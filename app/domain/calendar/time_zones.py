"""The local time of a territory. Source: the IANA time zone database, France (zone1970.tab)."""

from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_OVERSEAS = {
    "971": ZoneInfo("America/Guadeloupe"),
    "972": ZoneInfo("America/Martinique"),
    "973": ZoneInfo("America/Cayenne"),
    "974": ZoneInfo("Indian/Reunion"),
    "975": ZoneInfo("America/Miquelon"),
    "976": ZoneInfo("Indian/Mayotte"),
    "977": ZoneInfo("America/St_Barthelemy"),
    "978": ZoneInfo("America/Marigot"),
    "986": ZoneInfo("Pacific/Wallis"),
    "987": ZoneInfo("Pacific/Tahiti"),
    "988": ZoneInfo("Pacific/Noumea"),
}


def find_time_zone(area_code: str) -> ZoneInfo:
    return _OVERSEAS.get(area_code, PARIS)
