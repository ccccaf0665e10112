"""The first schema: places, staff, routing, cases, the outbox and the ledger.

Times are UTC. Every `_hash` is keyed with a secret of the box. State numbers in `state_rank` sort
the inbox: 0 new, 1 being worked on, 2 resolved.
"""

import sqlite3

from sosbox.db.migrations.statements import run_statements

_STATEMENTS = """
CREATE TABLE box (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    settings_revision INTEGER NOT NULL DEFAULT 0
);
INSERT INTO box (id) VALUES (1);

CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    legal_name TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    website TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    email TEXT NOT NULL DEFAULT ''
);
CREATE TABLE establishments (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    language TEXT NOT NULL,
    guest_languages TEXT NOT NULL,
    promise_hours INTEGER NOT NULL DEFAULT 48,
    base_url TEXT NOT NULL DEFAULT '',
    official_sheets TEXT NOT NULL DEFAULT '',
    logo BLOB,
    logo_type TEXT NOT NULL DEFAULT ''
);
CREATE INDEX establishments_subscriber ON establishments (subscriber_id);
CREATE TABLE areas (
    id INTEGER PRIMARY KEY,
    establishment_id INTEGER NOT NULL REFERENCES establishments,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (establishment_id, slug)
);
CREATE TABLE access_points (
    id INTEGER PRIMARY KEY,
    establishment_id INTEGER NOT NULL REFERENCES establishments,
    area_id INTEGER NOT NULL REFERENCES areas,
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    retired_at TIMESTAMPTZ,
    UNIQUE (establishment_id, code)
);
CREATE INDEX access_points_area ON access_points (area_id);

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'agent', 'auditor')),
    language TEXT NOT NULL DEFAULT '',
    password_hash TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL,
    disabled_at TIMESTAMPTZ
);
CREATE INDEX accounts_subscriber ON accounts (subscriber_id);
CREATE TABLE account_areas (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    area_id INTEGER NOT NULL REFERENCES areas,
    UNIQUE (account_id, area_id)
);
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    token_hash BLOB NOT NULL UNIQUE,
    csrf_token TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE TABLE login_throttles (
    id INTEGER PRIMARY KEY,
    email_hash BLOB NOT NULL UNIQUE,
    num_failures INTEGER NOT NULL,
    last_failure_at TIMESTAMPTZ NOT NULL,
    blocked_until TIMESTAMPTZ
);

CREATE TABLE recipients (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    UNIQUE (subscriber_id, slug)
);
CREATE TABLE recipient_addresses (
    id INTEGER PRIMARY KEY,
    recipient_id INTEGER NOT NULL REFERENCES recipients,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    UNIQUE (recipient_id, channel, address)
);
CREATE TABLE rules (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers,
    slug TEXT NOT NULL,
    establishment_id INTEGER REFERENCES establishments,
    conditions TEXT NOT NULL DEFAULT '{}',
    disabled_at TIMESTAMPTZ,
    UNIQUE (subscriber_id, slug)
);
CREATE TABLE rule_recipients (
    id INTEGER PRIMARY KEY,
    rule_id INTEGER NOT NULL REFERENCES rules,
    recipient_id INTEGER NOT NULL REFERENCES recipients,
    UNIQUE (rule_id, recipient_id)
);

CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers,
    establishment_id INTEGER NOT NULL REFERENCES establishments,
    area_id INTEGER NOT NULL REFERENCES areas,
    access_point_id INTEGER NOT NULL REFERENCES access_points,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    state_rank INTEGER NOT NULL,
    excerpt TEXT NOT NULL,
    remedy TEXT NOT NULL DEFAULT '',
    contact_name TEXT NOT NULL DEFAULT '',
    contact_email TEXT NOT NULL DEFAULT '',
    contact_phone TEXT NOT NULL DEFAULT '',
    receipt_hash BLOB NOT NULL UNIQUE,
    submission_hash BLOB NOT NULL DEFAULT x'',
    version INTEGER NOT NULL DEFAULT 1,
    is_unread BOOLEAN NOT NULL DEFAULT 1,
    assignee_id INTEGER REFERENCES accounts,
    filed_at TIMESTAMPTZ NOT NULL,
    promise_due_at TIMESTAMPTZ NOT NULL,
    legal_due_at TIMESTAMPTZ NOT NULL,
    read_at TIMESTAMPTZ,
    answered_at TIMESTAMPTZ,
    resolved_at TIMESTAMPTZ,
    reminded_at TIMESTAMPTZ
);
-- Ascending although the newest are read first: an index grows cheaply at its end alone.
CREATE INDEX cases_inbox ON cases (subscriber_id, state_rank, filed_at);
CREATE INDEX cases_area_inbox ON cases (area_id, state_rank, filed_at);
CREATE INDEX cases_unanswered ON cases (subscriber_id, promise_due_at, area_id)
    WHERE answered_at IS NULL AND state_rank < 2;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases,
    direction TEXT NOT NULL CHECK (direction IN ('from_guest', 'to_guest')),
    account_id INTEGER REFERENCES accounts,
    text TEXT NOT NULL,
    is_outcome BOOLEAN NOT NULL DEFAULT 0,
    is_routed BOOLEAN NOT NULL DEFAULT 0,
    language TEXT NOT NULL,
    search_text TEXT NOT NULL,
    salt BLOB NOT NULL,
    submission_hash BLOB,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX messages_case ON messages (case_id);
CREATE INDEX messages_unrouted ON messages (id)
    WHERE is_routed = 0 AND direction = 'from_guest';
CREATE UNIQUE INDEX messages_submission ON messages (submission_hash)
    WHERE submission_hash IS NOT NULL;
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases,
    account_id INTEGER NOT NULL REFERENCES accounts,
    text TEXT NOT NULL,
    salt BLOB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX notes_case ON notes (case_id);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases,
    message_id INTEGER REFERENCES messages,
    event TEXT NOT NULL,
    recipient_id INTEGER REFERENCES recipients,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'failed')),
    num_attempts INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    next_attempt_at TIMESTAMPTZ NOT NULL,
    last_attempt_at TIMESTAMPTZ,
    sent_at TIMESTAMPTZ,
    error TEXT NOT NULL DEFAULT '',
    error_detail TEXT NOT NULL DEFAULT '',
    is_possible_duplicate BOOLEAN NOT NULL DEFAULT 0
);
CREATE INDEX deliveries_case ON deliveries (case_id);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE state = 'pending';
CREATE INDEX deliveries_sending ON deliveries (id) WHERE state = 'sending';
CREATE INDEX deliveries_failed ON deliveries (case_id) WHERE state = 'failed';

CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    case_id INTEGER,
    actor TEXT NOT NULL,
    data TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB
);
CREATE INDEX ledger_case ON ledger (case_id);
CREATE TRIGGER ledger_is_append_only_update BEFORE UPDATE OF at, event, case_id, actor, data,
    previous, hash ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_append_only_delete BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


def forwards(connection: sqlite3.Connection) -> None:
    run_statements(connection, _STATEMENTS)
