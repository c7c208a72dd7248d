"""Access tokens signed with the service's own key, so that each has one fault and no other (template-owned)."""

import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
from tests.environment import core_settings

from app.kit.settings import CoreSettings
from app.kit.signing_keys import signing_key
from app.kit.tokens import TokenError, TokenVerifier

USER, ORGANIZATION, SESSION = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
GIVEN = {"sub": USER, "org": ORGANIZATION, "roles": ["Member"], "sid": SESSION, "sv": 3}
CORE = core_settings(JWT_ISSUER="urn:service:tests", JWT_AUDIENCE="tests")
LEFT_OUT = object()


def now() -> int:
    return int(time.time())


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token, some of them changed or `LEFT_OUT`."""
    issued = now()
    good = {
        **GIVEN,
        "permissions": ["users:read"],
        "iat": issued,
        "exp": issued + 900,
        "jti": "00000000-0000-4000-8000-000000000004",
        "iss": "urn:service:tests",
        "aud": "tests",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not LEFT_OUT}


def signed(payload: Mapping[str, Any], *, core: CoreSettings = CORE, **header: Any) -> str:
    """A token with these claims, signed by the service's key; `header` changes its header."""
    key = signing_key(core)
    changed = {"kid": key.id, "typ": "at+jwt", **header}
    return jwt.encode(dict(payload), key.key, "RS256", headers=changed)


def refused(token: str, core: CoreSettings = CORE) -> bool:
    try:
        TokenVerifier(core).verify(token)
    except TokenError:
        return True
    return False


def signed_as_it_stands(payload: Mapping[str, Any], **header: Any) -> str:
    """Like `signed`, for what the library would not write: it goes into the token as it stands."""
    key = signing_key(CORE)
    changed = {"alg": "RS256", "typ": "at+jwt", "kid": key.id, **header}
    parts = [jwt.utils.base64url_encode(json.dumps(part).encode()) for part in (changed, dict(payload))]
    message = b".".join(parts)
    signature = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(message, key.key)
    return b".".join([message, jwt.utils.base64url_encode(signature)]).decode()
