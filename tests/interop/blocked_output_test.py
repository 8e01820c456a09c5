"""Nobody reads what the program prints (`| less`): the stack goes on, and lines are missing instead."""

import re
import signal
import subprocess

import harness

EXCHANGES = 2000  # of at least three printed lines each: more than a pipe and the program keep together


def test_the_stack_does_not_wait_for_its_reader():
    with harness.Lab(start=False):
        stack = subprocess.Popen([harness.PROGRAM, "--service", "echo", "tun0"], stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        try:
            while not stack.stdout.readline().startswith(b"ready on"):
                assert stack.poll() is None, "the stack has ended"
            with harness.connect(7) as client:
                for _ in range(EXCHANGES):
                    client.sendall(b"x")
                    assert harness.read_exactly(client, 1) == b"x"
            stack.send_signal(signal.SIGINT)
            told = stack.communicate(timeout=harness.PATIENCE)[0].decode()
            assert stack.returncode == 0
            missing = [int(count) for count in re.findall(r"\((\d+) lines? (?:is|are) missing here", told)]
            assert sum(missing) > EXCHANGES, told[-500:]
            assert "segments in" in told, "the summary comes once somebody reads"
        finally:
            if stack.poll() is None:
                stack.kill()
                stack.wait()


harness.main(__name__)
