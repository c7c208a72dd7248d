"""The tables of documents (template-owned): within a major version revisions only add."""
