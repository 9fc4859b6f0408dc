-- What Okta's client last said of a person, besides the role, and which pushes failed.

-- Whether any request of its was ever about them.
ALTER TABLE users ADD COLUMN okta_known  INTEGER NOT NULL DEFAULT 0;
-- Whether they can log in; null: never pushed, or before this column was there.
ALTER TABLE users ADD COLUMN okta_active INTEGER;
-- A JSON array of {path, okta, here}: names that are others here. Null: none is.
ALTER TABLE users ADD COLUMN okta_names  TEXT;
-- Since when they differ as they do now.
ALTER TABLE users ADD COLUMN drifted     INTEGER;
-- In what they differ: 1 the role, 2 whether they can log in, 4 a name. Role and names of those who can log in only.
ALTER TABLE users ADD COLUMN drift INTEGER AS (
    (active AND okta_role IS NOT NULL AND okta_role <> role)
    + 2 * (okta_active IS NOT NULL AND okta_active <> active)
    + 4 * (active AND okta_names IS NOT NULL)
) VIRTUAL;
ALTER TABLE users ADD COLUMN orphan INTEGER AS (active AND NOT okta_known) VIRTUAL;

-- Known is who has an id or a role from a provisioning client, and whom a request of Okta's that was carried out is about.
UPDATE users SET okta_known = 1
WHERE external_id IS NOT NULL
   OR okta_role IS NOT NULL
   OR EXISTS (
       SELECT 1 FROM events INDEXED BY events_by_user
       WHERE events.user_id = users.id AND status < 400 AND user_agent LIKE 'Okta SCIM Client%' AND mode IS NULL
   );

-- What its last write that decided about it says of whether they can log in. Where the log holds other writes of its only,
-- what is here counts as what it said: a difference is not made up. Where it holds none, nothing is known. Nor is it of
-- names: another client's change before this cannot be told from Okta's own.
UPDATE users SET okta_active = coalesce(
    (
        SELECT action <> 'deactivate' FROM events INDEXED BY events_by_user
        WHERE events.user_id = users.id AND status < 400 AND user_agent LIKE 'Okta SCIM Client%' AND mode IS NULL
          AND action IN ('create', 'return', 'deactivate', 'reactivate')
        ORDER BY id DESC LIMIT 1
    ),
    (
        SELECT users.active FROM events INDEXED BY events_by_user
        WHERE events.user_id = users.id AND status < 400 AND user_agent LIKE 'Okta SCIM Client%' AND mode IS NULL
          AND action IN ('update', 'role-change', 'email-change')
        LIMIT 1
    )
)
WHERE replaced_by IS NULL;
-- Created, or come back, without being able to log in: no write that decided otherwise followed.
UPDATE users SET okta_active = 0
WHERE okta_active = 1 AND NOT active AND EXISTS (
    SELECT 1 FROM events INDEXED BY events_by_user
    WHERE events.user_id = users.id AND status < 400 AND action IN ('create', 'return')
      AND changes LIKE '%{"path":"active","after":false}%'
);

CREATE INDEX users_drifted ON users (position) WHERE drift <> 0;
CREATE INDEX users_orphaned ON users (position) WHERE orphan <> 0;

-- One row a person whose last push by Okta's client was answered with an error. A small table: strangers cannot fill it.
CREATE TABLE failed_pushes (
    -- The newest request that failed.
    event       INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    -- When the first failed since one succeeded, and how many did.
    since       INTEGER NOT NULL,
    times       INTEGER NOT NULL,
    status      INTEGER NOT NULL,
    user_id     BLOB,
    method      TEXT    NOT NULL,
    user_name   TEXT,
    folded_name TEXT,
    external_id TEXT,
    -- Codes such as D29, parted by blanks.
    findings    TEXT,
    detail      TEXT
) STRICT;

CREATE INDEX failed_pushes_by_user ON failed_pushes (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX failed_pushes_by_name ON failed_pushes (folded_name) WHERE folded_name IS NOT NULL;
CREATE INDEX failed_pushes_by_external_id ON failed_pushes (external_id) WHERE external_id IS NOT NULL;

-- The newest 10,000 from what is left of the log: the newest failure of each person whom no push that was carried out
-- follows. Case in names is folded for ASCII only here, so that the failed create of somebody with another name stays
-- until a request names them as it did.
WITH pushes AS MATERIALIZED (
    SELECT id, at, repeats, status, user_id, method, user_name, lower(user_name) AS folded_name, external_id, findings,
           detail, coalesce(hex(user_id), lower(user_name), external_id) AS person
    FROM events
    WHERE user_agent LIKE 'Okta SCIM Client%' AND mode IS NULL AND group_id IS NULL
      AND action IN ('create', 'update', 'role-change', 'email-change', 'deactivate', 'reactivate', 'return', 'delete')
      AND coalesce(hex(user_id), lower(user_name), external_id) IS NOT NULL
),
done AS MATERIALIZED (
    SELECT name, max(id) AS id FROM (
        SELECT person AS name, id FROM pushes WHERE status < 400
        UNION ALL SELECT folded_name, id FROM pushes WHERE status < 400
        UNION ALL SELECT external_id, id FROM pushes WHERE status < 400
    )
    WHERE name IS NOT NULL GROUP BY name
),
open AS MATERIALIZED (
    SELECT p.* FROM pushes p
    LEFT JOIN done a ON a.name = p.person
    LEFT JOIN done b ON b.name = p.folded_name
    LEFT JOIN done c ON c.name = p.external_id
    WHERE p.status >= 400 AND NOT (p.method = 'DELETE' AND p.status = 404)
      AND p.id > max(coalesce(a.id, 0), coalesce(b.id, 0), coalesce(c.id, 0))
),
people AS (
    SELECT max(id) AS newest, min(at) AS since, sum(repeats) AS times FROM open GROUP BY person
)
INSERT INTO failed_pushes
SELECT o.id, o.at, p.since, p.times, o.status, o.user_id, o.method, o.user_name, o.folded_name, o.external_id, o.findings,
       o.detail
FROM people p JOIN open o ON o.id = p.newest
ORDER BY o.id DESC LIMIT 10000;

ALTER TABLE counters ADD COLUMN drifting       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN drifted_active INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN drifted_names  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN orphans        INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN failed_pushes  INTEGER NOT NULL DEFAULT 0;

UPDATE counters SET
    drifting       = (SELECT count(*) FROM users WHERE drift <> 0),
    drifted_active = (SELECT count(*) FROM users WHERE drift <> 0 AND drift & 2),
    orphans        = (SELECT count(*) FROM users WHERE orphan <> 0),
    failed_pushes  = (SELECT count(*) FROM failed_pushes);
