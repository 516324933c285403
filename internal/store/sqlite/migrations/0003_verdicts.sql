-- What the checks found when an answer came in: JSON, a list of codes, or ''.
ALTER TABLE responses ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE responses ADD COLUMN reasons TEXT NOT NULL DEFAULT '';

-- Those that are looked through later: few, so the indexes are small.
CREATE INDEX responses_held ON responses (day, agency, id) WHERE held = 1;
CREATE INDEX responses_noted ON responses (day, agency, id) WHERE reasons <> '';
