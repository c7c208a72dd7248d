"""All that does I/O on FastAPI: a folder for each noun and component (template-owned)."""
