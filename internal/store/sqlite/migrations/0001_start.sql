-- The number by which the file is known as a database of hailong ("Hail").
PRAGMA application_id = 0x4861696c;

-- Days are INTEGER, counted from 1970-01-01; instants are INTEGER, in unix
-- milliseconds. Text is compared byte by byte.

-- Answer sheets lie ordered by their key. Ids are digests, so the place of a
-- row within its day says nothing of the hour at which it came.
CREATE TABLE responses (
    day      INTEGER NOT NULL,
    agency   TEXT    NOT NULL,
    id       BLOB    NOT NULL CHECK (length(id) = 16),
    shift    TEXT    NOT NULL,
    counter  TEXT    NOT NULL,
    service  TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    form     TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    lang     TEXT    NOT NULL,
    answers  TEXT    NOT NULL, -- JSON: [{"q": question, "v": [values], "t": text}]
    has_text INTEGER NOT NULL,
    PRIMARY KEY (day, agency, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX responses_id ON responses (id);

-- The comments of one agency, and those of all. The columns after id are there
-- to judge a row without fetching it.
CREATE INDEX responses_text_agency ON responses (agency, day DESC, id, counter, service, channel) WHERE has_text = 1;
CREATE INDEX responses_text ON responses (day DESC, id, agency, counter, service, channel) WHERE has_text = 1;

-- Tables of one row begin with it, so that writing them is always an UPDATE.
CREATE TABLE sealed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    day INTEGER
) STRICT;
INSERT INTO sealed VALUES (1, NULL);

-- Rows with large values keep their rowid: a tree without it holds few of them
-- to a page.
CREATE TABLE sums (
    agency   TEXT    NOT NULL,
    grain    TEXT    NOT NULL,
    first    INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    tally    BLOB    NOT NULL,
    PRIMARY KEY (agency, grain, first)
) STRICT;

-- For the sums of all agencies over a few days.
CREATE INDEX sums_span ON sums (grain, first);

CREATE TABLE marks (
    agency TEXT    NOT NULL,
    day    INTEGER NOT NULL,
    token  TEXT    NOT NULL,
    PRIMARY KEY (agency, day, token)
) STRICT, WITHOUT ROWID;

CREATE TABLE register (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,
    data     BLOB
) STRICT;
INSERT INTO register VALUES (1, 0, NULL);

CREATE TABLE pins (
    form    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    hash    TEXT    NOT NULL,
    source  BLOB    NOT NULL,
    PRIMARY KEY (form, version)
) STRICT;

CREATE TABLE accounts (
    email         TEXT    NOT NULL PRIMARY KEY,
    role          TEXT    NOT NULL,
    agency        TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    disabled      INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    revision      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    token_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    email      TEXT    NOT NULL,
    expires    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_email ON sessions (email);
CREATE INDEX sessions_expires ON sessions (expires);

-- Ping writes here.
CREATE TABLE health (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    pings INTEGER NOT NULL
) STRICT;
INSERT INTO health VALUES (1, 0);
