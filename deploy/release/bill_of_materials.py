"""The parts of a release in words for programs (CycloneDX 1.6) and for people. Pure: the same parts give the same text."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deploy.release.package_contents import Component

OWN_LICENCE = "Apache-2.0"
RULER = "=" * 100


def cyclonedx(parts: Sequence[Component], *, version: str, archives: Mapping[str, str]) -> str:
    """The bill of the zips with those SHA-256 sums. It says nothing of when it was made, or two would differ."""
    own = {
        "type": "application",
        "bom-ref": "undersigned",
        "name": "undersigned",
        "version": version,
        "licenses": [{"expression": OWN_LICENCE}],
        "components": [
            {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": sha256}]}
            for name, sha256 in archives.items()
        ],
    }
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, ''.join(archives.values()))}",
        "version": 1,
        "metadata": {"component": own},
        "components": [_component(one) for one in parts],
        "dependencies": [{"ref": "undersigned", "dependsOn": [_ref(one) for one in parts]}],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def licences(parts: Sequence[Component], own: str) -> str:
    """Our own licence, then every part with its licence in full."""
    heading = "What is in the zips, and under which licence."
    overview = "\n".join(f"  {_title(one)}: {one.licence}" for one in parts)
    chapters = [f"{RULER}\nundersigned: {OWN_LICENCE}\n{RULER}\n\n{own.strip()}"]
    chapters += [
        f"{RULER}\n{_title(one)}: {one.licence}\n{RULER}\n\n" + "\n\n".join(map(str.strip, one.texts)) for one in parts
    ]
    return "\n\n".join([f"{heading}\n\n  undersigned: {OWN_LICENCE}\n{overview}", *chapters]) + "\n"


def _component(one: Component) -> dict[str, Any]:
    licence: dict[str, Any] = {"expression": one.licence} if one.is_spdx else {"license": {"name": one.licence}}
    optional = {"version": one.version, "purl": one.purl}
    named = {"type": "library" if one.purl else "data", "bom-ref": _ref(one), "name": one.name, "licenses": [licence]}
    return named | {name: value for name, value in optional.items() if value}


def _ref(one: Component) -> str:
    return one.purl or one.name


def _title(one: Component) -> str:
    return f"{one.name} {one.version}".strip()
