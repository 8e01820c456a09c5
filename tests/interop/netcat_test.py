"""netcat of the kernel's side: it says a line, hears it again, and both close."""

import socket

import harness
from harness import OURS


def nc(*options, **more):
    return harness.run("nc", *options, check=False, **more)


def test_echo():
    with harness.Lab("--service", "echo") as lab:
        answer = nc("-N", "-w", 10, OURS, 7, input="Hello, RFC 9293\n")
        assert answer.stdout == "Hello, RFC 9293\n", answer
        assert answer.returncode == 0, answer
        # The side that closes first goes to TIME_WAIT, here netcat; ours goes through LAST_ACK.
        for transition in ["LISTEN -> SYN_RECEIVED", "SYN_RECEIVED -> ESTABLISHED",
                           "ESTABLISHED -> CLOSE_WAIT", "CLOSE_WAIT -> LAST_ACK", "LAST_ACK -> CLOSED"]:
            lab.stack.wait_line(transition)
        # Each transition names the clause that demands it.
        assert "(RFC 9293 3.10.7.2)" in lab.stack.wait_line(r"LISTEN -> SYN_RECEIVED.*").group()
        assert lab.stack.stop() == 0


def test_text_that_needs_many_segments():
    text = "".join(f"{number} lines follow\n" for number in range(20000, 0, -1))
    with harness.Lab("--service", "echo", "--log-level", "warn"):
        assert nc("-N", "-w", 10, OURS, 7, input=text).stdout == text


def test_a_closed_port_refuses_at_once():
    with harness.Lab("--service", "echo") as lab:
        answer = nc("-v", "-w", 10, OURS, 8, input="")
        assert answer.returncode == 1, answer
        assert "refused" in answer.stderr, answer
        lab.stack.wait_line(r"<- 8 +R\. 0:0\(0\) ack 1 win 0")


def test_a_port_check():
    with harness.Lab("--service", "echo") as lab:
        answer = nc("-z", "-v", "-w", 10, OURS, "6-8")
        assert "7 port [tcp/echo] succeeded" in answer.stderr, answer
        assert answer.stderr.count("refused") == 2, answer
        lab.stack.wait_line("LAST_ACK -> CLOSED")


def test_the_client_stands_in_time_wait():
    with harness.Lab("--service", "echo"):
        client = harness.connect(7)
        port = client.getsockname()[1]
        client.shutdown(socket.SHUT_WR)
        assert harness.read_all(client) == b""
        client.close()
        harness.eventually(lambda: f":{port} " in harness.run(
            "ss", "-H", "-t", "-a", "-n", "state", "time-wait").stdout, "TIME-WAIT in ss")


harness.main(__name__, needs=["nc", "ss"])
