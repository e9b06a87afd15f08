from __future__ import annotations

import pytest

from chalicelib.domain.signatures.person_fields import display_name


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"given_name": "Ana", "family_name": "Quispe", "organization": "Herald"}, "Ana Quispe"),
        ({"given_name": "Ana"}, "Ana"),
        ({"family_name": "Quispe"}, "Quispe"),
        ({"organization": "Herald"}, "Herald"),
        ({"country": "PE"}, ""),
    ],
)
def test_a_person_goes_by_the_own_name_and_an_organization_by_its(answers: dict[str, str], name: str) -> None:
    assert display_name(answers) == name
