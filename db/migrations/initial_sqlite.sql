-- The audit log is append-only: a row changes never, and goes after a year. SQLite replaces a row without asking the
-- triggers of deletion, so a known id is refused as it is inserted.
CREATE TRIGGER audit_never_changed BEFORE UPDATE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_never_replaced BEFORE INSERT ON audit_log
    WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TRIGGER audit_kept_a_year BEFORE DELETE ON audit_log
    WHEN coalesce(julianday(OLD.happened_at), julianday('now')) > julianday('now', '-1 year')
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only for a year'); END;

-- A recipient repeats of its case whether it is open, its last event and whose turn it is: a team's list is then read
-- from one end of one index. open is null for a draft and for an erased case.
CREATE TRIGGER recipient_begins_in_order AFTER INSERT ON recipient
    WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW."case") BEGIN
        UPDATE recipient SET (open, last_event, next_side) = (
            SELECT CASE WHEN erased_at IS NOT NULL OR status = 'draft' THEN NULL ELSE status <> 'closed' END,
                max(cases.last_event, last_internal_event), cases.next_side
            FROM cases WHERE cases.id = NEW."case"
        ) WHERE id = NEW.id;
    END;

CREATE TRIGGER recipient_stays_in_order
    AFTER UPDATE OF status, last_event, last_internal_event, next_side, erased_at ON cases BEGIN
        UPDATE recipient SET (open, last_event, next_side) = (
            CASE WHEN NEW.erased_at IS NOT NULL OR NEW.status = 'draft' THEN NULL ELSE NEW.status <> 'closed' END,
            max(NEW.last_event, NEW.last_internal_event), NEW.next_side
        ) WHERE "case" = NEW.id;
    END;

-- A case that changes marks its area, whose statistics are then counted again (app/domain/cases/statistics/cache.py).
-- SQLite has one writer at a time: one row an area is enough.
CREATE TRIGGER case_marks_area_at_once AFTER INSERT ON cases WHEN NEW.status <> 'draft' BEGIN
        INSERT INTO area_change (area)
            SELECT NEW.area WHERE NOT EXISTS (SELECT 1 FROM area_change WHERE area = NEW.area);
    END;

CREATE TRIGGER case_marks_area
    AFTER UPDATE OF status, area, urgent, last_event, sent_at, closed_at, late_from, erased_at ON cases
    WHEN NEW.status <> 'draft' BEGIN
        INSERT INTO area_change (area)
            SELECT NEW.area WHERE NOT EXISTS (SELECT 1 FROM area_change WHERE area = NEW.area);
        INSERT INTO area_change (area)
            SELECT OLD.area WHERE NOT EXISTS (SELECT 1 FROM area_change WHERE area = OLD.area);
    END;

CREATE TRIGGER recipient_marks_area_joining AFTER INSERT ON recipient BEGIN
        INSERT INTO area_change (area) SELECT area FROM cases
            WHERE id = NEW."case" AND NOT EXISTS (SELECT 1 FROM area_change WHERE area = cases.area);
    END;

CREATE TRIGGER recipient_marks_area_changing AFTER UPDATE OF team ON recipient BEGIN
        INSERT INTO area_change (area) SELECT area FROM cases
            WHERE id = NEW."case" AND NOT EXISTS (SELECT 1 FROM area_change WHERE area = cases.area);
    END;

CREATE TRIGGER recipient_marks_area_leaving AFTER DELETE ON recipient BEGIN
        INSERT INTO area_change (area) SELECT area FROM cases
            WHERE id = OLD."case" AND NOT EXISTS (SELECT 1 FROM area_change WHERE area = cases.area);
    END;
