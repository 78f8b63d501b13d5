"""Addresses as limits count them."""

from __future__ import annotations

from ipaddress import ip_address


def network_of(address: str | None) -> str | None:
    """The address, or for IPv6 its /64, which is what one customer holds; None for anything else."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    return str(parsed) if parsed.version == 4 else f"{parsed.exploded[:19]}::/64"
