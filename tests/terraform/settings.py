"""A service's own word on whether it would start in production with the environment of a task."""

from collections.abc import Mapping
from pathlib import Path

import trustme

from tests.renders import REPOSITORY
from tests.tools import run

# In the service's environment: the keys that `just put-secrets` makes are made here.
_LOAD = """
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives import serialization as s
import os
key = rsa.generate_private_key(65537, 2048)
private = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()
public = key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo).decode()
os.environ |= {"JWT_PRIVATE_KEY": private, "JWT_PUBLIC_KEY": public, "SECRET_KEY": "k" * 43}
os.environ |= {"SMTP_USERNAME": "mailer", "SMTP_PASSWORD": "secret"}
from app.components import load_settings
from app.kit.secret_keys import derived_keys
from app.kit.signing_keys import signing_key
core = load_settings().core
assert derived_keys(core, "test") and signing_key(core)
print(f"DATABASE_URL {core.database_url.tls}, REDIS_URL {core.redis_url.tls}, the keys are there")
"""
_FOREIGN = ("DATABASE_URL", "REDIS_URL", "MONGODB_URL")


def authority(folder: Path) -> str:
    """A certificate in a file, in the place of those of AWS."""
    file = folder / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    return str(file)


def production_faults(service: Path, variables: Mapping[str, str]) -> str:
    """What the service says of these variables: what it read, or the failure of its start-up."""
    # Both flavours in turn, and not the environment that `nox -s service` may be using at this moment.
    own = {"UV_PROJECT_ENVIRONMENT": str(REPOSITORY / ".nox/terraform-environment")}
    command = ("uv", "run", "--quiet", "python", "-c", _LOAD)
    return run(*command, folder=service, seconds=600, **own, **variables).stdout.strip()
