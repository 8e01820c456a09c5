"""TCP Fast Open (RFC 7413) with the kernel as client: --fast-open."""

import os
import pathlib
import socket
import tempfile

import harness

CLIENT = 1  # of tcp_fastopen: the kernel sends text with its SYN


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


harness.main(__name__, needs=["tshark"])
