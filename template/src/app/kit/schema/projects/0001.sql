-- Projects of the sample.

CREATE TABLE projects (
    LIKE standard_columns INCLUDING ALL,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    visibility TEXT NOT NULL DEFAULT 'organization',
    deletion_id UUID NULL,                      -- one for all that was deleted together
    CONSTRAINT projects_visibility_check CHECK (visibility IN ('organization', 'public'))
);
CREATE INDEX projects_organization_id_created_at_idx
    ON projects (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX projects_organization_id_updated_at_idx
    ON projects (organization_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX projects_organization_id_name_idx
    ON projects (organization_id, name, id) WHERE deleted_at IS NULL;

SELECT finish_standard_table('projects');
