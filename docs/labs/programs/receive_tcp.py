#!/usr/bin/env python3
"""Lab B, the receiver over TCP: waits for one connection, prints the bytes that come, closes.

    python3 receive_tcp.py
"""

import socket

PORT = 24000


def main():
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # even right after a run before
    listener.bind(("0.0.0.0", PORT))
    listener.listen(1)
    print(f"listening on port {PORT}", flush=True)
    connection, sender = listener.accept()  # returns when a handshake is over
    received = b""
    while part := connection.recv(1024):  # empty: the sender's FIN
        received += part
    connection.close()  # our own FIN, at once
    print(f"{len(received)} bytes from {sender[0]}: {received.hex(' ')} {list(received)} {received}")
    listener.close()


main()
