from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date

import email_validator
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.abuse.form_timestamps import form_token
from chalicelib.domain.abuse.mail_limits import domain_pseudonym
from chalicelib.domain.addresses.email_addresses import (
    ORDINARY,
    SPECIAL_USE,
    address_hash,
    bucket_of,
    canonical,
    clean_email,
    fingerprint,
    is_ordinary_address,
    signature_id,
    valid_email,
    without_tag,
)
from chalicelib.domain.addresses.networks import network_pseudonym
from chalicelib.domain.text import text_rules
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


PIECES = st.text("abAZ09", max_size=3) | st.sampled_from(
    ["@", ".", "-", "_", "+", "--", "..", " ", "\n", "xn--", "é", "ſ", "a" * 62, "@example.org", ".com", "test", "("]
)


@given(st.lists(PIECES, max_size=9).map("".join) | st.emails())
def test_what_is_accepted_without_asking_the_library_is_what_it_would_accept(text: str) -> None:
    try:
        email_validator.validate_email(text, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        accepted = False
    else:
        accepted = len(text) <= 254
    assert (valid_email(text) == text) is accepted
    assert accepted or not is_ordinary_address(text)


@given(st.one_of(st.from_regex(ORDINARY, fullmatch=True), st.from_regex(r".{0,300}@[a-z0-9.-]{1,300}", fullmatch=True)))
def test_of_an_ordinary_address_nothing_would_be_changed_or_refused(text: str) -> None:
    if not is_ordinary_address(text):
        return
    assert clean_email(text_rules.normalise(text, limit=254)) == text
    assert text_rules.error_code(text, limit=254) is None
    assert valid_email(text) == text


@pytest.mark.parametrize(
    ("address", "is_ordinary"),
    [
        ("ana@example.org", True),
        ("Ana.Quispe-1+peru@mail.example.co.uk", True),
        (f"{'a' * 64}@example.org", True),
        (f"{'a' * 65}@example.org", False),
        (f"ana@{'a' * 63}.org", True),
        (f"ana@{'a' * 64}.org", False),
        (f"ana@{'a-' * 31}aa.org", False),
        ("ana@xn--and-6ma2c.pe", False),
        ("ana@example.org\n", False),
        ("ana@exampleſ.org", False),
        ("ana@mail.test", False),
        ("ana@printer.LOCAL", False),
    ],
)
def test_an_ordinary_address_is_known_by_its_letters(address: str, *, is_ordinary: bool) -> None:
    assert is_ordinary_address(address) is is_ordinary


def test_the_library_knows_no_special_domain_outside_of_those_it_is_asked_about() -> None:
    assert {name.rpartition(".")[2] for name in email_validator.SPECIAL_USE_DOMAIN_NAMES} <= SPECIAL_USE


def test_signing_with_an_ordinary_address_loads_no_email_validator() -> None:
    code = """
import sys
from chalicelib.domain.addresses.email_addresses import valid_email
assert valid_email("ana@example.org") and "email_validator" not in sys.modules
assert valid_email("ana@ñandú.pe") and "email_validator" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
