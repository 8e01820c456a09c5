"""Lab B: one sender, one receiver, TCP and UDP."""

import labtest
from labtest import harness


def test_the_kernel_to_our_receiver():
    labtest.holds("b-tcp")


def test_our_sender_to_the_kernel():
    labtest.holds("b-tcp-out")


def test_several_sends():
    labtest.holds("b-tcp-several")


def test_a_datagram_for_nobody():
    labtest.holds("b-udp-closed")


def test_the_kernel_is_refused():
    labtest.holds("b-refused")


def test_we_are_refused():
    labtest.holds("b-refused-out")


def test_datagrams():
    labtest.holds("b-udp")


def test_datagrams_of_ours():
    labtest.holds("b-udp-out")


harness.main(__name__, needs=["tshark", "tcpdump"])
