CREATE TABLE addressed_team (
    id SERIAL PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE ON UPDATE CASCADE,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE INDEX addressed_team_message ON addressed_team (message);

-- A recipient repeats of its case whether it is open, and its last event: a team's list is then read from one end of
-- one index. open is null for a draft and for an erased case.
CREATE OR REPLACE FUNCTION recipient_begins_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE parent cases%ROWTYPE;
    BEGIN
        SELECT * INTO parent FROM cases WHERE id = NEW."case";
        IF FOUND THEN
            SELECT CASE WHEN parent.erased_at IS NOT NULL OR parent.status = 'draft' THEN NULL
                    ELSE parent.status <> 'closed' END,
                greatest(parent.last_event, parent.last_internal_event)
                INTO NEW.open, NEW.last_event;
        END IF;
        RETURN NEW;
    END $$;

CREATE OR REPLACE FUNCTION recipient_stays_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE recipient SET (open, last_event) = ROW(
            CASE WHEN NEW.erased_at IS NOT NULL OR NEW.status = 'draft' THEN NULL ELSE NEW.status <> 'closed' END,
            greatest(NEW.last_event, NEW.last_internal_event)
        ) WHERE "case" = NEW.id;
        RETURN NULL;
    END $$;

DROP TRIGGER recipient_stays_in_order ON cases;

CREATE TRIGGER recipient_stays_in_order
    AFTER UPDATE OF status, last_event, last_internal_event, erased_at ON cases
    FOR EACH ROW EXECUTE FUNCTION recipient_stays_in_order();
