"""The base of what is no operation of the API (template-owned)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.views import APIView


class PlainView(APIView):
    """A page or a probe for anybody, without a limit: GET alone."""

    # In the OpenAPI document; none: it is not there.
    operation_id: ClassVar[str | None] = None
    replies: ClassVar[Mapping[int, Any]] = {}
    tags: ClassVar[tuple[str, ...]] = ()
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    http_method_names = ("get",)

    @property
    def allowed_methods(self) -> list[str]:
        return ["GET"]

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}
