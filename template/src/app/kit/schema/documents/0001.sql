-- The audit trail where no MongoDB is named: one row for each write to a resource, its document as JSONB.

CREATE TABLE audit_entries (
    id UUID PRIMARY KEY,                        -- the event's, so that one told twice is kept once
    organization_id UUID NOT NULL,
    user_id UUID NULL,                          -- who did it; none: the service itself
    resource TEXT NOT NULL,
    resource_id UUID NOT NULL,
    at TIMESTAMPTZ NOT NULL,                    -- when it was done, not when this was written
    schema_version INTEGER NOT NULL,            -- of the document
    body JSONB NOT NULL
);
CREATE INDEX audit_entries_organization_id_idx ON audit_entries (organization_id, at, id);
CREATE INDEX audit_entries_resource_idx ON audit_entries (organization_id, resource, at, id);
CREATE INDEX audit_entries_resource_id_idx ON audit_entries (organization_id, resource_id, at, id);
CREATE INDEX audit_entries_schema_version_idx ON audit_entries (schema_version, id);
