-- Documents that the store keeps without knowing what they mean.
CREATE TABLE records (
    kind     TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    revision INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;
