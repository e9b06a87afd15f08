"""Which network a form came from, as a name that is good for one day; it keeps no address and cannot be led back to one.

The name is a keyed hash of the network's prefix under a key of the day (UTC): equal names on one day are one network,
names of two days have nothing in common.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from chalicelib.domain.addresses.keyed_hashes import daily_pseudonym

if TYPE_CHECKING:
    from datetime import date

# What a household, an office or a hoster's customer commonly gets: RFC 6177 for IPv6, the smallest routed block for IPv4.
V4_BITS, V6_BITS = 24, 48


def network_pseudonym(pepper: bytes, day: date, address: str) -> str:
    """16 characters of `[a-z2-7]` for the network of an IP `address`, or the empty string for what is no address."""
    prefix = prefix_of(address)
    return daily_pseudonym(pepper, "networks", day, prefix) if prefix else ""


def prefix_of(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one, or the empty string."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    bits = V6_BITS if isinstance(found, IPv6Address) else V4_BITS
    return str(ip_network(f"{found.compressed.partition('%')[0]}/{bits}", strict=False))


def client_address(source: str, forwarded: str, proxies: int) -> str:
    """The address of whoever asked, behind `proxies` servers of our own in front of the API (a CDN is one).

    `source` is who connected, `forwarded` the X-Forwarded-For header. What stands further left there than our own servers
    wrote can be made up by anybody and is not looked at.
    """
    if proxies <= 0:
        return source
    chain = [part.strip() for part in forwarded.split(",") if part.strip()]
    if not chain or chain[-1] != source:
        chain.append(source)
    return chain[-proxies - 1] if len(chain) > proxies else source
