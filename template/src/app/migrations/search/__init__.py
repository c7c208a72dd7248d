"""The tables of search (template-owned): within a major version revisions only add."""
