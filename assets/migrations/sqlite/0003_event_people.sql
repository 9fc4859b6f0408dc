-- Whom an event is about besides the user it names: members that a push of a group added, removed or gave another role;
-- and, of a request about somebody who is not here (yet), that name.
CREATE TABLE event_people (
    -- The event's number times 1,024, and the person's place in it: rows come in the order of events and go with them.
    id     INTEGER PRIMARY KEY,
    -- The user's id, or the first 16 bytes of the SHA-256 of the folded name.
    person BLOB    NOT NULL
) STRICT;

-- Groups that were pushed before this table was there. Names of people who were not here then are not found again.
INSERT INTO event_people
SELECT events.id * 1024 + change.key, unhex(replace(substr(change.value ->> 'path', 19, 36), '-', ''))
FROM events, json_each(events.changes) AS change
WHERE events.group_id IS NOT NULL
  AND change.key < 1024
  AND change.value ->> 'path' LIKE 'members[value eq "____________________________________"]%'
  AND unhex(replace(substr(change.value ->> 'path', 19, 36), '-', '')) IS NOT NULL;

CREATE INDEX event_people_by_person ON event_people (person);
