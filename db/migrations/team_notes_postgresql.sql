ALTER TABLE recipient ADD COLUMN last_note_event BIGINT NOT NULL DEFAULT 0;

-- A recipient repeats of its case whether it is open. Its last event is the last one that its team may read: of the
-- case, between referents, or its own note. A team's list is then read from one end of one index. open is null for a
-- draft and for an erased case.
CREATE OR REPLACE FUNCTION recipient_begins_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE parent cases%ROWTYPE;
    BEGIN
        SELECT * INTO parent FROM cases WHERE id = NEW."case";
        IF FOUND THEN
            SELECT CASE WHEN parent.erased_at IS NOT NULL OR parent.status = 'draft' THEN NULL
                    ELSE parent.status <> 'closed' END,
                greatest(parent.last_event, parent.last_internal_event, NEW.last_note_event)
                INTO NEW.open, NEW.last_event;
        END IF;
        RETURN NEW;
    END $$;

CREATE OR REPLACE FUNCTION recipient_stays_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE recipient SET (open, last_event) = ROW(
            CASE WHEN NEW.erased_at IS NOT NULL OR NEW.status = 'draft' THEN NULL ELSE NEW.status <> 'closed' END,
            greatest(NEW.last_event, NEW.last_internal_event, last_note_event)
        ) WHERE "case" = NEW.id;
        RETURN NULL;
    END $$;
