"""The region of a signature by its name, beside the code that is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.signatures.signature import Signature


def region_name_of(signature: Signature, language: str) -> dict[str, str]:
    """`region_name` in the reader's language; nothing where no region was given."""
    stored = signature.answers.get("region")
    if not stored:
        return {}
    from chalicelib.i18n.regions import region_name  # lists that few answers need

    return {"region_name": region_name(stored, language)}
