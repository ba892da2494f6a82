ALTER TABLE recipient ADD COLUMN opinion BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE recipient ADD COLUMN waiting_since TIMESTAMPTZ;

ALTER TABLE recipient ADD COLUMN late_from TIMESTAMPTZ;

ALTER TABLE recipient ADD COLUMN late_notices_sent INTEGER NOT NULL DEFAULT 0;

ALTER TABLE recipient ADD COLUMN first_answer_at TIMESTAMPTZ;

ALTER TABLE recipient ADD COLUMN last_answer_at TIMESTAMPTZ;

ALTER TABLE recipient ADD COLUMN handled_at TIMESTAMPTZ;

ALTER TABLE recipient ADD COLUMN left_at TIMESTAMPTZ;

DROP INDEX recipient_in_order;

-- app/domain/cases/inbox/access_paths.py asks for a team's list in the words of this condition.
CREATE INDEX recipient_in_order ON recipient (team, open, last_event, next_side, "case") WHERE left_at IS NULL;

-- app/domain/cases/lifecycle/late_notices.py and expiry.py look for late and silent teams.
CREATE INDEX recipient_late ON recipient (late_from) WHERE late_from IS NOT NULL;

DROP INDEX cases_closed_in_area;

-- app/domain/cases/statistics/lines.py counts cases closed as « sans réponse » by this index alone.
CREATE INDEX cases_closed_in_area ON cases (area, closed_at, status, sent_at, outcome, erased_at, id)
    WHERE status = 'closed' AND erased_at IS NULL;
