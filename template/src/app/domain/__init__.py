"""Who may do what and what changes: pure functions, no ORM, the same bytes in every flavour (template-owned)."""
