-- Each team and the team that stands for it: itself, or the last of those that it was merged into. Events name the
-- team of their time.
CREATE TABLE teams_apart_place AS
    WITH RECURSIVE place (team, place) AS (
        SELECT id, id FROM team
        UNION SELECT place.team, team.merged_into FROM place JOIN team ON team.id = place.place
            WHERE team.merged_into IS NOT NULL
    ) SELECT place.team, place.place FROM place JOIN team ON team.id = place.place WHERE team.merged_into IS NULL;

CREATE INDEX teams_apart_place_team ON teams_apart_place (team);

-- Each moment at which the agents' side sent, reopened or resumed a case, or wrote to its teams.
CREATE TABLE teams_apart_ask AS
    SELECT event."case", event.happened_at AS asked_at, event.kind <> 'message' AS starts FROM event
    JOIN cases ON cases.id = event."case" AND cases.erased_at IS NULL
    LEFT JOIN team ON team.id = event.team LEFT JOIN organisation ON organisation.id = team.organisation
    LEFT JOIN message ON message.id = event.message
    WHERE event.kind IN ('sent', 'reopened', 'resumed') OR (event.kind = 'message' AND event.audience = 'all'
        AND message.withdrawn_at IS NULL AND (organisation.kind IS NULL OR organisation.kind <> 'operator'));

CREATE INDEX teams_apart_ask_case ON teams_apart_ask ("case", asked_at);

-- When a team first and last left a case, and when it was first brought in.
CREATE TABLE teams_apart_gone AS
    SELECT event."case", place.place AS team, min(happened_at) AS first_at, max(happened_at) AS last_at FROM event
    JOIN teams_apart_place AS place
        ON place.team = CASE event.kind WHEN 'transferred' THEN event.team ELSE event.other_team END
    WHERE event.kind IN ('transferred', 'team_closed') GROUP BY 1, 2;

CREATE INDEX teams_apart_gone_case ON teams_apart_gone ("case", team);

CREATE TABLE teams_apart_came AS
    SELECT event."case", place.place AS team, min(happened_at) AS came_at FROM event
    JOIN teams_apart_place AS place ON place.team = event.other_team
    WHERE event.kind IN ('transferred', 'team_invited') GROUP BY 1, 2;

CREATE INDEX teams_apart_came_case ON teams_apart_came ("case", team);

-- The teams that transferred a case, and those that were closed, had lost their row. A withdrawn case has no team.
INSERT INTO recipient ("case", team, joined_at, left_at)
    SELECT gone."case", gone.team, cases.sent_at, gone.last_at FROM teams_apart_gone AS gone
    JOIN cases ON cases.id = gone."case"
        AND cases.sent_at IS NOT NULL AND cases.erased_at IS NULL AND cases.outcome <> 'withdrawn'
    WHERE NOT EXISTS (SELECT 1 FROM recipient WHERE recipient."case" = gone."case" AND recipient.team = gone.team);

-- So had those that came back, and their first opening with it. An opening of a closed case has no event.
UPDATE recipient SET seen_at = (
        SELECT min(event.happened_at) FROM event JOIN teams_apart_place AS place ON place.team = event.team
        WHERE event."case" = recipient."case" AND event.kind = 'opened' AND place.place = recipient.team
    ) WHERE seen_at IS NULL
    AND EXISTS (SELECT 1 FROM teams_apart_gone AS gone
        WHERE gone."case" = recipient."case" AND gone.team = recipient.team);

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
    ) WHERE "case" IN (SELECT id FROM cases WHERE erased_at IS NULL);

-- A member of two teams had said « non pertinente » for both. The event names one.
UPDATE recipient SET first_answer_at = coalesce(first_answer_at, irrelevant_at), last_answer_at = irrelevant_at
    WHERE irrelevant_at IS NOT NULL AND (last_answer_at IS NULL OR last_answer_at < irrelevant_at)
    AND "case" IN (SELECT id FROM cases WHERE erased_at IS NULL);

-- « C'est traité » is the team's last answer, and the agents did not write since. Reopening leaves it.
UPDATE recipient SET handled_at = last_answer_at
    WHERE last_answer_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM event JOIN teams_apart_place AS place ON place.team = event.team
        WHERE event."case" = recipient."case" AND place.place = recipient.team AND event.kind = 'handled'
            AND event.happened_at = recipient.last_answer_at
    ) AND NOT EXISTS (
        SELECT 1 FROM teams_apart_ask AS ask
        WHERE ask."case" = recipient."case" AND NOT ask.starts AND ask.asked_at > recipient.last_answer_at);

-- An agent who wrote to the only team had called it back, also after « non pertinente ». The rows are listed first:
-- SQLite reads what it has updated already.
CREATE TABLE teams_apart_called AS
    SELECT recipient.id FROM recipient JOIN cases ON cases.id = recipient."case"
        AND cases.status IN ('new', 'seen', 'answered') AND cases.erased_at IS NULL
    WHERE recipient.left_at IS NULL AND EXISTS (
        SELECT 1 FROM teams_apart_ask AS ask
        WHERE ask."case" = recipient."case" AND ask.asked_at > recipient.irrelevant_at AND NOT EXISTS (
            SELECT 1 FROM recipient AS other WHERE other."case" = recipient."case" AND other.team <> recipient.team
                AND (other.left_at IS NULL OR other.left_at > ask.asked_at)));

UPDATE recipient SET irrelevant_at = NULL WHERE id IN (SELECT id FROM teams_apart_called);

-- A team that opened a closed case had left it « new » once it was reopened.
UPDATE cases SET status = 'seen' WHERE status = 'new' AND erased_at IS NULL AND EXISTS (
        SELECT 1 FROM recipient WHERE recipient."case" = cases.id AND recipient.seen_at IS NOT NULL);

UPDATE recipient SET next_side = '' WHERE next_side <> '';

-- No team has answered since: each has the turn, and the clock of the case.
UPDATE recipient SET (next_side, late_from, late_notices_sent) = (
        SELECT 'referent', cases.late_from, cases.late_notices_sent FROM cases WHERE cases.id = recipient."case"
    ) WHERE left_at IS NULL AND irrelevant_at IS NULL AND "case" IN (
        SELECT id FROM cases
        WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL AND next_side = 'referent');

-- They wait for the team since the first message that it has not answered, or since it came.
UPDATE recipient SET waiting_since = (
        SELECT CASE WHEN min(ask.asked_at) > recipient.joined_at THEN min(ask.asked_at) ELSE recipient.joined_at END
        FROM teams_apart_ask AS ask WHERE ask."case" = recipient."case"
            AND (recipient.last_answer_at IS NULL OR ask.asked_at > recipient.last_answer_at)
            AND ask.asked_at >= (SELECT max(start.asked_at) FROM teams_apart_ask AS start
                WHERE start."case" = recipient."case" AND start.starts)
    ) WHERE next_side = 'referent';

-- Another team has answered since: what was hidden until now has a new clock.
UPDATE recipient SET next_side = 'referent', waiting_since = :now, late_from = :fresh_clock
    WHERE left_at IS NULL AND irrelevant_at IS NULL AND "case" IN (
        SELECT id FROM cases WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL
            AND next_side = 'agent' AND suspended_at IS NULL
    ) AND (last_answer_at IS NULL OR last_answer_at < joined_at OR EXISTS (
        SELECT 1 FROM teams_apart_ask AS ask
        WHERE ask."case" = recipient."case" AND ask.asked_at > recipient.last_answer_at));

-- A team that came back joined with its first arrival, as one that never left.
UPDATE recipient SET joined_at = (
        SELECT CASE WHEN came.came_at < gone.first_at THEN came.came_at ELSE cases.sent_at END
        FROM teams_apart_gone AS gone JOIN cases ON cases.id = gone."case"
        LEFT JOIN teams_apart_came AS came ON came."case" = gone."case" AND came.team = gone.team
        WHERE gone."case" = recipient."case" AND gone.team = recipient.team
    ) WHERE EXISTS (
        SELECT 1 FROM teams_apart_gone AS gone JOIN cases ON cases.id = gone."case"
        WHERE gone."case" = recipient."case" AND gone.team = recipient.team
            AND cases.sent_at IS NOT NULL AND cases.erased_at IS NULL);

-- The case is late with its first late team, and handled once every concerned team said so. It is the agents' to go on
-- with once no team has the turn.
UPDATE cases SET late_from = (SELECT min(late_from) FROM recipient WHERE recipient."case" = cases.id)
    WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL AND (late_from IS NOT NULL OR EXISTS (
        SELECT 1 FROM recipient WHERE recipient."case" = cases.id AND recipient.late_from IS NOT NULL));

UPDATE cases SET next_side = 'agent'
    WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL AND next_side = 'referent' AND NOT EXISTS (
        SELECT 1 FROM recipient WHERE recipient."case" = cases.id AND recipient.next_side = 'referent');

UPDATE cases SET handled_at = (
        SELECT CASE WHEN count(*) = count(handled_at) THEN max(handled_at) END FROM recipient
        WHERE recipient."case" = cases.id AND recipient.left_at IS NULL AND recipient.irrelevant_at IS NULL
    ) WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL AND (handled_at IS NOT NULL OR EXISTS (
        SELECT 1 FROM recipient
        WHERE recipient."case" = cases.id AND recipient.left_at IS NULL AND recipient.irrelevant_at IS NULL
            AND recipient.handled_at IS NOT NULL));

DELETE FROM area_statistics;

DROP TABLE teams_apart_place;

DROP TABLE teams_apart_ask;

DROP TABLE teams_apart_gone;

DROP TABLE teams_apart_came;

DROP TABLE teams_apart_called;
