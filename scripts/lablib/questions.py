"""The questions of the answer sheets, each with a function that finds its answer in any student's capture."""

from .answers import FLAGS, HEX, NUMBER, NUMBERS, SECONDS, YES_OR_NO, Question
from .capture import ACK, FIN, PSH, RST, SYN, URG

NAMES = {FIN: "FIN", SYN: "SYN", RST: "RST", PSH: "PSH", ACK: "ACK", URG: "URG"}


def first(packets, condition=lambda packet: True):
    """The first packet for which the condition holds; raises a LookupError if there is none."""
    for packet in packets:
        if condition(packet):
            return packet
    raise LookupError("no such packet")


class Talk:
    """The first conversation with a server's port whose SYN is in the capture."""

    def __init__(self, capture, port):
        everything = capture.tcp(port)
        self.syn = first(everything, lambda p: p.bits & (SYN | ACK) == SYN and p.tcp_to == port)
        self.packets = [p for p in everything if p.stream == self.syn.stream]
        self.client, self.port = self.syn.tcp_from, port
        self.capture = everything

    def of_client(self, condition=lambda packet: True):
        return first(self.packets, lambda p: p.tcp_from == self.client and condition(p))

    def of_server(self, condition=lambda packet: True):
        return first(self.packets, lambda p: p.tcp_from == self.port and condition(p))

    @property
    def syn_ack(self):
        return self.of_server(lambda p: p.bits & SYN)

    @property
    def third(self):
        return self.of_client(lambda p: not p.bits & SYN)

    @property
    def text(self):
        """The client's first text."""
        return self.of_client(lambda p: p.len)

    @property
    def fin(self):
        """The first FIN, of either side."""
        return first(self.packets, lambda p: p.bits & FIN)

    def after(self, packet, condition):
        return first(self.packets[self.packets.index(packet) + 1:], condition)

    def answer_to(self, packet):
        """The first packet the other way that acknowledges all of it."""
        end = packet.seq + packet.len + bool(packet.bits & (SYN | FIN))
        return self.after(packet, lambda p: p.tcp_from == packet.tcp_to and p.ack >= end)


def about(port, key, text, kind, answer, look):
    """A question about the first conversation with a port."""
    return Question(key, text, kind, lambda capture: answer(Talk(capture, port)), look)


def names(packet):
    return frozenset(name for bit, name in NAMES.items() if packet.bits & bit)


def handshake(port):
    """The questions of every lab about its first conversation."""
    syn = f"tcp.port == {port} and tcp.flags.syn == 1"
    return [
        about(port, "client-port", "Which port has the client of the first conversation?", NUMBER,
              lambda talk: talk.client, syn),
        about(port, "client-isn", "Its initial sequence number (raw)?", NUMBER,
              lambda talk: talk.syn.raw_seq, f"{syn} and tcp.flags.ack == 0"),
        about(port, "server-isn", "The server's initial sequence number (raw)?", NUMBER,
              lambda talk: talk.syn_ack.raw_seq, f"{syn} and tcp.flags.ack == 1"),
        about(port, "handshake", "The numbers of the three packets of that handshake?", NUMBERS,
              lambda talk: [talk.syn.number, talk.syn_ack.number, talk.third.number], syn),
        about(port, "client-mss", "Which MSS does the client announce?", NUMBER,
              lambda talk: number(talk.syn.mss), f"{syn} and tcp.flags.ack == 0"),
        about(port, "syn-options", "The kinds of the SYN's options, in order, NOPs (1) included?", NUMBERS,
              lambda talk: talk.syn.kinds, f"{syn} and tcp.flags.ack == 0"),
    ]


def scales(port):
    syn = f"tcp.port == {port} and tcp.flags.syn == 1"
    return [
        about(port, "client-shift", "The client's window scale, as a shift count?", NUMBER,
              lambda talk: number(talk.syn.shift), f"{syn} and tcp.flags.ack == 0"),
        about(port, "server-shift", "And the server's?", NUMBER,
              lambda talk: number(talk.syn_ack.shift), f"{syn} and tcp.flags.ack == 1"),
    ]


def number(value):
    """An option's value; raises a LookupError if the packet does not have the option."""
    if value is None:
        raise LookupError("no such option")
    return value


def goodbye(port):
    fins = f"tcp.port == {port} and tcp.flags.fin == 1"
    return [
        about(port, "first-fin", "Which packet is the first FIN of that conversation?", NUMBER,
              lambda talk: talk.fin.number, fins),
        about(port, "fin-flags", "Which flags does it have?", FLAGS, lambda talk: names(talk.fin), fins),
        about(port, "fin-ack", "The number (Ack) that acknowledges it?", NUMBER,
              lambda talk: talk.answer_to(talk.fin).ack, fins),
        about(port, "shared", "Is it acknowledged by the packet that carries the other side's FIN?", YES_OR_NO,
              lambda talk: bool(talk.answer_to(talk.fin).bits & FIN), fins),
    ]


def resent(talk):
    """The FINs of the side that sends more than one, and the packet that ends it."""
    fins = [p for p in talk.packets if p.bits & FIN]
    ours = [p for p in fins if p.tcp_from == fins[-1].tcp_from]
    if len(ours) < 2:
        raise LookupError("no FIN was sent again")
    return ours


def listeners(talk):
    """The number of packets with the first text that goes to two other clients."""
    texts = [p.text for p in talk.capture if p.tcp_from == talk.port and p.len]
    return first([texts.count(text) for text in texts if b": " in text], lambda count: count > 0)


A, B, C, D = 5050, 24000, 443, 6000
QUESTIONS = {
    "a": [
        *handshake(A), *scales(A),
        about(A, "first-text", "Which packet has the client's first text, its name?", NUMBER,
              lambda talk: talk.text.number, "tcp.dstport == 5050 and tcp.len > 0"),
        about(A, "first-text-ack", "Which packet acknowledges it?", NUMBER,
              lambda talk: talk.answer_to(talk.text).number, "tcp.srcport == 5050 and tcp.len == 0"),
        about(A, "window", "The calculated window in that packet?", NUMBER,
              lambda talk: talk.answer_to(talk.text).scaled_window, "tcp.srcport == 5050 and tcp.len == 0"),
        about(A, "listeners", "How many packets carry the first message on its way to the others?", NUMBER,
              listeners, 'tcp.srcport == 5050 and data.data contains ": "'),
        Question("clients", "How many clients have connected?", NUMBER,
                 lambda capture: Talk(capture, A) and sum(p.bits & (SYN | ACK) == SYN for p in capture.tcp(A)),
                 "tcp.dstport == 5050 and tcp.flags == 0x002"),
        *goodbye(A),
    ],
    "b": [
        *handshake(B),
        about(B, "packets", "How many packets has the first conversation?", NUMBER,
              lambda talk: len(talk.packets), "tcp.port == 24000"),
        about(B, "text", "The bytes that are sent, in hexadecimal?", HEX, lambda talk: talk.text.text.hex(" "),
              "tcp.dstport == 24000 and tcp.len > 0"),
        about(B, "text-ack", "The number (Ack) that acknowledges them?", NUMBER,
              lambda talk: talk.answer_to(talk.text).ack, "tcp.srcport == 24000"),
        *goodbye(B),
    ],
    "c": [
        *handshake(C), *scales(C),
        about(C, "server-mss", "Which MSS does the server announce?", NUMBER,
              lambda talk: number(talk.syn_ack.mss), "tcp.srcport == 443 and tcp.flags.syn == 1"),
        about(C, "timestamps", "Are timestamps in use after the handshake?", YES_OR_NO,
              lambda talk: talk.third.tsval is not None, "tcp.options.timestamp.tsval"),
        about(C, "third-window", "The calculated window of the third packet?", NUMBER,
              lambda talk: talk.third.scaled_window, "tcp.dstport == 443"),
        about(C, "d-sack", "The block (SLE, SRE) of the first duplicate that is reported?", NUMBERS,
              lambda talk: next([p.sack_left, p.sack_right] for p in talk.packets
                                if p.sack_left is not None and p.sack_left < p.ack), "tcp.options.sack_le"),
        about(C, "fin-retries", "How often is a FIN sent again?", NUMBER, lambda talk: len(resent(talk)) - 1,
              "tcp.flags.fin == 1 and tcp.analysis.retransmission"),
        about(C, "first-interval", "How long after the FIN, for the first time?", SECONDS,
              lambda talk: resent(talk)[1].time - resent(talk)[0].time, "tcp.flags.fin == 1"),
        about(C, "last-interval", "How long after the last of them comes the RST?", SECONDS,
              lambda talk: talk.after(resent(talk)[-1], lambda p: p.bits & RST).time - resent(talk)[-1].time,
              "tcp.flags.reset == 1"),
        about(C, "rst-seq", "The RST's sequence number (Seq)?", NUMBER,
              lambda talk: talk.after(resent(talk)[-1], lambda p: p.bits & RST).seq, "tcp.flags.reset == 1"),
    ],
    "d": [
        *handshake(D),
        about(D, "syn-header", "The length of the SYN's header?", NUMBER, lambda talk: talk.syn.header,
              "tcp.dstport == 6000 and tcp.flags.syn == 1"),
        about(D, "option-bytes", "The bytes of its options?", HEX,
              lambda talk: bytes.fromhex(talk.syn.options.replace(":", "")).hex(" "), "tcp.options"),
        about(D, "ack-header", "The length of the third packet's header?", NUMBER,
              lambda talk: talk.third.header, "tcp.dstport == 6000 and tcp.flags == 0x010"),
        about(D, "text-length", "How many bytes of text does the client send?", NUMBER,
              lambda talk: talk.of_client(lambda p: p.bits & FIN).seq - 1, "tcp.dstport == 6000 and tcp.len > 0"),
        *goodbye(D),
        about(D, "kept-open", "How long after the client's FIN does the server's follow?", SECONDS,
              lambda talk: talk.of_server(lambda p: p.bits & FIN).time - talk.fin.time, "tcp.flags.fin == 1"),
        Question("refused", "The flags of what answers a SYN to a closed port?", FLAGS,
                 lambda capture: names(first(capture, lambda p: p.bits and p.bits & (RST | ACK) == RST | ACK
                                             and p.raw_seq == 0)), "tcp.flags.reset == 1"),
    ],
}
