"""Lab C: two systems' handshakes, a spurious retransmission and its D-SACK, a goodbye without an answer."""

import contextlib
import http.client
import pathlib
import re
import socket
import ssl
import tempfile
import threading

import harness

from .capture import FIN, RST
from .checks import Check, EachWithin, Within, hits, listed
from .lab_b import tcpcat
from .scenes import Scene, recorded, stack

PORT, CLIENT_PORT = 443, 5837
EDGE, EDGE_HOST = "10.0.1.2", "10.0.1.1/24"
LADDER = (0.3, 0.6, 1.2, 2.4, 4.8)
IN_CLOSE_WAIT = 17.84
SILENCE = 3.0  # instead of the write-up's minute


def switch_on(*names):
    for name in names:
        pathlib.Path("/proc/sys/net/ipv4", name).write_text("1", encoding="ascii")


def switch_off(*names):
    for name in names:
        pathlib.Path("/proc/sys/net/ipv4", name).write_text("0", encoding="ascii")


def nft(*command):
    harness.run("nft", *command)


@contextlib.contextmanager
def deaf_kernel():
    """Our packets do not reach the kernel's TCP: a firewall drops them, behind the capture."""
    nft("add", "table", "ip", "lab")
    nft("add", "chain", "ip", "lab", "input", "{ type filter hook input priority 0 ; }")
    nft("add", "rule", "ip", "lab", "input", "ip", "saddr", harness.OURS, "drop")
    try:
        yield
    finally:
        nft("delete", "table", "ip", "lab")


# ---- what happens ------------------------------------------------------------------------------

def play_https(capture):
    """The kernel's client asks three times over TLS, each time after everything has been acknowledged."""
    if "https" not in harness.run(harness.PROGRAM, "--help").stdout:
        raise harness.Skip("this tcpstack has no service https")
    with tempfile.TemporaryDirectory() as folder, stack(
            capture, "--like", "edge", "--service", "https", "--certificate", f"{folder}/https.pem") as lab:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # self-signed
        connection = http.client.HTTPSConnection(harness.OURS, timeout=harness.PATIENCE, context=context)
        for _ in range(3):
            connection.request("GET", "/")
            answer = connection.getresponse()
            assert answer.status == 200 and answer.read(), answer.status
            wait_for_last_ack(lab)
        connection.sock.unwrap().close()  # TLS says goodbye before TCP does
        lab.stack.wait_line("LAST_ACK -> CLOSED|-> TIME_WAIT")


def wait_for_last_ack(lab):
    """Waits until the kernel has acknowledged our last text."""
    def is_acknowledged():
        sent = [int(end) for end in re.findall(r"<- 443 .* \d+:(\d+)\([1-9]\d*\) ack", lab.stack.text())]
        acks = re.findall(r"-> 443 .* ack (\d+) win", lab.stack.text())
        return sent and acks and int(acks[-1]) >= max(sent)

    harness.eventually(is_acknowledged, "the acknowledgment of the answer")


TEXTS = [517, 51, 3084, 1504, 1799, 1814]  # the client's texts in the write-up
MUCH = 400_000  # for a window to grow


def play_handshake(capture):
    """Two of our stacks, one like the write-up's client and one like its server; the kernel between them only
    forwards. The server echoes the client's text."""
    with stack(capture, "--like", "edge", "--service", f"echo:{PORT}", "--address", EDGE,
               "--host-address", EDGE_HOST) as lab:
        switch_on("ip_forward")
        with tcpcat("--like", "windows", "--device", "tun1", "-p", CLIENT_PORT, EDGE, PORT) as client:
            for size in [*TEXTS, MUCH]:
                writer = threading.Thread(target=say, args=(client, size))
                writer.start()
                assert len(client.stdout.read(size)) == size
                writer.join()
            client.stdin.close()
            assert client.wait(harness.PATIENCE) == 0, client.stderr.read()
        lab.stack.wait_line("LAST_ACK -> CLOSED")


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


def play_goodbye(capture):
    with stack(capture, "--like", "windows", "--service", f"lab-close:{PORT}",
               "--lab-close-after", f"{IN_CLOSE_WAIT * 1000:.0f}ms") as lab:
        with harness.connect(PORT) as client:
            client.sendall(b"GET / HTTP/1.1\r\n\r\n")
            client.settimeout(SILENCE)
            with contextlib.suppress(TimeoutError):
                client.recv(1)
            client.shutdown(socket.SHUT_WR)
            lab.stack.wait_line("ESTABLISHED -> CLOSE_WAIT")
            lab.stack.wait_line(rf"<- {PORT}\s+\. .* ack 20 ")
            with deaf_kernel():
                lab.stack.wait_line("LAST_ACK -> CLOSED", seconds=IN_CLOSE_WAIT + 40)


# ---- what the checks look for ------------------------------------------------------------------

def option_layout(packet):
    return {"header": packet.header, "options": packet.kinds, "window": packet.window, "mss": packet.mss,
            "scale": packet.shift is not None and 1 << packet.shift, "timestamps": packet.tsval is not None}


def from_client(capture):
    return [packet for packet in capture if packet.tcp_to == PORT]


def from_server(capture):
    return [packet for packet in capture if packet.tcp_from == PORT]


def third(capture):
    return from_client(capture)[1]


def pieces(capture, size):
    """The lengths of the client's segments that make the text of `size` bytes."""
    start = 1 + sum(TEXTS[:TEXTS.index(size)])
    return [packet.len for packet in from_client(capture)
            if packet.len and start <= packet.seq < start + size]


def windows(capture):
    """The server's scaled windows after its SYN, ACK, while it answers the write-up's texts and after that."""
    end = 1 + sum(TEXTS)
    packets = from_server(capture)[1:]
    return ([packet.scaled_window for packet in packets if packet.ack <= end],
            [packet.scaled_window for packet in packets if packet.ack > end])


HANDSHAKE = [
    Check("SYN, as the client: 40 bytes, MSS 1460, NOP, WS=256, SACK, timestamps; window 64240",
          {"header": 40, "options": [2, 1, 3, 4, 8], "window": 64240, "mss": 1460, "scale": 256,
           "timestamps": True}, lambda capture: option_layout(capture[0])),
    Check("SYN, ACK, as the server: 40 bytes, MSS 1452, WS=32, SACK, NOPs instead of timestamps; window 8192",
          {"header": 40, "options": [2, 1, 3, 4] + [1] * 10, "window": 8192, "mss": 1452, "scale": 32,
           "timestamps": False}, lambda capture: option_layout(capture[1])),
    Check("the third packet: 20 bytes, 516 x 256 = 132096",
          (20, 516, 132096, []),
          lambda capture: (third(capture).header, third(capture).window, third(capture).scaled_window,
                           third(capture).kinds)),
    Check("packets with timestamps after the SYN", 0,
          lambda capture: sum(packet.tsval is not None for packet in capture[1:]) + 0 * len(capture[0].kinds)),
    Check("3,084 bytes sent at once, in segments of at most the server's MSS", [1452, 1452, 180],
          lambda capture: pieces(capture, 3084)),
    Check("all its texts arrive and come back", sum(TEXTS) + MUCH,
          lambda capture: sum(packet.len for packet in from_server(capture))),
    Check("the server's window once it has read the first texts", 30208,
          lambda capture: max(windows(capture)[0])),
    Check("it has grown beyond the write-up's last one, 46592, when it has read much", True,
          lambda capture: max(windows(capture)[1]) > 46592),
    hits("tcp.flags.syn == 1 and _ws.expert.severity >= 0x600000", 0),
    hits("tcp.flags.syn == 1", 2),
]


def records(packets):
    """Kinds of the TLS records that can be read, by packet: 22 is a handshake."""
    return [packet.records for packet in packets if packet.len and packet.records]


def is_sealed(packets):
    """Has one of them a TLS record of kind 23, ciphertext?"""
    return any(23 in packet.sealed for packet in packets)


def slowest_ack(capture):
    """The longest time in milliseconds from an answer's last segment to its acknowledgment."""
    def wait(answer):
        return next((ack.time for ack in from_client(capture) if ack.ack >= answer.seq + answer.len), answer.time)

    return 1000 * max(wait(packet) - packet.time for packet in from_server(capture) if packet.len)


HTTPS = [
    Check("the client begins with a TLS handshake record, the Client Hello", [22],
          lambda capture: records(from_client(capture))[0]),
    Check("the server answers with one, the Server Hello", 22,
          lambda capture: records(from_server(capture))[0][0]),
    Check("then both sides send ciphertext", (True, True),
          lambda capture: (is_sealed(from_client(capture)), is_sealed(from_server(capture)))),
    Check("the Client Hello is acknowledged by the server's next packet", True,
          lambda capture: next(p.ack - q.seq - q.len for q in from_client(capture) if q.len
                               for p in from_server(capture) if p.number > q.number) == 0),
    Check("the end of an answer is acknowledged later, after so many milliseconds", Within(47, 13), slowest_ack),
    Check("no segment of the server is larger than the client's MSS", True,
          lambda capture: max(packet.len for packet in from_server(capture)) <= 1460),
    Check("everything that was sent has been acknowledged: completeness 31", 31,
          lambda capture: capture[-1].completeness),
    hits("tls.handshake.type == 1", 1),
    hits("tls.handshake.type == 2", 1),
    hits("tcp.analysis.retransmission", 0),
]


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


def fins(capture, ours):
    return [packet for packet in capture
            if packet.bits & FIN and (packet.source == harness.OURS) == ours]


def intervals(capture):
    """The times between our FINs, and from the last FIN to our RST."""
    times = [packet.time for packet in fins(capture, ours=True)] + [reset(capture).time]
    return [later - earlier for earlier, later in zip(times, times[1:])]


def reset(capture):
    [packet] = [packet for packet in capture if packet.bits & RST]
    return packet


GOODBYE = [
    Check("the other side closes: FIN, ACK; our ACK; nothing for a while",
          ["> F. 19:19(0) ack 1", "< . 1:1(0) ack 20"],
          lambda capture: listed(capture.packets[capture.packets.index(fins(capture, ours=False)[0]):][:2])),
    Check("the silence before it, in seconds", Within(SILENCE, 0.5),
          lambda capture: fins(capture, ours=False)[0].time - capture[4].time),
    Check("in CLOSE_WAIT, in seconds", Within(IN_CLOSE_WAIT, 0.1),
          lambda capture: fins(capture, ours=True)[0].time - fins(capture, ours=False)[0].time),
    Check("our FIN, ACK, and the same again five times", ["F. 1:1(0) ack 20"] * 6,
          lambda capture: [str(packet) for packet in fins(capture, ours=True)]),
    Check("after 0.3, 0.6, 1.2, 2.4 and 4.8 s, and 9.6 s later a RST", EachWithin(LADDER + (9.6,), 0.02),
          intervals),
    Check("the RST, ACK: one past the FIN, window 0", ("R. 2:2(0) ack 20", 0),
          lambda capture: (str(reset(capture)), reset(capture).window)),
    Check("from the first FIN to the RST, in seconds", Within(18.9, 0.06),
          lambda capture: reset(capture).time - fins(capture, ours=True)[0].time),
    Check("retransmissions by Wireshark's count", [0, 1, 1, 1, 1, 1],
          lambda capture: [int(packet.retransmission is not None) for packet in fins(capture, ours=True)]),
    Check("packets: 3 of the handshake, text, ACK, FIN, ACK, 6 FINs, RST", 14, len),
    hits("tcp.analysis.retransmission and tcp.flags.fin == 1", 5),
    hits("tcp.flags.reset == 1 and tcp.window_size_value == 0", 1),
]

SCENES = [
    Scene("c-handshake", "two systems' layouts, segments, a window that grows", play_handshake, HANDSHAKE),
    Scene("c-https", "the kernel's client fetches a page over TLS", play_https, HTTPS, tries=3),
    Scene("c-d-sack", "a spurious retransmission, and the D-SACK that reports it", play_d_sack, D_SACK, tries=3),
    Scene("c-goodbye", "a FIN that nobody acknowledges, for 40 seconds", play_goodbye, GOODBYE, tries=2),
]
