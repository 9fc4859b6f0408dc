-- One row a group, without its members.
CREATE TABLE groups (
    -- Order of creation, in one numbering with users: a position names one resource of either kind for ever.
    position      INTEGER PRIMARY KEY,
    id            BLOB    NOT NULL,
    -- The first 16 bytes of the SHA-256 of folded_name.
    name_key      BLOB    NOT NULL,
    -- The first 8 bytes of the SHA-256 of external_id; not unique, the text decides.
    external_key  INTEGER,
    -- The role it is mapped to.
    role          TEXT,
    -- How many direct members it has; kept, never counted.
    members       INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    last_modified INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    display_name  TEXT    NOT NULL,
    folded_name   TEXT    NOT NULL,
    external_id   TEXT,
    -- What a search looks through besides folded_name: the folded externalId.
    search        TEXT,
    document      TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX groups_by_id ON groups (id);
CREATE UNIQUE INDEX groups_by_name ON groups (name_key);
CREATE INDEX groups_by_external_id ON groups (external_key) WHERE external_key IS NOT NULL;

-- One row a direct membership, so that one member more or less costs the same in a group of 5 and of 50,000.
CREATE TABLE group_members (
    group_position INTEGER NOT NULL,
    -- The position of a user or of a group.
    member         INTEGER NOT NULL,
    -- 1: the member is a group.
    nested         INTEGER NOT NULL,
    PRIMARY KEY (group_position, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_members_by_member ON group_members (member, group_position);
-- Groups within groups: few or none. One look into an empty index tells a reader that there is nothing to follow.
CREATE INDEX nested_groups ON group_members (group_position, member) WHERE nested = 1;

ALTER TABLE counters ADD COLUMN groups INTEGER NOT NULL DEFAULT 0;

-- Made anew rather than added to: the columns of an event's summary have to stand before the long ones.
CREATE TABLE events_with_groups (
    id             INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL,
    -- About how many bytes the row takes, for keeping the log within its size.
    size           INTEGER NOT NULL,
    action         TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    user_id        BLOB,
    group_id       BLOB,
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

INSERT INTO events_with_groups
SELECT id, at, size, action, status, user_id, NULL, token_id, transaction_id, latency_micros, request_bytes,
       response_bytes, results, repeats, role, method, address, user_agent, token_name, user_name, NULL, external_id,
       path, query, findings, NULL, changed, detail, truncated, changes, request_body, response_body
FROM events
ORDER BY id;

DROP TABLE events;
ALTER TABLE events_with_groups RENAME TO events;

CREATE INDEX events_by_user ON events (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX events_by_group ON events (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX events_failed ON events (id) WHERE status >= 400;
