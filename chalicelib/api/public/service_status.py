"""What machines ask a deployment: whether it is alive, and what it can do."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.http.middleware import route
from chalicelib.api.http.request import current_request
from chalicelib.api.http.responses import json_response

service = Blueprint(__name__)


@route(service, "/health", "GET")
def get_health() -> Response:
    """Says that the code is running; it calls no other service, so it costs nothing."""
    return json_response({"status": "ok"})


@route(service, "/openapi.json", "GET")
def get_openapi() -> Response:
    """Returns the description of this API as OpenAPI 3.1."""
    from chalicelib.api.http.openapi import document

    return json_response(document(current_request().base_url), cache_control="public, max-age=3600")
