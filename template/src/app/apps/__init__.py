"""Django and all its I/O: a folder for each noun and component, and what they share (template-owned)."""
