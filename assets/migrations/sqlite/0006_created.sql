-- Newest and oldest accounts go by when they were made. That is not their place in the order: the account that a changed
-- e-mail address makes keeps the place of the one before it. New accounts come at the end of the index.
CREATE INDEX users_by_created ON users (created);
