-- Tasks of the sample.

CREATE TABLE tasks (
    LIKE standard_columns INCLUDING ALL,
    organization_id UUID NOT NULL REFERENCES organizations (id),
    project_id UUID NOT NULL REFERENCES projects (id),
    title TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'todo',
    priority TEXT NOT NULL DEFAULT 'normal',
    assignee_id UUID NULL REFERENCES users (id),
    due_at TIMESTAMPTZ NULL,
    deletion_id UUID NULL,                      -- one for all that was deleted together
    CONSTRAINT tasks_status_check CHECK (status IN ('todo', 'doing', 'done')),
    CONSTRAINT tasks_priority_check CHECK (priority IN ('low', 'normal', 'high'))
);

-- Sort keys. Those without a due time come last both ways, which one index can't give.
CREATE INDEX tasks_organization_id_created_at_idx
    ON tasks (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_organization_id_updated_at_idx
    ON tasks (organization_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_organization_id_due_at_idx
    ON tasks (organization_id, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_organization_id_due_at_desc_idx
    ON tasks (organization_id, due_at DESC NULLS LAST, id DESC) WHERE deleted_at IS NULL;

-- Filters, each with the sort that a list has unless told.
CREATE INDEX tasks_organization_id_project_id_idx
    ON tasks (organization_id, project_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_organization_id_status_idx
    ON tasks (organization_id, status, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_organization_id_priority_idx
    ON tasks (organization_id, priority, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_organization_id_assignee_id_idx
    ON tasks (organization_id, assignee_id, created_at, id) WHERE deleted_at IS NULL;

-- What a restored project brings back.
CREATE INDEX tasks_deletion_id_idx ON tasks (deletion_id) WHERE deletion_id IS NOT NULL;

SELECT finish_standard_table('tasks');
