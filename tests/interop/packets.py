"""Packets made by hand, right or deliberately wrong, and a socket that puts them on the device."""

import select
import socket
import struct
import time

import harness

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(payload, protocol=6, source=harness.HOST, destination=harness.OURS, version=4, words=5,
         options=b"", length=None, fragment=0, ttl=64, sum_error=0):
    """An IPv4 packet; `words` is the header length it claims, `length` the total length it claims."""
    length = 20 + len(options) + len(payload) if length is None else length
    header = struct.pack("!BBHHHBBH4s4s", version << 4 | words, 0, length, 1, fragment, ttl, protocol, 0,
                         socket.inet_aton(source), socket.inet_aton(destination)) + options
    header = header[:10] + struct.pack("!H", checksum(header) ^ sum_error) + header[12:]
    return header + payload


def tcp(source_port=40000, destination_port=7, seq=1000, ack=0, flags=SYN, offset=None, window=1000,
        options=b"", text=b"", source=harness.HOST, destination=harness.OURS, sum_error=0):
    """A TCP segment; `offset` is the data offset it claims, in words."""
    offset = 5 + len(options) // 4 if offset is None else offset
    header = struct.pack("!HHIIBBHHH", source_port, destination_port, seq, ack, offset << 4, flags,
                         window, 0, 0) + options
    pseudo = struct.pack("!4s4sBBH", socket.inet_aton(source), socket.inet_aton(destination), 0, 6,
                         len(header) + len(text))
    total = checksum(pseudo + header + text) ^ sum_error
    return header[:16] + struct.pack("!H", total) + header[18:] + text


def icmp(kind=8, code=0, identifier=1, sequence=1, data=b"", sum_error=0):
    header = struct.pack("!BBHHH", kind, code, 0, identifier, sequence)
    total = checksum(header + data) ^ sum_error
    return header[:2] + struct.pack("!H", total) + header[4:] + data


class Wire:
    """Sends whole packets to the stack, past the kernel's own checks, and sees what the stack sends."""

    def __init__(self, device="tun0"):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))  # ETH_P_ALL
        self.socket.bind((device, 3))
        self.number = 0

    def send(self, packet):
        self.socket.sendto(packet, (self.socket.getsockname()[0], 0x0800))

    def replies(self):
        """What the stack has sent since the last call.

        Pings of our own mark the end. The stack sends everything that it has to say before it looks for
        packets again, so whatever it had to say to the packets before the first ping has been said
        when the second one, sent after the answer to the first, is answered."""
        return self._until_ping() + self._until_ping()

    def _until_ping(self):
        self.number += 1
        mark = icmp(kind=8, identifier=0x7e57, sequence=self.number)
        answer = icmp(kind=0, identifier=0x7e57, sequence=self.number)
        self.send(ipv4(mark, protocol=1))
        seen = []
        deadline = time.monotonic() + harness.PATIENCE
        while time.monotonic() < deadline:
            if not select.select([self.socket], [], [], 0.5)[0]:
                continue
            packet, (_, _, kind, _, _) = self.socket.recvfrom(65536)
            if kind == 4:  # PACKET_OUTGOING: to the stack
                continue
            if packet[20:] == answer:
                return seen
            seen.append(packet)
        raise AssertionError("the stack does not answer a ping any more")
