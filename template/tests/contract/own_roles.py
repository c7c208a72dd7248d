"""What the service's own roles must have besides the template's (seeded once: yours, no update touches it).

The same as in `src/app/domain/own_roles.py`, which this suite can't read: it knows HTTP alone.
"""

OWN_PERMISSIONS: dict[str, list[str]] = {}
