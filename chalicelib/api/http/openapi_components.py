"""What many routes of an OpenAPI document share, each once under its name: schemas, responses, parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

SCHEMA = "#/components/schemas/{model}"
PLAIN = (str, int, float, bool, bytes)


class _Untitled(GenerateJsonSchema):
    """Without a title for each field: it would only say the field's name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's
        """Never."""
        return False


@dataclass(frozen=True, slots=True)
class Components:
    """The components that a document names so far."""

    schemas: dict[str, Any] = field(default_factory=dict)
    responses: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    _classes: dict[str, type] = field(default_factory=dict)

    def schema(self, type_: Any) -> dict[str, Any]:
        """The schema of a type, as a reference when it is a class. Raises ValueError when two classes share a name."""
        is_class = isinstance(type_, type) and type_ not in PLAIN
        if is_class and self._classes.setdefault(type_.__name__, type_) is type_ and type_.__name__ in self.schemas:
            return {"$ref": SCHEMA.format(model=type_.__name__)}
        found = TypeAdapter(type_).json_schema(ref_template=SCHEMA, schema_generator=_Untitled)
        for name, definition in found.pop("$defs", {}).items():
            _add(self.schemas, name, definition)
        if not is_class:
            return found
        _add(self.schemas, type_.__name__, found)
        return {"$ref": SCHEMA.format(model=type_.__name__)}

    def response(self, name: str, written: dict[str, Any]) -> dict[str, Any]:
        """A reference to a response."""
        _add(self.responses, name, written)
        return {"$ref": f"#/components/responses/{name}"}

    def written(self) -> dict[str, Any]:
        """All of them, as JSON types."""
        return {"schemas": self.schemas, "responses": self.responses, "parameters": self.parameters}

    def parameter(self, name: str, written: dict[str, Any]) -> dict[str, Any]:
        """A reference to a parameter."""
        _add(self.parameters, name, written)
        return {"$ref": f"#/components/parameters/{name}"}


def _add(found: dict[str, Any], name: str, definition: dict[str, Any]) -> None:
    if found.setdefault(name, definition) != definition:
        raise ValueError(f"two different things are called {name}")
