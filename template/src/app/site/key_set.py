"""/.well-known/jwks.json: the keys that our access tokens are checked with (template-owned; RFC 7517)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from rest_framework import serializers

from app.apps.rest.renderers import json_reply
from app.apps.runtime import core_settings
from app.kit.signing_keys import key_set
from app.site.views import PlainView


class JsonWebKey(serializers.Serializer[None]):
    """An RSA public key."""

    kty = serializers.CharField()
    kid = serializers.CharField()
    use = serializers.CharField()
    alg = serializers.CharField()
    n = serializers.CharField()
    e = serializers.CharField()


class JsonWebKeySet(serializers.Serializer[None]):
    """The keys that are accepted now, the newest first."""

    keys = JsonWebKey(many=True)


class KeySet(PlainView):
    """The public keys of access tokens (JWK Set)."""

    operation_id = "read_key_set"
    replies: ClassVar[Mapping[int, Any]] = {200: JsonWebKeySet}
    tags = ("auth",)

    def get(self, _: HttpRequest) -> HttpResponse:
        return json_reply(key_set(core_settings()))
