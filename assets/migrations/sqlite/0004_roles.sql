-- Who has which role and from where, among active users: counted once here and kept from then on.
ALTER TABLE counters ADD COLUMN owners_okta     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN owners_group    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN owners_local    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN owners_default  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN editors_okta    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN editors_group   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN editors_local   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN editors_default INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN viewers_okta    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN viewers_group   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN viewers_local   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE counters ADD COLUMN viewers_default INTEGER NOT NULL DEFAULT 0;
-- Active users whose role differs from the one Okta last pushed.
ALTER TABLE counters ADD COLUMN drifted         INTEGER NOT NULL DEFAULT 0;

UPDATE counters SET
    owners_okta     = found.owners_okta,
    owners_group    = found.owners_group,
    owners_local    = found.owners_local,
    owners_default  = found.owners_default,
    editors_okta    = found.editors_okta,
    editors_group   = found.editors_group,
    editors_local   = found.editors_local,
    editors_default = found.editors_default,
    viewers_okta    = found.viewers_okta,
    viewers_group   = found.viewers_group,
    viewers_local   = found.viewers_local,
    viewers_default = found.viewers_default,
    drifted         = found.drifted
FROM (
    SELECT
        count(*) FILTER (WHERE role = 'owner'  AND role_source = 'okta')    AS owners_okta,
        count(*) FILTER (WHERE role = 'owner'  AND role_source = 'group')   AS owners_group,
        count(*) FILTER (WHERE role = 'owner'  AND role_source = 'local')   AS owners_local,
        count(*) FILTER (WHERE role = 'owner'  AND role_source = 'default') AS owners_default,
        count(*) FILTER (WHERE role = 'editor' AND role_source = 'okta')    AS editors_okta,
        count(*) FILTER (WHERE role = 'editor' AND role_source = 'group')   AS editors_group,
        count(*) FILTER (WHERE role = 'editor' AND role_source = 'local')   AS editors_local,
        count(*) FILTER (WHERE role = 'editor' AND role_source = 'default') AS editors_default,
        count(*) FILTER (WHERE role = 'viewer' AND role_source = 'okta')    AS viewers_okta,
        count(*) FILTER (WHERE role = 'viewer' AND role_source = 'group')   AS viewers_group,
        count(*) FILTER (WHERE role = 'viewer' AND role_source = 'local')   AS viewers_local,
        count(*) FILTER (WHERE role = 'viewer' AND role_source = 'default') AS viewers_default,
        count(*) FILTER (WHERE okta_role <> role)                           AS drifted
    FROM users WHERE active
) AS found;

-- Of two tokens of which one was made to replace the other, each knows the other.
ALTER TABLE tokens ADD COLUMN rotated_from BLOB;
ALTER TABLE tokens ADD COLUMN replaced_by  BLOB;

-- How often a token was used on which day, for the last 90 days on which it was.
CREATE TABLE token_days (
    token BLOB    NOT NULL,
    -- Days since the epoch, in UTC.
    day   INTEGER NOT NULL,
    uses  INTEGER NOT NULL,
    PRIMARY KEY (token, day)
) STRICT, WITHOUT ROWID;
