"""Translations of messages, who said which language they are in, glossaries, jobs with models.

Times are UTC. Languages are codes of ISO 639-1. A translation stands beside its message and never
in its place.
"""

import sqlite3

from sosbox.db.migrations.statements import run_statements

_STATEMENTS = """
-- '' nobody has looked yet, and the language is that of the page; 'page' the detector is not sure;
-- 'detector', 'guest', 'staff'; 'author': whoever wrote it has said so.
ALTER TABLE messages ADD COLUMN language_by TEXT NOT NULL DEFAULT '';
-- Until when routing waits for the translation into the language of the establishment.
ALTER TABLE messages ADD COLUMN route_by TIMESTAMPTZ;
-- What was written so far is as it was taken then; nothing of it is translated unasked.
UPDATE messages SET language_by = CASE direction WHEN 'from_guest' THEN 'page' ELSE 'author' END;

-- The language of what the guest writes, once it is known to be another than that of their page.
ALTER TABLE cases ADD COLUMN guest_language TEXT NOT NULL DEFAULT '';
-- The first line in the language of the establishment; '' where it is written in it.
ALTER TABLE cases ADD COLUMN translated_excerpt TEXT NOT NULL DEFAULT '';

-- The directions that the worker can translate now, a JSON list of "es-en".
ALTER TABLE box ADD COLUMN translation_pairs TEXT NOT NULL DEFAULT '[]';

-- One text in one more language. `part`: what is translated, the text of the message or what would
-- put it right, which belongs to the first. `priority`: 0 first. `engine`: who has done it;
-- `flags`: what the guards have found, a JSON list. The ledger names them by their ids, which must
-- never mean another one.
CREATE TABLE translations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL REFERENCES messages,
    part TEXT NOT NULL CHECK (part IN ('text', 'remedy')),
    language TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('waiting', 'done', 'partial', 'failed', 'unavailable')),
    priority INTEGER NOT NULL,
    num_attempts INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL DEFAULT '',
    engine TEXT NOT NULL DEFAULT '',
    flags TEXT NOT NULL DEFAULT '[]',
    salt BLOB NOT NULL DEFAULT x'',
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    UNIQUE (message_id, part, language)
);
CREATE INDEX translations_waiting ON translations (priority, id) WHERE state = 'waiting';
CREATE INDEX translations_unavailable ON translations (id) WHERE state = 'unavailable';

-- A notice that waits a moment for the translation into its reader's language.
ALTER TABLE deliveries ADD COLUMN awaits_translation BOOLEAN NOT NULL DEFAULT 0;
CREATE INDEX deliveries_awaiting ON deliveries (id)
    WHERE awaits_translation AND state = 'pending';

-- What somebody in the console wants to see translated before it is sent; kept for minutes.
-- `result`: a JSON object with the translation and the way back. An id never means another one:
-- the worker may still be busy with a draft that was replaced.
CREATE TABLE translation_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases,
    account_id INTEGER NOT NULL REFERENCES accounts,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done')),
    result TEXT NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX translation_requests_waiting ON translation_requests (id) WHERE state = 'waiting';

-- Words with a fixed form. `term` stands in every language for which `translations`, a JSON object
-- of language and word, has no other.
CREATE TABLE glossary_terms (
    id INTEGER PRIMARY KEY,
    establishment_id INTEGER NOT NULL REFERENCES establishments,
    term TEXT NOT NULL,
    translations TEXT NOT NULL DEFAULT '{}',
    UNIQUE (establishment_id, term)
);

-- Which engine translates a pair, where the owner wants another than usual; of the whole box.
CREATE TABLE translation_engines (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    engine TEXT NOT NULL CHECK (engine IN ('argos', 'apertium', 'none')),
    UNIQUE (source, target)
);

-- Work with models that somebody has asked for in the console. `progress`: 0 to 100; `message`: a
-- message id, with its `arguments`, a JSON object.
CREATE TABLE model_jobs (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('add', 'fetch', 'remove', 'test')),
    pair TEXT NOT NULL DEFAULT '',
    file TEXT NOT NULL DEFAULT '',
    account_id INTEGER NOT NULL REFERENCES accounts,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    progress INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    arguments TEXT NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX model_jobs_open ON model_jobs (id) WHERE state IN ('waiting', 'running');
"""


def forwards(connection: sqlite3.Connection) -> None:
    run_statements(connection, _STATEMENTS)
