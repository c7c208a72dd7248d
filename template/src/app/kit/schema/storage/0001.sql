-- Attachments: what is known of a file; its bytes are in the store.

CREATE TABLE attachments (
    LIKE standard_columns INCLUDING ALL,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    resource TEXT NOT NULL,                     -- "task": whatever is attachable, so there is no foreign key
    resource_id UUID NOT NULL,
    filename TEXT NOT NULL,
    size BIGINT NOT NULL,                       -- bytes
    content_type TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending',
    key TEXT NULL,                              -- of the bytes in the store; none: they are gone
    CONSTRAINT attachments_key_key UNIQUE (key),
    CONSTRAINT attachments_status_check
        CHECK (status IN ('pending', 'scanning', 'clean', 'not_scanned', 'quarantined', 'rejected'))
);
CREATE INDEX attachments_resource_id_idx
    ON attachments (organization_id, resource, resource_id, created_at, id) WHERE deleted_at IS NULL;
-- What becomes too old in a state.
CREATE INDEX attachments_status_idx ON attachments (status, updated_at) WHERE deleted_at IS NULL;
-- Bytes that are to be removed.
CREATE INDEX attachments_deleted_at_idx ON attachments (deleted_at) WHERE deleted_at IS NOT NULL AND key IS NOT NULL;

SELECT finish_standard_table('attachments');
