"""A field of the table of person fields works at once, and whatever somebody has to write about it is named until it is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chalicelib.domain.signatures.person_fields import PERSON_FIELDS
from tests.docs.person_field_places import CATALOGUES, ROOT, lacking

WITH_ONE_MORE = """
from chalicelib.domain.signatures.person_fields import PERSON_FIELDS, PersonField
PERSON_FIELDS["nickname"] = PersonField(is_name=True)
from tests.docs.person_field_places import lacking
print(*lacking("nickname"), sep="\\n")
"""


@pytest.mark.parametrize("name", PERSON_FIELDS)
def test_a_field_is_at_home_everywhere(name: str) -> None:
    assert lacking(name) == []


def test_a_new_field_works_everywhere_and_lacks_only_its_words() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", WITH_ONE_MORE], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    assert answer.stdout.splitlines() == [
        "chalicelib/i18n/field_words.py",
        *(str(path.relative_to(ROOT)) for path in CATALOGUES),
        "chalicelib/api/http/schemas.py",
        "docs/http-api.md, the fields of a form",
        "docs/http-api.md, the rows of an export",
        "docs/data-model.md",
    ]
