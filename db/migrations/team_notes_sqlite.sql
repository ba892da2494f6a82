ALTER TABLE recipient ADD COLUMN last_note_event INTEGER NOT NULL DEFAULT 0;

DROP TRIGGER recipient_begins_in_order;

-- A recipient repeats of its case whether it is open. Its last event is the last one that its team may read: of the
-- case, between referents, or its own note. A team's list is then read from one end of one index. open is null for a
-- draft and for an erased case.
CREATE TRIGGER recipient_begins_in_order AFTER INSERT ON recipient
    WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW."case") BEGIN
        UPDATE recipient SET (open, last_event) = (
            SELECT CASE WHEN erased_at IS NOT NULL OR status = 'draft' THEN NULL ELSE status <> 'closed' END,
                max(cases.last_event, last_internal_event, NEW.last_note_event)
            FROM cases WHERE cases.id = NEW."case"
        ) WHERE id = NEW.id;
    END;

DROP TRIGGER recipient_stays_in_order;

CREATE TRIGGER recipient_stays_in_order
    AFTER UPDATE OF status, last_event, last_internal_event, erased_at ON cases BEGIN
        UPDATE recipient SET (open, last_event) = (
            CASE WHEN NEW.erased_at IS NOT NULL OR NEW.status = 'draft' THEN NULL ELSE NEW.status <> 'closed' END,
            max(NEW.last_event, NEW.last_internal_event, last_note_event)
        ) WHERE "case" = NEW.id;
    END;
