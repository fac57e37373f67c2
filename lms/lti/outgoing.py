"""The one way out to platforms: quick, small, without redirects, and to nobody's inner network.

A platform's addresses come from whoever registers it, so nothing is asked of an address inside our own
network: the name is looked up once, what was found is checked, and that very address is connected to.
"""

import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Collection
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

CONNECT, READ, WHOLE = 5, 10, 20
"""Seconds that a platform has to answer the call, to send some more, and to say all."""
LARGEST = 2 * 1024 * 1024
"""Bytes of an answer: a class of some thousand people."""
PIECE = 64 * 1024
_ASSIGNED = ipaddress.IPv6Network("2000::/3")
"""Where the world's IPv6 addresses are."""
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""How a network that knows IPv6 alone writes the IPv4 address that its gateway is to ask."""


class OutgoingError(Exception):
    """A platform was not asked, or did not answer as it should. The words say why, never what it answered."""


class Outgoing(requests.Session):
    """Asks platforms. `allowed` are the names of hosts in our own network that may be asked all the same."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        super().__init__()
        self.trust_env = False  # no proxies and no passwords from the surroundings
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # one client for all: it keeps none
        self.headers["User-Agent"] = "Alongside LTI"
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(frozenset(name.casefold() for name in allowed)))

    def request(self, method: str | bytes, url: str | bytes, **options: Any) -> requests.Response:  # type: ignore[override]
        """The answer, whole. Raises `OutgoingError` for all that stands in the way of one."""
        options |= {"timeout": (CONNECT, READ), "allow_redirects": False, "stream": True}
        try:
            answer = super().request(method, url, **options)
            answer._content = _whole(answer)  # noqa: SLF001  requests has no cap of its own
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise OutgoingError(f"{_host(url)} cannot be reached: {type(error).__name__}.") from error
        return answer


def _whole(answer: requests.Response) -> bytes:
    until, pieces, size = time.monotonic() + WHOLE, [], 0
    with answer:
        while piece := answer.raw.read1(PIECE, decode_content=True):  # what is there: never waits for more
            size += len(piece)
            if size > LARGEST:
                raise OutgoingError(f"{_host(answer.url)} answered with more than {LARGEST // 1024} KB.")
            if time.monotonic() > until:
                raise OutgoingError(f"{_host(answer.url)} took more than {WHOLE} seconds to answer.")
            pieces.append(piece)
        vars(answer)["_content_consumed"] = True  # so that the connection is kept for the next request
    return b"".join(pieces)


def _host(url: str | bytes) -> str:
    with contextlib.suppress(ValueError):
        if host := urlsplit(url if isinstance(url, str) else url.decode()).hostname:
            return host
    return "An address without a host"


class _Adapter(HTTPAdapter):
    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _pool(self.allowed), "https": _secure_pool(self.allowed)}


class _InTime(HTTPConnection):
    """A connection on which answers begin in time: each byte of a head may come late, not all of them."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        late = threading.Timer(WHOLE, _cut, [self.sock])
        late.start()
        try:
            return super().getresponse()
        finally:
            late.cancel()


def _cut(line: socket.socket | None) -> None:
    with contextlib.suppress(OSError):
        if line:
            line.shutdown(socket.SHUT_RDWR)


def _pool(allowed: frozenset[str]) -> type[HTTPConnectionPool]:
    class Connection(_InTime):
        def _new_conn(self) -> socket.socket:
            if self.host.casefold() not in allowed and not _is_loopback(self.host):
                raise OutgoingError(f"{self.host} should be asked by https.")
            return _connected(self.host, self.port or 80, allowed)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    return Pool


def _secure_pool(allowed: frozenset[str]) -> type[HTTPSConnectionPool]:
    class Connection(_InTime, HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self.host, self.port or 443, allowed)

    class Pool(HTTPSConnectionPool):
        ConnectionCls = Connection

    return Pool


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _connected(host: str, port: int, allowed: frozenset[str]) -> socket.socket:
    """A connection to the address that was checked, and to no other that the name may mean a moment later."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host.casefold() not in allowed and not all(map(_is_public, found)):
        raise OutgoingError(f"{host} is an address inside a network. An administrator can allow it by name.")
    line = _first(found, port)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else what is posted waits for its receipt
    return line


def _first(found: list[str], port: int) -> socket.socket:
    """A connection to the first that answers: many names have an address that this network cannot reach."""
    for address in found[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), timeout=CONNECT)
    return socket.create_connection((found[-1], port), timeout=CONNECT)


def _is_public(text: str) -> bool:
    """Whether an address is the world's, and hides none that is not."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address in _TRANSLATED:
        address = ipaddress.IPv4Address(address.packed[-4:])
    if isinstance(address, ipaddress.IPv6Address) and (address not in _ASSIGNED or address.sixtofour):
        return False
    return address.is_global and not address.is_multicast
