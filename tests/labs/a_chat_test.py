"""Lab A: the chat room."""

import labtest
from labtest import harness


def test_chat():
    labtest.holds("a-chat")


harness.main(__name__, needs=["tshark"])
