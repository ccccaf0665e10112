"""Rules with conditions, rotas, escalation, filters, reports of delivery, answers that come in.

Times are UTC; hours, weekdays and dates in conditions are of the establishment's zone. Lists and
conditions are JSON.
"""

import sqlite3

from sosbox.db.migrations.statements import run_statements

_STATEMENTS = """
ALTER TABLE establishments ADD COLUMN holiday_region TEXT NOT NULL DEFAULT '';
ALTER TABLE establishments ADD COLUMN holidays TEXT NOT NULL DEFAULT '[]';
ALTER TABLE establishments ADD COLUMN promise_warning_minutes INTEGER NOT NULL DEFAULT 240;
ALTER TABLE establishments ADD COLUMN legal_warning_days INTEGER NOT NULL DEFAULT 3;
ALTER TABLE establishments ADD COLUMN digest_at TEXT NOT NULL DEFAULT '';
ALTER TABLE establishments ADD COLUMN digest_sent_on TEXT NOT NULL DEFAULT '';
ALTER TABLE establishments ADD COLUMN trusts_replies BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE access_points ADD COLUMN origin TEXT NOT NULL DEFAULT 'qr';

ALTER TABLE recipients ADD COLUMN channels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE recipients ADD COLUMN next_channel_minutes INTEGER NOT NULL DEFAULT 0;
-- Deliveries and the ledger name recipients by their ids, which must never mean somebody else.
ALTER TABLE recipients ADD COLUMN retired_at TIMESTAMPTZ;

-- Who is told when no rule finds anybody, when a date was missed, and every day.
CREATE TABLE establishment_recipients (
    id INTEGER PRIMARY KEY,
    establishment_id INTEGER NOT NULL REFERENCES establishments,
    recipient_id INTEGER NOT NULL REFERENCES recipients,
    purpose TEXT NOT NULL CHECK (purpose IN ('fallback', 'report', 'digest')),
    UNIQUE (establishment_id, purpose, recipient_id)
);
CREATE INDEX establishment_recipients_recipient ON establishment_recipients (recipient_id);

ALTER TABLE rules ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rules ADD COLUMN is_stop BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE rules ADD COLUMN is_safety BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE rules ADD COLUMN is_sensitive BOOLEAN NOT NULL DEFAULT 0;
-- They were read by their slugs so far.
UPDATE rules SET position =
    (SELECT count(*) FROM rules o WHERE o.subscriber_id = rules.subscriber_id
        AND o.slug <= rules.slug);
CREATE TABLE rule_left_out (
    id INTEGER PRIMARY KEY,
    rule_id INTEGER NOT NULL REFERENCES rules,
    recipient_id INTEGER NOT NULL REFERENCES recipients,
    UNIQUE (rule_id, recipient_id)
);

-- A shift of a post: on these weekdays or, an exception, on these dates; empty hours: all day.
CREATE TABLE rota_shifts (
    id INTEGER PRIMARY KEY,
    recipient_id INTEGER NOT NULL REFERENCES recipients,
    weekdays TEXT NOT NULL DEFAULT '[]',
    dates TEXT NOT NULL DEFAULT '[]',
    hours TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX rota_shifts_recipient ON rota_shifts (recipient_id);
CREATE TABLE rota_people (
    id INTEGER PRIMARY KEY,
    shift_id INTEGER NOT NULL REFERENCES rota_shifts ON DELETE CASCADE,
    recipient_id INTEGER NOT NULL REFERENCES recipients,
    UNIQUE (shift_id, recipient_id)
);

-- Steps of a rule go before those of its establishment. One that is replaced is retired, for the
-- clocks that run with it.
CREATE TABLE escalation_steps (
    id INTEGER PRIMARY KEY,
    establishment_id INTEGER REFERENCES establishments,
    rule_id INTEGER REFERENCES rules,
    position INTEGER NOT NULL,
    after_minutes INTEGER NOT NULL,
    until TEXT NOT NULL CHECK (until IN ('opened', 'answered', 'resolved')),
    repeat_minutes INTEGER NOT NULL DEFAULT 0,
    max_times INTEGER NOT NULL DEFAULT 1,
    hours TEXT NOT NULL DEFAULT '[]',
    retired_at TIMESTAMPTZ,
    CHECK ((establishment_id IS NULL) <> (rule_id IS NULL))
);
CREATE TABLE escalation_recipients (
    id INTEGER PRIMARY KEY,
    step_id INTEGER NOT NULL REFERENCES escalation_steps,
    recipient_id INTEGER NOT NULL REFERENCES recipients,
    UNIQUE (step_id, recipient_id)
);

CREATE TABLE filters (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers,
    slug TEXT NOT NULL,
    establishment_id INTEGER REFERENCES establishments,
    conditions TEXT NOT NULL DEFAULT '{}',
    action TEXT NOT NULL CHECK (action IN ('quarantine', 'digest', 'mark')),
    position INTEGER NOT NULL DEFAULT 0,
    disabled_at TIMESTAMPTZ,
    UNIQUE (subscriber_id, slug)
);
-- What replaces the words that the box brings along, per language.
CREATE TABLE word_lists (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers,
    language TEXT NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (subscriber_id, language)
);

ALTER TABLE cases ADD COLUMN origin TEXT NOT NULL DEFAULT 'qr';
ALTER TABLE cases ADD COLUMN is_safety BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN is_sensitive BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN is_quarantined BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN acknowledged_at TIMESTAMPTZ;

-- '' nothing against it; 'held' in quarantine; 'released' from it; 'unwanted', somebody confirmed.
-- 'digest': told of in the daily digest alone.
ALTER TABLE messages ADD COLUMN hold TEXT NOT NULL DEFAULT '';
CREATE INDEX messages_held ON messages (id) WHERE hold = 'held';
CREATE INDEX messages_unwanted ON messages (id) WHERE hold = 'unwanted';
CREATE INDEX messages_digest ON messages (id) WHERE hold = 'digest';
-- What filters have found. 'burst' and the like are the box's own.
CREATE TABLE filter_hits (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES messages,
    filter_id INTEGER REFERENCES filters,
    name TEXT NOT NULL,
    action TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX filter_hits_message ON filter_hits (message_id);
CREATE INDEX filter_hits_filter ON filter_hits (filter_id);

-- The clocks of a case. `next_at` is when one has something to do, `last_at` when it last had.
CREATE TABLE clocks (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases,
    purpose TEXT NOT NULL CHECK (purpose IN ('escalation', 'promise', 'legal')),
    step_id INTEGER REFERENCES escalation_steps,
    started_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    num_times INTEGER NOT NULL DEFAULT 0,
    ended_at TIMESTAMPTZ
);
CREATE INDEX clocks_due ON clocks (next_at) WHERE ended_at IS NULL;
CREATE INDEX clocks_case ON clocks (case_id);

-- SQLite cannot loosen a column: the outbox is written anew, with notices that are not of one case.
CREATE TABLE new_deliveries (
    id INTEGER PRIMARY KEY,
    case_id INTEGER REFERENCES cases,
    establishment_id INTEGER REFERENCES establishments,
    message_id INTEGER REFERENCES messages,
    event TEXT NOT NULL,
    recipient_id INTEGER REFERENCES recipients,
    account_id INTEGER REFERENCES accounts,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'skipped')),
    num_attempts INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    last_attempt_at TIMESTAMPTZ,
    sent_at TIMESTAMPTZ,
    error TEXT NOT NULL DEFAULT '',
    error_detail TEXT NOT NULL DEFAULT '',
    is_possible_duplicate BOOLEAN NOT NULL DEFAULT 0,
    is_unless_opened BOOLEAN NOT NULL DEFAULT 0,
    report TEXT NOT NULL DEFAULT '' CHECK (report IN ('', 'waiting', 'arrived', 'failed', 'never')),
    report_due_at TIMESTAMPTZ,
    acknowledge_code TEXT NOT NULL DEFAULT '',
    acknowledged_at TIMESTAMPTZ,
    CHECK (case_id IS NOT NULL OR establishment_id IS NOT NULL)
);
INSERT INTO new_deliveries (id, case_id, message_id, event, recipient_id, channel, address, name,
    language, state, num_attempts, created_at, next_attempt_at, last_attempt_at, sent_at, error,
    error_detail, is_possible_duplicate)
SELECT id, case_id, message_id, event, recipient_id, channel, address, name,
    language, state, num_attempts, created_at, next_attempt_at, last_attempt_at, sent_at, error,
    error_detail, is_possible_duplicate FROM deliveries;
DROP TABLE deliveries;
ALTER TABLE new_deliveries RENAME TO deliveries;
CREATE INDEX deliveries_case ON deliveries (case_id);
CREATE INDEX deliveries_due ON deliveries (channel, next_attempt_at) WHERE state = 'pending';
CREATE INDEX deliveries_sending ON deliveries (id) WHERE state = 'sending';
CREATE INDEX deliveries_failed ON deliveries (case_id) WHERE state = 'failed';
CREATE INDEX deliveries_report ON deliveries (report_due_at) WHERE report = 'waiting';
CREATE INDEX deliveries_code ON deliveries (acknowledge_code) WHERE acknowledge_code <> '';

-- What came back by SMS or e-mail, kept before anything is made of it.
CREATE TABLE replies (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    external_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    text TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('waiting', 'to_confirm', 'taken', 'dropped', 'unassigned')),
    reason TEXT NOT NULL DEFAULT '',
    subscriber_id INTEGER REFERENCES subscribers,
    delivery_id INTEGER,
    case_id INTEGER REFERENCES cases,
    recipient_id INTEGER REFERENCES recipients,
    decided_at TIMESTAMPTZ,
    decided_by INTEGER REFERENCES accounts,
    UNIQUE (channel, external_id)
);
CREATE INDEX replies_case ON replies (case_id);
CREATE INDEX replies_open ON replies (state, id)
    WHERE state IN ('waiting', 'to_confirm', 'unassigned');
-- Who has answered a guest from their phone or mailbox, without an account.
ALTER TABLE messages ADD COLUMN recipient_id INTEGER REFERENCES recipients;
-- For finding whose case it is when a guest sends an SMS; most guests leave no number.
CREATE INDEX cases_phone ON cases (filed_at) WHERE contact_phone <> '';
"""


def forwards(connection: sqlite3.Connection) -> None:
    run_statements(connection, _STATEMENTS)
