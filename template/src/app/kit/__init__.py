"""What the guide names, pure and without I/O: the same bytes in every service (template-owned)."""
