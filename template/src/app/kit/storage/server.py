"""Which bucket of which server holds the files (template-owned)."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class S3Server:
    """A bucket of a MinIO or any S3. `public_url` is where browsers reach it; no keys: those of the machine's role."""

    url: str
    public_url: str
    bucket: str
    region: str
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    authority: Path | None = None
