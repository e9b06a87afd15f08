"""The ruler for a sign's CPU: the least that somebody would write with the same libraries.

A Chalice route that checks five of the form's fields with pydantic and `EmailStr`, and writes them with one conditional
`update_item`. It knows no languages, no campaigns, no repeats, no flags.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from chalice.app import Chalice
from pydantic import BaseModel, EmailStr, Field

if TYPE_CHECKING:
    from collections.abc import Callable


class Form(BaseModel):
    """Five fields."""

    email: EmailStr
    given_name: str = Field(max_length=100)
    family_name: str = Field(max_length=100)
    country: str = Field(pattern="^[A-Z]{2}$")
    comment: str = Field(default="", max_length=2000)


def bare_app(write: Callable[..., Any] | None) -> Chalice:
    """The app; `write` is a client's `update_item`, or None to write nothing."""
    app = Chalice(app_name="bare")

    @app.route("/campaigns/{campaign}/signatures", methods=["POST"])
    def sign(campaign: str) -> dict[str, str]:
        form = Form.model_validate(json.loads(app.current_request.raw_body))  # type: ignore[union-attr]
        if write:
            write(**_request(campaign, form))
        return {"state": "pending"}

    return app


def _request(campaign: str, form: Form) -> dict[str, Any]:
    typed = form.model_dump()
    return {
        "TableName": "signatures",
        "Key": {"pk": {"S": campaign}, "sk": {"S": hashlib.sha256(form.email.encode()).hexdigest()}},
        "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in typed),
        "ConditionExpression": "attribute_not_exists(pk)",
        "ExpressionAttributeNames": {f"#{name}": name for name in typed},
        "ExpressionAttributeValues": {f":{name}": {"S": value} for name, value in typed.items()},
    }
