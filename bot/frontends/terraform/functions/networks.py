"""Terraform's IP address functions."""

from __future__ import annotations

import ipaddress

from bot.evaluated.call import Function
from bot.frontends.terraform.functions.arguments import plain, text, whole

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(prefix: str) -> Network:
    address, slash, length = prefix.partition("/")
    if not slash or not length.isdigit():
        raise ValueError(f"{prefix} is not a CIDR prefix")
    return ipaddress.ip_network(f"{_plain(address)}/{int(length)}", strict=False)


def _plain(address: str) -> str:
    """Terraform still takes octets with leading zeros."""
    if ":" in address:
        return address
    octets = address.split(".")
    return ".".join(str(int(octet)) if octet.isdigit() else octet for octet in octets)


def _cidrhost(prefix: str, number: int) -> str:
    network = _network(prefix)
    if not -network.num_addresses <= number < network.num_addresses:
        raise ValueError(f"the prefix has no host {number}")
    return str(network[number])


def _cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version == 6:
        raise ValueError("IPv6 addresses have no netmask")
    return str(network.netmask)


def _cidrsubnet(prefix: str, new_bits: int, number: int) -> str:
    network = _network(prefix)
    length = network.prefixlen + new_bits
    if new_bits < 0 or length > network.max_prefixlen:
        raise ValueError(f"the prefix cannot be extended by {new_bits} bits")
    if not 0 <= number < 2**new_bits:
        raise ValueError(f"{new_bits} bits do not hold {number}")
    return _subnet(network, length, number)


def _subnet(network: Network, length: int, number: int) -> str:
    start = int(network.network_address) + (number << (network.max_prefixlen - length))
    address = ipaddress.IPv4Address(start) if network.version == 4 else ipaddress.IPv6Address(start)
    return f"{address}/{length}"


def _cidrsubnets(prefix: str, *new_bits: int) -> list[str]:
    network = _network(prefix)
    start = int(network.network_address)
    end = start + network.num_addresses
    out: list[str] = []
    for bits in new_bits:
        length = network.prefixlen + bits
        if bits < 1 or length > network.max_prefixlen:
            raise ValueError(f"the prefix cannot be extended by {bits} bits")
        size = 1 << (network.max_prefixlen - length)
        start += -start % size
        if start + size > end:
            raise ValueError("the subnets do not fit into the prefix")
        address = ipaddress.IPv4Address(start) if network.version == 4 else ipaddress.IPv6Address(start)
        out.append(f"{address}/{length}")
        start += size
    return out


def _cidrcontains(prefix: str, inner: str) -> bool:
    """OpenTofu's: whether a prefix holds an address or another prefix."""
    outer = _network(prefix)
    found = _network(inner) if "/" in inner else ipaddress.ip_network(_plain(inner))
    if outer.version != found.version:
        raise ValueError("one is IPv4 and the other IPv6")
    return int(outer[0]) <= int(found[0]) and int(found[-1]) <= int(outer[-1])


FUNCTIONS: dict[str, Function] = {
    "cidrcontains": plain(_cidrcontains, text, text),
    "cidrhost": plain(_cidrhost, text, whole),
    "cidrnetmask": plain(_cidrnetmask, text),
    "cidrsubnet": plain(_cidrsubnet, text, whole, whole),
    "cidrsubnets": plain(_cidrsubnets, text, rest=whole),
}
