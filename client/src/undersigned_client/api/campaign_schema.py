"""What a campaign document may hold, learnt from the API's own description; nothing of it is written down here."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from undersigned_client.language.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DOCUMENT = "CampaignDocument"
ABSENT = object()


class Schema:
    """The JSON Schema of campaign documents, out of `/openapi.json`."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = description["components"]["schemas"]

    @property
    def keys(self) -> list[str]:
        """The keys that an organiser may write, in the API's order."""
        return list(self._schemas[DOCUMENT]["properties"])

    @property
    def required(self) -> list[str]:
        """The keys that a new campaign cannot do without."""
        return list(self._schemas[DOCUMENT]["required"])

    def writable(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A document without what is the API's own (id, version, times)."""
        return {name: document[name] for name in self.keys if name in document}

    def short(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The same document without what is default *within* its keys: as a person would write it."""
        known = self._schemas[DOCUMENT]["properties"]
        return {name: self._pruned(known.get(name, {}), value) for name, value in document.items()}

    def _pruned(self, schema: Mapping[str, Any], value: Any) -> Any:
        schema = self._meant(schema, value)
        if isinstance(value, list):
            return [self._pruned(schema.get("items", {}), one) for one in value]
        if not isinstance(value, dict):
            return value
        known = schema.get("properties", {})
        kept = {name: one for name, one in value.items() if known.get(name, {}).get("default", ABSENT) != one}
        return {name: self._pruned(known.get(name) or _any_of(schema), one) for name, one in kept.items()}

    def whole(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The same document with what is left out *within* its keys filled in, so that two can be compared."""
        known = self._schemas[DOCUMENT]["properties"]
        return {name: self._filled(known.get(name, {}), value) for name, value in document.items()}

    def _filled(self, schema: Mapping[str, Any], value: Any) -> Any:
        schema = self._meant(schema, value)
        if isinstance(value, list):
            return [self._filled(schema.get("items", {}), one) for one in value]
        if not isinstance(value, dict):
            return value
        known = schema.get("properties", {})
        absent = {name: facts["default"] for name, facts in known.items() if "default" in facts and name not in value}
        ordered = {**{name: value[name] for name in known if name in value}, **value, **absent}
        return {name: self._filled(known.get(name) or _any_of(schema), one) for name, one in ordered.items()}

    def _meant(self, schema: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
        """The schema itself behind a reference, or the alternative that has the shape of `value`."""
        if "$ref" in schema:
            return self._meant(self._schemas[schema["$ref"].rpartition("/")[2]], value)
        shape = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else None
        for alternative in schema.get("anyOf", ()):
            found = self._meant(alternative, value)
            if found.get("type") == shape:
                return found
        return schema

    def mistakes(self, document: Mapping[str, Any], *, is_new: bool) -> list[tuple[str, str]]:
        """Paths and sentences: keys that nobody knows, and for a new campaign those that it lacks."""
        found = [(path, _unknown(path, names)) for path, names in self._strangers("", {"$ref": DOCUMENT}, document)]
        lacking = [name for name in self.required if is_new and name not in document]
        return found + [(name, say("A new campaign needs this.")) for name in lacking]

    def _strangers(self, path: str, schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, list[str]]]:
        schema = self._meant(schema, value)
        if isinstance(value, list):
            for place, one in enumerate(value):
                yield from self._strangers(f"{path}.{place}", schema.get("items", {}), one)
        if not isinstance(value, dict):
            return
        known = schema.get("properties", {})
        for name, one in value.items():
            here = f"{path}.{name}".removeprefix(".")
            if name not in known and schema.get("additionalProperties") is False:
                yield here, list(known)
            else:
                yield from self._strangers(here, known.get(name) or _any_of(schema), one)


def _any_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of values whose keys are free, languages for instance."""
    patterns: Mapping[str, Any] = schema.get("patternProperties", {})
    return next(iter(patterns.values()), {})


def _unknown(path: str, names: list[str]) -> str:
    near = get_close_matches(path.rpartition(".")[2], names, n=1)
    return (
        say("There is nothing of this name. Did you mean {name}?", name=near[0])
        if near
        else say("There is nothing of this name.")
    )
