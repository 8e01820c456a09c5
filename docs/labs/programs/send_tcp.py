#!/usr/bin/env python3
"""Lab B, the sender over TCP: connects, sends three bytes, closes.

    python3 send_tcp.py [ADDRESS]        the receiver's address; else 10.0.0.2, our stack's
"""

import array
import fcntl
import socket
import sys
import time

PORT = 24000
BYTES = bytes([44, 55, 66])  # hexadecimal 2c 37 42, as text ,7B

SIOCOUTQ = 0x5411  # how many bytes are in the kernel that the receiver has not acknowledged


def wait_for_acknowledgment(sender):
    unacknowledged = array.array("i", [1])
    while unacknowledged[0]:
        fcntl.ioctl(sender, SIOCOUTQ, unacknowledged)
        time.sleep(0.001)


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "10.0.0.2"
    sender = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sender.settimeout(5)  # nobody there: give up after five seconds
    try:
        sender.connect((address, PORT))  # returns when the handshake is over
    except ConnectionRefusedError:
        sys.exit("connection refused: nobody listens on that port")
    sender.sendall(BYTES)
    wait_for_acknowledgment(sender)  # else the FIN may overtake it, and both share one acknowledgment
    sender.close()  # a FIN


main()
