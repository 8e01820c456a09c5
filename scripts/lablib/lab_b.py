"""Lab B: three bytes over TCP and over UDP, in both directions, and to a port without a receiver."""

import contextlib
import subprocess
import sys

import harness

from . import ROOT
from .capture import PSH
from .checks import Check, hits, listed
from .scenes import Scene, recorded, stack

PORT = 24000
BYTES = bytes([44, 55, 66])
PROGRAMS = ROOT / "docs" / "labs" / "programs"
SHOWN = f"3 bytes from 10.0.0.2: 2c 37 42 [44, 55, 66] {BYTES}\n"  # by the receivers of the lab


def program(name, *arguments, check=True):
    return harness.run(sys.executable, PROGRAMS / name, *arguments, check=check)


@contextlib.contextmanager
def receiver(name):
    """A waiting receiver of the lab; it has to print the three bytes."""
    with subprocess.Popen([sys.executable, PROGRAMS / name], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert f"on port {PORT}" in process.stdout.readline()
            yield process
            output, _ = process.communicate(timeout=harness.PATIENCE)
            assert output == SHOWN, output
        finally:
            process.kill()


def tcpcat(*options, **more):
    return subprocess.Popen([harness.BUILD / "tcpcat", *map(str, options)], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


# ---- what happens ------------------------------------------------------------------------------

def play_tcp(capture):
    with stack(capture, "--service", "print") as lab:
        program("send_tcp.py")
        lab.stack.wait_line(r"3 bytes from 10\.0\.0\.1:")
        lab.stack.wait_line("hex 2c 37 42  decimal 44 55 66  text ,7B$")
        lab.stack.wait_line("LAST_ACK -> CLOSED")


def play_tcp_out(capture):
    with recorded(capture, 8) as (_, recording), receiver("receive_tcp.py"), \
            tcpcat("10.0.0.1", PORT) as sender:
        sender.stdin.write(BYTES)
        sender.stdin.flush()
        recording.wait_for(5)  # three of the handshake, the bytes, their acknowledgment
        sender.stdin.close()
        assert sender.wait(harness.PATIENCE) == 0


def play_several(capture):
    with stack(capture, "--service", "print") as lab:
        program("send_tcp_several.py")
        lab.stack.wait_line("LAST_ACK -> CLOSED")


def play_udp(capture):
    with stack(capture, "--service", "print") as lab:
        program("send_udp.py")
        lab.stack.wait_line(r"3 bytes from 10\.0\.0\.1:24001")
        lab.stack.wait_line("hex 2c 37 42  decimal 44 55 66  text ,7B$")


def play_udp_out(capture):
    with recorded(capture, 1), receiver("receive_udp.py"):
        result = harness.run(harness.BUILD / "tcpcat", "-u", "-p", 24001, "10.0.0.1", PORT, input=BYTES.decode())
        assert result.stdout == "", result


def play_udp_closed(capture):
    with stack(capture, "--service", "none", "--log-level", "debug") as lab:
        program("send_udp.py")
        lab.stack.wait_line("udp_no_socket")


def play_refused(capture):
    with stack(capture, "--service", "none"):
        result = program("send_tcp.py", check=False)
        assert result.returncode == 1 and result.stderr.startswith("connection refused"), result


def play_refused_out(capture):
    with recorded(capture, 2), tcpcat("10.0.0.1", PORT) as sender:
        _, errors = sender.communicate(timeout=harness.PATIENCE)
        assert sender.returncode == 1 and errors == b"tcpcat: Connection refused\n", errors


# ---- what the checks look for ------------------------------------------------------------------

def acknowledged(capture):
    """For each text of the client: the number that acknowledges it exactly, and the one the server sent next."""
    pairs = []
    for place, packet in enumerate(capture.packets):
        if packet.tcp_to == PORT and packet.len:
            answer = next(later for later in capture.packets[place:] if later.tcp_from == PORT)
            pairs.append((packet.seq + packet.len, answer.ack))
    return pairs


EIGHT = ["S 0:0(0)", "S. 0:0(0) ack 1", ". 1:1(0) ack 1", "P. 1:4(3) ack 1", ". 1:1(0) ack 4",
         "F. 4:4(0) ack 1", "F. 1:1(0) ack 5", ". 5:5(0) ack 2"]
FROM_SENDER = [True, False, True, True, False, True, False, True]
SYN_FILTER = "tcp.flags.syn==1 and tcp.seq==0 and tcp.ack==0"
ACK_FILTER = ("tcp.flags.syn==0 and tcp.flags.ack==1 and tcp.flags.push==0 and tcp.seq==1 and tcp.ack==1 "
              "and tcp.dstport==24000 and tcp.len==0")


def eight(to, back):
    """The checks of the eight packets, the sender's marked with `to`, the receiver's with `back`."""
    lines = [f"{to if mine else back} {line}" for mine, line in zip(FROM_SENDER, EIGHT)]
    return [
        Check("the eight packets of the conversation, and no other", lines, listed),
        Check("the bytes on the wire, in hexadecimal", ["2c 37 42"],
              lambda capture: [packet.text.hex(" ") for packet in capture if packet.text]),
        hits(SYN_FILTER, 1),
        hits("tcp.flags.syn==1 and tcp.flags.ack==1 and tcp.seq==0 and tcp.ack==1", 1),
        hits(ACK_FILTER, 1),
        hits("not tcp.flags.push==0", 1),
        hits("tcp.flags.fin==1 and tcp.dstport==24000", 1),
        hits("tcp.flags.fin==1 and tcp.srcport==24000", 1),
        hits("tcp.flags.ack==1 and tcp.seq==5 and tcp.dstport==24000", 1),
        hits("tcp.port==24000", 8),
    ]


SEVERAL = [
    Check("five texts, each of them a PSH, ACK", [1, 3, 5, 10, 27],
          lambda capture: [packet.len for packet in capture if packet.len and packet.bits & PSH]),
    Check("each acknowledgment number is the text's Seq plus its Len",
          [(number, number) for number in (2, 5, 10, 20, 47)], acknowledged),
    Check("packets: 3 of the handshake, 2 for each text, 3 of the goodbye", 16, len),
]

UDP = [
    Check("the one packet, and no other", ["24001 > 24000"],
          lambda capture: [f"{packet.udp_from} > {packet.udp_to}" for packet in capture]),
    Check("what is in it", ["2c 37 42"], lambda capture: [packet.udp_text.hex(" ") for packet in capture]),
    hits("udp.port==24000", 1),
]

UDP_CLOSED = [
    Check("the datagram, and the ICMP error that answers it: type 3, destination unreachable, code 3, port",
          [None, (3, 3)],
          lambda capture: [packet.icmp and (packet.icmp, packet.icmp_code) for packet in capture]),
    Check("whose datagram the error quotes", ["> 24001 24000", "< 24001 24000"],
          lambda capture: [f"{'<' if packet.source == harness.OURS else '>'} {packet.udp_from} "
                           f"{packet.udp_to}" for packet in capture]),
    hits("icmp.type==3 and icmp.code==3", 1),
]


def refusal(port, to, back):
    """The answer to a SYN to a closed port. Its Seq is 0 on the wire; Wireshark shows 1, because it has seen no SYN
    from that side."""
    return [
        Check("a SYN to a closed port, and the RST, ACK for it", [f"{to} S 0:0(0)", f"{back} R. 1:1(0) ack 1"],
              lambda capture: listed(capture.tcp(port))),
        Check("the RST on the wire: sequence number 0, acknowledgment one more than the SYN's, window 0",
              (0, 1, 0), lambda capture: _on_the_wire(*capture.tcp(port))),
    ]


def _on_the_wire(syn, reset):
    return reset.raw_seq, (reset.raw_ack - syn.raw_seq) % 2**32, reset.window


def refused(to, back):
    return [*refusal(PORT, to, back), hits("tcp.flags.reset==1 and tcp.srcport==24000", 1)]


SCENES = [
    Scene("b-tcp", "the kernel sends three bytes to our receiver", play_tcp, eight(">", "<")),
    Scene("b-tcp-out", "our tcpcat sends three bytes to the kernel's receiver", play_tcp_out, eight("<", ">"),
          tries=3),
    Scene("b-tcp-several", "several sends in a row", play_several, SEVERAL),
    Scene("b-udp", "one datagram to our receiver", play_udp, UDP),
    Scene("b-udp-out", "our tcpcat sends one datagram to the kernel's receiver", play_udp_out, UDP),
    Scene("b-udp-closed", "one datagram to a port where nobody waits", play_udp_closed, UDP_CLOSED),
    Scene("b-refused", "the kernel connects to a port where nobody listens", play_refused, refused(">", "<")),
    Scene("b-refused-out", "our tcpcat does", play_refused_out, refused("<", ">")),
]

