#!/usr/bin/env python3
"""Lab B, the sender over UDP: one datagram of three bytes, and that is all.

    python3 send_udp.py [ADDRESS]        the receiver's address; else 10.0.0.2, our stack's
"""

import socket
import sys

PORT, OWN_PORT = 24000, 24001
BYTES = bytes([44, 55, 66])


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "10.0.0.2"
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind(("0.0.0.0", OWN_PORT))  # without it the kernel chooses a port
    sender.sendto(BYTES, (address, PORT))  # returns at once, whether somebody is there or not
    sender.close()


main()
