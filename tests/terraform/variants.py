"""The renders whose infrastructure differs, and the words that one without a component must not hold."""

from typing import Any

COMPONENTS = ("antivirus", "documents", "mail", "search", "storage")
# A component's own words, and what it is called at AWS; `mail` and `storage` are words of AWS's as well.
WORDS = {
    "antivirus": r"antivirus|clam|3310",
    "documents": r"local\.documents|documentdb|docdb|mongo|27017",
    "mail": r"local\.mail|sesv2|smtp|\b587\b",
    "search": r"local\.search|opensearch|elasticsearch|AWS/ES",
    "storage": r"local\.storage|minio|module\.files|s3:DeleteObject",
}
VARIANTS: dict[str, dict[str, Any]] = {
    "full": {"preset": "full"},
    "standard": {},
    "minimal": {"preset": "minimal", "terraform": True},
    **{
        f"without-{name}": {
            "preset": "full",
            name: False,
            **({"antivirus": False} if name == "storage" else {}),
        }
        for name in COMPONENTS
    },
}
