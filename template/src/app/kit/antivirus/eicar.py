"""The EICAR test file, which every scanner takes for a virus and which does nothing (template-owned; eicar.org)."""

from typing import Final

FOUND: Final = "Eicar-Test-Signature"
KNOWS: Final = "knows the EICAR test file only: a scanner for development"
# In parts, or this file would be taken for it.
_PARTS: Final = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}", "$EICAR-STANDARD-ANTIVIRUS-", "TEST-FILE!$H+H*")


def eicar_file() -> bytes:
    """The file itself: 68 bytes."""
    return "".join(_PARTS).encode("ascii")


def is_eicar(start: bytes) -> bool:
    """Whether a file that begins so is it; by its definition nothing stands before."""
    return start.startswith(eicar_file())
