from __future__ import annotations

import pytest

from chalicelib.domain.addresses.domain_typos import FREQUENT, meant_domain, slips, with_domain


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"), ("gamil.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"), ("gmail.con", "gmail.com"), ("gmail.co", "gmail.com"), ("gmail.cmo", "gmail.com"),
        ("GMIAL.COM", "gmail.com"), ("gmial.com ", "gmail.com"), ("hotmial.com", "hotmail.com"), ("hotmal.es", "hotmail.es"),
        ("yaho.com", "yahoo.com"), ("yahooo.com.mx", "yahoo.com.mx"), ("outlok.es", "outlook.es"), ("icoud.com", "icloud.com"),
        ("portonmial.com", "protonmail.com"), ("googelmail.com", "googlemail.com"),
    ],
)  # fmt: skip
def test_a_common_domain_is_recognised_through_a_slip(typed: str, meant: str) -> None:
    assert meant_domain(f"ana@{typed}") == meant


@pytest.mark.parametrize(
    "domain",
    [
        *FREQUENT, "mail.com", "ymail.com", "email.com", "hotmail.it", "outlook.de", "live.com", "aol.com", "gmx.de", "gmail.org",
        "gmail.es", "gmial.es", "gmial.con", "gamlil.com.com", "example.org", "unam.mx", "pucp.edu.pe", "wbw.org", "", "com",
        "hotmail.nl", "gmiail.com.gmail.com", "g" * 250,
    ],
)  # fmt: skip
def test_other_domains_are_what_they_are(domain: str) -> None:
    assert meant_domain(f"ana@{domain}") == ""


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("gmail", "gmail", 0), ("gmial", "gmail", 1), ("gmai", "gmail", 1), ("ggmail", "gmail", 1), ("gnail", "gmail", 1),
        ("agmil", "gmail", 2), ("gm", "gmail", 3), ("", "gm", 2), ("abcde", "vwxyz", 3), ("protonmial", "protonmail", 1),
    ],
)  # fmt: skip
def test_slips_are_letters_left_out_added_mistaken_or_swapped(one: str, other: str, number: int) -> None:
    assert (slips(one, other), slips(other, one)) == (number, number)


def test_the_rest_of_the_address_stays_as_typed() -> None:
    assert with_domain(" Ana.Quispe+news@gmial.com ", "gmail.com") == "Ana.Quispe+news@gmail.com"
