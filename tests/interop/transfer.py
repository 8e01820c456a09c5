"""Sends much through the echo service and compares it byte for byte; transfer_test.py and loss_test.py use it."""

import random
import socket
import threading

import harness


def through_echo(size, address=harness.OURS, seed=1):
    """`size` bytes there and back; fails at the first byte that differs."""
    piece = random.Random(seed).randbytes(1 << 20)
    failures = []
    with harness.connect(7, address=address) as client:

        def write():
            try:
                left = size
                while left > 0:
                    client.sendall(memoryview(piece)[:min(left, len(piece))])
                    left -= len(piece)
                client.shutdown(socket.SHUT_WR)
            except OSError as error:
                failures.append(error)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            _compare(client, piece, size)
        finally:
            client.close() if failures else None
            writer.join(harness.PATIENCE)
    assert not failures, failures


def _compare(client, piece, size):
    received = 0
    while received < size:
        part = client.recv(1 << 18)
        assert part, f"the stream ended after {received} of {size} bytes"
        while part:
            begin = received % len(piece)
            expected = piece[begin:begin + len(part)]
            same = part[:len(expected)] == expected
            assert same, f"a wrong byte between {received} and {received + len(expected)}"
            received += len(expected)
            part = part[len(expected):]
    assert not client.recv(1), "more came back than was sent"
