"""Who may do what and what changes: pure functions, no ORM, no framework (template-owned)."""
