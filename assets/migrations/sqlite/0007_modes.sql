-- What becomes of the requests that carry a token: live, dry-run or test.
ALTER TABLE tokens ADD COLUMN mode TEXT NOT NULL DEFAULT 'live';

-- Made anew rather than added to: the columns of an event's summary have to stand before the long ones.
CREATE TABLE events_with_modes (
    id             INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL,
    -- About how many bytes the row takes, for keeping the log within its size.
    size           INTEGER NOT NULL,
    action         TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    user_id        BLOB,
    group_id       BLOB,
    token_id       BLOB,
    -- Of that token when the request came: dry-run or test; null: live, or no token.
    mode           TEXT,
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
    group_name     TEXT,
    external_id    TEXT,
    path           TEXT    NOT NULL,
    query          TEXT,
    -- Codes such as D29, parted by blanks.
    findings       TEXT,
    -- Names such as boolean-as-text, parted by blanks.
    compatibility  TEXT,
    -- A JSON array of paths.
    changed        TEXT,
    detail         TEXT,
    truncated      INTEGER NOT NULL,
    -- A JSON array of {path, before, after}.
    changes        TEXT,
    request_body   TEXT,
    response_body  TEXT
) STRICT;

INSERT INTO events_with_modes
SELECT id, at, size, action, status, user_id, group_id, token_id, NULL, transaction_id, latency_micros,
       request_bytes, response_bytes, results, repeats, role, method, address, user_agent, token_name, user_name,
       group_name, external_id, path, query, findings, compatibility, changed, detail, truncated, changes, request_body,
       response_body
FROM events
ORDER BY id;

DROP TABLE events;
ALTER TABLE events_with_modes RENAME TO events;

CREATE INDEX events_by_user ON events (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX events_by_group ON events (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX events_failed ON events (id) WHERE status >= 400;

-- What a dry run promised: people and groups that its client was told are made, and that going live makes. Besides them
-- people who are here, as the dry run would have changed them: these go when it ends.
CREATE TABLE promises (
    -- The order in which they were promised.
    place        INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL,
    token        BLOB    NOT NULL,
    is_group     INTEGER NOT NULL,
    -- 0: a promise; 1: how somebody would be who is here, or who would be of a change of theirs; 2: who is here would be
    -- gone.
    here         INTEGER NOT NULL,
    -- The first 16 bytes of the SHA-256 of the folded name; of who would be gone, of the id.
    name_key     BLOB    NOT NULL,
    -- The first 8 bytes of the SHA-256 of the externalId; not unique, the text decides.
    external_key INTEGER,
    -- 1: an active owner.
    is_owner     INTEGER NOT NULL,
    -- How many direct members a group has.
    members      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    -- The row to be, as JSON.
    resource     TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX promises_by_id ON promises (id);
CREATE UNIQUE INDEX promises_by_name ON promises (is_group, name_key);
CREATE INDEX promises_by_external_id ON promises (external_key) WHERE external_key IS NOT NULL;
CREATE INDEX promised_owners ON promises (place) WHERE is_owner = 1;

-- Who is in a promised group: people and groups that are here, and promised ones.
CREATE TABLE promised_members (
    group_id BLOB NOT NULL,
    member   BLOB NOT NULL,
    PRIMARY KEY (group_id, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX promised_members_by_member ON promised_members (member, group_id);

-- People and groups that are here and that a dry run would have changed: nothing became of it.
CREATE TABLE withheld (
    token    BLOB    NOT NULL,
    id       BLOB    NOT NULL,
    is_group INTEGER NOT NULL,
    -- What is withheld in all, access first.
    action   TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    -- The number of that request's event.
    event    INTEGER NOT NULL,
    PRIMARY KEY (token, id)
) STRICT, WITHOUT ROWID;
