-- Organizations and their users, the outbox, jobs, idempotency keys.

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

-- Sessions: one for each log-in, and the family of its refresh tokens.
CREATE TABLE sessions (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id UUID NOT NULL REFERENCES users (id),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_used_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    expires_at TIMESTAMPTZ NOT NULL,            -- a rotation doesn't move it
    revoked_at TIMESTAMPTZ NULL,
    version INTEGER NOT NULL DEFAULT 1,         -- the claim `sv`: a token with an older one is refused
    device TEXT NOT NULL,                       -- User-Agent at log-in
    ip TEXT NULL,                               -- address at log-in
    key_id TEXT NOT NULL                        -- which key derives the family's refresh tokens
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id, created_at, id);

CREATE TABLE refresh_tokens (
    hash BYTEA PRIMARY KEY,                     -- SHA-256; the token itself is nowhere
    session_id UUID NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    parent BYTEA NULL,                          -- hash of the token before; none for the first
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    used_at TIMESTAMPTZ NULL,
    CONSTRAINT refresh_tokens_session_id_generation_key UNIQUE (session_id, generation)
);

-- Fencing: whoever holds a lock gets a number from the sequence, and a writer with a lower one than was seen is late.
CREATE SEQUENCE fencing_tokens;
CREATE TABLE fences (
    resource TEXT NOT NULL,
    id TEXT NOT NULL,
    token BIGINT NOT NULL,
    PRIMARY KEY (resource, id)
);

-- Events, written in the transaction of what they tell; the relay makes a job of each for everyone who acts on it.
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
    traceparent TEXT NULL,                      -- W3C Trace Context of the request
    relayed_at TIMESTAMPTZ NULL
);
CREATE INDEX outbox_at_idx ON outbox (at) WHERE relayed_at IS NULL;

-- Jobs for the worker, written in the transaction of what they follow from, sent by the relay at least once. A finished
-- one is the record by which a message that comes twice is known.
CREATE TABLE jobs (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,                         -- whose function does it
    queue TEXT NOT NULL,
    event_id UUID NULL REFERENCES outbox (id),
    data JSONB NOT NULL,
    traceparent TEXT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    due_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),  -- when it is sent; again, unless it is done by then
    attempts INTEGER NOT NULL DEFAULT 0,
    finished_at TIMESTAMPTZ NULL,
    error TEXT NULL                             -- why the last attempt failed; finished with one: given up
);
CREATE INDEX jobs_queue_due_at_idx ON jobs (queue, due_at) WHERE finished_at IS NULL;
CREATE INDEX jobs_finished_at_idx ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX jobs_event_id_idx ON jobs (event_id);

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
