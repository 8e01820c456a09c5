"""A capture file as tshark understands it: packets with named fields, and hits of display filters."""

import os
import re
import subprocess

# Python's name for it, and Wireshark's.
FIELDS = {
    "number": "frame.number", "time": "frame.time_epoch", "length": "ip.len",
    "source": "ip.src", "destination": "ip.dst", "stream": "tcp.stream",
    "tcp_from": "tcp.srcport", "tcp_to": "tcp.dstport", "udp_from": "udp.srcport", "udp_to": "udp.dstport",
    "seq": "tcp.seq", "ack": "tcp.ack", "raw_seq": "tcp.seq_raw", "raw_ack": "tcp.ack_raw",
    "header": "tcp.hdr_len", "bits": "tcp.flags", "len": "tcp.len", "window": "tcp.window_size_value",
    "scaled_window": "tcp.window_size", "urgent": "tcp.urgent_pointer", "checksum": "tcp.checksum.status",
    "kinds": "tcp.option_kind", "options": "tcp.options", "mss": "tcp.options.mss_val",
    "shift": "tcp.options.wscale.shift", "tsval": "tcp.options.timestamp.tsval",
    "tsecr": "tcp.options.timestamp.tsecr", "sack_left": "tcp.options.sack_le",
    "sack_right": "tcp.options.sack_re", "dsack_left": "tcp.options.sack.dsack_le",
    "dsack_right": "tcp.options.sack.dsack_re", "text": "tcp.payload", "udp_text": "udp.payload",
    "completeness": "tcp.completeness", "retransmission": "tcp.analysis.retransmission",
    "duplicate_ack": "tcp.analysis.duplicate_ack_num", "icmp": "icmp.type", "icmp_code": "icmp.code",
    "records": "tls.record.content_type", "sealed": "tls.record.opaque_type", "info": "_ws.col.Info", "notes": "_ws.expert.message",
}
TEXTS = {"info", "notes"}
ADDRESSES = {"source", "destination"}
LISTS = {"kinds", "records", "sealed"}
BYTES = {"text", "udp_text"}
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
LETTERS = ((SYN, "S"), (FIN, "F"), (RST, "R"), (PSH, "P"), (URG, "U"), (ACK, "."))


class Packet:
    """The fields above as attributes: numbers, None where the packet has no such field."""

    def __init__(self, row):
        for name, text in zip(FIELDS, row):
            setattr(self, name, _value(name, text))

    @property
    def flags(self):
        """In our notation: `S.` for SYN, ACK; `-` for none."""
        return "".join(letter for bit, letter in LETTERS if self.bits & bit) or "-"

    def __str__(self):
        """Such as `P. 1:4(3) ack 1`, in relative numbers; other packets in Wireshark's words."""
        if self.bits is None or self.icmp is not None:
            return self.info
        numbers = f"{self.flags} {self.seq}:{self.seq + self.len}({self.len})"
        return numbers + (f" ack {self.ack}" if self.bits & ACK else "")


def _value(name, text):
    """The first value of a repeated field: an ICMP error quotes a packet after its own header."""
    if name in TEXTS:
        return text
    if name == "options":
        return text.replace(":", "")
    if name in LISTS:
        return [int(part) for part in text.split(",")] if text else []
    if name in ADDRESSES:
        return text.split(",", maxsplit=1)[0]
    if name in BYTES:
        return bytes.fromhex(text.replace(":", ""))
    first = text.split(",", maxsplit=1)[0]
    if not first:
        return None
    if name == "time":
        return float(first)
    return int(first, 0) if first.lower() not in ("true", "false") else int(first.lower() == "true")


class Capture:
    """A capture file, or a selection of its packets."""

    def __init__(self, path, packets=None):
        self.path = path
        self.packets = [Packet(row) for row in self._rows()] if packets is None else packets

    def _rows(self):
        fields = [part for field in FIELDS.values() for part in ("-e", field)]
        rows = [(line + "\t" * len(FIELDS)).split("\t")[:len(FIELDS)]
                for line in tshark(self.path, "-T", "fields", *fields).splitlines()]
        # A capture without scripts/run may have stray IPv6 packets, which do not belong to a lab.
        return [row for row in rows if row[list(FIELDS).index("source")]]

    def only(self, condition):
        """The capture with only the packets for which `condition(packet)` holds."""
        return Capture(self.path, [packet for packet in self.packets if condition(packet)])

    def without(self, number):
        """The same capture without packet `number`."""
        return self.only(lambda packet: packet.number != number)

    def tcp(self, port):
        """The packets of TCP conversations of a port, with any other port."""
        return self.only(lambda packet: port in (packet.tcp_from, packet.tcp_to) and packet.icmp is None)

    def __getitem__(self, index):
        return self.packets[index]

    def __iter__(self):
        return iter(self.packets)

    def __len__(self):
        return len(self.packets)


def count_hits(path, filters):
    """The number of packets that each of these display filters selects, by filter. No filter may have a comma,
    because tshark separates them with it; one run for all is much cheaper than one for each."""
    if not filters:
        return {}
    table = tshark(path, "-q", "-z", ",".join(["io,stat,0", *filters]))
    rows = re.findall(r"^\|[^|]*<>[^|]*\|(.*)\|$", table, re.MULTILINE)
    if not rows:  # a capture of one packet takes no time, and has no row
        return {each: len(tshark(path, "-Y", each).splitlines()) for each in filters}
    [row] = rows
    return dict(zip(filters, map(int, row.split("|")[::2])))


def tshark(path, *options):
    """tshark's output about a file: relative numbers, checksums checked, two passes."""
    command = ["tshark", "-n", "-2", "-r", str(path), "-o", "ip.check_checksum:TRUE",
               "-o", "tcp.check_checksum:TRUE", "-o", "tcp.relative_sequence_numbers:TRUE", *options]
    environment = dict(os.environ, HOME="/nonexistent")  # without a user's settings
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120,
                            errors="replace", check=False)
    if result.returncode != 0:
        raise OSError(f"tshark cannot read {path}: {result.stderr.strip().splitlines()[-1]}")
    return result.stdout
