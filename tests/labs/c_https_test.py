"""Lab C: HTTPS, a spurious retransmission, a goodbye that nobody answers."""

import labtest
from labtest import harness


def test_a_page_over_tls():
    labtest.holds("c-https", every_packet=False)


def test_handshake():
    labtest.holds("c-handshake", every_packet=False)


def test_a_goodbye_that_nobody_answers():
    labtest.holds("c-goodbye")


def test_a_spurious_retransmission():
    labtest.holds("c-d-sack", but_port=443)


harness.main(__name__, needs=["tshark", "tcpdump", "nft"])
