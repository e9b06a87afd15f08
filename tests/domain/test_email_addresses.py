from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from chalicelib.domain.abuse.form_timestamps import form_token
from chalicelib.domain.abuse.mail_limits import domain_pseudonym
from chalicelib.domain.addresses.email_addresses import (
    address_hash,
    bucket_of,
    canonical,
    fingerprint,
    signature_id,
    without_tag,
)
from chalicelib.domain.addresses.networks import network_pseudonym
from tests.kit.factories import NOW


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Ana@Example.ORG", "ana@example.org"),
        ("ana+peru@example.org", "ana@example.org"),
        ("a.n.a@gmail.com", "ana@gmail.com"),
        ("A.na+x@googlemail.com", "ana@gmail.com"),
        ("a.na@example.org", "a.na@example.org"),
        ("ana@ñandú.pe", "ana@xn--and-6ma2c.pe"),
        ("ana@XN--AND-6MA2C.pe", "ana@xn--and-6ma2c.pe"),
        ("jose\u0301@example.org", "josé@example.org"),
        ("+tag@example.org", "+tag@example.org"),
    ],
)
def test_spellings_of_one_mailbox_are_one_canonical_address(typed: str, same: str) -> None:
    assert canonical(typed) == same
    assert canonical(canonical(typed)) == same


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("victim+your-card-is-blocked_call_0900@gmail.com", "victim@gmail.com"),
        ("V.ictim+Call+0900@Example.ORG", "V.ictim@Example.ORG"),
        ("ana+@example.org", "ana@example.org"),
        ("a.na-b_c@example.org", "a.na-b_c@example.org"),
        ("ana@example+tag.org", "ana@example+tag.org"),
        ("+tag@example.org", "+tag@example.org"),
        ("", ""),
    ],
)
def test_address_is_written_as_typed_but_for_its_tag(typed: str, shown: str) -> None:
    assert without_tag(typed) == shown


def test_ids_do_not_link_across_campaigns_or_deployments() -> None:
    ids = {signature_id(pepper, campaign, "ana@example.org") for pepper in (b"p", b"q") for campaign in ("a", "b")}
    assert len(ids) == 4
    assert all(len(one) == 32 and one.islower() and one.isalnum() for one in ids)
    assert address_hash(b"p", "ana@example.org") not in ids


def test_names_made_with_the_pepper_are_what_they_were_when_deployments_began_to_store_them() -> None:
    pepper, day = b"pepper", date(2026, 11, 23)
    assert signature_id(pepper, "peru", "ana@example.org") == "4hfywfqufix7msr42q47ryg6updjugu2"
    assert address_hash(pepper, "ana@example.org") == "wuwk4x4e2mvwzlyj74c55rmqfh5e6yi6"
    assert fingerprint(pepper, "x") == "4vo2lgjr4rjd"
    assert network_pseudonym(pepper, day, "192.0.2.7") == "w3rpwurayzsjsull"
    assert domain_pseudonym(pepper, day, "example.org") == "gppuirklflinbfjv"
    assert form_token(pepper, "peru", NOW) == "42e29ab80.7u5pc4yo5sfhs46q"


def test_buckets_are_filled_evenly() -> None:
    counts = Counter(bucket_of(signature_id(b"p", "c", f"{n}@example.org"), 16) for n in range(16_000))
    assert sorted(counts) == list(range(16))
    assert max(counts.values()) < 1.2 * min(counts.values())
