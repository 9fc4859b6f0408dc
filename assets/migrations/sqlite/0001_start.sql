-- Names the file as a scimroom database ("Scim" in ASCII), so that another program's file is not taken for ours.
PRAGMA application_id = 1399023981;

-- One row a user, without the document: searching and sorting reads these rows only, and they are short.
CREATE TABLE users (
    -- Order of creation. Given out by the writer and never used again.
    position      INTEGER PRIMARY KEY,
    id            BLOB    NOT NULL,
    -- The first 16 bytes of the SHA-256 of folded_name: scattered, so kept short.
    name_key      BLOB    NOT NULL,
    -- The first 8 bytes of the SHA-256 of external_id; not unique, the text decides.
    external_key  INTEGER,
    replaced_by   BLOB,
    active        INTEGER NOT NULL,
    role          TEXT    NOT NULL,
    role_source   TEXT    NOT NULL,
    okta_role     TEXT,
    created       INTEGER NOT NULL,
    last_modified INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    user_name     TEXT    NOT NULL,
    folded_name   TEXT    NOT NULL,
    display_name  TEXT,
    external_id   TEXT,
    -- What a search looks through besides folded_name: folded displayName, line feed, folded externalId.
    search        TEXT    NOT NULL,
    -- A JSON array; null stands for folded_name alone.
    folded_emails TEXT
) STRICT;

CREATE UNIQUE INDEX users_by_id ON users (id);
CREATE UNIQUE INDEX users_by_name ON users (name_key);
CREATE INDEX users_by_external_id ON users (external_key) WHERE external_key IS NOT NULL;
CREATE INDEX users_by_successor ON users (replaced_by) WHERE replaced_by IS NOT NULL;

CREATE TABLE user_documents (
    position INTEGER PRIMARY KEY REFERENCES users (position) ON DELETE CASCADE,
    document TEXT    NOT NULL
) STRICT;

-- E-mail addresses that differ from the user's name; most people have none.
CREATE TABLE user_emails (
    key      BLOB    NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (key, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash      BLOB    NOT NULL PRIMARY KEY,
    id        BLOB    NOT NULL UNIQUE,
    user_id   BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created   INTEGER NOT NULL,
    last_used INTEGER NOT NULL,
    expires   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE sign_in_codes (
    hash    BLOB    NOT NULL PRIMARY KEY,
    user_id BLOB    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_codes_by_user ON sign_in_codes (user_id);

CREATE TABLE tokens (
    id              BLOB    NOT NULL PRIMARY KEY,
    hash            BLOB    NOT NULL UNIQUE,
    name            TEXT    NOT NULL,
    scope           TEXT    NOT NULL,
    created_by      TEXT    NOT NULL,
    created         INTEGER NOT NULL,
    expires         INTEGER NOT NULL,
    revoked         INTEGER,
    last_used       INTEGER,
    last_address    TEXT,
    last_user_agent TEXT,
    uses            INTEGER NOT NULL,
    tail            TEXT    NOT NULL
) STRICT;

-- The settings as one JSON object; no row stands for the settings of a new workspace.
CREATE TABLE workspace (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    settings TEXT    NOT NULL
) STRICT;

-- What the writer keeps count of, so that nothing is counted by a scan and no number is given out twice.
CREATE TABLE counters (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    last_event    INTEGER NOT NULL,
    last_position INTEGER NOT NULL,
    event_bytes   INTEGER NOT NULL,
    total         INTEGER NOT NULL,
    active        INTEGER NOT NULL,
    owners        INTEGER NOT NULL,
    editors       INTEGER NOT NULL,
    viewers       INTEGER NOT NULL
) STRICT;

INSERT INTO counters VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE watch_state (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    up_to INTEGER NOT NULL,
    state TEXT    NOT NULL
) STRICT;

-- Long columns come last: reading the short ones then never touches the pages that hold only bodies.
CREATE TABLE events (
    id             INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL,
    -- About how many bytes the row takes, for keeping the log within its size.
    size           INTEGER NOT NULL,
    action         TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    user_id        BLOB,
    token_id       BLOB,
    transaction_id BLOB    NOT NULL,
    latency_micros INTEGER NOT NULL,
    request_bytes  INTEGER NOT NULL,
    response_bytes INTEGER NOT NULL,
    results        INTEGER,
    repeats        INTEGER NOT NULL,
    role           TEXT,
    method         TEXT    NOT NULL,
    address        TEXT,
    user_agent     TEXT,
    token_name     TEXT,
    user_name      TEXT,
    external_id    TEXT,
    path           TEXT    NOT NULL,
    query          TEXT,
    -- Codes such as D29, parted by blanks.
    findings       TEXT,
    -- A JSON array of paths.
    changed        TEXT,
    detail         TEXT,
    truncated      INTEGER NOT NULL,
    -- A JSON array of {path, before, after}.
    changes        TEXT,
    request_body   TEXT,
    response_body  TEXT
) STRICT;

CREATE INDEX events_by_user ON events (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX events_failed ON events (id) WHERE status >= 400;
