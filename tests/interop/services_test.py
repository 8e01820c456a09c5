"""What the services say: RFC 862 (echo), RFC 863 (discard), 867 (daytime), 864 (chargen)."""

import datetime
import socket

import harness


def test_daytime():
    with harness.Lab("--service", "daytime"):
        with harness.connect(13) as client:
            line = harness.read_all(client).decode("ascii")
    # RFC 867: "the current date and time as an ASCII character string", here on one line.
    assert line.endswith("\r\n") and line.count("\n") == 1, repr(line)
    said = datetime.datetime.strptime(line.strip(), "%A, %B %d, %Y %H:%M:%S-UTC")
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    assert abs((now - said).total_seconds()) < 30, line


def test_chargen():
    # RFC 864: lines of 72 of the 95 printing characters, each beginning one character further on.
    ring = bytes(range(0x20, 0x7f))
    with harness.Lab("--service", "chargen", "--log-level", "warn"):
        with harness.connect(19) as client:
            text = harness.read_exactly(client, 74 * 500)
    for number in range(500):
        begin = number % len(ring)
        expected = (ring * 2)[begin:begin + 72] + b"\r\n"
        assert text[74 * number:74 * number + 74] == expected, number


def test_chargen_ends_when_the_client_does():
    with harness.Lab("--service", "chargen", "--log-level", "warn") as lab:
        with harness.connect(19) as client:
            harness.read_exactly(client, 74)
            # A client that has closed its side still listens, and gets its pattern.
            client.shutdown(socket.SHUT_WR)
            harness.read_exactly(client, 500_000)
        with harness.connect(19) as client:
            harness.read_exactly(client, 74)
        assert lab.stack.stop() == 0


def test_discard():
    with harness.Lab("--service", "discard", "--log-level", "warn"):
        with harness.connect(9) as client:
            for _ in range(100):
                client.sendall(bytes(50000))
            client.shutdown(socket.SHUT_WR)
            # It closes when all has been read, and has said nothing.
            assert harness.read_all(client) == b""


def datagrams(port):
    """A socket of UDP that is connected to the service."""
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.settimeout(harness.PATIENCE)
    client.connect((harness.OURS, port))
    return client


def test_echo_of_datagrams():
    with harness.Lab("--service", "echo", "--log-level", "warn"), datagrams(7) as client:
        for text in [b"hi", b"", bytes(range(256)) * 200]:  # the last one comes in fragments
            client.send(text)
            assert client.recv(65535) == text


def test_daytime_chargen_and_discard_of_datagrams():
    with harness.Lab("--service", "daytime", "--service", "chargen", "--service", "discard",
                     "--log-level", "warn") as lab:
        with datagrams(13) as client:
            client.send(b"")
            assert client.recv(100).endswith(b"-UTC\r\n")
        with datagrams(19) as client:
            client.send(b"")
            assert len(client.recv(1000)) <= 512
        with datagrams(9) as client:
            client.send(b"nobody reads this")
        assert lab.stack.stop() == 0


def test_a_datagram_to_chargen_is_refused_unless_it_was_asked_for():
    with harness.Lab("--log-level", "warn"):  # all services
        with datagrams(19) as client:
            client.send(b"")
            try:
                raise AssertionError(client.recv(1000))
            except ConnectionRefusedError:
                pass
        with datagrams(13) as client:  # the others answer
            client.send(b"")
            assert client.recv(100).endswith(b"-UTC\r\n")


def test_no_endless_conversation_of_two_services():
    with harness.Lab("--service", "echo", "--service", "discard", "--log-level", "warn"):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((harness.HOST, 19))  # one that would answer everything
            other.settimeout(0.5)
            other.sendto(b"first", (harness.OURS, 7))
            with datagrams(7) as client:  # it still serves others
                client.send(b"hi")
                assert client.recv(10) == b"hi"
            try:
                raise AssertionError(other.recv(100))
            except socket.timeout:
                pass


def test_ports_of_ones_own_choice():
    options = ["--service", "echo:7007", "--service", "echo:7008", "--service", "daytime:1313"]
    with harness.Lab(*options) as lab:
        for port in [7007, 7008]:
            with harness.connect(port) as client:
                client.sendall(b"hi")
                assert harness.read_exactly(client, 2) == b"hi"
        with harness.connect(1313) as client:
            assert harness.read_all(client)
        with_refusal = socket.socket().connect_ex((harness.OURS, 7))
        assert with_refusal == 111, with_refusal  # ECONNREFUSED
        assert "7007" in lab.stack.text()


def test_no_service_at_all():
    with harness.Lab("--service", "none") as lab:
        assert socket.socket().connect_ex((harness.OURS, 7)) == 111
        assert lab.stack.stop() == 0


harness.main(__name__)
