"""The words of teams and people."""

from app.domain.teams.listing import TeamView

TEAM_VIEW = {
    TeamView.OPEN: "Ouvertes",
    TeamView.UNREACHABLE: "Injoignables",
    TeamView.CLOSED: "Fermées",
}
