-- Groups that were mapped to another role, or to none, whose members do not all have the role yet that follows from it:
-- those of a large group get it some at a time, so that nobody else has to wait.
CREATE TABLE settling (
    group_position INTEGER PRIMARY KEY REFERENCES groups (position) ON DELETE CASCADE,
    -- Members up to this position have it.
    after          INTEGER NOT NULL
) STRICT;
