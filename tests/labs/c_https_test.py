"""Lab C: HTTPS, a spurious retransmission, a goodbye that nobody answers."""

import labtest
from labtest import harness


def test_a_spurious_retransmission():
    labtest.holds("c-d-sack", but_port=443)


harness.main(__name__, needs=["tshark", "tcpdump", "nft"])
