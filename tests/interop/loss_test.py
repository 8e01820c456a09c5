"""3 % of the packets lost each way, for real, without notice to anybody.

On its way out of a namespace a dropped packet is reported to the sender, who sends it again at once. So
the packets pass a router, which drops them while it forwards:

    client 10.1.0.2 --veth-- 10.1.0.1 router 10.0.0.1 --tun0-- 10.0.0.2 tcpstack
"""

import contextlib
import pathlib
import re

import harness
import transfer

RULES = """
table ip lossy {
  chain forward {
    type filter hook forward priority 0;
    ip daddr 10.0.0.2 tcp dport 7 numgen random mod 100 < 3 counter drop
    ip saddr 10.0.0.2 tcp sport 7 numgen random mod 100 < 3 counter drop
  }
}
"""


@contextlib.contextmanager
def lossy_lab(*options):
    """The stack behind a router that loses packets; the process ends up in the client's namespace."""
    with harness.Lab(*options) as router, harness.Namespace("client") as client:
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1", encoding="ascii")
        harness.run("ip", "link", "add", "inner", "type", "veth", "peer", "name", "outer",
                    "netns", client.name)
        harness.run("ip", "address", "add", "10.1.0.1/24", "dev", "inner")
        harness.run("ip", "link", "set", "inner", "up")
        harness.run("nft", "-f", "-", input=RULES)
        with client.inside():
            harness.run("ip", "address", "add", "10.1.0.2/24", "dev", "outer")
            harness.run("ip", "link", "set", "outer", "up")
            harness.run("ip", "route", "add", "default", "via", "10.1.0.1")
            # One packet a segment, so that 3 % of the segments are lost and not 3 % of the bursts.
            harness.run("ethtool", "-K", "outer", "tso", "off", "gso", "off")
            yield router


def lost_packets():
    """How many each rule has dropped."""
    rules = harness.run("nft", "list", "ruleset").stdout
    return [int(count) for count in re.findall(r"counter packets (\d+)", rules)]


def test_fifty_megabytes_with_three_percent_lost_each_way():
    with lossy_lab("--service", "echo", "--log-level", "warn") as router:
        transfer.through_echo(50_000_000)
        with router.namespace.inside():
            towards_us, from_us = lost_packets()
        assert towards_us > 100 and from_us > 100, (towards_us, from_us)
        assert router.stack.stop() == 0


def test_handshakes_and_goodbyes_survive():
    with lossy_lab("--service", "echo", "--log-level", "warn", "--rto-initial", "50ms",
                   "--rto-min", "20ms"):
        for number in range(60):
            transfer.through_echo(3000, seed=number)


harness.main(__name__, needs=["nft", "ethtool"])
