#!/usr/bin/env python3
"""Lab B, several sends in a row: five texts, each of them sent when the one before is acknowledged.

    python3 send_tcp_several.py [ADDRESS]
"""

import array
import fcntl
import socket
import sys
import time

PORT = 24000
TEXTS = [b"a", b"few", b"words", b"of growing", b"length, one after the other"]
SIOCOUTQ = 0x5411  # how many bytes the kernel has sent or will send that are not acknowledged


def wait_for_acknowledgment(sender):
    unacknowledged = array.array("i", [1])
    while unacknowledged[0]:
        fcntl.ioctl(sender, SIOCOUTQ, unacknowledged)
        time.sleep(0.001)


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "10.0.0.2"
    with socket.create_connection((address, PORT), timeout=5) as sender:
        for text in TEXTS:
            sender.sendall(text)
            wait_for_acknowledgment(sender)


main()
