"""TCP Fast Open (RFC 7413), --fast-open: the kernel as client, and as server of tcpcat."""

import os
import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile

import harness

CLIENT = 1  # of tcp_fastopen: the kernel sends text with its SYN
BOTH = 3  # and takes it
TCPCAT = harness.BUILD / "tcpcat"


def ask(question):
    """An echo service's answer to a question that travels with the SYN if the kernel has a cookie."""
    with socket.socket() as client:
        # Of a socket that does not block, the kernel would only begin to connect here when it has no cookie.
        assert client.sendto(question, socket.MSG_FASTOPEN, (harness.OURS, 7)) == len(question)
        client.settimeout(harness.PATIENCE)
        return harness.read_exactly(client, len(question))


def conversations(*options):
    """[(bytes on the SYN, its cookie, the cookie of the SYN, ACK, its acknowledgment)] of two conversations."""
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, "run.pcapng")
        with harness.Lab("--service", "echo", "--capture", capture, *options) as lab:
            pathlib.Path("/proc/sys/net/ipv4/tcp_fastopen").write_text(str(CLIENT), encoding="ascii")
            assert [ask(b"first"), ask(b"second")] == [b"first", b"second"]
            assert lab.stack.stop() == 0
        fields = ["tcp.len", "tcp.options.tfo.cookie", "tcp.ack"]
        assert not harness.tshark(capture, where="_ws.expert.severity >= 0x600000 and tcp", fields=["frame.number"])
        syns = harness.tshark(capture, where="tcp.flags.syn == 1 and tcp.flags.ack == 0", fields=fields)
        answers = harness.tshark(capture, where="tcp.flags.syn == 1 and tcp.flags.ack == 1", fields=fields)
        return [(int(syn[0]), syn[1], answer[1], int(answer[2])) for syn, answer in zip(syns, answers, strict=True)]


def test_the_second_syn_brings_text():
    first, second = conversations("--fast-open")
    cookie = first[2]
    assert len(cookie) == 16 and first == (0, "", cookie, 1), first
    assert second == (len(b"second"), cookie, "", 1 + len(b"second")), (first, second)


def test_off_unless_asked_for():
    for size, _, given, ack in conversations():
        assert (size, given, ack) == (0, "", 1)


class Server:
    """A socket of the kernel that takes text of a SYN, and the capture of what tcpcat says to it."""

    def __init__(self, folder):
        pathlib.Path("/proc/sys/net/ipv4/tcp_fastopen").write_text(str(BOTH), encoding="ascii")
        self.folder = folder
        self.socket = socket.create_server(("0.0.0.0", 24000))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5)
        self.socket.settimeout(harness.PATIENCE)

    def hears(self, text, *options):
        """What a run of tcpcat sends, and what it says about its SYN."""
        command = [TCPCAT, "-v", "--fast-open", *options, "10.0.0.1", "24000"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=dict(os.environ, XDG_STATE_HOME=self.folder)) as process:
            try:
                process.stdin.write(text)
                process.stdin.close()
                process.stdin = None
                peer, _ = self.socket.accept()
                with peer:
                    heard = harness.read_all(peer)
                    peer.sendall(b"thank you")
                output, errors = process.communicate(timeout=harness.PATIENCE)
                assert (process.returncode, output) == (0, b"thank you"), (process.returncode, output, errors)
            finally:
                process.kill()
        return heard, [line for line in errors.decode().splitlines() if "SYN" in line]


@contextlib.contextmanager
def fast_server():
    with tempfile.TemporaryDirectory() as folder, harness.Lab(start=False):
        server = Server(folder)
        with server.socket:
            yield server


TOOK_ALL = "tcpcat: {} bytes went with the SYN"


def test_tcpcat_keeps_the_cookie_for_its_next_run():
    with fast_server() as server:
        assert server.hears(b"first") == (b"first", [])
        assert pathlib.Path(server.folder, "tcpstack/fast-open-cookies").stat().st_mode & 0o777 == 0o600
        assert server.hears(b"second") == (b"second", [TOOK_ALL.format(6)])
        text = bytes(number % 251 for number in range(100_000))
        assert server.hears(text) == (text, [TOOK_ALL.format(1420)])


def test_tcpcat_keeps_cookies_where_it_is_told():
    with fast_server() as server:
        place = os.path.join(server.folder, "mine")
        for says in [[], [TOOK_ALL.format(4)]]:
            assert server.hears(b"text", "--cookies", place) == (b"text", says)
        assert os.listdir(server.folder) == ["mine"]


def test_a_cookie_that_the_server_no_longer_takes():
    with fast_server() as server:
        server.hears(b"first")
        pathlib.Path("/proc/sys/net/ipv4/tcp_fastopen_key").write_text("1-2-3-4", encoding="ascii")
        again = TOOK_ALL.format(6) + ", and again after it: the server did not take them"
        assert server.hears(b"second") == (b"second", [again])
        assert server.hears(b"third") == (b"third", [TOOK_ALL.format(5)])


def test_a_path_that_swallows_syns_with_text():
    with fast_server() as server:
        server.hears(b"first")
        drop = ["--fault", "drop syn out", "--rto-initial", "100ms"]
        assert server.hears(b"second", *drop)[0] == b"second"
        assert server.hears(b"third") == (b"third", [])  # the cookie was given up (RFC 7413 4.1.3.1)


harness.main(__name__, needs=["tshark"])
