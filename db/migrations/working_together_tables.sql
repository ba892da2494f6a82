CREATE TABLE set_aside (
    id :serial,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    person INTEGER REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    until TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    set_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE INDEX set_aside_case ON set_aside ("case");

CREATE INDEX set_aside_person ON set_aside (person);

CREATE INDEX set_aside_until ON set_aside (until);

ALTER TABLE read_receipt ADD COLUMN unread_after :bigint;

-- app/domain/cases/inbox counts the views of a person by these indexes alone.
DROP INDEX recipient_in_order;

CREATE INDEX recipient_in_order ON recipient (team, open, last_event, next_side, taken_by, late_from, "case")
    WHERE left_at IS NULL;

DROP INDEX cases_open;

CREATE INDEX cases_open ON cases (team, last_event, next_side, author, id)
    WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL;
