"""What Wireshark says about a clean run, and our reasons beside the packets."""

import contextlib
import json
import pathlib
import socket
import tempfile

import harness


@contextlib.contextmanager
def captured_run(*options):
    """A handshake, some text both ways, goodbyes from either side, a refusal, pings: the capture's path."""
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder, "run.pcapng")
        with harness.Lab("--capture", capture, *options) as lab:
            with harness.connect(7) as client:
                client.sendall(b"Hello, RFC 9293\n")
                harness.read_exactly(client, 16)
                for _ in range(10):  # never more than the windows hold, so that none of them is full
                    client.sendall(bytes(20_000))
                    harness.read_exactly(client, 20_000)
                client.shutdown(socket.SHUT_WR)
                assert harness.read_all(client) == b""
            with harness.connect(13) as client:
                harness.read_all(client)
            socket.socket().connect_ex((harness.OURS, 99))
            harness.run("ping", "-c", 2, "-i", "0.01", harness.OURS)
            assert lab.stack.stop() == 0
        yield capture


def is_clean(capture):
    """On a machine so busy that timers of a few milliseconds expire, either side may send twice."""
    return not harness.tshark(capture, where="tcp.analysis.retransmission")


def test_a_clean_run_has_nothing_to_complain_about():
    for _ in range(5):
        with captured_run() as capture:
            if is_clean(capture):
                complain(capture)
                return
    raise AssertionError("retransmissions in each of five runs over a link that loses nothing")


def complain(capture):
    assert len(harness.tshark(capture)) > 50
    assert not harness.tshark(capture, where="_ws.malformed")
    assert not harness.tshark(capture, where="ip.checksum.status == 0 or "
                                              "(ip.src == 10.0.0.2 and tcp.checksum.status != 1) or "
                                              "(ip.src == 10.0.0.2 and icmp.checksum.status != 1)")
    # Expert notes: 0x400000 is a note, 0x600000 a warning. A reset is a warning by definition, and the
    # refusal of port 99 is one.
    warnings = harness.tshark(
        capture, where="_ws.expert.severity >= 0x600000 and ip.src == 10.0.0.2 and tcp.srcport != 99",
        fields=["frame.number", "_ws.expert.message"])
    assert not warnings, warnings


def test_it_is_raw_ip_in_both_directions():
    with captured_run() as capture:
        kinds = {row[0] for row in harness.tshark(capture, fields=["frame.encap_type"])}
        assert kinds == {"7"}, kinds  # WTAP_ENCAP_RAW_IP
        sources = {row[0] for row in harness.tshark(capture, where="tcp", fields=["ip.src"])}
        assert sources == {harness.OURS, harness.HOST}
        complete = {row[0] for row in harness.tshark(
            capture, "-2", where="tcp.port == 7", fields=["tcp.completeness"])}
        assert complete == {"31"}, complete  # complete, with data
        times = [float(row[0]) for row in harness.tshark(capture, fields=["frame.time_epoch"])]
        assert times == sorted(times)


def comments(capture, where):
    return [row[0] for row in harness.tshark(capture, where=where, fields=["frame.comment"])]


def test_handshake_and_goodbye_bear_our_reasons():
    with captured_run() as capture:
        [syn] = comments(capture, "tcp.port == 7 and tcp.flags == 0x002")
        assert "LISTEN -> SYN_RECEIVED" in syn and "RFC 9293 3.10.7.2" in syn, syn
        [ack] = comments(capture, "tcp.dstport == 7 and tcp.seq == 1 and tcp.ack == 1 and tcp.len == 0")
        assert "SYN_RECEIVED -> ESTABLISHED" in ack, ack
        [fin] = comments(capture, "tcp.dstport == 7 and tcp.flags.fin == 1")
        assert "ESTABLISHED -> CLOSE_WAIT" in fin, fin
        [ours] = comments(capture, "tcp.srcport == 7 and tcp.flags.fin == 1")
        assert "CLOSE_WAIT -> LAST_ACK" in ours, ours
        last = comments(capture, "tcp.dstport == 7")[-1]
        assert "LAST_ACK -> CLOSED" in last, last
        # The other way round: the service closes first.
        [ours] = comments(capture, "tcp.srcport == 13 and tcp.flags.fin == 1")
        assert "ESTABLISHED -> FIN_WAIT_1" in ours, ours
        [refused] = comments(capture, "tcp.dstport == 99")
        assert "closed_answered_rst" in refused, refused


def test_a_live_capture_on_standard_output():
    with tempfile.TemporaryDirectory() as folder:
        pipe = pathlib.Path(folder, "live.pcapng")
        # The story then goes to standard error, as does what the stack says at its start.
        with harness.Lab("--service", "echo", "--capture", "-",
                         prefix=["sh", "-c", f'exec "$0" "$@" > {pipe}']) as lab:
            with harness.connect(7) as client:
                client.sendall(b"hello")
                harness.read_exactly(client, 5)
            lab.stack.wait_line("LAST_ACK -> CLOSED")
            assert lab.stack.stop() == 0
        assert len(comments(pipe, "tcp.flags.syn == 1")) == 2


def test_the_narration_as_json():
    with harness.Lab("--service", "echo", "--log-format", "json") as lab:
        with harness.connect(7) as client:
            client.sendall(b"hello")
            harness.read_exactly(client, 5)
            client.shutdown(socket.SHUT_WR)
            harness.read_all(client)
        lab.stack.wait_line('"LAST_ACK","to":"CLOSED"')
        assert lab.stack.stop() == 0
        said = [json.loads(line) for line in lab.stack.lines]
        states = [(line["from"], line["to"]) for line in said if line["event"] == "transition"]
        assert states == [("LISTEN", "SYN_RECEIVED"), ("SYN_RECEIVED", "ESTABLISHED"),
                          ("ESTABLISHED", "CLOSE_WAIT"), ("CLOSE_WAIT", "LAST_ACK"),
                          ("LAST_ACK", "CLOSED")], states
        times = [line["time_us"] for line in said if "time_us" in line]
        assert times == sorted(times)
        assert any(line.get("segment", "").startswith("P. 1:6(5) ack") for line in said)


def test_nothing_is_told_when_the_log_is_off():
    with harness.Lab("--service", "echo", "--log-level", "off") as lab:
        with harness.connect(7) as client:
            client.sendall(b"hello")
            harness.read_exactly(client, 5)
        assert lab.stack.stop() == 0
        assert "SYN_RECEIVED" not in lab.stack.text()
        assert "\033[" not in lab.stack.text()


harness.main(__name__, needs=["tshark", "ping"])
