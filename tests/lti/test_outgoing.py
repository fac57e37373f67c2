"""The way out to platforms: to nobody's inner network, quick, small, and never further than was checked."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from lms.lti import outgoing
from lms.lti.outgoing import Outgoing, OutgoingError

LOCAL = "127.0.0.1"
PUBLIC = "93.184.215.14"


class Inside:
    """A server inside the network: it notes who comes, and answers as it is told."""

    def __init__(self) -> None:
        self.seen: list[Request] = []
        self.answers: Callable[[], Response] = lambda: Response("inner secret")
        self.server = make_server(LOCAL, 0, self, threaded=True)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.port: int = self.server.server_port
        self.url = f"http://{LOCAL}:{self.port}"

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.seen.append(Request(environ))
        return self.answers()(environ, start)


@pytest.fixture
def inside() -> Iterator[Inside]:
    made = Inside()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Lets each look-up of a name find the next of some addresses; returns the names that are looked up."""

    def resolve(*answers: str) -> list[str]:
        asked: list[str] = []

        def found(host: str, port: int, *_: object, **__: object) -> list[object]:
            address = host
            if not _is_address(host):
                asked.append(host)
                address = answers[min(len(asked), len(answers)) - 1]
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(socket, "getaddrinfo", found)
        return asked

    return resolve


def _is_address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a connection is made to; none is made in truth."""
    made: list[str] = []

    def connect(address: tuple[str, int], **_: object) -> socket.socket:
        made.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


INNER = (
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1"),  # noqa: S104
    *(
        "169.254.169.254",
        "169.254.170.2",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
    ),
    *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
    *("2001::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1"),
)


@pytest.mark.parametrize("address", INNER)
def test_nothing_inside_a_network_is_asked(
    names: Callable[..., list[str]], dialled: list[str], address: str
) -> None:
    """Loopback, private, link-local, metadata, multicast and reserved addresses, also those that hide one."""
    names(address)
    with pytest.raises(OutgoingError, match="allow"):
        Outgoing().get("https://platform.example/keys")
    assert not dialled


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "017700000001", "127.1", "0"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_loopback_is_not_asked_however_it_is_written(dialled: list[str], scheme: str, host: str) -> None:
    """In numbers of any base, short or long."""
    with pytest.raises(OutgoingError):
        Outgoing().get(f"{scheme}://{host}:8000/keys")
    assert not dialled


def test_one_inner_address_among_others_is_enough(
    monkeypatch: pytest.MonkeyPatch, dialled: list[str]
) -> None:
    """A name that leads to several addresses, one of them inside, is not asked at all."""
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in (PUBLIC, "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(OutgoingError, match="allow"):
        Outgoing().get("https://platform.example/keys")
    assert not dialled


def test_an_answer_of_the_name_service_that_changes_leads_nowhere(
    names: Callable[..., list[str]], dialled: list[str]
) -> None:
    """The name is looked up once, and what was checked is what is connected to."""
    asked = names(PUBLIC, LOCAL)
    with pytest.raises(OutgoingError, match="cannot be reached"):
        Outgoing().get("https://platform.example/keys")
    assert asked == ["platform.example"] and dialled == [PUBLIC]


def test_a_name_with_several_addresses_is_reached_at_any(
    monkeypatch: pytest.MonkeyPatch, inside: Inside
) -> None:
    """Where nothing answers at the first, as in a network without IPv6, the next is asked."""
    both = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", inside.port, 0, 0))]
    both += [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOCAL, inside.port))]  # type: ignore[list-item]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: real(host, *a, **k) if _is_address(host) else both
    )
    assert Outgoing(["moodle.internal"]).get(f"http://moodle.internal:{inside.port}/").ok


def test_the_certificate_is_that_of_the_name(names: Callable[..., list[str]], inside: Inside) -> None:
    """What is connected to by its address must still show a certificate of the name: here it has none."""
    names(LOCAL)
    with pytest.raises(OutgoingError, match="SSLError"):
        Outgoing(["platform.example"]).get(f"https://platform.example:{inside.port}/keys")
    assert not inside.seen


def test_what_an_administrator_allows_is_asked(names: Callable[..., list[str]], inside: Inside) -> None:
    """By its name, in whatever case; and no other name for the same place."""
    names(LOCAL)
    allowed = Outgoing(["Moodle.Internal"])
    assert allowed.get(f"http://moodle.INTERNAL:{inside.port}/keys").text == "inner secret"
    for other in ("other.internal", LOCAL, "moodle.internal.example"):
        with pytest.raises(OutgoingError):
            allowed.get(f"http://{other}:{inside.port}/keys")
    assert len(inside.seen) == 1


def test_a_public_platform_is_asked_by_https_only(
    names: Callable[..., list[str]], dialled: list[str]
) -> None:
    """Keys that come without protection could be anybody's."""
    names(PUBLIC)
    with pytest.raises(OutgoingError, match="https"):
        Outgoing().get("http://platform.example/keys")
    assert not dialled


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://platform.example/",
        "gopher://a/",
        "https://",
        "keys",
        "",
        "https://[",
        "//a",
    ],
)
def test_nothing_but_the_web_is_asked(url: str) -> None:
    """Files and other protocols are not there; an address that is none says so."""
    with pytest.raises(OutgoingError):
        Outgoing().get(url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(inside: Inside, status: int) -> None:
    """Where it leads was not checked."""
    inside.answers = lambda: Response(status=status, headers={"Location": f"{inside.url}/inner"})
    answer = Outgoing([LOCAL]).get(f"{inside.url}/keys", allow_redirects=True)
    assert answer.status_code == status and [each.path for each in inside.seen] == ["/keys"]


def test_nothing_of_ours_goes_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, inside: Inside) -> None:
    """No proxy, no password from a file, no cookie of another platform; but a name, which some insist on."""
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {LOCAL} login us password ours\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    inside.answers = lambda: Response("x", headers={"Set-Cookie": "theirs=1"})
    client = Outgoing([LOCAL])
    for _ in range(2):
        client.get(inside.url)
    assert not {"Cookie", "Authorization"} & {*inside.seen[1].headers.keys()}
    assert inside.seen[1].headers["User-Agent"] == "Alongside LTI"


@pytest.mark.parametrize("zipped", [False, True])
def test_an_answer_that_is_too_large_is_not_taken(inside: Inside, zipped: bool) -> None:
    """Neither as it comes, nor packed into a few bytes."""
    whole = b" " * (outgoing.LARGEST * 4)
    body, headers = (gzip.compress(whole), {"Content-Encoding": "gzip"}) if zipped else (whole, {})
    inside.answers = lambda: Response(body, headers=headers)
    with pytest.raises(OutgoingError, match="more than 2048 KB"):
        Outgoing([LOCAL]).get(inside.url)


def test_a_platform_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, inside: Inside
) -> None:
    """After some seconds it cannot be reached."""
    monkeypatch.setattr(outgoing, "READ", 0.2)
    never = threading.Event()

    def hang() -> Response:
        never.wait(20)
        return Response()

    inside.answers = hang
    begun = time.monotonic()
    with pytest.raises(OutgoingError, match="cannot be reached"):
        Outgoing([LOCAL]).get(inside.url)
    never.set()
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("length", [None, "1000"])
def test_a_platform_that_drips_is_not_listened_to_for_ever(
    monkeypatch: pytest.MonkeyPatch, inside: Inside, length: str | None
) -> None:
    """A byte now and then keeps nobody busy for longer than the whole may take."""
    monkeypatch.setattr(outgoing, "WHOLE", 0.3)

    def drip() -> Iterator[bytes]:
        for _ in range(100):
            time.sleep(0.1)
            yield b" "

    inside.answers = lambda: Response(drip(), headers={"Content-Length": length} if length else {})
    begun = time.monotonic()
    with pytest.raises(OutgoingError, match="seconds to answer"):
        Outgoing([LOCAL]).get(inside.url)
    assert time.monotonic() - begun < 3


def test_a_platform_that_drips_headers_is_not_listened_to_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same before the answer has begun."""
    monkeypatch.setattr(outgoing, "WHOLE", 0.3)
    with socket.create_server((LOCAL, 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            line, _ = server.accept()
            with line:
                for byte in b"HTTP/1.1 200 OK\r\nX-" + b"a" * 100:
                    if stop.wait(0.1):
                        return
                    try:
                        line.send(bytes([byte]))
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(OutgoingError):
            Outgoing([LOCAL]).get(f"http://{LOCAL}:{server.getsockname()[1]}/")
        took = time.monotonic() - begun
        stop.set()
        thread.join(5)
    assert took < 3


def test_what_it_says_tells_nothing_of_the_answer(inside: Inside) -> None:
    """An error names the host and the kind of trouble, never what was answered."""
    inside.answers = lambda: Response(b"inner secret" * 400_000)
    with pytest.raises(OutgoingError) as error:
        Outgoing([LOCAL]).get(f"{inside.url}/?token=abc")
    assert "secret" not in str(error.value) and "abc" not in str(error.value) and LOCAL in str(error.value)


def test_a_connection_is_used_again() -> None:
    """A thousand grades do not knock a thousand times."""
    ports = set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            ports.add(self.client_address)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """The test says what matters."""

    with ThreadingHTTPServer((LOCAL, 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        with Outgoing([LOCAL]) as client:
            for _ in range(3):
                assert client.get(f"http://{LOCAL}:{server.server_port}/").json() == {}
        server.shutdown()
    assert len(ports) == 1
