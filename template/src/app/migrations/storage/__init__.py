"""The tables of storage (template-owned): within a major version revisions only add."""
