"""Migrations: one linear history for each owner, `core`, every component, `own` (template-owned; `own/` is yours)."""
