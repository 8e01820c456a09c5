#!/usr/bin/env python3
"""Lab B, the receiver over UDP: waits for one datagram and prints it.

    python3 receive_udp.py
"""

import socket

PORT = 24000


def main():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("0.0.0.0", PORT))
    print(f"waiting on port {PORT}", flush=True)
    received, sender = receiver.recvfrom(1024)  # one datagram, whole
    print(f"{len(received)} bytes from {sender[0]}: {received.hex(' ')} {list(received)} {received}")
    receiver.close()


main()
