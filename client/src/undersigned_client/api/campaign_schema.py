"""What a campaign document may contain, read from the API's own OpenAPI description; nothing is hard-coded here."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from undersigned_client.language.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOCUMENT = "CampaignDocument"
ABSENT = object()


class Schema:
    """The JSON Schema of campaign documents, from `/openapi.json`."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = description["components"]["schemas"]

    @property
    def keys(self) -> list[str]:
        """The keys that an organiser may set, in the API's order."""
        return list(self._schemas[DOCUMENT]["properties"])

    @property
    def required(self) -> list[str]:
        """The keys that a new campaign must have."""
        return list(self._schemas[DOCUMENT]["required"])

    def writable(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document without what only the API sets (id, version, times)."""
        return {name: document[name] for name in self.keys if name in document}

    def without_defaults(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document without default values *within* its keys: as a person would write it."""
        properties = self._schemas[DOCUMENT]["properties"]
        return {name: self._prune(properties.get(name, {}), value) for name, value in document.items()}

    def _prune(self, schema: Mapping[str, Any], value: Any) -> Any:
        schema = self._resolve(schema, value)
        if isinstance(value, list):
            return [self._prune(schema.get("items", {}), one) for one in value]
        if not isinstance(value, dict):
            return value
        properties = schema.get("properties", {})
        kept = {name: one for name, one in value.items() if properties.get(name, {}).get("default", ABSENT) != one}
        return {name: self._prune(properties.get(name) or _any_of(schema), one) for name, one in kept.items()}

    def with_defaults(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document with missing values *within* its keys filled in, so that two can be compared."""
        properties = self._schemas[DOCUMENT]["properties"]
        return {name: self._fill(properties.get(name, {}), value) for name, value in document.items()}

    def _fill(self, schema: Mapping[str, Any], value: Any) -> Any:
        schema = self._resolve(schema, value)
        if isinstance(value, list):
            return [self._fill(schema.get("items", {}), one) for one in value]
        if not isinstance(value, dict):
            return value
        properties = schema.get("properties", {})
        absent = {
            name: facts["default"] for name, facts in properties.items() if "default" in facts and name not in value
        }
        ordered = {**{name: value[name] for name in properties if name in value}, **value, **absent}
        return {name: self._fill(properties.get(name) or _any_of(schema), one) for name, one in ordered.items()}

    def _resolve(self, schema: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
        """The schema that a reference points to, or the alternative that fits the type of `value`."""
        if "$ref" in schema:
            return self._resolve(self._schemas[schema["$ref"].rpartition("/")[2]], value)
        shape = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else None
        for alternative in schema.get("anyOf", ()):
            candidate = self._resolve(alternative, value)
            if candidate.get("type") == shape:
                return candidate
        return schema

    def errors(self, document: Mapping[str, Any], *, is_new: bool) -> list[tuple[str, str]]:
        """(path, message) pairs: unknown keys, and for a new campaign also missing ones."""
        unknown = [
            (path, _unknown(path, names)) for path, names in self._unknown_keys("", {"$ref": DOCUMENT}, document)
        ]
        missing = [name for name in self.required if is_new and name not in document]
        return unknown + [(name, translate("A new campaign needs this.")) for name in missing]

    def _unknown_keys(self, path: str, schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, list[str]]]:
        schema = self._resolve(schema, value)
        if isinstance(value, list):
            for index, one in enumerate(value):
                yield from self._unknown_keys(f"{path}.{index}", schema.get("items", {}), one)
        if not isinstance(value, dict):
            return
        properties = schema.get("properties", {})
        for name, one in value.items():
            here = f"{path}.{name}".removeprefix(".")
            if name not in properties and schema.get("additionalProperties") is False:
                yield here, list(properties)
            else:
                yield from self._unknown_keys(here, properties.get(name) or _any_of(schema), one)


def _any_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of values under free keys, such as languages."""
    values: Mapping[str, Any] | bool = schema.get("additionalProperties", {})
    return values if isinstance(values, dict) else {}


def _unknown(path: str, names: list[str]) -> str:
    near = get_close_matches(path.rpartition(".")[2], names, n=1)
    return (
        translate("There is nothing of this name. Did you mean {name}?", name=near[0])
        if near
        else translate("There is nothing of this name.")
    )
