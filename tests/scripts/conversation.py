"""Conversations made packet by packet, saved as captures, so that the right answers are known."""

import struct

from packets import ACK, SYN, ipv4, tcp

CLIENT, SERVER = "10.0.0.1", "10.0.0.2"
CLIENT_ISN, SERVER_ISN = 1000, 5000
PLAIN = bytes.fromhex("020405b401010402")  # MSS 1460, NOP, NOP, SACK permitted
SCALED = bytes.fromhex("020405b4 0103030a")  # MSS 1460, NOP, window scale 10
SERVERS = bytes.fromhex("020405ac 01030305")  # MSS 1452, NOP, window scale 5


class Conversation:
    """Packets between a client's port 40000 and a server's, in relative numbers, a millisecond apart."""

    def __init__(self, port):
        self.port, self.time, self.packets = port, 0.0, []

    def client(self, flags, seq, ack=0, after=0.001, **more):
        self._add(CLIENT, SERVER, 40000, self.port, flags, CLIENT_ISN + seq, SERVER_ISN + ack, after, more)
        return self

    def server(self, flags, seq, ack=0, after=0.001, **more):
        self._add(SERVER, CLIENT, self.port, 40000, flags, SERVER_ISN + seq, CLIENT_ISN + ack, after, more)
        return self

    def _add(self, source, destination, source_port, destination_port, flags, seq, ack, after, more):
        segment = tcp(source_port, destination_port, seq, ack if flags & ACK else 0, flags, source=source,
                      destination=destination, **more)
        self.time += after
        self.packets.append((self.time, ipv4(segment, source=source, destination=destination)))

    def handshake(self, options=PLAIN, answer=PLAIN, window=516):
        first = 64240
        self.client(SYN, 0, options=options, window=first).server(SYN | ACK, 0, 1, options=answer, window=first)
        return self.client(ACK, 1, 1, window=window)

    def save(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))  # 101: raw IP
            for time, packet in self.packets:
                file.write(struct.pack("<IIII", int(time), round(time % 1 * 1e6), len(packet), len(packet)))
                file.write(packet)
