-- Where every run begins: 10,000 tasks over 10 organizations, always the same, and nothing that an earlier run left.

BEGIN;
TRUNCATE projects, tasks, outbox, idempotency_keys CASCADE;

INSERT INTO organizations (id, name)
    SELECT md5('organization ' || n)::uuid, 'Organization ' || n FROM generate_series(1, 8) AS n
    ON CONFLICT DO NOTHING;

CREATE TEMPORARY TABLE places ON COMMIT DROP AS
    SELECT organization.id, maker.id AS maker, row_number() OVER (ORDER BY organization.name) AS place
    FROM organizations AS organization
    LEFT JOIN users AS maker ON maker.organization_id = organization.id AND maker.role = 'OrgAdmin';

INSERT INTO projects (id, organization_id, created_by, updated_by, name)
    SELECT md5('project ' || n)::uuid, places.id, places.maker, places.maker, 'Project number ' || n
    FROM generate_series(1, 200) AS n
    JOIN places ON places.place = n % 10 + 1;

INSERT INTO tasks (
    id, organization_id, project_id, created_at, updated_at, created_by, updated_by, title, description,
    status, priority, assignee_id, due_at
)
    SELECT
        md5('task ' || n)::uuid,
        places.id,
        md5('project ' || n % 200 + CASE n % 200 WHEN 0 THEN 200 ELSE 0 END)::uuid,
        TIMESTAMPTZ '2026-01-01 00:00:00.123456Z' + n * INTERVAL '7 minutes',
        TIMESTAMPTZ '2026-01-01 00:00:00.123456Z' + n * INTERVAL '7 minutes',
        places.maker,
        places.maker,
        'Task number ' || n,
        'What is to be done, in a sentence or two, as people write them.',
        (ARRAY['todo', 'doing', 'done'])[n % 3 + 1],
        (ARRAY['low', 'normal', 'high'])[n % 3 + 1],
        CASE n % 20 < 10 WHEN TRUE THEN places.maker END,
        CASE n % 20 < 10 WHEN TRUE THEN TIMESTAMPTZ '2026-12-24 18:00:00.5Z' END
    FROM generate_series(1, 10000) AS n
    JOIN places ON places.place = n % 10 + 1;
COMMIT;

VACUUM ANALYZE tasks, projects, outbox;
