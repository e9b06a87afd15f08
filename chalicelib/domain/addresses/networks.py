"""Which network a form came from, as a pseudonym for one day; no IP address is kept or can be recovered from it.

The pseudonym is a hash of the network's prefix, keyed by the day (UTC): on one day the same pseudonym means the same
network, and pseudonyms of different days cannot be linked.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.keyed_hashes import daily_pseudonym

if TYPE_CHECKING:
    from datetime import date

# The block that a household, an office or a hosting customer usually gets: RFC 6177 for IPv6, the smallest routed for
# IPv4.
V4_BITS, V6_BITS = 24, 48
UNREADABLE = "unreadable"
OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
V4 = re.compile(rf"({OCTET}\.{OCTET}\.{OCTET}\.){OCTET}")


def network_pseudonym(pepper: bytes, day: date, address: str) -> str:
    """16 characters of `[a-z2-7]` for the network of an IP `address`. What is no address is one network: limits apply to it, too."""
    return daily_pseudonym(pepper, "networks", day, prefix_of(address))


def prefix_of(address: str) -> str:
    """The /24 of an IPv4 address or the /48 of an IPv6 one, with or without a port; `unreadable` if it is neither."""
    if plain := V4.fullmatch(address):  # nearly all are, and `ipaddress` takes ten times as long
        return f"{plain[1]}0/{V4_BITS}"
    try:
        found = ip_address(_without_port(address.strip()))
    except ValueError:
        return UNREADABLE
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    bits = V6_BITS if isinstance(found, IPv6Address) else V4_BITS
    within = found.max_prefixlen - bits
    return f"{type(found)(int(found) >> within << within)}/{bits}"


def _without_port(address: str) -> str:
    """Some proxies write `203.0.113.9:8080` or `[2001:db8::1]:8080` (RFC 7239)."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def client_address(source: str, forwarded: str, proxies: int) -> str:
    """The client's IP address when `proxies` servers of our own, such as a CDN, stand in front of the API.

    `source` is the address that connected, `forwarded` the X-Forwarded-For header. Entries further left than those our
    own servers wrote can be forged and are ignored.
    """
    if proxies <= 0:
        return source
    chain = [part.strip() for part in forwarded.split(",") if part.strip()]
    if not chain or chain[-1] != source:
        chain.append(source)
    return chain[-proxies - 1] if len(chain) > proxies else source
