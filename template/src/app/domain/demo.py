"""The demo organizations and users that `seed` makes (template-owned; contract, "Commands")."""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from app.kit.settings import DEVELOPMENT_SEED_PASSWORD

# The first is where examples are.
ORGANIZATIONS = {"Acme": "acme.example", "Globex": "globex.example"}
ROLES = {
    "guest": "Guest",
    "member": "Member",
    "manager": "Manager",
    "admin": "OrgAdmin",
    "superadmin": "SuperAdmin",
}


def demo_organizations() -> Iterator[dict[str, Any]]:
    """The rows of the organizations."""
    for name, domain in ORGANIZATIONS.items():
        yield {"id": uuid5(NAMESPACE_DNS, domain), "name": name}


def demo_users(password_hash: str) -> Iterator[dict[str, Any]]:
    """The rows of all users, each of whom made itself."""
    for organization, domain in ORGANIZATIONS.items():
        for local, role in ROLES.items():
            email = f"{local}@{domain}"
            yield {
                "id": uuid5(NAMESPACE_DNS, email),
                "organization_id": uuid5(NAMESPACE_DNS, domain),
                "email": email,
                "name": f"{organization} {local.capitalize()}",
                "role": role,
                "password_hash": password_hash,
                "created_by": uuid5(NAMESPACE_DNS, email),
            }


def log_ins(password: str) -> str:
    """What to tell a person at the terminal."""
    # Only the published default is shown: a password of one's own stays out of terminals and logs.
    shown = f'"{password}"' if password == DEVELOPMENT_SEED_PASSWORD else "as in SEED_PASSWORD"
    lines = [f"Demo users ({', '.join(ROLES)}@ {' and '.join(ORGANIZATIONS)}), password {shown}:"]
    lines += ["  " + ", ".join(f"{local}@{domain}" for local in ROLES) for domain in ORGANIZATIONS.values()]
    return "\n".join(lines)
