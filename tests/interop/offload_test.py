"""--offload: super-segments and partial checksums between the stack and the kernel.

A router behind the device cuts super-segments and completes checksums, as a network card would:

    client 10.1.0.2 --veth-- 10.1.0.1 router 10.0.0.1 --tun0-- 10.0.0.2 tcpstack
"""

import contextlib
import pathlib
import random
import re
import subprocess
import tempfile
import threading

import harness
import transfer

QUIET = ("--log-level", "warn", "--offload")

# Behind the router, where every segment is a packet of its own.
LOSS_ON_THE_WAY_TO_US = """
table ip lossy {
  chain forward {
    type filter hook forward priority 0;
    ip daddr 10.0.0.2 tcp dport 7 numgen random mod 100 < 2 counter drop
  }
}
"""
LOSS_ON_THE_WAY_FROM_US = """
table ip lossy {
  chain input {
    type filter hook input priority 0;
    ip saddr 10.0.0.2 tcp sport 7 numgen random mod 100 < 2 counter drop
  }
}
"""


@contextlib.contextmanager
def behind_a_router(*options, mtu=1500):
    """The process is in the client's namespace; gives the lab of the router."""
    with harness.Lab(*options) as router, harness.Namespace("client") as client:
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1", encoding="ascii")
        harness.run("ip", "link", "add", "inner", "type", "veth", "peer", "name", "outer",
                    "netns", client.name)
        harness.run("ip", "address", "add", "10.1.0.1/24", "dev", "inner")
        harness.run("ip", "link", "set", "inner", "mtu", mtu, "up")
        plain = ("tso", "off", "gso", "off", "gro", "off", "tx", "off")
        harness.run("ethtool", "-K", "inner", *plain)
        with client.inside():
            harness.run("ip", "address", "add", "10.1.0.2/24", "dev", "outer")
            harness.run("ip", "link", "set", "outer", "up")
            harness.run("ip", "route", "add", "default", "via", "10.1.0.1")
            harness.run("ethtool", "-K", "outer", *plain)
            yield router


@contextlib.contextmanager
def capture_of_the_client(path):
    """What passes the client's device, written to `path` when the block ends."""
    command = ["tcpdump", "-i", "outer", "-s", "200", "--immediate-mode", "-U", "-w", path]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tcpdump:
        assert "listening" in tcpdump.stderr.readline()
        threading.Thread(target=tcpdump.stderr.read, daemon=True).start()
        yield
        # On a busy machine it has read nothing yet.
        harness.eventually(lambda: pathlib.Path(path).stat().st_size > 20_000, "packets in the capture")
        tcpdump.terminate()


def text_sizes(capture, where):
    return [int(size) for (size,) in harness.tshark(capture, where=f"({where}) and tcp.len > 0", fields=["tcp.len"])]


def test_fifty_megabytes_both_ways():
    with harness.Lab("--service", "echo", *QUIET) as lab:
        transfer.through_echo(50_000_000)
        assert lab.stack.stop() == 0


def test_fifty_megabytes_in_jumbo_frames():
    with harness.Lab("--service", "echo", "--mtu", "9000", *QUIET):
        transfer.through_echo(50_000_000)


def test_small_and_large_pieces_mixed():
    dice = random.Random(7)
    with harness.Lab("--service", "echo", *QUIET), harness.connect(7) as client:
        for _ in range(300):
            text = dice.randbytes(dice.choice([1, 2, 700, 1448, 1449, 2896, 10_000, 64_000, 100_000]))
            client.sendall(text)
            assert harness.read_exactly(client, len(text)) == text


def test_fifty_megabytes_with_segments_lost_each_way():
    with behind_a_router("--service", "echo", *QUIET) as router:
        harness.run("nft", "-f", "-", input=LOSS_ON_THE_WAY_FROM_US)
        with router.namespace.inside():
            harness.run("nft", "-f", "-", input=LOSS_ON_THE_WAY_TO_US)
        transfer.through_echo(50_000_000)
        lost = [harness.run("nft", "list", "ruleset").stdout]
        with router.namespace.inside():
            lost.append(harness.run("nft", "list", "ruleset").stdout)
        for rules in lost:
            assert int(re.search(r"counter packets (\d+)", rules)[1]) > 100, rules
        assert router.stack.stop() == 0


def test_the_device_cuts_and_completes_what_we_left_to_it():
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = pathlib.Path(folder, "ours.pcapng"), pathlib.Path(folder, "theirs.pcap")
        with behind_a_router("--service", "chargen", "--capture", ours, *QUIET) as router:
            with capture_of_the_client(theirs), harness.connect(19) as client:
                harness.read_exactly(client, 3_000_000)
            assert router.stack.stop() == 0
        assert max(text_sizes(ours, "ip.src == 10.0.0.2")) > 10 * 1448
        # At this rate the kernel's capture may leave packets out, but the client has had every byte.
        assert max(text_sizes(theirs, "ip.src == 10.0.0.2")) == 1448
        # With 200 bytes of each packet tshark cannot check checksums over text. It can check those of the handshake
        # and of bare acknowledgments.
        assert harness.tshark(theirs, where="ip.src == 10.0.0.2 and tcp.checksum.status == 1")
        assert not harness.tshark(theirs, where="ip.src == 10.0.0.2 and tcp.checksum.status == 0")


def test_a_smaller_link_on_the_path():
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = pathlib.Path(folder, "ours.pcapng"), pathlib.Path(folder, "theirs.pcap")
        with behind_a_router("--service", "chargen", "--capture", ours, *QUIET, mtu=1000) as router:
            with capture_of_the_client(theirs), harness.connect(19) as client:
                harness.read_exactly(client, 1_000_000)
            assert router.stack.stop() == 0
        assert max(text_sizes(theirs, "ip.src == 10.0.0.2")) == 948
        told = harness.tshark(ours, where="ip.src == 10.0.0.2", fields=["frame.comment"])
        assert any("segments of 948 in one" in comment for (comment,) in told), told[:20]


def test_another_mtu_while_it_runs():
    text = random.Random(3).randbytes(200_000)
    with harness.Lab("--service", "echo", *QUIET), harness.connect(7) as client:
        for mtu in (1500, 1300, 9000, 576, 1500):
            harness.run("ip", "link", "set", "tun0", "mtu", mtu)
            client.sendall(text)
            assert harness.read_exactly(client, len(text)) == text


def test_the_capture_and_the_narrator_tell_of_super_segments():
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder, "run.pcapng")
        with harness.Lab("--service", "echo", "--capture", capture, "--offload") as lab:
            with harness.connect(7) as client:
                client.sendall(bytes(200_000))
                harness.read_exactly(client, 200_000)
            lab.stack.wait_line(r"new text, \d+ segments of 1448 in one")
            assert lab.stack.stop() == 0
        for source, said in ((harness.OURS, r"new text, \d+ segments of 1448 in one"),
                             (harness.HOST, r"^\d+ segments of 1448 in one")):
            rows = harness.tshark(capture, where=f"ip.src == {source} and tcp.len > 1448",
                                  fields=["tcp.len", "frame.comment"])
            assert rows and all(re.search(said, comment) for _, comment in rows), rows[:5]
        assert not harness.tshark(capture, where="_ws.malformed")
        described = harness.run("capinfos", capture).stdout
        assert "before the device completes TCP checksums" in described, described


def test_pings_and_refusals():
    with harness.Lab("--service", "echo", *QUIET) as lab:
        harness.run("ping", "-c", 2, "-i", "0.01", "-s", 3000, harness.OURS)
        refused = harness.run("nc", "-z", "-w", "5", harness.OURS, "99", check=False)
        assert refused.returncode == 1
        assert lab.stack.stop() == 0


harness.main(__name__, needs=["nft", "ethtool", "tcpdump", "tshark", "capinfos", "nc", "ping"])
