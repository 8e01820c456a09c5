"""Packets that no honest host sends: dropped under a name, counted, never answered, never a crash."""

import random
import re
import struct

import harness
from packets import ACK, FIN, PSH, RST, SYN, URG, Wire, icmp, ipv4, tcp

UDP = struct.pack("!HHHH", 5, 6, 12, 0) + b"text"

# The fault, the packet, the name of its drop.
BAD = [
    ("truncated IP header", ipv4(tcp())[:19], "ip_truncated"),
    ("one byte", b"\x45", "ip_truncated"),
    ("shorter than its total length", ipv4(tcp(), length=60), "ip_truncated"),
    ("version 6", b"\x60" + bytes(39), "ip_not_version_4"),
    ("version 5", ipv4(tcp(), version=5), "ip_not_version_4"),
    ("header length 4 words", ipv4(tcp(), words=4), "ip_header_length"),
    ("header past the end", ipv4(b"", words=15), "ip_header_length"),
    ("total length below the header", ipv4(tcp(), length=19), "ip_total_length"),
    ("IP checksum", ipv4(tcp(), sum_error=1), "ip_checksum"),
    ("broadcast source", ipv4(tcp(source="255.255.255.255"), source="255.255.255.255"), "ip_source_invalid"),
    ("multicast source", ipv4(tcp(source="224.0.0.1"), source="224.0.0.1"), "ip_source_invalid"),
    ("broadcast source of the link", ipv4(tcp(source="10.0.0.255"), source="10.0.0.255"), "ip_source_invalid"),
    ("reserved source", ipv4(tcp(source="240.0.0.1"), source="240.0.0.1"), "ip_source_invalid"),
    ("loopback source", ipv4(tcp(source="127.0.0.1"), source="127.0.0.1"), "ip_source_invalid"),
    ("our own source", ipv4(tcp(source=harness.OURS), source=harness.OURS), "ip_source_is_ours"),
    ("not for us", ipv4(tcp(destination="10.0.0.3"), destination="10.0.0.3"), "ip_not_for_us"),
    ("broadcast destination", ipv4(tcp(destination="10.0.0.255"), destination="10.0.0.255"), "ip_not_for_us"),
    ("truncated ICMP", ipv4(icmp()[:7], protocol=1), "icmp_truncated"),
    ("ICMP checksum", ipv4(icmp(sum_error=1), protocol=1), "icmp_checksum"),
    ("unknown ICMP type", ipv4(icmp(kind=200), protocol=1), "icmp_type_unknown"),
    ("truncated TCP header", ipv4(tcp()[:19]), "tcp_truncated"),
    ("no TCP header", ipv4(b""), "tcp_truncated"),
    ("data offset 3", ipv4(tcp(offset=3)), "tcp_data_offset"),
    ("data offset 0", ipv4(tcp(offset=0)), "tcp_data_offset"),
    ("data offset past the end", ipv4(tcp(offset=15)), "tcp_data_offset"),
    ("TCP checksum", ipv4(tcp(sum_error=1)), "tcp_checksum"),
    ("source port 0", ipv4(tcp(source_port=0)), "tcp_port_zero"),
    ("destination port 0", ipv4(tcp(destination_port=0)), "tcp_port_zero"),
    ("RST to a closed port", ipv4(tcp(destination_port=99, flags=RST)), "closed_got_rst"),
    ("RST to a listener", ipv4(tcp(flags=RST)), "listen_got_rst"),
    ("FIN to a listener", ipv4(tcp(flags=FIN)), "listen_unexpected"),
    ("no flags to a listener", ipv4(tcp(flags=0)), "listen_unexpected"),
    ("FIN PSH URG to a listener", ipv4(tcp(flags=FIN | PSH | URG)), "listen_unexpected"),
]


def test_bad_packets_are_dropped_by_name_and_not_answered():
    with harness.Lab("--service", "echo", "--log-level", "debug") as lab:
        wire = Wire()
        wire.replies()
        for what, packet, name in BAD:
            before = len(lab.stack.lines)
            wire.send(packet)
            replies = wire.replies()
            assert not replies, f"{what}: answered with {replies[0].hex()}"
            try:
                lab.stack.wait_line(rf"dropped: {name}\b", start=before)
            except AssertionError as error:
                raise AssertionError(f"{what}: not dropped as {name}") from error
        # Everything else still works, and the summary counts each name.
        with harness.connect(7) as client:
            client.sendall(b"still here")
            assert harness.read_exactly(client, 10) == b"still here"
        assert lab.stack.stop() == 0
        for name in {name for _, _, name in BAD}:
            count = sum(bad[2] == name for bad in BAD)
            said = int(lab.stack.wait_line(rf"\b{name}\s+(\d+)")[1])
            assert said >= count, f"{name}: {said} of {count}"


def test_what_nobody_takes_is_answered_with_the_icmp_error_of_rfc_1122():
    # Section 3.2.2.1: code 2, protocol unreachable, and 3, port unreachable.
    unwanted = [(ipv4(b"what is this", protocol=99), 2, "ip_protocol_unknown"),
                (ipv4(UDP, protocol=17), 3, "udp_no_socket")]
    with harness.Lab("--service", "none", "--log-level", "debug") as lab:
        wire = Wire()
        for packet, code, name in unwanted:
            wire.send(packet)
            [reply] = wire.replies()
            assert reply[9] == 1 and reply[20:22] == bytes([3, code]), reply.hex()
            assert reply[28:] == packet, reply.hex()
            lab.stack.wait_line(rf"dropped: {name}\b")


def reply_to(wire, segment):
    """(flags, seq, ack) of the one TCP segment with which the stack answers."""
    wire.send(ipv4(segment))
    replies = wire.replies()
    assert len(replies) == 1, [reply.hex() for reply in replies]
    seq, ack, _, flags = struct.unpack("!IIBB", replies[0][24:34])
    return flags, seq, ack


def test_segments_for_nobody_get_the_reset_of_the_rfc():
    # RFC 9293 3.10.7.1: without ACK <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>, with it <SEQ=SEG.ACK><CTL=RST>.
    with harness.Lab("--service", "echo"):
        wire = Wire()
        closed = {"destination_port": 99, "seq": 1000}
        assert reply_to(wire, tcp(flags=SYN, **closed)) == (RST | ACK, 0, 1001)
        assert reply_to(wire, tcp(flags=SYN, text=b"text", **closed)) == (RST | ACK, 0, 1005)
        assert reply_to(wire, tcp(flags=FIN, **closed)) == (RST | ACK, 0, 1001)
        assert reply_to(wire, tcp(flags=0, **closed)) == (RST | ACK, 0, 1000)
        assert reply_to(wire, tcp(flags=ACK, ack=77, **closed)) == (RST, 77, 0)
        assert reply_to(wire, tcp(flags=SYN | ACK, ack=77, **closed)) == (RST, 77, 0)
        assert reply_to(wire, tcp(flags=ACK, ack=77)) == (RST, 77, 0)  # to a listener


def test_unknown_options_are_skipped_by_their_length():
    with harness.Lab("--service", "echo"):
        wire = Wire()
        options = b"\xfd\x06abcd" + b"\x01\x01" + b"\x02\x04\x02\x18"  # unknown, NOPs, MSS 536
        flags, _, ack = reply_to(wire, tcp(flags=SYN, options=options))
        assert (flags, ack) == (SYN | ACK, 1001)


def test_ip_options_and_link_padding_are_skipped():
    with harness.Lab("--service", "echo"):
        wire = Wire()
        wire.send(ipv4(tcp(destination_port=99), options=b"\x01\x01\x01\x00", words=6))
        assert len(wire.replies()) == 1
        packet = ipv4(tcp(destination_port=99))
        wire.send(packet + bytes(6))
        assert len(wire.replies()) == 1


def test_noise():
    """Thousands of packets with random bytes flipped: anything but a crash."""
    dice = random.Random(9293)
    with harness.Lab("--log-level", "warn") as lab:
        wire = Wire()
        good = [ipv4(tcp(options=b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + bytes(8) + b"\x01\x03\x03\x07")),
                ipv4(tcp(flags=ACK | PSH, ack=5, text=b"text")), ipv4(icmp(data=b"data"), protocol=1),
                ipv4(icmp(kind=3, code=4, data=ipv4(tcp())[:28]), protocol=1), ipv4(UDP, protocol=17)]
        for number in range(5000):
            packet = bytearray(dice.choice(good))
            for _ in range(dice.randrange(1, 5)):
                packet[dice.randrange(len(packet))] = dice.randrange(256)
            wire.send(bytes(packet[:dice.randrange(1, len(packet) + 1)]))
            if number % 100 == 99:
                wire.replies()
        with harness.connect(7) as client:
            client.sendall(b"still here")
            assert harness.read_exactly(client, 10) == b"still here"
        assert lab.stack.stop() == 0
        assert re.search(r"ip_checksum\s+\d+", lab.stack.text())


harness.main(__name__)
