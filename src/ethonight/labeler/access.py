"""Who may ask this server for anything: under which names it is known, and with which token."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from dataclasses import dataclass

import psutil

_LOOPBACK_NAMES = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Access:
    """Under which host names a server answers, and what every request must carry."""

    hosts: frozenset[str]
    """Lower case, without port; an IPv6 address without brackets."""
    token: str = ""
    """Empty: none is asked for."""
    cookie: str = "ethonight"
    """The cookie's name. Browsers share cookies between the ports of one host, so it carries the port."""

    def knows_host(self, header: str) -> bool:
        """Whether a ``Host`` header names this server. Its port may be another: that of an SSH tunnel, say."""
        return host_in(header) in self.hosts

    def is_token(self, text: str) -> bool:
        """Whether ``text`` is the token; takes equally long for every text."""
        return secrets.compare_digest(text.encode("utf-8", "replace"), self.token.encode())


def access_for(host: str, port: int) -> Access:
    """Return the access rules of a server at this address; beyond the loopback a new random token is asked for."""
    cookie = f"ethonight-{port}"
    if is_loopback(host):
        return Access(_LOOPBACK_NAMES | {host.lower()}, "", cookie)
    return Access(_names_of(host), secrets.token_urlsafe(32), cookie)


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach a server at this address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_in(header: str) -> str:
    """Return the host of a ``Host`` header in lower case, without port and brackets; empty for a malformed one."""
    if header.startswith("["):
        inside, bracket, port = header[1:].partition("]")
        host, colon, port = inside, port[:1], port[1:]
        good = bool(bracket) and (not colon or (colon == ":" and port.isdecimal()))
    else:
        host, colon, port = header.partition(":")
        good = not colon or port.isdecimal()
    return host.lower() if good else ""


def shown_host(host: str) -> str:
    """Return how a host is written in an address; one that stands for all of this computer's gets a name."""
    if host in ("0.0.0.0", "::"):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _names_of(host: str) -> frozenset[str]:
    """Return the names under which a server that listens at ``host`` can be asked for."""
    if host not in ("0.0.0.0", "::"):
        return frozenset({host.lower()})
    own = {socket.gethostname().lower(), socket.getfqdn().lower()}
    own |= {f"{name.partition('.')[0]}.local" for name in own}
    addresses = {one.address for found in psutil.net_if_addrs().values() for one in found if _is_internet(one.family)}
    return frozenset(own | {address.partition("%")[0].lower() for address in addresses} | _LOOPBACK_NAMES)


def _is_internet(family: int) -> bool:
    return family in (socket.AF_INET, socket.AF_INET6)
