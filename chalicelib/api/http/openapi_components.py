"""What routes share in an OpenAPI document, each under its name: schemas, responses, parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

SCHEMA = "#/components/schemas/{model}"
PLAIN = (str, int, float, bool, bytes)


class _Generator(GenerateJsonSchema):
    """Pydantic's, as generators of clients read it best."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's
        """Returns False, for every field: its title would only repeat its name."""
        return False

    def dict_schema(self, schema: Any) -> dict[str, Any]:
        """Free keys under one pattern, and nothing beside them: pydantic's own schema would let other keys be anything."""
        found = super().dict_schema(schema)
        if "patternProperties" not in found:
            return found
        ((pattern, values),) = found.pop("patternProperties").items()
        return {**found, "propertyNames": {"pattern": pattern}, "additionalProperties": values}


@dataclass(frozen=True, slots=True)
class Components:
    """The components that a document refers to so far."""

    schemas: dict[str, Any] = field(default_factory=dict)
    responses: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    _classes: dict[str, type] = field(default_factory=dict)

    def schema(self, type_: Any) -> dict[str, Any]:
        """Returns a type's schema; for a class, a reference to it. Raises ValueError when two classes share a name."""
        is_class = isinstance(type_, type) and type_ not in PLAIN
        if is_class and self._classes.setdefault(type_.__name__, type_) is type_ and type_.__name__ in self.schemas:
            return {"$ref": SCHEMA.format(model=type_.__name__)}
        schema = TypeAdapter(type_).json_schema(ref_template=SCHEMA, schema_generator=_Generator)
        for name, definition in schema.pop("$defs", {}).items():
            _add(self.schemas, name, definition)
        if not is_class:
            return schema
        _add(self.schemas, type_.__name__, schema)
        return {"$ref": SCHEMA.format(model=type_.__name__)}

    def response(self, name: str, definition: dict[str, Any]) -> dict[str, Any]:
        """Adds a response and returns a reference to it."""
        _add(self.responses, name, definition)
        return {"$ref": f"#/components/responses/{name}"}

    def document(self) -> dict[str, Any]:
        """Returns all components, as JSON types."""
        return {"schemas": self.schemas, "responses": self.responses, "parameters": self.parameters}

    def parameter(self, name: str, definition: dict[str, Any]) -> dict[str, Any]:
        """Adds a parameter and returns a reference to it."""
        _add(self.parameters, name, definition)
        return {"$ref": f"#/components/parameters/{name}"}


def _add(schema: dict[str, Any], name: str, definition: dict[str, Any]) -> None:
    if schema.setdefault(name, definition) != definition:
        raise ValueError(f"two different things are called {name}")
