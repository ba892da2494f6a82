"""Labels of teams."""

from app.domain.teams.listing import TeamView
from app.domain.teams.reachability import Obstacle

TEAM_VIEW = {
    TeamView.OPEN: "Ouvertes",
    TeamView.UNREACHABLE: "Injoignables",
    TeamView.CLOSED: "Fermées",
}
OBSTACLE = {
    Obstacle.NO_TEAM: "aucune équipe joignable dans ce territoire",
    Obstacle.NO_READER: "son équipe n’a personne qui lise les demandes dans ce territoire",
    Obstacle.REFUSES: "son équipe n’accepte pas les demandes de votre sorte de structure dans ce territoire",
}
