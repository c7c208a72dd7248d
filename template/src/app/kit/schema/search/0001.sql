-- What can be found, where no Elasticsearch is named: one row for each row of a searchable resource.

CREATE TABLE search_documents (
    id UUID PRIMARY KEY,                        -- the row's
    organization_id UUID NOT NULL,
    resource TEXT NOT NULL,
    version INTEGER NOT NULL,                   -- the row's: what is late never replaces what is newer
    is_deleted BOOLEAN NOT NULL,                -- kept for a while, so that what is late is known as such
    created_at TIMESTAMPTZ NOT NULL,            -- the row's
    indexed_at TIMESTAMPTZ NOT NULL,            -- when this was written
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    title_words TSVECTOR NOT NULL,
    words TSVECTOR NOT NULL,                    -- those of both
    created_by UUID NULL,                       -- what permissions ask of the row
    assignee_id UUID NULL,
    visibility TEXT NULL
);
CREATE INDEX search_documents_words_idx ON search_documents USING GIN (words);
CREATE INDEX search_documents_indexed_at_idx ON search_documents (indexed_at) WHERE is_deleted;
CREATE INDEX search_documents_resource_idx ON search_documents (resource, indexed_at);
