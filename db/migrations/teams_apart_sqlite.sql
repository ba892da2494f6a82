CREATE TABLE addressed_team (
    id INTEGER NOT NULL PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE ON UPDATE CASCADE,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE INDEX addressed_team_message ON addressed_team (message);

DROP TRIGGER recipient_begins_in_order;

-- A recipient repeats of its case whether it is open, and its last event: a team's list is then read from one end of
-- one index. open is null for a draft and for an erased case.
CREATE TRIGGER recipient_begins_in_order AFTER INSERT ON recipient
    WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW."case") BEGIN
        UPDATE recipient SET (open, last_event) = (
            SELECT CASE WHEN erased_at IS NOT NULL OR status = 'draft' THEN NULL ELSE status <> 'closed' END,
                max(cases.last_event, last_internal_event)
            FROM cases WHERE cases.id = NEW."case"
        ) WHERE id = NEW.id;
    END;

DROP TRIGGER recipient_stays_in_order;

CREATE TRIGGER recipient_stays_in_order
    AFTER UPDATE OF status, last_event, last_internal_event, erased_at ON cases BEGIN
        UPDATE recipient SET (open, last_event) = (
            CASE WHEN NEW.erased_at IS NOT NULL OR NEW.status = 'draft' THEN NULL ELSE NEW.status <> 'closed' END,
            max(NEW.last_event, NEW.last_internal_event)
        ) WHERE "case" = NEW.id;
    END;
