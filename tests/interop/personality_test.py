"""What other systems look like on the wire, as tshark sees it: --like, and the options of TCP one by one."""

import contextlib
import os
import socket
import tempfile

import harness


@contextlib.contextmanager
def captured(*options):
    """A lab whose stack writes a capture; gives the lab and a function that, once, stops it and reads that."""
    with tempfile.TemporaryDirectory() as folder:
        capture = os.path.join(folder, "run.pcapng")
        with harness.Lab("--service", "echo", "--capture", capture, *options) as lab:

            def read(where, *fields):
                if lab.stack.process.poll() is None:
                    assert lab.stack.stop() == 0
                return harness.tshark(capture, where=where, fields=fields)

            yield lab, read


def conversation():
    with harness.connect(7) as client:
        client.sendall(b"hello")
        assert harness.read_exactly(client, 5) == b"hello"


SYN_ACK = "tcp.flags.syn == 1 and tcp.flags.ack == 1"
LAYOUT = ["tcp.hdr_len", "tcp.window_size_value", "tcp.options.mss_val", "tcp.options.wscale.shift",
          "tcp.option_kind"]


def layout_as(name):
    with captured("--like", name) as (_, read):
        conversation()
        [row] = read(SYN_ACK, *LAYOUT)
        assert not read("_ws.expert.severity >= 0x600000 and tcp.flags.syn == 1", "frame.number")
        return row


def test_linux():
    assert layout_as("linux") == ["40", "64240", "1460", "7", "2,4,8,1,3"]


def test_windows():
    assert layout_as("windows") == ["40", "64240", "1460", "8", "2,1,3,4,8"]


def test_macos():
    assert layout_as("macos") == ["44", "65535", "1460", "6", "2,1,3,1,1,8,4,0,0"]


def test_the_server_of_lab_c():
    nops = ",".join(["1"] * 10)
    assert layout_as("edge") == ["40", "8192", "1452", "5", f"2,1,3,4,{nops}"]


def test_windows_of_later_segments():
    for name, window in [("windows", "132096"), ("macos", "408256"), ("edge", "30208")]:
        with captured("--like", name) as (_, read):
            with harness.connect(7) as client:
                client.sendall(b"hello")
                assert harness.read_exactly(client, 5) == b"hello"
            rows = read("tcp.srcport == 7 and tcp.len == 5", "tcp.window_size")
            # Unread bytes in the buffer are not offered: at most the five bytes, in units of the scale.
            assert int(window) - 256 <= int(rows[0][0]) <= int(window), (name, rows)


def test_neither_sack_nor_timestamps_nor_scale():
    with captured("--no-sack", "--no-timestamps", "--no-window-scale", "--mss", 536, "--window",
                  4096) as (_, read):
        conversation()
        assert read(SYN_ACK, *LAYOUT) == [["24", "4096", "536", "", "2"]]


def test_ecn():
    for mode, flag in [("accept", "1"), ("off", "0")]:
        with captured("--ecn", mode) as (_, read):
            with open("/proc/sys/net/ipv4/tcp_ecn", "w", encoding="ascii") as knob:
                knob.write("1")  # the kernel offers it
            conversation()
            assert len(read(f"{SYN_ACK} and tcp.flags.ece == {flag}", "frame.number")) == 1, mode


def test_a_lost_goodbye():
    """The ladder of lab C: the server in Windows's place, its client silenced."""
    with captured("--like", "windows", "--service", "lab-close") as (lab, read):
        client = harness.connect(6000)
        harness.run("nft", "add", "table", "ip", "t")
        harness.run("nft", "add", "chain", "ip", "t", "c", "{ type filter hook input priority 0 ; }")
        client.shutdown(socket.SHUT_WR)
        lab.stack.wait_line("ESTABLISHED -> CLOSE_WAIT")
        harness.run("nft", "add", "rule", "ip", "t", "c", "iifname", "tun0", "drop")
        lab.stack.wait_line("LAST_ACK -> CLOSED +the peer does not answer", seconds=40)
        rows = read("tcp.srcport == 6000 and (tcp.flags.fin == 1 or tcp.flags.reset == 1)",
                    "frame.time_relative", "tcp.window_size_value", "tcp.seq")
        times = [float(row[0]) for row in rows]
        gaps = [later - earlier for earlier, later in zip(times, times[1:])]
        for gap, expected in zip(gaps, [0.3, 0.6, 1.2, 2.4, 4.8, 9.6], strict=True):
            assert abs(gap - expected) < 0.02, gaps
        assert rows[-1][1:] == ["0", str(int(rows[0][2]) + 1)], rows  # the RST
        client.close()


harness.main(__name__, needs=["tshark", "nft"])
