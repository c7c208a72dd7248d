"""/.well-known/jwks.json: the keys that our access tokens are checked with (template-owned; RFC 7517)."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.api.runtime import runtime_of
from app.kit.signing_keys import key_set
from app.kit.strict_json import write_json

router = APIRouter(tags=["auth"])


class JsonWebKey(BaseModel):
    """An RSA public key."""

    kty: str
    kid: str
    use: str
    alg: str
    n: str
    e: str


class JsonWebKeySet(BaseModel):
    """The keys that are accepted now, the newest first."""

    keys: list[JsonWebKey]


@router.get("/.well-known/jwks.json", response_model=JsonWebKeySet)
async def read_key_set(request: Request) -> Response:
    """The public keys of access tokens (JWK Set)."""
    return Response(write_json(key_set(runtime_of(request).settings.core)), media_type="application/json")
