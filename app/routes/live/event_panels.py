"""Which parts of an open page an event changes, beside its line in the thread."""

from app.domain.cases.events import EventKind

_WHOLE_PAGE_EVENTS = (
    *(EventKind.CLOSED, EventKind.CONTINUED, EventKind.REOPENED, EventKind.RECALLED),
    *(EventKind.SUSPENDED, EventKind.RESUMED),
)
_TEAM_EVENTS = (
    *(EventKind.TRANSFERRED, EventKind.STEPPED_OUT, EventKind.TEAM_INVITED, EventKind.OPINION),
    *(EventKind.TEAM_MERGED, EventKind.TEAM_CLOSED),
)
_TAKING_EVENTS = (EventKind.TAKEN, EventKind.GIVEN_BACK, EventKind.ASSIGNED, EventKind.RELEASED)
STANDING_EVENTS = (
    *(EventKind.MESSAGE, EventKind.HANDLED, EventKind.IRRELEVANT, EventKind.RETRACTED),
    *(*_TAKING_EVENTS, *_TEAM_EVENTS, *_WHOLE_PAGE_EVENTS),
)
"""They change where an organisation stands. An opening reaches every open page: it sends its own words alone."""
FORMS_OF_EVENT = {
    **dict.fromkeys(
        _WHOLE_PAGE_EVENTS, ("cases/_taking.html", "cases/_closure.html", "cases/_gesture.html", "cases/_reply.html")
    ),
    **dict.fromkeys(_TEAM_EVENTS, ("cases/_reply.html", "cases/live_contacts.html")),
    **dict.fromkeys(_TAKING_EVENTS, ("cases/_taking.html", "cases/live_contacts.html")),
}
"""Event -> the forms whose buttons or choices it changes. A form that a person has begun stays (app/static/app.js)."""
PANEL_OF_EVENT = {
    EventKind.COMPLETED: "cases/_citizen.html",
    EventKind.IDENTITY: "cases/_citizen.html",
    EventKind.FILE_REMOVED: "cases/_citizen.html",
    EventKind.SUSPENDED: "cases/_particulars.html",
    EventKind.RESUMED: "cases/_particulars.html",
}
"""Event -> the panel beside the thread that it changes."""
