-- Areas, organisations and the catalogue.
CREATE TABLE area (
    code VARCHAR(3) NOT NULL PRIMARY KEY,
    name VARCHAR(60) NOT NULL DEFAULT '',
    contact_name VARCHAR(100) NOT NULL DEFAULT '',
    contact_address VARCHAR(254) NOT NULL DEFAULT '',
    contact_phone VARCHAR(40) NOT NULL DEFAULT ''
);

CREATE TABLE citizen_field (
    id SERIAL PRIMARY KEY,
    label VARCHAR(80) NOT NULL DEFAULT '' UNIQUE,
    "group" VARCHAR(10) NOT NULL DEFAULT '',
    hint VARCHAR(200) NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    withdrawn_at TIMESTAMPTZ
);

CREATE TABLE organisation (
    id SERIAL PRIMARY KEY,
    acronym VARCHAR(30) NOT NULL DEFAULT '' UNIQUE,
    name VARCHAR(120) NOT NULL DEFAULT '',
    kind VARCHAR(8) NOT NULL DEFAULT '',
    asked_field INTEGER REFERENCES citizen_field (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    notice TEXT NOT NULL DEFAULT '',
    withdrawn_at TIMESTAMPTZ
);

CREATE TABLE category (
    id SERIAL PRIMARY KEY,
    name VARCHAR(60) NOT NULL DEFAULT '' UNIQUE,
    description VARCHAR(200) NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    withdrawn_at TIMESTAMPTZ
);

CREATE TABLE category_organisation (
    id SERIAL PRIMARY KEY,
    category INTEGER NOT NULL REFERENCES category (id) ON DELETE CASCADE ON UPDATE CASCADE,
    organisation INTEGER NOT NULL REFERENCES organisation (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    position INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX category_organisation_category_organisation_once ON category_organisation (category, organisation);

CREATE TABLE subject (
    id SERIAL PRIMARY KEY,
    category INTEGER NOT NULL REFERENCES category (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    name VARCHAR(120) NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    procedure TEXT NOT NULL DEFAULT '',
    withdrawn_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX subject_category_name_once ON subject (category, name);

CREATE TABLE subject_organisation (
    id SERIAL PRIMARY KEY,
    subject INTEGER NOT NULL REFERENCES subject (id) ON DELETE CASCADE ON UPDATE CASCADE,
    organisation INTEGER NOT NULL REFERENCES organisation (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    position INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX subject_organisation_subject_organisation_once ON subject_organisation (subject, organisation);

-- Teams, people and the platform.
CREATE TABLE team (
    id SERIAL PRIMARY KEY,
    name VARCHAR(200) NOT NULL DEFAULT '',
    organisation INTEGER NOT NULL REFERENCES organisation (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    registry_number VARCHAR(20) UNIQUE,
    street VARCHAR(250) NOT NULL DEFAULT '',
    postal_code VARCHAR(5) NOT NULL DEFAULT '',
    commune VARCHAR(100) NOT NULL DEFAULT '',
    contact_address VARCHAR(254) NOT NULL DEFAULT '',
    phone VARCHAR(40) NOT NULL DEFAULT '',
    shared_address VARCHAR(254) NOT NULL DEFAULT '',
    closed_at TIMESTAMPTZ,
    merged_into INTEGER REFERENCES team (id) ON DELETE SET NULL ON UPDATE CASCADE,
    sort_name VARCHAR(200) NOT NULL DEFAULT '',
    search_text TEXT NOT NULL DEFAULT ''
);
CREATE INDEX team_organisation ON team (organisation);
CREATE INDEX team_sort_name ON team (sort_name);

CREATE TABLE team_area (
    id SERIAL PRIMARY KEY,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE ON UPDATE CASCADE,
    area VARCHAR(3) NOT NULL REFERENCES area (code) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX team_area_area ON team_area (area);
CREATE UNIQUE INDEX team_area_team_area_once ON team_area (team, area);

CREATE TABLE team_refusal (
    id SERIAL PRIMARY KEY,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE ON UPDATE CASCADE,
    organisation INTEGER NOT NULL REFERENCES organisation (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX team_refusal_team_organisation_once ON team_refusal (team, organisation);

CREATE TABLE person (
    id SERIAL PRIMARY KEY,
    address VARCHAR(254) NOT NULL DEFAULT '' UNIQUE,
    first_name VARCHAR(60) NOT NULL DEFAULT '',
    last_name VARCHAR(60) NOT NULL DEFAULT '',
    function VARCHAR(100) NOT NULL DEFAULT '',
    platform_role VARCHAR(10) NOT NULL DEFAULT 'member',
    active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    phone VARCHAR(40) NOT NULL DEFAULT '',
    email_frequency VARCHAR(8) NOT NULL DEFAULT 'at_once',
    password_hash VARCHAR(200) NOT NULL DEFAULT '',
    terms_accepted_at TIMESTAMPTZ,
    signature VARCHAR(100) NOT NULL DEFAULT '',
    shortcuts BOOLEAN NOT NULL DEFAULT true,
    sort_name VARCHAR(200) NOT NULL DEFAULT '',
    search_text TEXT NOT NULL DEFAULT ''
);
CREATE INDEX person_sort_name ON person (sort_name);
-- Few among many. An index that begins with active is worse than none: SQLite, without statistics,
-- then reads a team's members by going through every active person.
CREATE INDEX person_closed ON person (sort_name, id) WHERE NOT active;
CREATE INDEX person_awaited ON person (sort_name, id) WHERE active AND terms_accepted_at IS NULL;

CREATE TABLE catalogue_change (
    id BIGSERIAL PRIMARY KEY,
    kind VARCHAR(12) NOT NULL DEFAULT '',
    entry INTEGER NOT NULL DEFAULT 0,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    changed_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    before TEXT NOT NULL DEFAULT '',
    after TEXT NOT NULL DEFAULT '',
    undoes BIGINT
);
CREATE INDEX catalogue_change_entry ON catalogue_change (entry);

CREATE TABLE platform (
    id INTEGER NOT NULL PRIMARY KEY,
    banner VARCHAR(500) NOT NULL DEFAULT '',
    banner_kind VARCHAR(7) NOT NULL DEFAULT 'info',
    banner_from TIMESTAMPTZ,
    banner_until TIMESTAMPTZ,
    maintenance_since TIMESTAMPTZ
);

CREATE TABLE supervision (
    id SERIAL PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    area VARCHAR(3) NOT NULL REFERENCES area (code) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX supervision_person_area_once ON supervision (person, area);

CREATE TABLE membership (
    id SERIAL PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE ON UPDATE CASCADE,
    manager BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX membership_team ON membership (team);
CREATE UNIQUE INDEX membership_person_team_once ON membership (person, team);

CREATE TABLE invitation (
    id SERIAL PRIMARY KEY,
    reference VARCHAR(16) NOT NULL DEFAULT '' UNIQUE,
    token_hash VARCHAR(64) NOT NULL DEFAULT '',
    address VARCHAR(254) NOT NULL DEFAULT '',
    first_name VARCHAR(60) NOT NULL DEFAULT '',
    last_name VARCHAR(60) NOT NULL DEFAULT '',
    function VARCHAR(100) NOT NULL DEFAULT '',
    phone VARCHAR(40) NOT NULL DEFAULT '',
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE ON UPDATE CASCADE,
    invited_by INTEGER REFERENCES person (id) ON DELETE SET NULL ON UPDATE CASCADE,
    invited_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    expires_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    used_at TIMESTAMPTZ
);
CREATE INDEX invitation_address ON invitation (address);
CREATE UNIQUE INDEX invitation_team_address_once ON invitation (team, address);

CREATE TABLE signup (
    id SERIAL PRIMARY KEY,
    address VARCHAR(254) NOT NULL DEFAULT '',
    first_name VARCHAR(60) NOT NULL DEFAULT '',
    last_name VARCHAR(60) NOT NULL DEFAULT '',
    function VARCHAR(100) NOT NULL DEFAULT '',
    phone VARCHAR(40) NOT NULL DEFAULT '',
    organisation INTEGER REFERENCES organisation (id) ON DELETE SET NULL ON UPDATE CASCADE,
    area VARCHAR(3) NOT NULL REFERENCES area (code) ON DELETE RESTRICT ON UPDATE CASCADE,
    team_name VARCHAR(200) NOT NULL DEFAULT '',
    reason VARCHAR(1000) NOT NULL DEFAULT '',
    asked_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    state VARCHAR(8) NOT NULL DEFAULT 'waiting',
    decided_by INTEGER REFERENCES person (id) ON DELETE SET NULL ON UPDATE CASCADE,
    decided_at TIMESTAMPTZ,
    answer VARCHAR(1000) NOT NULL DEFAULT ''
);
CREATE INDEX signup_address ON signup (address);
CREATE INDEX signup_state ON signup (state);

-- Ways to log in.
CREATE TABLE login_link (
    id SERIAL PRIMARY KEY,
    reference VARCHAR(16) NOT NULL DEFAULT '' UNIQUE,
    token_hash VARCHAR(64) NOT NULL DEFAULT '',
    browser_hash VARCHAR(64) NOT NULL DEFAULT '',
    code_hash VARCHAR(64) NOT NULL DEFAULT '',
    address VARCHAR(254) NOT NULL DEFAULT '',
    person INTEGER REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    remember BOOLEAN NOT NULL DEFAULT false,
    next_path VARCHAR(500) NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    expires_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    used_at TIMESTAMPTZ,
    tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX login_link_browser_hash ON login_link (browser_hash);

CREATE TABLE pending_login (
    id SERIAL PRIMARY KEY,
    browser_hash VARCHAR(64) NOT NULL DEFAULT '',
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    remember BOOLEAN NOT NULL DEFAULT false,
    next_path VARCHAR(500) NOT NULL DEFAULT '',
    by_link BOOLEAN NOT NULL DEFAULT false,
    logout_hint TEXT NOT NULL DEFAULT '',
    subject_hash VARCHAR(64) NOT NULL DEFAULT '',
    expires_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX pending_login_browser_hash ON pending_login (browser_hash);

CREATE TABLE second_factor (
    id SERIAL PRIMARY KEY,
    person INTEGER NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    secret TEXT NOT NULL DEFAULT '',
    last_step BIGINT NOT NULL DEFAULT 0,
    since TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE recovery_code (
    id SERIAL PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    code_hash VARCHAR(64) NOT NULL DEFAULT '',
    used_at TIMESTAMPTZ
);
CREATE INDEX recovery_code_person ON recovery_code (person);

CREATE TABLE provider_identity (
    id SERIAL PRIMARY KEY,
    person INTEGER NOT NULL UNIQUE REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    subject_hash VARCHAR(64) NOT NULL DEFAULT '' UNIQUE,
    since TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE provider_login (
    id SERIAL PRIMARY KEY,
    state_hash VARCHAR(64) NOT NULL DEFAULT '' UNIQUE,
    browser_hash VARCHAR(64) NOT NULL DEFAULT '',
    next_path VARCHAR(500) NOT NULL DEFAULT '',
    expires_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX provider_login_expires_at ON provider_login (expires_at);

CREATE TABLE session (
    id SERIAL PRIMARY KEY,
    token_hash VARCHAR(64) NOT NULL DEFAULT '' UNIQUE,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    seen_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    ends_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    remember BOOLEAN NOT NULL DEFAULT false,
    browser VARCHAR(120) NOT NULL DEFAULT '',
    by_link BOOLEAN NOT NULL DEFAULT false,
    second_factor BOOLEAN NOT NULL DEFAULT false,
    logout_hint TEXT NOT NULL DEFAULT '',
    reauthenticated_at TIMESTAMPTZ
);
CREATE INDEX session_person ON session (person);

-- Cases, their statistics and what finds them.
CREATE TABLE cases (
    id UUID NOT NULL PRIMARY KEY,
    status VARCHAR(10) NOT NULL DEFAULT '',
    status_before_closing VARCHAR(10) NOT NULL DEFAULT '',
    author INTEGER REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    area VARCHAR(3) NOT NULL REFERENCES area (code) ON DELETE RESTRICT ON UPDATE CASCADE,
    mode VARCHAR(6) NOT NULL DEFAULT '',
    category INTEGER REFERENCES category (id) ON DELETE SET NULL ON UPDATE CASCADE,
    guided_subject INTEGER REFERENCES subject (id) ON DELETE SET NULL ON UPDATE CASCADE,
    citizen_first_name TEXT NOT NULL DEFAULT '',
    citizen_last_name TEXT NOT NULL DEFAULT '',
    citizen_birth TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    urgent BOOLEAN NOT NULL DEFAULT false,
    urgency_reason TEXT NOT NULL DEFAULT '',
    search_text TEXT NOT NULL DEFAULT '',
    started_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    saved_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    sent_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    closed_by INTEGER REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    outcome VARCHAR(20) NOT NULL DEFAULT '',
    last_event BIGINT NOT NULL DEFAULT 0,
    last_internal_event BIGINT NOT NULL DEFAULT 0,
    next_side VARCHAR(8) NOT NULL DEFAULT '',
    active_at TIMESTAMPTZ,
    late_from TIMESTAMPTZ,
    late_notices_sent INTEGER NOT NULL DEFAULT 0,
    handled_at TIMESTAMPTZ,
    suspended_at TIMESTAMPTZ,
    reminded_at TIMESTAMPTZ,
    erased_at TIMESTAMPTZ,
    search_internal TEXT NOT NULL DEFAULT ''
);
CREATE INDEX cases_status ON cases (status);
CREATE INDEX cases_author ON cases (author);
CREATE INDEX cases_team ON cases (team);
CREATE INDEX cases_last_event ON cases (last_event);
CREATE INDEX cases_late_from ON cases (late_from);
-- app/domain/cases/inbox/access_paths.py asks for lists in the words of these conditions, and
-- app/domain/cases/statistics/counting.py counts in them.
CREATE INDEX cases_open ON cases (team, last_event, next_side, id)
    WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL;
CREATE INDEX cases_closed ON cases (team, last_event, id) WHERE status = 'closed' AND erased_at IS NULL;
CREATE INDEX cases_of_author ON cases (author, team, last_event, next_side, id)
    WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL;
CREATE INDEX cases_drafts ON cases (author, saved_at) WHERE status = 'draft';
CREATE INDEX cases_open_in_area ON cases (area, status, urgent, late_from, sent_at, erased_at, id)
    WHERE status IN ('new', 'seen', 'answered') AND erased_at IS NULL;
CREATE INDEX cases_closed_in_area ON cases (area, closed_at, status, sent_at, erased_at, id)
    WHERE status = 'closed' AND erased_at IS NULL;
CREATE INDEX cases_known_in_area ON cases (area, last_event) WHERE status <> 'draft' AND erased_at IS NULL;
CREATE INDEX cases_known ON cases (last_event) WHERE status <> 'draft' AND erased_at IS NULL;

CREATE TABLE area_statistics (
    area VARCHAR(3) NOT NULL PRIMARY KEY,
    counted_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    valid_until TIMESTAMPTZ,
    counts TEXT NOT NULL DEFAULT ''
);

CREATE TABLE area_change (
    id BIGSERIAL PRIMARY KEY,
    area VARCHAR(3) NOT NULL DEFAULT ''
);
CREATE INDEX area_change_area ON area_change (area);

CREATE TABLE case_field (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    label VARCHAR(80) NOT NULL DEFAULT '',
    value TEXT NOT NULL DEFAULT '',
    unknown BOOLEAN NOT NULL DEFAULT false,
    position INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX case_field_case ON case_field ("case");
CREATE UNIQUE INDEX case_field_case_label_once ON case_field ("case", label);

CREATE TABLE search_token (
    id BIGSERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    token BIGINT NOT NULL DEFAULT 0,
    key_id VARCHAR(20) NOT NULL DEFAULT ''
);
CREATE INDEX search_token_token ON search_token (token);
CREATE INDEX search_token_key_id ON search_token (key_id);
CREATE UNIQUE INDEX search_token_case_token_once ON search_token ("case", token);

CREATE TABLE case_organisation (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    organisation INTEGER NOT NULL REFERENCES organisation (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX case_organisation_case ON case_organisation ("case");
CREATE UNIQUE INDEX case_organisation_case_organisation_once ON case_organisation ("case", organisation);

CREATE TABLE recipient (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    joined_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    seen_at TIMESTAMPTZ,
    taken_by INTEGER REFERENCES person (id) ON DELETE SET NULL ON UPDATE CASCADE,
    irrelevant_at TIMESTAMPTZ,
    open BOOLEAN,
    last_event BIGINT NOT NULL DEFAULT 0,
    next_side VARCHAR(8) NOT NULL DEFAULT ''
);
CREATE INDEX recipient_case ON recipient ("case");
CREATE INDEX recipient_team ON recipient (team);
CREATE UNIQUE INDEX recipient_case_team_once ON recipient ("case", team);
CREATE INDEX recipient_in_order ON recipient (team, open, last_event, next_side, "case");

CREATE TABLE guest (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    invited_by INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    invited_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX guest_case ON guest ("case");
CREATE INDEX guest_person ON guest (person);
CREATE UNIQUE INDEX guest_case_person_once ON guest ("case", person);

-- The thread and the drafts of a case.
CREATE TABLE message (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    author INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    team INTEGER REFERENCES team (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    audience VARCHAR(9) NOT NULL DEFAULT 'all',
    body TEXT NOT NULL DEFAULT '',
    posted_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    key VARCHAR(36) NOT NULL DEFAULT '',
    corrected_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX message_case ON message ("case");
CREATE UNIQUE INDEX message_case_author_key_once ON message ("case", author, key);

CREATE TABLE event (
    id BIGSERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    kind VARCHAR(12) NOT NULL DEFAULT '',
    actor INTEGER REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    team INTEGER REFERENCES team (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    message INTEGER REFERENCES message (id) ON DELETE CASCADE ON UPDATE CASCADE,
    audience VARCHAR(9) NOT NULL DEFAULT 'all',
    happened_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    about TEXT NOT NULL DEFAULT '',
    other_team INTEGER REFERENCES team (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    other_person INTEGER REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX event_case ON event ("case");

CREATE TABLE read_receipt (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    last_event BIGINT NOT NULL DEFAULT 0,
    read_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX read_receipt_person ON read_receipt (person);
CREATE UNIQUE INDEX read_receipt_case_person_once ON read_receipt ("case", person);

CREATE TABLE message_draft (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    body TEXT NOT NULL DEFAULT '',
    internal BOOLEAN NOT NULL DEFAULT false,
    saved_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX message_draft_person ON message_draft (person);
CREATE UNIQUE INDEX message_draft_case_person_once ON message_draft ("case", person);

CREATE TABLE form_save (
    id UUID NOT NULL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    form_name VARCHAR(12) NOT NULL DEFAULT '',
    page VARCHAR(36) NOT NULL DEFAULT '',
    revision INTEGER NOT NULL DEFAULT 0,
    is_current BOOLEAN NOT NULL DEFAULT false,
    content TEXT NOT NULL DEFAULT '',
    saved_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX form_save_person ON form_save (person);
CREATE UNIQUE INDEX form_save_case_form_name_person_page_once ON form_save ("case", form_name, person, page);

-- Mandates, SMS and attachments.
CREATE TABLE mandate (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    kind VARCHAR(5) NOT NULL DEFAULT '',
    signed_on DATE,
    reason TEXT NOT NULL DEFAULT '',
    attested_by INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    attested_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE pending_choices (
    id SERIAL PRIMARY KEY,
    "case" UUID NOT NULL UNIQUE REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    choices TEXT NOT NULL DEFAULT ''
);

CREATE TABLE sms (
    id UUID NOT NULL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    phone TEXT NOT NULL DEFAULT '',
    phone_token BIGINT NOT NULL DEFAULT 0,
    body TEXT NOT NULL DEFAULT '',
    state VARCHAR(7) NOT NULL DEFAULT 'waiting',
    written_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    due_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    sent_at TIMESTAMPTZ,
    attempts INTEGER NOT NULL DEFAULT 0,
    original_sms UUID
);
CREATE INDEX sms_case ON sms ("case");
CREATE INDEX sms_phone_token ON sms (phone_token);
CREATE INDEX sms_state ON sms (state);

CREATE TABLE sms_reply (
    id SERIAL PRIMARY KEY,
    sms UUID NOT NULL REFERENCES sms (id) ON DELETE CASCADE ON UPDATE CASCADE,
    reference VARCHAR(64) NOT NULL DEFAULT '' UNIQUE,
    body TEXT NOT NULL DEFAULT '',
    received_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX sms_reply_sms ON sms_reply (sms);

CREATE TABLE attachment (
    id UUID NOT NULL PRIMARY KEY,
    "case" UUID NOT NULL REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    message INTEGER REFERENCES message (id) ON DELETE CASCADE ON UPDATE CASCADE,
    mandate BOOLEAN NOT NULL DEFAULT false,
    audience VARCHAR(9) NOT NULL DEFAULT 'all',
    uploader INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    media_type VARCHAR(100) NOT NULL DEFAULT '',
    size INTEGER NOT NULL DEFAULT 0,
    received_bytes INTEGER NOT NULL DEFAULT 0,
    digest TEXT NOT NULL DEFAULT '',
    scan VARCHAR(8) NOT NULL DEFAULT 'none',
    cleaning VARCHAR(8) NOT NULL DEFAULT 'none',
    begun_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    posted_at TIMESTAMPTZ
);
CREATE INDEX attachment_case ON attachment ("case");
CREATE INDEX attachment_message ON attachment (message);
CREATE INDEX attachment_scan ON attachment (scan);
CREATE INDEX attachment_cleaning ON attachment (cleaning);
CREATE INDEX attachment_waiting ON attachment (uploader, size) WHERE posted_at IS NULL;

CREATE TABLE phrase (
    id SERIAL PRIMARY KEY,
    team INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE ON UPDATE CASCADE,
    title VARCHAR(80) NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    position INTEGER NOT NULL DEFAULT 0,
    withdrawn_at TIMESTAMPTZ
);
CREATE INDEX phrase_team ON phrase (team);

-- Rate limits, jobs and the survey.
CREATE TABLE rate_limit_hit (
    id BIGSERIAL PRIMARY KEY,
    key VARCHAR(64) NOT NULL DEFAULT '',
    happened_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);
CREATE INDEX rate_limit_hit_key ON rate_limit_hit (key);
CREATE INDEX rate_limit_hit_happened_at ON rate_limit_hit (happened_at);

CREATE TABLE rate_limit_state (
    key VARCHAR(64) NOT NULL PRIMARY KEY,
    used_until BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE attempt_count (
    key VARCHAR(100) NOT NULL PRIMARY KEY,
    hour INTEGER NOT NULL DEFAULT 0,
    action VARCHAR(30) NOT NULL DEFAULT '',
    account_id INTEGER NOT NULL DEFAULT 0,
    network VARCHAR(43) NOT NULL DEFAULT '',
    times INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX attempt_count_hour ON attempt_count (hour);

CREATE TABLE job (
    name VARCHAR(30) NOT NULL PRIMARY KEY,
    due_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp
);

CREATE TABLE survey_count (
    id SERIAL PRIMARY KEY,
    month VARCHAR(7) NOT NULL DEFAULT '',
    question VARCHAR(12) NOT NULL DEFAULT '',
    answer VARCHAR(12) NOT NULL DEFAULT '',
    total INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX survey_count_month_question_answer_once ON survey_count (month, question, answer);

CREATE TABLE survey_participation (
    digest VARCHAR(64) NOT NULL PRIMARY KEY
);

-- Emails and imports.
CREATE TABLE email (
    id UUID NOT NULL PRIMARY KEY,
    kind VARCHAR(12) NOT NULL DEFAULT '',
    person INTEGER REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE,
    team INTEGER REFERENCES team (id) ON DELETE CASCADE ON UPDATE CASCADE,
    "case" UUID REFERENCES cases (id) ON DELETE CASCADE ON UPDATE CASCADE,
    login_link INTEGER REFERENCES login_link (id) ON DELETE CASCADE ON UPDATE CASCADE,
    invitation INTEGER REFERENCES invitation (id) ON DELETE CASCADE ON UPDATE CASCADE,
    signup INTEGER REFERENCES signup (id) ON DELETE CASCADE ON UPDATE CASCADE,
    state VARCHAR(9) NOT NULL DEFAULT 'waiting',
    written_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    due_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    slot TIMESTAMPTZ,
    sent_at TIMESTAMPTZ,
    attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX email_state ON email (state);

CREATE TABLE import (
    id UUID NOT NULL PRIMARY KEY,
    kind VARCHAR(6) NOT NULL DEFAULT '',
    state VARCHAR(8) NOT NULL DEFAULT '',
    file_name VARCHAR(200) NOT NULL DEFAULT '',
    content BYTEA,
    total INTEGER NOT NULL DEFAULT 0,
    ignored TEXT NOT NULL DEFAULT '',
    invite BOOLEAN NOT NULL DEFAULT false,
    invited INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    remarked INTEGER NOT NULL DEFAULT 0,
    differing INTEGER NOT NULL DEFAULT 0,
    due_at TIMESTAMPTZ,
    sent_by INTEGER NOT NULL REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    sent_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    applied_by INTEGER REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
    applied_at TIMESTAMPTZ
);
CREATE INDEX import_due_at ON import (due_at);
CREATE INDEX import_sent_at ON import (sent_at);

CREATE TABLE import_row (
    id BIGSERIAL PRIMARY KEY,
    source UUID NOT NULL REFERENCES import (id) ON DELETE CASCADE ON UPDATE CASCADE,
    line INTEGER NOT NULL DEFAULT 0,
    result VARCHAR(9) NOT NULL DEFAULT '',
    label TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    remark TEXT NOT NULL DEFAULT '',
    differs_from_preview BOOLEAN NOT NULL DEFAULT false
);
CREATE INDEX import_row_source ON import_row (source);

-- The audit log.
CREATE TABLE audit_log (
    id BIGSERIAL PRIMARY KEY,
    happened_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp,
    action VARCHAR(20) NOT NULL DEFAULT '',
    person_id INTEGER,
    case_id UUID,
    team_id INTEGER,
    target_person_id INTEGER,
    network VARCHAR(43) NOT NULL DEFAULT '',
    browser VARCHAR(60) NOT NULL DEFAULT '',
    denied_route VARCHAR(100) NOT NULL DEFAULT ''
);
-- A filter's column, then the order of the page.
CREATE INDEX audit_log_by_person_id ON audit_log (person_id, id);
CREATE INDEX audit_log_by_target_person_id ON audit_log (target_person_id, id);
CREATE INDEX audit_log_by_case_id ON audit_log (case_id, id);
CREATE INDEX audit_log_by_team_id ON audit_log (team_id, id);
CREATE INDEX audit_log_by_action ON audit_log (action, id);
CREATE INDEX audit_log_by_happened_at ON audit_log (happened_at);
