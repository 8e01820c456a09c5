"""The services of the labs, with clients of the kernel: chat (lab A), print (lab B), lab-close (lab D)."""

import contextlib
import errno
import re
import socket
import time

import harness

PROMPT = b"Please enter your name:\n"
WELCOME = b"Chat with your friends and enjoy\n"


class Client:
    """Somebody at the chat."""

    def __init__(self, name=None):
        self.socket = harness.connect(5050)
        self.lines = self.socket.makefile("rb")
        self.expect(PROMPT)
        if name:
            self.say(name.encode())
            self.expect(WELCOME)

    def say(self, line):
        self.socket.sendall(line + b"\n")

    def expect(self, line):
        heard = self.lines.readline()
        assert heard == line, (heard, line)

    def close(self):
        self.lines.close()
        self.socket.close()


@contextlib.contextmanager
def chat(*names, log_level="info", options=()):
    """The running stack, and a client for each name, the earlier ones having heard of the later ones."""
    with harness.Lab("--service", "chat", "--log-level", log_level, *options) as lab:
        with contextlib.ExitStack() as end:
            clients = []
            for name in names:
                clients.append(Client(name))
                end.callback(clients[-1].close)
                for client in clients[:-1]:
                    client.expect(f"{name} is joined to the chatroom!\n".encode())
            yield lab, *clients
        assert lab.stack.stop() == 0


def test_chat():
    with chat("soheil", "ali", "hasan") as (lab, soheil, ali, hasan):
        soheil.socket.sendall(b"hello this is soheil\r\n")
        for client in [ali, hasan]:
            client.expect(b"soheil: hello this is soheil\n")
        soheil.close()
        for client in [ali, hasan]:
            client.expect(b"soheil has left the chatroom!\n")
        for line in ["Server is Running and waiting for connections...",
                     "soheil is joined to the chatroom!", "soheil said hello this is soheil",
                     "soheil has left the chatroom!"]:
            lab.stack.wait_line(line)


def test_chat_names():
    with chat("soheil") as (_, soheil):
        other = Client()
        for name, answer in [(b"soheil", b"soheil is here already. "),
                             (b"  ", b"A name has 1 to 32 bytes. "),
                             (b"x" * 33, b"A name has 1 to 32 bytes. "),
                             (b"x" * 5000, b"Your line was longer than 1024 bytes and is lost.")]:
            other.say(name)
            heard = other.lines.readline()
            assert heard.startswith(answer), (heard, answer)
        other.say(b"ali")
        other.expect(WELCOME)
        soheil.expect(b"ali is joined to the chatroom!\n")
        other.close()


def test_chat_bad_lines():
    with chat("bad", "good", "other") as (_, bad, good, other):
        bad.socket.sendall(b"x" * 1_000_000)  # no newline: nobody hears of it
        good.say(b"in between")
        for client in [bad, other]:
            client.expect(b"good: in between\n")
        bad.say(b"")
        bad.expect(b"Your line was longer than 1024 bytes and is lost.\n")
        bad.say(b"\x1b[2J caf\xc3\xa9 \xff")
        for client in [good, other]:
            client.expect("bad: \ufffd[2J café \ufffd\n".encode())


def test_chat_client_that_vanishes():
    with chat("gone", "ali") as (_, gone, ali):
        gone.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        gone.close()  # a RST
        ali.expect(b"gone has left the chatroom!\n")


def test_chat_client_that_does_not_read():
    with chat("deaf", "ali", "hasan", log_level="warn") as (_, deaf, ali, hasan):
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)  # it stops growing
        # More than the kernel's buffer, the stack's and the chat's own can hold.
        line = b"y" * 1000
        for sent in range(20_000):
            ali.say(line)
            heard = hasan.lines.readline()
            if heard == b"deaf has left the chatroom!\n":
                break
            assert heard == b"ali: " + line + b"\n", (sent, heard)
        else:
            raise AssertionError("who does not read is still there")
        hasan.expect(b"ali: " + line + b"\n")
        deaf.close()


def test_print():
    with harness.Lab("--service", "print") as lab:
        with harness.connect(24000) as client:
            client.sendall(bytes([44, 55, 66]))
            lab.stack.wait_line("3 bytes from 10.0.0.1:")
            lab.stack.wait_line("hex 2c 37 42  decimal 44 55 66  text ,7B$")
            client.shutdown(socket.SHUT_WR)
            assert harness.read_all(client) == b""


def test_print_datagrams():
    with harness.Lab("--service", "print") as lab:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.bind((harness.HOST, 24001))
            client.sendto(bytes([44, 55, 66]), (harness.OURS, 24000))
        lab.stack.wait_line("3 bytes from 10.0.0.1:24001")
        lab.stack.wait_line("hex 2c 37 42  decimal 44 55 66  text ,7B$")


def test_print_once():
    with harness.Lab("--service", "print", "--print-once") as lab:
        with harness.connect(24000) as client:
            client.sendall(b",7B")
            client.shutdown(socket.SHUT_WR)
            assert harness.read_all(client) == b""
        lab.stack.wait_line("3 bytes from")
        assert socket.socket().connect_ex((harness.OURS, 24000)) == errno.ECONNREFUSED
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.connect((harness.OURS, 24000))
            client.settimeout(harness.PATIENCE)
            client.send(b"first")
            lab.stack.wait_line("5 bytes from")
            client.send(b"second")
            try:
                raise AssertionError(client.recv(10))
            except ConnectionRefusedError:  # port unreachable
                pass


def flags_of(lab, client_port):
    """The flags of the connection's segments, with their direction, from the narrator's lines."""
    pattern = rf":{client_port} +(->|<-) 6000 +(\S+) "
    return [match.groups() for match in map(lambda line: re.search(pattern, line), lab.stack.lines)
            if match]


def test_goodbye_in_four_packets():
    with harness.Lab("--service", "lab-close", "--lab-close-after", "300ms") as lab:
        with harness.connect(6000) as client:
            port = client.getsockname()[1]
            client.sendall(b"hetinlabtcp")
            lab.stack.wait_line("text hetinlabtcp")
            client.shutdown(socket.SHUT_WR)
            began = time.monotonic()
            assert harness.read_all(client) == b""
            assert time.monotonic() - began > 0.25
        lab.stack.wait_line("LAST_ACK -> CLOSED")
        assert flags_of(lab, port)[-4:] == [("->", "F."), ("<-", "."), ("<-", "F."), ("->", ".")]


def test_half_close():
    with harness.Lab("--service", "lab-close", "--lab-close-after", "300ms", "--lab-close-lines",
                     2) as lab:
        with harness.connect(6000) as client:
            port = client.getsockname()[1]
            client.shutdown(socket.SHUT_WR)
            assert harness.read_all(client) == (b"line 1 of 2 after your FIN\r\n"
                                                b"line 2 of 2 after your FIN\r\n")
        lab.stack.wait_line("LAST_ACK -> CLOSED")
        after_fin = flags_of(lab, port)[3:]
        assert after_fin == [("->", "F."), ("<-", "."), ("<-", "P."), ("->", "."), ("<-", "P."),
                             ("->", "."), ("<-", "F."), ("->", ".")], after_fin


def test_chat_client_that_is_cut_off():
    with chat("gone", "ali", options=["--keep-alive", "200ms"]) as (lab, gone, ali):
        harness.run("nft", "add", "table", "ip", "t")
        for hook, port in [("input", "dport"), ("output", "sport")]:
            harness.run("nft", "add", "chain", "ip", "t", hook, f"{{ type filter hook {hook} priority 0 ; }}")
            harness.run("nft", "add", "rule", "ip", "t", hook, "tcp", port,
                        gone.socket.getsockname()[1], "drop")
        ali.expect(b"gone has left the chatroom!\n")
        lab.stack.wait_line("no keep-alive was answered")
        ali.say(b"anybody else?")
        lab.stack.wait_line("ali said anybody else?")


harness.main(__name__, needs=["nft"])
