-- The audit log is append-only: a row changes never, and goes after a year.
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.happened_at <= now() - interval '1 year' THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'the audit log is append-only';
    END $$;

CREATE TRIGGER audit_never_changed BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

-- A recipient repeats of its case whether it is open, its last event and whose turn it is: a team's list is then read
-- from one end of one index. open is null for a draft and for an erased case.
CREATE FUNCTION recipient_begins_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE parent cases%ROWTYPE;
    BEGIN
        SELECT * INTO parent FROM cases WHERE id = NEW."case";
        IF FOUND THEN
            SELECT CASE WHEN parent.erased_at IS NOT NULL OR parent.status = 'draft' THEN NULL
                    ELSE parent.status <> 'closed' END,
                greatest(parent.last_event, parent.last_internal_event), parent.next_side
                INTO NEW.open, NEW.last_event, NEW.next_side;
        END IF;
        RETURN NEW;
    END $$;

CREATE TRIGGER recipient_begins_in_order BEFORE INSERT ON recipient
    FOR EACH ROW EXECUTE FUNCTION recipient_begins_in_order();

CREATE FUNCTION recipient_stays_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE recipient SET (open, last_event, next_side) = ROW(
            CASE WHEN NEW.erased_at IS NOT NULL OR NEW.status = 'draft' THEN NULL ELSE NEW.status <> 'closed' END,
            greatest(NEW.last_event, NEW.last_internal_event), NEW.next_side
        ) WHERE "case" = NEW.id;
        RETURN NULL;
    END $$;

CREATE TRIGGER recipient_stays_in_order
    AFTER UPDATE OF status, last_event, last_internal_event, next_side, erased_at ON cases
    FOR EACH ROW EXECUTE FUNCTION recipient_stays_in_order();

-- A case that changes marks its area, whose statistics are then counted again (app/domain/cases/statistics/cache.py).
-- A transaction adds one row an area, and never looks whether there is one already: two transactions at once would wait
-- for each other, or see a row that is being deleted.
CREATE FUNCTION mark_area(moved varchar) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE marked text := COALESCE(current_setting('aplus.marked', true), '');
    BEGIN
        IF moved IS NOT NULL AND position(' ' || moved || ' ' IN marked) = 0 THEN
            INSERT INTO area_change (area) VALUES (moved);
            PERFORM set_config('aplus.marked', marked || ' ' || moved || ' ', true);
        END IF;
    END $$;

CREATE FUNCTION case_marks_area() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM mark_area(NEW.area);
        IF TG_OP = 'UPDATE' AND OLD.area IS DISTINCT FROM NEW.area THEN
            PERFORM mark_area(OLD.area);
        END IF;
        RETURN NULL;
    END $$;

CREATE TRIGGER case_marks_area_at_once AFTER INSERT ON cases
    FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION case_marks_area();

CREATE TRIGGER case_marks_area
    AFTER UPDATE OF status, area, urgent, last_event, sent_at, closed_at, late_from, erased_at ON cases
    FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION case_marks_area();

CREATE FUNCTION recipient_marks_area() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            PERFORM mark_area((SELECT area FROM cases WHERE id = OLD."case"));
        ELSE
            PERFORM mark_area((SELECT area FROM cases WHERE id = NEW."case"));
        END IF;
        RETURN NULL;
    END $$;

CREATE TRIGGER recipient_marks_area AFTER INSERT OR DELETE OR UPDATE OF team ON recipient
    FOR EACH ROW EXECUTE FUNCTION recipient_marks_area();

-- A part of a word is found by an index, where PostgreSQL has pg_trgm (db/trigrams.py installs it before a restore).
DO $$ BEGIN
    CREATE SCHEMA IF NOT EXISTS trigrams;
    CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA trigrams;
    CREATE INDEX IF NOT EXISTS cases_search_text ON cases USING gin (search_text trigrams.gin_trgm_ops);
    CREATE INDEX IF NOT EXISTS cases_search_internal ON cases USING gin (search_internal trigrams.gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'without pg_trgm a search reads all that it looks through';
END $$;
