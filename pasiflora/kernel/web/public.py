"""Which network addresses belong to the public internet. Pure.

By the IANA registries of special-purpose addresses (RFC 6890 and later), written out rather than taken from Python,
whose own lists changed between its releases. Whatever is in doubt is not public.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # behind a carrier's translator; some clouds keep their metadata here
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # public by its form; Azure's own platform answers on it in every virtual network
            "169.254.0.0/16",  # link-local: metadata of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments; Oracle's metadata
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays, withdrawn
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
UNICAST_6 = IPv6Network("2000::/3")
"""All that has been given out so far. What lies outside is local, mapped, multicast or reserved."""
NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, which holds a v4 address, ORCHID, benchmarks
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which holds a v4 address
            "3fff::/20",  # documentation
        ),
    )
)
TRANSLATED = IPv6Network("64:ff9b::/96")
"""Where a network without v4 reaches v4 (NAT64): as public as the address inside."""


def is_public(written: str) -> bool:
    """Whether this is the address of one machine on the public internet. False for what is no address."""
    try:
        address = ip_address(written)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _is_public_4(address)
    if address.scope_id is not None:
        return False
    if address in TRANSLATED:
        return _is_public_4(IPv4Address(int(address) & 0xFFFFFFFF))
    return _is_public_6(address)


def _is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in NOT_PUBLIC_4)


def _is_public_6(address: IPv6Address) -> bool:
    return address.is_global and address in UNICAST_6 and not any(address in network for network in NOT_PUBLIC_6)
