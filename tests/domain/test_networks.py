"""Networks have a name for a day, and addresses none."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.addresses.networks import client_address, network_pseudonym, prefix_of

DAY, NEXT = date(2026, 11, 23), date(2026, 11, 24)


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        (" 203.0.113.255 ", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:aa:bb::1", "2001:db8:aa::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "unreadable"),
        ("unknown", "unreadable"),
        ("203.0.113.9:8080", "203.0.113.0/24"),
        ("[2001:db8:aa:bb::1]:8080", "2001:db8:aa::/48"),
        ("[2001:db8:aa:bb::1]", "2001:db8:aa::/48"),
        ("203.0.113.9:8080:1", "unreadable"),
        ("1.2.3.4.5", "unreadable"),
    ],
)
def test_a_network_is_what_one_customer_commonly_gets(address: str, prefix: str) -> None:
    assert prefix_of(address) == prefix


@given(st.one_of(st.ip_addresses(v=4).map(str), st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}", fullmatch=True)))
def test_what_looks_like_ipv4_is_read_as_python_reads_it(address: str) -> None:
    try:
        expected = str(ip_network(f"{ip_address(address)}/24", strict=False))
    except ValueError:
        expected = "unreadable"
    assert prefix_of(address) == expected


def test_neighbours_share_a_name_strangers_and_other_days_do_not() -> None:
    name = network_pseudonym(b"p", DAY, "203.0.113.9")
    assert len(name) == 16
    assert network_pseudonym(b"p", DAY, "203.0.113.200") == name
    others = {
        network_pseudonym(b"p", DAY, "203.0.114.9"),
        network_pseudonym(b"p", NEXT, "203.0.113.9"),
        network_pseudonym(b"q", DAY, "203.0.113.9"),
    }
    assert len(others | {name}) == 4
    unreadable = network_pseudonym(b"p", DAY, "no address")
    assert len(unreadable) == 16
    assert network_pseudonym(b"p", DAY, "") == unreadable, "limits count them together"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "found"),
    [
        ("1.1.1.1", 0, "9.9.9.9"),  # nobody is trusted: who connected
        ("1.1.1.1, 9.9.9.9", 1, "1.1.1.1"),
        ("1.1.1.1", 1, "1.1.1.1"),  # the gateway did not add who connected
        ("6.6.6.6, 1.1.1.1, 9.9.9.9", 1, "1.1.1.1"),  # what a stranger wrote stands further left
        ("6.6.6.6, 1.1.1.1, 2.2.2.2, 9.9.9.9", 2, "1.1.1.1"),
        ("", 1, "9.9.9.9"),  # past the proxy
    ],
)
def test_only_what_own_proxies_wrote_is_believed(forwarded: str, proxies: int, found: str) -> None:
    assert client_address("9.9.9.9", forwarded, proxies) == found
