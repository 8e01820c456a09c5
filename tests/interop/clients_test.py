"""A hundred clients at once, with a transfer each."""

import selectors
import socket

import harness

CLIENTS = 100
TEXT = bytes(number % 253 for number in range(50000))


class Client:
    """One non-blocking conversation with the echo service."""

    def __init__(self, number):
        self.text = bytes([number]) + TEXT
        self.sent = 0
        self.received = bytearray()
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex((harness.OURS, 7))

    def step(self, events):
        """Does what can be done; True when the conversation has ended."""
        if events & selectors.EVENT_WRITE and self.sent < len(self.text):
            self.sent += self.socket.send(self.text[self.sent:self.sent + 5000])
            if self.sent == len(self.text):
                self.socket.shutdown(socket.SHUT_WR)
        if events & selectors.EVENT_READ:
            part = self.socket.recv(65536)
            self.received += part
            return not part
        return False

    def wants(self):
        writes = selectors.EVENT_WRITE if self.sent < len(self.text) else 0
        return selectors.EVENT_READ | writes


def converse(clients):
    waiting = selectors.DefaultSelector()
    for client in clients:
        waiting.register(client.socket, client.wants(), client)
    while waiting.get_map():
        ready = waiting.select(harness.PATIENCE)
        assert ready, f"{len(waiting.get_map())} conversations stand still"
        for key, events in ready:
            if key.data.step(events):
                waiting.unregister(key.fileobj)
                key.fileobj.close()
            else:
                waiting.modify(key.fileobj, key.data.wants(), key.data)


def test_a_hundred_conversations():
    with harness.Lab("--service", "echo", "--log-level", "warn") as lab:
        clients = [Client(number) for number in range(CLIENTS)]
        converse(clients)
        for client in clients:
            assert bytes(client.received) == client.text
        assert lab.stack.stop() == 0


def test_a_hundred_at_once_to_every_service():
    with harness.Lab("--log-level", "warn"):
        everybody = [harness.connect(port) for port in [7, 9, 13, 19] for _ in range(CLIENTS // 4)]
        for client in everybody:
            if client.getpeername()[1] in (7, 9):
                client.sendall(b"hello")
        for client in everybody:
            port = client.getpeername()[1]
            if port == 7:
                assert harness.read_exactly(client, 5) == b"hello"
            elif port == 13:
                assert harness.read_all(client).endswith(b"\r\n")
            elif port == 19:
                assert len(harness.read_exactly(client, 740)) == 740
        for client in everybody:
            client.close()


def test_one_after_the_other():
    with harness.Lab("--service", "echo", "--log-level", "warn"):
        for number in range(300):
            with harness.connect(7) as client:
                client.sendall(b"%d" % number)
                client.shutdown(socket.SHUT_WR)
                assert harness.read_all(client) == b"%d" % number


harness.main(__name__)
