"""What is printed: branding, the order of the building, runs of the printer, pieces and where they
hang, templates of an owner's own, rounds; the reference that a code on a ticket carries.

Times are UTC. Lists and texts by language are JSON.
"""

import sqlite3

from sosbox.db.migrations.statements import run_statements

_STATEMENTS = """
-- How paper looks. Colours are "#0b5c6b"; what a house leaves empty is as its company has it.
ALTER TABLE subscribers ADD COLUMN logo BLOB;
ALTER TABLE subscribers ADD COLUMN logo_type TEXT NOT NULL DEFAULT '';
ALTER TABLE subscribers ADD COLUMN color TEXT NOT NULL DEFAULT '';
ALTER TABLE subscribers ADD COLUMN accent_color TEXT NOT NULL DEFAULT '';
ALTER TABLE subscribers ADD COLUMN print_texts TEXT NOT NULL DEFAULT '{}';
-- The name and the logo of the service, where they are not those of the program.
ALTER TABLE subscribers ADD COLUMN service_name TEXT NOT NULL DEFAULT '';
ALTER TABLE subscribers ADD COLUMN service_website TEXT NOT NULL DEFAULT '';
ALTER TABLE subscribers ADD COLUMN service_logo BLOB;
ALTER TABLE subscribers ADD COLUMN service_logo_type TEXT NOT NULL DEFAULT '';
ALTER TABLE establishments ADD COLUMN color TEXT NOT NULL DEFAULT '';
ALTER TABLE establishments ADD COLUMN accent_color TEXT NOT NULL DEFAULT '';
ALTER TABLE establishments ADD COLUMN website TEXT NOT NULL DEFAULT '';
ALTER TABLE establishments ADD COLUMN print_texts TEXT NOT NULL DEFAULT '{}';
-- Up to six, in their order; empty: the first of the languages of guests.
ALTER TABLE establishments ADD COLUMN print_languages TEXT NOT NULL DEFAULT '[]';
-- The network for guests, for pieces that help to join it; without a password it is open.
ALTER TABLE establishments ADD COLUMN wifi_name TEXT NOT NULL DEFAULT '';
ALTER TABLE establishments ADD COLUMN wifi_password TEXT NOT NULL DEFAULT '';

-- The order of the building, before that of names and codes.
ALTER TABLE areas ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE access_points ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

-- What stood behind ?r= of the code that was scanned: the number of a ticket or an invoice.
ALTER TABLE cases ADD COLUMN ticket TEXT NOT NULL DEFAULT '';

-- Templates of an owner's own, with the pictures that belong to them.
CREATE TABLE own_templates (
    id INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers,
    slug TEXT NOT NULL,
    source TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts,
    stored_at TIMESTAMPTZ NOT NULL,
    UNIQUE (subscriber_id, slug)
);
CREATE TABLE own_template_files (
    id INTEGER PRIMARY KEY,
    template_id INTEGER NOT NULL REFERENCES own_templates ON DELETE CASCADE,
    name TEXT NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (template_id, name)
);

-- What somebody has asked to be printed. `template` with its size, "poster-a4"; `access_points`: a
-- list of ids in the order in which they are printed; `options`: a JSON object; `printer`: empty
-- for a file to download. `file`: its name in the folder of prints. No account: the command line.
CREATE TABLE print_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    establishment_id INTEGER NOT NULL REFERENCES establishments,
    account_id INTEGER REFERENCES accounts,
    template TEXT NOT NULL,
    access_points TEXT NOT NULL,
    options TEXT NOT NULL DEFAULT '{}',
    format TEXT NOT NULL CHECK (format IN ('pdf', 'png', 'svg', 'eps', 'ticket')),
    printer TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    progress INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    arguments TEXT NOT NULL DEFAULT '{}',
    file TEXT NOT NULL DEFAULT '',
    num_pages INTEGER NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX print_runs_open ON print_runs (id) WHERE state IN ('waiting', 'running');
CREATE INDEX print_runs_establishment ON print_runs (establishment_id, id);

-- A piece of paper; its code carries its id. `version` counts what was printed of one template for
-- one access point; `area_id`: where that was then. `state`: planned until it is on paper or in a
-- file. `condition`: as the last round has found it.
CREATE TABLE pieces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    access_point_id INTEGER NOT NULL REFERENCES access_points,
    area_id INTEGER NOT NULL REFERENCES areas,
    run_id INTEGER NOT NULL REFERENCES print_runs,
    template TEXT NOT NULL,
    version INTEGER NOT NULL,
    copies INTEGER NOT NULL DEFAULT 1,
    printed_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL DEFAULT 'planned'
        CHECK (state IN ('planned', 'current', 'replaced', 'removed')),
    condition TEXT NOT NULL DEFAULT ''
        CHECK (condition IN ('', 'good', 'torn', 'stained', 'missing')),
    seen_at TIMESTAMPTZ,
    UNIQUE (access_point_id, template, version)
);
CREATE INDEX pieces_run ON pieces (run_id);

-- Somebody has walked the building. `areas`: the ids of those that it went through; `num_pieces`:
-- how many should have hung there when it was finished. `signature`: of the box, over the digest of
-- everything that was found.
CREATE TABLE rounds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    establishment_id INTEGER NOT NULL REFERENCES establishments,
    account_id INTEGER NOT NULL REFERENCES accounts,
    areas TEXT NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ,
    num_pieces INTEGER NOT NULL DEFAULT 0,
    digest TEXT NOT NULL DEFAULT '',
    signature BLOB
);
CREATE INDEX rounds_establishment ON rounds (establishment_id, id);
-- Nobody walks twice through the same house at once.
CREATE UNIQUE INDEX rounds_open ON rounds (establishment_id, account_id) WHERE finished_at IS NULL;
-- `piece_id`: what was scanned or is meant; `found_id`: the access point whose code hung there,
-- where that is another one. `photo`: a JPEG without anything but the picture.
CREATE TABLE round_findings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    round_id INTEGER NOT NULL REFERENCES rounds,
    access_point_id INTEGER NOT NULL REFERENCES access_points,
    piece_id INTEGER REFERENCES pieces,
    found_id INTEGER REFERENCES access_points,
    finding TEXT NOT NULL
        CHECK (finding IN ('good', 'torn', 'stained', 'missing', 'old', 'elsewhere')),
    note TEXT NOT NULL DEFAULT '',
    photo BLOB,
    found_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX round_findings_round ON round_findings (round_id);
CREATE INDEX round_findings_piece ON round_findings (piece_id);
CREATE INDEX round_findings_access_point ON round_findings (access_point_id);

-- How often guests write from where, and when they last did.
CREATE INDEX cases_access_point ON cases (access_point_id, filed_at);
"""


def forwards(connection: sqlite3.Connection) -> None:
    run_statements(connection, _STATEMENTS)
