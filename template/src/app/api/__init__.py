"""The FastAPI flavour: all that does I/O, a folder for each noun and component (template-owned)."""
