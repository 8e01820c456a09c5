"""Lab A: a chat room on port 5050 with three clients. One of them says goodbye."""

import socket

import harness

from .capture import ACK, FIN, SYN
from .checks import Check, Within, hits, listed
from .scenes import Scene, stack

PORT = 5050
SOHEIL, ALI, HASAN = 57396, 57426, 57460  # the ports of the write-up's clients
MESSAGE = bytes.fromhex("736f6865696c3a2068656c6c6f20686173616e20686f772061726520796f75")
LEAVE = b"soheil has left the chatroom!\n"


class Client:
    """Somebody at the chat, on a port of their choice."""

    def __init__(self, lab, name, port):
        self.lab, self.port = lab, port
        self.sent = self.heard = 0
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((harness.HOST, port))
        self.socket.settimeout(harness.PATIENCE)
        self.socket.connect((harness.OURS, PORT))
        self.hear(b"Please enter your name:\n")
        self.say(name)
        self.hear(b"Chat with your friends and enjoy\n")

    def say(self, line):
        self.socket.sendall(line.encode() + b"\n")
        self.sent += len(line) + 1

    def hear(self, line):
        """Reads the line, and waits until the kernel has acknowledged it."""
        heard = harness.read_exactly(self.socket, len(line))
        assert heard == line, (heard, line)
        self.heard += len(line)
        self.lab.stack.wait_line(rf"10\.0\.0\.1:{self.port}  -> {PORT} .* ack {self.heard + 1} win")


def say(clients, speaker, line):
    """A message, until all others have received it."""
    name = {SOHEIL: "soheil", ALI: "ali", HASAN: "hasan"}[speaker.port]
    speaker.say(line)
    for client in clients:
        if client is not speaker:
            client.hear(f"{name}: {line}\n".encode())


def leave(clients, leaver, name):
    """A goodbye: the client's FIN, the server's, and the announcement to the others."""
    leaver.socket.shutdown(socket.SHUT_WR)
    assert harness.read_all(leaver.socket) == b""
    leaver.socket.close()
    clients.remove(leaver)
    for client in clients:
        client.hear(f"{name} has left the chatroom!\n".encode())


def play(capture):
    """The conversation, with the right number of bytes for the write-up's goodbye: Seq=69 Ack=101."""
    with stack(capture, "--service", "chat", "--delayed-ack", "0ms") as lab:
        clients = []
        for name, port in [("hasan", HASAN), ("ali", ALI), ("soheil", SOHEIL)]:
            newcomer = Client(lab, name, port)
            for client in clients:
                client.hear(f"{name} is joined to the chatroom!\n".encode())
            clients.append(newcomer)
        hasan, ali, soheil = clients
        say(clients, soheil, "hello this is soheil")
        say(clients, ali, "hi, im ali here")
        say(clients, soheil, "hello hasan how are you")
        say(clients, hasan, "im fine thanks")
        say(clients, soheil, "i must go. bye!")
        leave(clients, soheil, "soheil")
        leave(clients, ali, "ali")
        leave(clients, hasan, "hasan")


# ---- what the checks look for ------------------------------------------------------------------

def at(capture, number, count):
    """`count` packets from the one with this number."""
    numbers = [packet.number for packet in capture]
    place = numbers.index(number)
    return capture.packets[place:place + count]


def message_of_soheil(capture):
    """The packet in which soheil sends the message of the write-up."""
    [packet] = [packet for packet in capture if packet.tcp_from == SOHEIL and MESSAGE[8:] in packet.text]
    return packet


def fan_out(capture):
    """What happens between that message and the next one, as (from, to, flags, len), the others in order of
    their ports: two acknowledgments may overtake each other."""
    first = message_of_soheil(capture)
    packets = at(capture, first.number, 6)
    return [_who(packet) for packet in packets[:2]] + sorted(_who(packet) for packet in packets[2:])


def _who(packet):
    return f"{packet.tcp_from} > {packet.tcp_to} {packet.flags} {packet.len}"


def goodbye(capture, port=SOHEIL):
    """From the client's FIN on: the packets of its conversation."""
    packets = capture.tcp(port).packets
    [fin] = [packet for packet in packets if packet.bits & FIN and packet.tcp_from == port]
    return packets[packets.index(fin):]


def news_of_the_goodbye(capture):
    """The receivers of the leave message, its flags, and the packet of the goodbye before it."""
    last_fin = [packet.number for packet in capture.tcp(SOHEIL) if packet.bits & FIN][-1]
    return sorted(f"{packet.tcp_to} {packet.flags}" for packet in capture
                  if packet.text == LEAVE and packet.number > last_fin)


def handshake_options(capture, bits):
    return sorted({tuple(packet.kinds) for packet in capture if packet.bits & (SYN | ACK) == bits})


def clock_errors(capture):
    """For each packet of ours with a timestamp: by how many milliseconds its TSval and the capture's clock
    disagree since the conversation's first."""
    errors, first = [], {}
    for packet in capture:
        if packet.tcp_from == PORT and packet.tsval is not None:
            value, time = first.setdefault(packet.tcp_to, (packet.tsval, packet.time))
            errors.append(abs((packet.tsval - value) % 2**32 - (packet.time - time) * 1000))
    return errors


def wrong_echoes(capture):
    """Packets of ours whose TSecr is not the last TSval of the peer."""
    wrong, last = [], {}
    for packet in capture:
        if packet.tcp_to == PORT:
            last[packet.tcp_from] = packet.tsval
        elif packet.tsecr != last[packet.tcp_to]:
            wrong.append(packet.number)
    return wrong if last else None


def wrong_windows(capture):
    """Packets whose window is not its sixteen bits, shifted by the scale in the SYN of that side."""
    wrong, shifts = [], {}
    for packet in capture:
        side = (packet.tcp_from, packet.tcp_to)
        if packet.bits & SYN:
            shifts[side] = packet.shift
        elif packet.scaled_window != packet.window << shifts[side]:
            wrong.append(packet.number)
    return wrong if shifts else None


def unacknowledged(capture):
    """Text of a client that our next packet to it does not acknowledge wholly."""
    open_ones = {}
    for packet in capture:
        if packet.tcp_from == PORT:
            if packet.ack != open_ones.pop(packet.tcp_to, packet.ack):
                return f"packet {packet.number}"
        elif packet.len:
            open_ones[packet.tcp_from] = packet.seq + packet.len
    return open_ones if capture.packets else None


def lines_heard(capture, port):
    return b"".join(packet.text for packet in capture if packet.tcp_to == port).decode().splitlines()


HANDSHAKE = ["> S 0:0(0)", "< S. 0:0(0) ack 1", "> . 1:1(0) ack 1"]
EVERYTHING = [
    "Please enter your name:", "Chat with your friends and enjoy",
    "ali: hi, im ali here", "hasan: im fine thanks"]

CHECKS = [
    Check("packets: 3 joins of 9, 3 news of them of 2, 5 messages of 6, 3 goodbyes of 4, 3 news of them of 2", 81,
          len),
    *[Check(f"port {port}: three packets shake hands", HANDSHAKE,
            lambda capture, port=port: listed(capture.tcp(port)[:3])) for port in (SOHEIL, ALI, HASAN)],
    Check("every SYN offers MSS (2), SACK (4), timestamps (8), window scale (3); NOPs are 1",
          [(2, 4, 8, 1, 3)], lambda capture: handshake_options(capture, SYN)),
    Check("every SYN, ACK accepts them all, in the same order",
          [(2, 4, 8, 1, 3)], lambda capture: handshake_options(capture, SYN | ACK)),
    Check("every later packet bears NOP, NOP, timestamps: a header of 32 bytes", [((1, 1, 8), 32)],
          lambda capture: sorted({(tuple(p.kinds), p.header) for p in capture if not p.bits & SYN})),
    Check("what soheil reads", EVERYTHING, lambda capture: lines_heard(capture, SOHEIL)),
    Check("the message of the write-up goes to the server in one PSH, ACK", "P. 24",
          lambda capture: f"{message_of_soheil(capture).flags} {message_of_soheil(capture).len}"),
    Check("its fan-out: acknowledged, sent to the two others, acknowledged by each of them",
          [f"{SOHEIL} > 5050 P. 24", f"5050 > {SOHEIL} . 0",
           f"5050 > {ALI} P. 32", f"5050 > {HASAN} P. 32", f"{ALI} > 5050 . 0", f"{HASAN} > 5050 . 0"],
          fan_out),
    Check("its text on the way out: the 31 bytes of the write-up, and a newline (netcat needs it)",
          [(MESSAGE + b"\n").hex()] * 2,
          lambda capture: [p.text.hex() for p in capture if p.tcp_from == PORT and MESSAGE in p.text]),
    Check("every text is a PSH, ACK", {"P."},
          lambda capture: {packet.flags for packet in capture if packet.len}),
    Check("texts of clients that are not acknowledged by the server's next packet", {}, unacknowledged),
    Check("packets of the server whose TSval is more than 20 ms off the capture's clock (it counts in 1 ms)",
          0, lambda capture: sum(error > 20 for error in clock_errors(capture)) + 0 * capture[0].number),
    Check("packets of the server whose TSecr is not the client's last TSval", [], wrong_echoes),
    Check("packets whose window is not the field times the scale of the SYN", [], wrong_windows),
    Check("soheil's goodbye: FIN, ACK; ACK; FIN, ACK; ACK, at Seq=69 Ack=101",
          ["> F. 69:69(0) ack 101", "< . 101:101(0) ack 70", "< F. 101:101(0) ack 70",
           "> . 70:70(0) ack 102"], lambda capture: listed(goodbye(capture))),
    Check("its FIN is acknowledged at once, after so many milliseconds (`--delayed-ack 0ms`)", Within(0, 20),
          lambda capture: 1000 * (goodbye(capture)[1].time - goodbye(capture)[0].time)),
    Check("then the news of it, one PSH, ACK to each of the others", [f"{ALI} P.", f"{HASAN} P."],
          news_of_the_goodbye),
    Check("each conversation is `Complete, WITH_DATA (31)`", [31, 31, 31],
          lambda capture: [capture.tcp(port)[-1].completeness for port in (SOHEIL, ALI, HASAN)]),
    hits("tcp.port == 5050 and tcp.flags.syn == 1 and tcp.flags.ack == 0", 3),
    hits("tcp.port == 5050 and tcp.flags.fin == 1", 6),
    hits('tcp.srcport == 5050 and data.data contains "hello hasan how are you"', 2),
    hits("tcp.analysis.flags", 0),
    hits("tcp.flags.reset == 1", 0),
]

SCENES = [Scene("a-chat", "three clients chat, and leave one after the other", play, CHECKS)]
