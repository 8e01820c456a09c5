"""Lab C: a spurious retransmission and its D-SACK."""

import contextlib
import pathlib
import socket

import harness

from .checks import Check, hits
from .lab_b import tcpcat
from .scenes import Scene, recorded

PORT = 443


def switch_off(*names):
    for name in names:
        pathlib.Path("/proc/sys/net/ipv4", name).write_text("0", encoding="ascii")


def nft(*command):
    harness.run("nft", *command)


@contextlib.contextmanager
def deaf_kernel():
    """What our stack sends does not reach the kernel's TCP: a firewall drops it, behind the capture."""
    nft("add", "table", "ip", "lab")
    nft("add", "chain", "ip", "lab", "input", "{ type filter hook input priority 0 ; }")
    nft("add", "rule", "ip", "lab", "input", "ip", "saddr", harness.OURS, "drop")
    try:
        yield
    finally:
        nft("delete", "table", "ip", "lab")


# ---- what happens ------------------------------------------------------------------------------

def play_d_sack(capture):
    """The numbers of the write-up: the server's bytes 103 to 147 come twice, since our ACK did not get through."""
    with recorded(capture, 15) as (_, recording), socket.create_server(("0.0.0.0", PORT)) as server:
        switch_off("tcp_timestamps")
        with tcpcat(harness.HOST, PORT) as client:
            peer, _ = server.accept()
            say(client, 517)
            harness.read_exactly(peer, 517)
            peer.sendall(b"s" * 102)
            client.stdout.read(102)
            recording.wait_for(7)
            with deaf_kernel():
                peer.sendall(b"f" * 45)
                client.stdout.read(45)
                say(client, 51)
                recording.wait_for_bytes(bytes([1, 1, 5, 10]))  # NOP, NOP, one SACK block
            harness.read_exactly(peer, 51)
            peer.close()
            client.stdin.close()
            assert client.wait(harness.PATIENCE) == 0


def say(client, size):
    client.stdin.write(b"c" * size)
    client.stdin.flush()


# ---- what the checks look for ------------------------------------------------------------------

def duplicate(capture):
    """The acknowledgment with the D-SACK."""
    [packet] = [packet for packet in capture if packet.sack_left is not None]
    return packet


D_SACK = [
    Check("the acknowledgment of what had come already: Seq=569 Ack=148 SLE=103 SRE=148",
          (569, 148, 103, 148),
          lambda capture: (duplicate(capture).seq, duplicate(capture).ack, duplicate(capture).sack_left,
                           duplicate(capture).sack_right)),
    Check("Wireshark: [TCP Dup ACK #1]", 1, lambda capture: duplicate(capture).duplicate_ack),
    Check("its header: 20 bytes, NOP, NOP, a SACK block of 10", (32, [1, 1, 5]),
          lambda capture: (duplicate(capture).header, duplicate(capture).kinds)),
    Check("it answers the server's 45 bytes, which had been acknowledged: a spurious retransmission",
          (PORT, 103, 45),
          lambda capture: next((p.tcp_from, p.seq, p.len) for p in reversed(capture.packets)
                               if p.number < duplicate(capture).number)),
    hits("tcp.analysis.spurious_retransmission and tcp.srcport == 443", 1),
    hits("tcp.options.sack_le == 103 and tcp.options.sack_re == 148", 1),
]


SCENES = [
    Scene("c-d-sack", "a spurious retransmission, and the D-SACK that reports it", play_d_sack, D_SACK, tries=3),
]
