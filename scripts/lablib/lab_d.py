"""Lab D: a handshake and a goodbye field by field, a half-close, every kind of reset, and scans."""

import array
import fcntl
import functools
import pathlib
import re
import socket
import struct
import termios

import harness
import packets as crafted

from .capture import FIN, RST, Capture, tshark
from .checks import Check, Within, hits, listed
from .lab_b import refusal
from .scenes import Scene, stack

PORT, CLOSED, UDP_PORT, UDP_CLOSED = 6000, 6001, 24000, 24002
TEXT = b"hetinlabtcp"
HANDSHAKE_FILTER = "tcp.flags.syn == 1 or (tcp.flags == 0x010 and tcp.seq == 1 and tcp.ack == 1)"
GOODBYE_FILTER = "tcp.flags.fin == 1 or (tcp.flags == 0x010 and (tcp.seq == 13 or tcp.ack == 13))"


def plain_kernel():
    """The kernel's next SYNs offer what the write-up's client offers: MSS and SACK, nothing else."""
    for name in ("tcp_timestamps", "tcp_window_scaling"):
        pathlib.Path("/proc/sys/net/ipv4", name).write_text("0", encoding="ascii")


def connect_and_speak():
    """A client whose text has been acknowledged, as the kernel knows."""
    client = harness.connect(PORT)
    client.sendall(TEXT)
    unacknowledged = array.array("i", [len(TEXT)])

    def is_acknowledged():
        fcntl.ioctl(client, termios.TIOCOUTQ, unacknowledged)
        return unacknowledged[0] == 0

    harness.eventually(is_acknowledged, "the acknowledgment of the text")
    return client


# ---- what happens ------------------------------------------------------------------------------

def play_fields(capture):
    with stack(capture, "--service", "lab-close", "--lab-close-after", "300ms") as lab:
        plain_kernel()
        with connect_and_speak() as client:
            client.shutdown(socket.SHUT_WR)
            assert harness.read_all(client) == b""
        lab.stack.wait_line("LAST_ACK -> CLOSED")


def play_half_close(capture):
    with stack(capture, "--service", "lab-close", "--lab-close-after", "400ms", "--lab-close-lines", 3) as lab:
        with connect_and_speak() as client:
            client.shutdown(socket.SHUT_WR)
            heard = harness.read_all(client).decode().splitlines()
            assert heard == [f"line {number} of 3 after your FIN" for number in (1, 2, 3)], heard
        lab.stack.wait_line("LAST_ACK -> CLOSED")


def play_resets(capture):
    with stack(capture, "--service", "print:6000", "--service", "daytime") as lab:
        assert socket.socket().connect_ex((harness.OURS, CLOSED)) == 111  # ECONNREFUSED
        wire = crafted.Wire()
        wire.send(crafted.ipv4(crafted.tcp(source_port=40000, destination_port=PORT, seq=1000, ack=4711,
                                           flags=crafted.ACK)))
        lab.stack.wait_line(rf"10\.0\.0\.1:40000\s+<- {PORT}  R ")
        with connect_and_speak() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        lab.stack.wait_line(rf"{PORT}  ESTABLISHED -> CLOSED")
        with harness.connect(13) as client:
            harness.read_all(client)
            client.sendall(b"too late")
            harness.eventually(lambda: client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), "the RST")


def nmap(scan, ports):
    """nmap's verdict on the ports: `{port: state}`."""
    said = harness.run("nmap", "-n", "-Pn", scan, "-p", ",".join(map(str, ports)), "--max-retries", 0,
                       "-oG", "-", harness.OURS, seconds=60).stdout
    return {int(port): state for port, state in re.findall(r"(\d+)/([a-z|]+)/", said)}


def play_scan(scan, ports, states):
    def play(capture):
        with stack(capture, "--service", "print:6000", "--service", "print"):
            seen = nmap(scan, ports)
            assert seen == dict(zip(ports, states)), seen
    return play


# ---- what the checks look for ------------------------------------------------------------------

def packet_fields(packet):
    """The header of a packet as Wireshark's detail view lists it."""
    return {"header length": packet.header, "flags": f"{packet.bits:#05x}", "window": packet.window,
            "calculated window": packet.scaled_window, "urgent pointer": packet.urgent,
            "options": packet.options or "none", "checksum correct": packet.checksum == 1}


def fields(**values):
    """Expected fields, the names with blanks."""
    return {name.replace("_", " "): value for name, value in values.items()}


@functools.lru_cache(maxsize=None)
def _saved(path, display_filter, name):
    """Packets of the file into which those that the filter selects have been saved."""
    saved = path.with_name(f"{path.stem}-{name}.pcapng")
    tshark(path, "-Y", display_filter, "-w", str(saved))
    return len(Capture(saved))


@functools.lru_cache(maxsize=None)
def _followed(path):
    return TEXT.decode() in tshark(path, "-q", "-z", "follow,tcp,ascii,0").splitlines()


def sent_by(capture, port):
    return [packet for packet in capture if packet.tcp_from == port]


def ends_of_half_close(capture):
    """What each side sends from the client's FIN on."""
    lines = listed(capture)
    return lines[next(place for place, packet in enumerate(capture) if packet.bits & FIN):]


FIELDS = [
    Check("the nine packets: handshake, text, acknowledgment, goodbye",
          ["> S 0:0(0)", "< S. 0:0(0) ack 1", "> . 1:1(0) ack 1", "> P. 1:12(11) ack 1",
           "< . 1:1(0) ack 12", "> F. 12:12(0) ack 1", "< . 1:1(0) ack 13", "< F. 1:1(0) ack 13",
           "> . 13:13(0) ack 2"], listed),
    Check("SYN: 28 bytes of header; options MSS 1460, NOP, NOP, SACK permitted",
          fields(header_length=28, flags="0x002", window=64240, calculated_window=64240, urgent_pointer=0,
                 options="020405b401010402", checksum_correct=True),
          lambda capture: packet_fields(capture[0])),
    Check("SYN, ACK: the same options",
          fields(header_length=28, flags="0x012", window=64240, calculated_window=64240, urgent_pointer=0,
                 options="020405b401010402", checksum_correct=True),
          lambda capture: packet_fields(capture[1])),
    Check("ACK: 20 bytes of header, no options, the window as it is",
          fields(header_length=20, flags="0x010", window=64240, calculated_window=64240, urgent_pointer=0,
                 options="none", checksum_correct=True),
          lambda capture: packet_fields(capture[2])),
    Check("raw numbers: each side's second is its ISN plus 1, and acknowledges the other's plus 1", True,
          lambda capture: (capture[1].raw_ack, capture[2].raw_seq, capture[2].raw_ack)
          == ((capture[0].raw_seq + 1) % 2**32, (capture[0].raw_seq + 1) % 2**32,
              (capture[1].raw_seq + 1) % 2**32)),
    Check("the destination ports", [PORT, None, PORT],
          lambda capture: [packet.tcp_to if packet.tcp_to == PORT else None for packet in capture[:3]]),
    Check("the text", TEXT, lambda capture: b"".join(packet.text for packet in capture)),
    Check("the goodbye's flags: FIN, ACK; ACK; FIN, ACK; ACK", ["0x011", "0x010", "0x011", "0x010"],
          lambda capture: [f"{packet.bits:#05x}" for packet in capture[-4:]]),
    Check("the server keeps its side open for 300 ms", Within(300, 100),
          lambda capture: 1000 * (capture[7].time - capture[5].time)),
    Check("checksums that are not correct", 0,
          lambda capture: sum(packet.checksum != 1 for packet in capture[:9])),
    Check("completeness: everything, with data", 31, lambda capture: capture[-1].completeness),
    hits(HANDSHAKE_FILTER, 3),
    hits(GOODBYE_FILTER, 4),
    Check("packets of the handshake in a file of their own", 3,
          lambda capture: capture[0] and _saved(capture.path, HANDSHAKE_FILTER, "handshake")),
    Check("packets of the goodbye in a file of their own", 4,
          lambda capture: capture[0] and _saved(capture.path, GOODBYE_FILTER, "goodbye")),
    Check("the followed conversation shows the text", True,
          lambda capture: capture[0] and _followed(capture.path)),
]

HALF_CLOSE = [
    Check("after the client's FIN: three lines, each acknowledged; the server's FIN; the last ACK",
          ["> F. 12:12(0) ack 1", "< . 1:1(0) ack 13",
           "< P. 1:29(28) ack 13", "> . 13:13(0) ack 29", "< P. 29:57(28) ack 13", "> . 13:13(0) ack 57",
           "< P. 57:85(28) ack 13", "> . 13:13(0) ack 85", "< F. 85:85(0) ack 13", "> . 13:13(0) ack 86"],
          lambda capture: [line for line in ends_of_half_close(capture) if line != "< . 1:1(0) ack 12"]),
    hits("tcp.srcport == 6000 and tcp.len > 0", 3),
    hits("tcp.flags.reset == 1", 0),
]

RESETS = [
    *refusal(CLOSED, ">", "<"),
    Check("a segment for a connection that does not exist: RST, with Seq = its Ack and no Ack of its own",
          [(".", 1000, 4711), ("R", 4711, 0)],
          lambda capture: [(p.flags, p.raw_seq, p.raw_ack) for p in capture.tcp(40000)]),
    Check("the client's application aborts",
          ["> S 0:0(0)", "< S. 0:0(0) ack 1", "> . 1:1(0) ack 1", "> P. 1:12(11) ack 1", "< . 1:1(0) ack 12",
           "> R. 12:12(0) ack 1"],
          lambda capture: listed(capture.tcp(PORT).only(lambda p: 40000 not in (p.tcp_from, p.tcp_to)))),
    Check("text for an application of ours that has gone: RST", 1,
          lambda capture: sum(bool(p.bits & RST) for p in sent_by(capture, 13))),
    hits("tcp.flags.reset == 1", 4),
]


def by_port(capture, port):
    """The flags of the packets of a port, each way, in order."""
    return [f"{'<' if packet.source == harness.OURS else '>'} {packet.flags}" for packet in capture.tcp(port)]


def scan(open_ones, closed_ones):
    return [
        Check("the port on which somebody listens", open_ones, lambda capture: by_port(capture, PORT)),
        Check("the closed port", closed_ones, lambda capture: by_port(capture, CLOSED)),
    ]


UDP_SCAN = [
    Check("the port on which somebody waits: the probes alone", True,
          lambda capture: capture[0] and all(packet.source != harness.OURS for packet in capture
                                             if packet.udp_to == UDP_PORT)),
    Check("the closed port: each probe is answered with an ICMP error, port unreachable", [(3, 3)],
          lambda capture: [(packet.icmp, packet.icmp_code) for packet in capture
                           if packet.source == harness.OURS]),
]

REFUSAL = "< R."
OPEN_OR_NOT = ("open|filtered", "closed")
SCENES = [
    Scene("d-fields", "handshake, text and goodbye, field by field", play_fields, FIELDS, tries=3),
    Scene("d-half-close", "the client has closed, the server goes on sending", play_half_close, HALF_CLOSE,
          tries=3),
    Scene("d-resets", "every kind of reset", play_resets, RESETS),
    Scene("d-scan-syn", "nmap -sS", play_scan("-sS", (PORT, CLOSED), ("open", "closed")),
          scan(["> S", "< S.", "> R"], ["> S", REFUSAL])),
    Scene("d-scan-connect", "nmap -sT", play_scan("-sT", (PORT, CLOSED), ("open", "closed")),
          scan(["> S", "< S.", "> .", "> R."], ["> S", REFUSAL])),
    Scene("d-scan-fin", "nmap -sF", play_scan("-sF", (PORT, CLOSED), OPEN_OR_NOT),
          scan(["> F"], ["> F", REFUSAL])),
    Scene("d-scan-null", "nmap -sN", play_scan("-sN", (PORT, CLOSED), OPEN_OR_NOT),
          scan(["> -"], ["> -", REFUSAL])),
    Scene("d-scan-xmas", "nmap -sX", play_scan("-sX", (PORT, CLOSED), OPEN_OR_NOT),
          scan(["> FPU"], ["> FPU", REFUSAL])),
    Scene("d-scan-udp", "nmap -sU", play_scan("-sU", (UDP_PORT, UDP_CLOSED), OPEN_OR_NOT), UDP_SCAN),
]

