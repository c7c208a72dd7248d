"""Paths beside the service's own that fail with what was sent in the error (template-owned)."""

import json
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, Field

from app.site.urls import urlpatterns as own


class Strict(BaseModel):
    """A model that no secret fits."""

    password: str = Field(max_length=3)


def sent(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.body)
    return found


def model(request: HttpRequest) -> HttpResponse:
    Strict(**sent(request))
    return HttpResponse()


def sql(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO nowhere VALUES (%(password)s)", sent(request))
    return HttpResponse()


def url(request: HttpRequest) -> HttpResponse:
    raise LookupError(f"no answer from https://app:{sent(request)['password']}@example.com")


def headers(request: HttpRequest) -> HttpResponse:
    raise LookupError(f"{dict(request.headers)}")


urlpatterns = [*own, *(path(f"leaky/{view.__name__}", csrf_exempt(view)) for view in (model, sql, url, headers))]
