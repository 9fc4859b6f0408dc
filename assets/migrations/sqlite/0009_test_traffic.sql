-- What test traffic made: known from the row itself, so that it can be told from everything else and be removed.
ALTER TABLE users ADD COLUMN test INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN test INTEGER NOT NULL DEFAULT 0;

CREATE INDEX users_of_tests ON users (position) WHERE test = 1;
CREATE INDEX groups_of_tests ON groups (position) WHERE test = 1;
CREATE INDEX events_of_tests ON events (id) WHERE mode = 'test';

-- There is a row while all of it is being removed, some at a time: whoever starts anew goes on with the rest.
CREATE TABLE test_removal (
    id INTEGER PRIMARY KEY CHECK (id = 1)
) STRICT;
