"""Webhooks: a program hears that something happened, and nothing of the case in which it did."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Final, TypeAlias
from urllib.parse import urlsplit

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
IP: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

EVENTS: Final = (
    "application_received",
    "registered",
    "request_sent",
    "request_stalled",
    "reply_received",
    "late_reply_received",
    "oral_decision_given",
    "resolution_signed",
    "resolution_dispatched",
    "resolution_served",
    "resolution_final",
    "case_closed",
)
"""Kinds of the timeline that a receiver may hear of."""
PAUSES: Final = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, *[360] * 7))
"""After the first, second … failure in a row. After the last, nearly two days from the first, an incident is opened."""
KEY_OVERLAPS: Final = timedelta(days=7)
"""Time for which both the new and the former key sign, after a change of keys."""
REPLAY_WINDOW: Final = timedelta(minutes=5)
"""A receiver refuses what was signed longer ago, and remembers ids for so long."""
KEPT_FOR: Final = timedelta(days=30)
"""Time for which a program may ask what an event was about."""
LONGEST_ADDRESS: Final = 200
_WITH_IPV4_LAST: Final = (ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("64:ff9b::/96"))
"""IPv6 addresses that end in an IPv4 address: IPv4-compatible ones, and those that a NAT64 gateway translates (RFC 6052)."""
_NOT_PUBLIC: Final = (ipaddress.IPv6Network("64:ff9b:1::/48"), ipaddress.IPv6Network("fec0::/10"))
"""Networks that the standard library counts as global: NAT64 for local use (RFC 8215) and the former site-local one."""
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)


def signature(keys: Iterable[str], body: bytes, moment: int) -> str:
    """Return the value of `Vireille-Signature`: the second, and for each key an HMAC-SHA256 of the second and the body."""
    signed = f"{moment}.".encode() + body
    return ",".join(
        [f"t={moment}", *(f"v1={hmac.new(key.encode(), signed, sha256).hexdigest()}" for key in keys)]
    )


def is_address(address: str) -> bool:
    """Return True for an address that could be a receiver's: http or https, a host, no name and password, no fragment."""
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc
    is_whole = parts.scheme in {"http", "https"} and not parts.fragment and "\\" not in address
    return is_whole and _HOST.fullmatch(host) is not None


def is_reachable(found: str, networks: Iterable[Network]) -> bool:
    """Return True for an address of the network at large, or of a network that the operator allows.

    What a page of ours can make this machine call must not be the machine itself, its cloud's own addresses or the
    authority's inner network.
    """
    ip = _unwrapped(ipaddress.ip_address(found.partition("%")[0]))
    is_public = ip.is_global and not ip.is_multicast and not any(ip in each for each in _NOT_PUBLIC)
    return is_public or is_allowed(str(ip), networks)


def _unwrapped(ip: IP) -> IP:
    """Return the IPv4 address that one of IPv6 stands for, where the machine or a gateway on the way leads there."""
    if not isinstance(ip, ipaddress.IPv6Address):
        return ip
    if any(ip in each for each in _WITH_IPV4_LAST):
        return ipaddress.IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or ip


def is_allowed(found: str, networks: Iterable[Network]) -> bool:
    ip = ipaddress.ip_address(found.partition("%")[0])
    return any(ip in each for each in networks if each.version == ip.version)
