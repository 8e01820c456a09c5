"""A router on the path with a smaller MTU: RFC 1191 against the real kernel.

    client 10.1.0.2 --veth, MTU 1000-- 10.1.0.1 router 10.0.0.1 --tun0, MTU 1500-- 10.0.0.2 tcpstack

The client does not know of the small link: it offers an MSS of 1460.
"""

import contextlib
import pathlib
import tempfile

import harness

AMOUNT = 300_000


@contextlib.contextmanager
def narrow_lab(mtu, *options):
    with harness.Lab("--service", "chargen", *options) as router, harness.Namespace("client") as client:
        pathlib.Path("/proc/sys/net/ipv4/ip_forward").write_text("1", encoding="ascii")
        harness.run("ip", "link", "add", "inner", "type", "veth", "peer", "name", "outer",
                    "netns", client.name)
        harness.run("ip", "address", "add", "10.1.0.1/24", "dev", "inner")
        harness.run("ip", "link", "set", "inner", "mtu", mtu, "up")
        with client.inside():
            harness.run("ip", "address", "add", "10.1.0.2/24", "dev", "outer")
            harness.run("ip", "link", "set", "outer", "up")
            harness.run("ip", "route", "add", "default", "via", "10.1.0.1")
            # A large packet that was put together on the way would hide what passed the link.
            harness.run("ethtool", "-K", "outer", "gro", "off", "gso", "off", "tso", "off")
            yield router


def fetch_through(mtu):
    """Reads chargen through a link with that MTU; gives what the stack sent and heard, from its capture."""
    with tempfile.TemporaryDirectory() as folder:
        capture = pathlib.Path(folder) / "run.pcapng"
        with narrow_lab(mtu, "--capture", capture, "--log-level", "warn") as router:
            with harness.connect(19) as client:
                text = harness.read_exactly(client, AMOUNT)
            assert text[:72] == bytes(range(0x20, 0x20 + 72)), text[:80]
            router.stack.stop()
        errors = harness.tshark(capture, where="icmp.type == 3 && icmp.code == 4",
                                fields=["icmp.mtu"])
        sent = harness.tshark(capture, where=f"ip.src == {harness.OURS} && tcp.len > 0 && !icmp",
                              fields=["ip.len", "ip.flags.df"])
    return errors, [(int(length), df in ("1", "True")) for length, df in sent]


def test_segments_shrink_to_the_path():
    errors, sent = fetch_through(1000)
    assert errors and errors[0] == ["1000"], errors
    assert sent[0][0] == 1500, sent[0]
    late = sent[len(sent) // 2:]
    assert all(length <= 1000 and df for length, df in late), late[:5]
    # Told once, or for the few segments that were under way.
    assert len(errors) <= 20, len(errors)


def test_a_tiny_link_gets_fragments():
    errors, sent = fetch_through(300)
    assert errors and errors[0] == ["300"], errors
    late = sent[len(sent) // 2:]
    assert all(length <= 552 and not df for length, df in late), late[:5]


harness.main(__name__, needs=["tshark", "ethtool"])
