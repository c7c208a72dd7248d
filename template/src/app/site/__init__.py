"""The Django project: settings, urls, the process around them, commands (template-owned)."""
