-- Organizations and their users, the outbox, idempotency keys.

CREATE TABLE organizations (
    LIKE standard_columns INCLUDING ALL,
    name TEXT NOT NULL
);

CREATE TABLE users (
    LIKE standard_columns INCLUDING ALL,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    email TEXT NOT NULL,                    -- trimmed, NFC, lower-cased before it is stored
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    password_hash TEXT NULL,                -- a PHC string; none where another provider logs in
    CONSTRAINT users_role_check CHECK (role IN ('Guest', 'Member', 'Manager', 'OrgAdmin', 'SuperAdmin'))
);
CREATE UNIQUE INDEX users_email_key ON users (email);
CREATE INDEX users_organization_id_idx ON users (organization_id, created_at, id) WHERE deleted_at IS NULL;

SELECT finish_standard_table('organizations');
SELECT finish_standard_table('users');

-- Events, written in the transaction of what they tell, delivered at least once.
CREATE TABLE outbox (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    organization_id UUID NOT NULL,
    actor_id UUID NULL,
    resource TEXT NOT NULL,
    resource_id UUID NOT NULL,
    version INTEGER NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    data JSONB NOT NULL,
    handled_by TEXT[] NOT NULL DEFAULT '{}',    -- handlers that are done, so that a retry leaves them out
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    finished_at TIMESTAMPTZ NULL,
    error TEXT NULL                             -- why the last attempt failed; finished with one: given up
);
CREATE INDEX outbox_next_attempt_at_idx ON outbox (next_attempt_at, at) WHERE finished_at IS NULL;

-- The first answer to a request that carried an Idempotency-Key.
CREATE TABLE idempotency_keys (
    user_id UUID NOT NULL REFERENCES users (id),
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    status INTEGER NULL,
    body TEXT NULL,
    headers JSONB NULL,
    PRIMARY KEY (user_id, method, path, key)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
