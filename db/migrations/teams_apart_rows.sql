-- Each team and each team that it was merged into, itself included: events name the team of their time.
CREATE TABLE teams_apart_place AS
    WITH RECURSIVE place (team, place) AS (
        SELECT id, id FROM team
        UNION SELECT place.team, team.merged_into FROM place JOIN team ON team.id = place.place
            WHERE team.merged_into IS NOT NULL
    ) SELECT team, place FROM place;

CREATE INDEX teams_apart_place_team ON teams_apart_place (team);

-- When the agents' side last wrote, sent or reopened each open case.
CREATE TABLE teams_apart_asked AS
    SELECT event."case" AS "case", max(event.happened_at) AS asked_at FROM event
    JOIN cases ON cases.id = event."case" AND cases.status IN ('new', 'seen', 'answered') AND cases.erased_at IS NULL
    LEFT JOIN team ON team.id = event.team LEFT JOIN organisation ON organisation.id = team.organisation
    LEFT JOIN message ON message.id = event.message
    WHERE event.kind IN ('sent', 'reopened', 'resumed') OR (event.kind = 'message' AND event.audience = 'all'
        AND message.withdrawn_at IS NULL AND (organisation.kind IS NULL OR organisation.kind <> 'operator'))
    GROUP BY event."case";

CREATE INDEX teams_apart_asked_case ON teams_apart_asked ("case");

-- The teams that transferred a case, and those that were closed, had lost their row.
INSERT INTO recipient ("case", team, joined_at, seen_at, left_at)
    SELECT gone."case", gone.team, cases.sent_at, gone.left_at, gone.left_at
    FROM (
        SELECT "case", CASE WHEN kind = 'transferred' THEN team ELSE other_team END AS team, max(happened_at) AS left_at
        FROM event WHERE kind IN ('transferred', 'team_closed') GROUP BY 1, 2
    ) AS gone JOIN cases ON cases.id = gone."case"
    WHERE gone.team IS NOT NULL AND cases.sent_at IS NOT NULL AND cases.erased_at IS NULL
        AND cases.outcome <> 'withdrawn' AND cases.team <> gone.team
        AND NOT EXISTS (SELECT 1 FROM recipient WHERE recipient."case" = gone."case" AND recipient.team = gone.team);

-- A team that came later joined with the event that brought it in.
UPDATE recipient SET joined_at = (
        SELECT min(event.happened_at) FROM event WHERE event."case" = recipient."case"
        AND event.other_team = recipient.team AND event.kind IN ('transferred', 'team_invited')
    ) WHERE left_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM event WHERE event."case" = recipient."case" AND event.other_team = recipient.team
        AND event.kind IN ('transferred', 'team_invited'));

-- The members of a closed team left it: on a closed case it counts as stepped out.
UPDATE recipient SET left_at = (SELECT closed_at FROM team WHERE team.id = recipient.team), taken_by = NULL
    WHERE left_at IS NULL
    AND team IN (SELECT id FROM team WHERE closed_at IS NOT NULL AND merged_into IS NULL)
    AND "case" IN (SELECT id FROM cases WHERE erased_at IS NULL);

UPDATE recipient SET (first_answer_at, last_answer_at) = (
        SELECT min(event.happened_at), max(event.happened_at) FROM event
        JOIN teams_apart_place AS place ON place.team = event.team AND place.place = recipient.team
        LEFT JOIN message ON message.id = event.message
        WHERE event."case" = recipient."case" AND event.kind IN ('message', 'handled', 'irrelevant')
            AND event.audience = 'all' AND message.withdrawn_at IS NULL
    );

-- A member of two teams had said « non pertinente » for both.
UPDATE recipient SET first_answer_at = irrelevant_at, last_answer_at = irrelevant_at
    WHERE irrelevant_at IS NOT NULL AND first_answer_at IS NULL;

-- « C'est traité » is the team's last answer, and the agents did not write since.
UPDATE recipient SET handled_at = last_answer_at
    WHERE last_answer_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM event JOIN teams_apart_place AS place ON place.team = event.team
        WHERE event."case" = recipient."case" AND place.place = recipient.team AND event.kind = 'handled'
            AND event.happened_at = recipient.last_answer_at
    ) AND EXISTS (SELECT 1 FROM cases WHERE cases.id = recipient."case" AND cases.handled_at IS NOT NULL);

-- An agent who wrote to the only team had called it back, also after « non pertinente ».
UPDATE recipient SET irrelevant_at = NULL
    WHERE left_at IS NULL AND irrelevant_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM cases WHERE cases.id = recipient."case" AND cases.next_side = 'referent')
    AND irrelevant_at < (SELECT asked_at FROM teams_apart_asked AS asked WHERE asked."case" = recipient."case")
    AND NOT EXISTS (SELECT 1 FROM recipient AS other WHERE other."case" = recipient."case" AND other.left_at IS NULL
        AND other.irrelevant_at IS NULL);

UPDATE recipient SET next_side = '';

-- No team has answered since: each has the turn, and the clock of the case.
UPDATE recipient SET (next_side, waiting_since, late_from, late_notices_sent) = (
        SELECT 'referent', CASE WHEN recipient.first_answer_at IS NULL THEN recipient.joined_at
            ELSE asked.asked_at END, cases.late_from, cases.late_notices_sent
        FROM cases JOIN teams_apart_asked AS asked ON asked."case" = cases.id WHERE cases.id = recipient."case"
    ) WHERE left_at IS NULL AND irrelevant_at IS NULL AND "case" IN (
        SELECT cases.id FROM cases JOIN teams_apart_asked AS asked ON asked."case" = cases.id
        WHERE cases.next_side = 'referent');

-- Another team has answered since: what was hidden until now has a new clock.
UPDATE recipient SET next_side = 'referent', waiting_since = :now, late_from = :fresh_clock
    WHERE left_at IS NULL AND irrelevant_at IS NULL AND "case" IN (
        SELECT cases.id FROM cases JOIN teams_apart_asked AS asked ON asked."case" = cases.id
        WHERE cases.next_side = 'agent' AND cases.suspended_at IS NULL
            AND (recipient.last_answer_at IS NULL OR recipient.last_answer_at < asked.asked_at));

-- The case is late with its first late team, and handled once every concerned team said so.
UPDATE cases SET late_from = (SELECT min(late_from) FROM recipient WHERE recipient."case" = cases.id)
    WHERE late_from IS NULL AND EXISTS (
        SELECT 1 FROM recipient WHERE recipient."case" = cases.id AND recipient.late_from IS NOT NULL);

UPDATE cases SET handled_at = NULL
    WHERE handled_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM recipient WHERE recipient."case" = cases.id AND recipient.left_at IS NULL
        AND recipient.irrelevant_at IS NULL AND recipient.handled_at IS NULL);

DELETE FROM area_statistics;

DROP TABLE teams_apart_place;

DROP TABLE teams_apart_asked;
