-- Standard columns and trigger of every table of a resource (guide, "PostgreSQL Schema Conventions").
-- Run before each file of this folder; safe to run again.

-- Tables take these columns by `LIKE standard_columns INCLUDING ALL`; it is gone when the migration ends.
CREATE TEMPORARY TABLE IF NOT EXISTS standard_columns (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    deleted_at TIMESTAMPTZ NULL,            -- soft delete
    version INTEGER NOT NULL DEFAULT 1,     -- optimistic locking
    created_by UUID NULL,
    updated_by UUID NULL
) ON COMMIT DROP;

CREATE OR REPLACE FUNCTION update_updated_at() RETURNS TRIGGER AS $$
BEGIN
    NEW.updated_at = NOW();
    NEW.version = OLD.version + 1;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

-- What LIKE can't copy: the trigger and the audit columns' foreign keys. Call it after CREATE TABLE.
CREATE OR REPLACE FUNCTION finish_standard_table(target REGCLASS) RETURNS VOID AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ADD FOREIGN KEY (created_by) REFERENCES users (id)', target);
    EXECUTE format('ALTER TABLE %s ADD FOREIGN KEY (updated_by) REFERENCES users (id)', target);
    EXECUTE format(
        'CREATE TRIGGER trigger_update_updated_at BEFORE UPDATE ON %s '
        'FOR EACH ROW EXECUTE FUNCTION update_updated_at()',
        target
    );
END;
$$ LANGUAGE plpgsql;
