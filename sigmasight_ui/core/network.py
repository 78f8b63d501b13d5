"""Addresses as limits count them."""

from __future__ import annotations

from ipaddress import ip_address


def network_of(address: str | None) -> str | None:
    """The address, or for IPv6 its /64, which is what one customer holds; None for anything else."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else f"{parsed.exploded[:19]}::/64"


def client_address(peer: str | None, forwarded_for: str, trusted_proxies: int) -> str | None:
    """The peer, or behind trusted proxies the right-most hop they did not add; as limits count it."""
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    return network_of(hops[-trusted_proxies] if 0 < trusted_proxies <= len(hops) else peer)


def is_loopback(network: str | None) -> bool:
    """`network` as `network_of` gives it."""
    return network is not None and (network.startswith("127.") or network == network_of("::1"))
