"""Describes this API as OpenAPI 3.1, from the routes themselves; it describes nothing that is not registered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from chalicelib.api.http.middleware import ROLES, VIEWS
from chalicelib.api.http.problems import PROBLEM_JSON

if TYPE_CHECKING:
    from chalicelib.domain.access.api_keys import Role

FORM = "#/components/schemas/SignForm"
CAMPAIGN = "#/components/schemas/CampaignDocument"
TEXT = {"type": "string"}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("/campaigns/{campaign}/signatures", "POST"): {
        kind: {"schema": {"$ref": FORM}}
        for kind in ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
    },
    ("/admin/campaigns/{campaign}/signatures/find", "POST"): {
        "application/json": {"schema": {"type": "object", "required": ["email"], "properties": {"email": TEXT}}}
    },
    ("/admin/campaigns/{campaign}", "PUT"): {"application/json": {"schema": {"$ref": CAMPAIGN}}},
}


def document(base_url: str) -> dict[str, Any]:
    """The whole description, as JSON types."""
    paths: dict[str, dict[str, Any]] = {}
    for (path, method), role in sorted(ROLES.items()):
        paths.setdefault(path, {})[method.lower()] = _operation(path, method, role)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Undersigned", "version": "1", "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "us_…"}},
            "schemas": _schemas(),
        },
    }


def _operation(path: str, method: str, role: Role | None) -> dict[str, Any]:
    view = VIEWS[path, method]
    operation: dict[str, Any] = {
        "operationId": view.__name__,
        "summary": (view.__doc__ or "").partition("\n")[0],
        "parameters": [_parameter(name) for name in re.findall(r"{(\w+)}", path)],
        "responses": {"default": {"description": "A problem", "content": _problem()}, "200": {"description": "Done"}},
    }
    if role is not None:
        operation |= {"security": [{"key": []}], "x-role": str(role)}
    if body := BODIES.get((path, method)):
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _problem() -> dict[str, Any]:
    return {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _schemas() -> dict[str, Any]:
    from pydantic.json_schema import models_json_schema

    from chalicelib.domain.campaigns.campaign_documents import CampaignDocument

    reference = "#/components/schemas/{model}"
    _, definitions = models_json_schema([(CampaignDocument, "validation")], ref_template=reference)
    text, flag = TEXT, {"type": "boolean"}
    error = {"type": "object", "properties": {"field": text, "code": text, "message": text}}
    return {
        **definitions["$defs"],
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "code"],
            "properties": {
                **dict.fromkeys(("type", "title", "detail", "code"), text),
                "status": {"type": "integer"},
                "errors": {"type": "array", "items": error},
            },
        },
        "SignForm": {
            "type": "object",
            "required": ["email"],
            "description": "And the fields that the campaign asks for, custom ones as `custom.<name>`.",
            "properties": {
                **dict.fromkeys(("email", "given_name", "family_name", "lang", "source", "_next"), text),
                "public": flag,
                "consents": {"type": "array", "items": text},
            },
        },
    }
