"""The tables that every service has (template-owned): within a major version revisions only add."""
