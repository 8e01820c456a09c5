"""Kernel sockets against the services: partial reads, half-closes, resets, the order of closing."""

import socket
import struct

import harness


def test_partial_reads():
    with harness.Lab("--service", "echo"):
        with harness.connect(7) as client:
            client.sendall(b"0123456789")
            assert harness.read_exactly(client, 1) == b"0"
            assert harness.read_exactly(client, 4) == b"1234"
            client.sendall(b"abc")
            assert harness.read_exactly(client, 8) == b"56789abc"


def test_many_small_writes():
    with harness.Lab("--service", "echo", "--log-level", "warn"):
        with harness.connect(7) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sent = bytearray()
            for number in range(3000):
                piece = b"%d," % number
                client.sendall(piece)
                sent += piece
            client.shutdown(socket.SHUT_WR)
            assert harness.read_all(client) == bytes(sent)


def test_one_byte_there_and_back_a_thousand_times():
    with harness.Lab("--service", "echo", "--log-level", "warn"):
        with harness.connect(7) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for number in range(1000):
                byte = bytes([number % 256])
                client.sendall(byte)
                assert harness.read_exactly(client, 1) == byte


def test_the_client_closes_its_half_and_still_gets_everything():
    text = bytes(range(256)) * 4096  # 1 MiB: more than the buffers between hold at once
    with harness.Lab("--service", "echo", "--log-level", "warn"):
        with harness.connect(7) as client:
            # A small window keeps the echo waiting while the FIN is on its way.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(text[:65536])
            client.shutdown(socket.SHUT_WR)
            assert harness.read_all(client) == text[:65536]


def test_the_server_closes_first_and_stands_in_time_wait():
    with harness.Lab("--service", "daytime", "--msl", "100ms") as lab:
        with harness.connect(13) as client:
            assert harness.read_all(client)
            lab.stack.wait_line("ESTABLISHED -> FIN_WAIT_1")
            lab.stack.wait_line("FIN_WAIT_1 -> FIN_WAIT_2")
        lab.stack.wait_line("FIN_WAIT_2 -> TIME_WAIT")
        lab.stack.wait_line("TIME_WAIT -> CLOSED")


def test_the_server_has_closed_and_the_client_goes_on_to_send():
    with harness.Lab("--service", "daytime") as lab:
        with harness.connect(13) as client:
            assert harness.read_all(client)
            lab.stack.wait_line("FIN_WAIT_1 -> FIN_WAIT_2")
            client.sendall(b"nobody reads this")
            # RFC 9293 3.10.7.4: text after the user has gone is answered with a reset.
            harness.eventually(lambda: client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR),
                               "the reset")


def test_a_reset_by_the_client():
    with harness.Lab("--service", "echo") as lab:
        client = harness.connect(7)
        client.sendall(b"hello")
        assert harness.read_exactly(client, 5) == b"hello"
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()  # with linger 0: a RST
        lab.stack.wait_line("ESTABLISHED -> CLOSED")
        # The service goes on.
        with harness.connect(7) as client:
            client.sendall(b"again")
            assert harness.read_exactly(client, 5) == b"again"


def test_a_reset_in_the_middle_of_a_transfer():
    with harness.Lab("--service", "chargen", "--log-level", "warn") as lab:
        for _ in range(20):
            client = harness.connect(19)
            harness.read_exactly(client, 100000)
            client.close()  # with unread text: a RST
        with harness.connect(19) as client:
            assert harness.read_exactly(client, 10)
        assert lab.stack.process.poll() is None


def test_a_client_that_reads_slowly_gets_everything():
    text = bytes(number % 251 for number in range(300000))
    with harness.Lab("--service", "echo", "--log-level", "warn"):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(harness.PATIENCE)
        client.connect((harness.OURS, 7))
        client.setblocking(False)
        sent, received = 0, bytearray()
        while len(received) < len(text):
            if sent < len(text):
                try:
                    sent += client.send(text[sent:sent + 20000])
                except BlockingIOError:
                    pass
            try:
                received += client.recv(1000)
            except BlockingIOError:
                pass
        assert bytes(received) == text


def test_options_are_negotiated():
    with harness.Lab("--service", "echo") as lab:
        with harness.connect(7):
            lab.stack.wait_line(r"<- 7 .*S\. 0:0\(0\) ack 1 win \d+ <mss 1460,.*TS val.*wscale \d+>")
    with harness.Lab("--service", "echo", "--no-timestamps", "--no-window-scale", "--mtu", "576") as lab:
        with harness.connect(7) as client:
            line = lab.stack.wait_line(r"<- 7 .*S\. 0:0\(0\) ack 1 win \d+ <mss 536.*>").group()
            assert "TS val" not in line and "wscale" not in line, line
            client.sendall(b"x" * 10000)
            assert harness.read_exactly(client, 10000) == b"x" * 10000


harness.main(__name__)
