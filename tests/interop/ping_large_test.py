"""Datagrams larger than the MTU, in fragments both ways, and what ICMP answers where nobody listens."""

import select
import socket

import harness
from harness import OURS


def ping(size, *more):
    result = harness.run("ping", "-c", 1, "-W", 5, "-s", size, "-M", "dont", *more, OURS, check=False)
    return (result.returncode == 0 and "1 received" in result.stdout
            and "wrong data" not in result.stdout)


def test_sizes_up_to_the_largest_datagram():
    with harness.Lab("--log-level", "warn"):
        for size in [1473, 1480, 2952, 2953, 4000, 8192, 20000, 40000, 60000, 65507]:
            assert ping(size), f"no good reply to {size} bytes"


def test_fragments_of_small_links():
    for mtu in [296, 576, 1280]:
        with harness.Lab("--log-level", "warn", "--mtu", mtu):
            assert ping(4000) and ping(20000), f"MTU {mtu}"


def test_several_at_once():
    with harness.Lab("--log-level", "warn"):
        result = harness.run("ping", "-f", "-c", 300, "-l", 20, "-W", 5, "-s", 9000, OURS, check=False)
        assert " 0% packet loss" in result.stdout, result


def test_a_closed_udp_port_is_refused():
    with harness.Lab():
        for size in [0, 5, 1472, 5000]:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.settimeout(harness.PATIENCE)
                client.connect((OURS, 9999))
                client.send(bytes(size))
                try:
                    client.recv(1)
                except ConnectionRefusedError:
                    continue
                raise AssertionError(f"{size} bytes to a closed port were not refused")


def test_an_unknown_protocol_is_unreachable():
    with harness.Lab():
        sctp = socket.socket(socket.AF_INET, socket.SOCK_RAW, 132)
        icmp = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        with sctp, icmp:
            sctp.sendto(bytes(12), (OURS, 0))
            assert select.select([icmp], [], [], harness.PATIENCE)[0], "no ICMP error came"
            packet = icmp.recv(2000)
        assert packet[20:22] == bytes([3, 2]), packet.hex(" ")
        assert packet[28 + 9] == 132, packet.hex(" ")


harness.main(__name__, needs=["ping"])
